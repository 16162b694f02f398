"""The model as a page shows it: chosen, ordered, scaled, still without any markup.

::

    charts       numbers -> coordinates for SVG: the map, lines, ticks
    confusion    the groups against the true labels
    dendrogram   trees over the groups -> lines for SVG
    images       rows of pixels -> PNG strips
    scatter      pixels as points in a plane of two color channels
    groups       each group with its pictures, or with its features and rows
    interactive  what the page's script needs
    sweep        several numbers of groups: small charts, silhouettes, a table
    agreement    what went where between two groupings
    comparison   the versions of a picture in few colors
"""
