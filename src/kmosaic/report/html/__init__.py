"""Pages: one self-contained file each, readable without a script.

::

    page         what all pages share: surroundings, script, a notebook's frame
    exploration  the page of an exploration
    sweep        the page of several numbers of groups
    agreement    the page of two groupings of the same rows
    comparison   the page of a picture in several numbers of colors
    templates/   the markup of all pages
    tokens.css   colors, spaces and type sizes: they stand there alone
    page.css     the layout
    page.js      what the page of an exploration does in a browser that runs scripts
"""
