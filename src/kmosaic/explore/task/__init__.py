"""From the arguments to the labels.

::

    passes          blocks of rows in float64: means, spread, distances
    sampling        which rows are looked at where all would take too long
    principal_axes  of a sample, or of all rows
    prepare         one scale, fewer dimensions                          -> Preparation
    check           the arguments, refused in one sentence or filled in  -> Task
    progress        progress reports during a fit
    methods         the engine's fit, or another method's for comparison -> Fitted
"""
