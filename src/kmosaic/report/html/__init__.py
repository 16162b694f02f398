"""Pages: one self-contained file each, readable without a script.

::

    page         the templates' surroundings, and a page in a notebook's frame
    sweep        several numbers of groups
    agreement    two groupings of the same rows
    templates/   the markup of all pages
    tokens.css   colors, spaces and type sizes: they stand there alone
    page.css     the layout
    page.js      what the page of an exploration does in a browser that runs scripts
"""
