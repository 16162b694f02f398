"""The commands, one file each: what was typed is parsed, one call made, its result printed.

============  ========================================================================
``explore``   what groups are in the data: a folder with a report
``sweep``     how many groups there are
``fit``       clusters, kept as a model
``predict``   the clusters of other data
``edits/``    merge, rename, cut and undo: changes to the groups of a run
``members``   the rows of one group of a run
``diff``      two runs side by side
``palette``   the main colors of pictures
``quantize``  pictures in few colors
``segment``   parts of pictures by color, as masks and cut-outs
``compare``   a picture in several numbers of colors
============  ========================================================================
"""
