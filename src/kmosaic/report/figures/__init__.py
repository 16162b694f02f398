"""The report's pictures as figures of matplotlib, which is an extra.

::

    style   axes, colors, sheets of pictures, brackets of trees
    plots   one function for each figure
    files   all figures of a report as .png and .svg files
"""
