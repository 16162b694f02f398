"""How many groups there are.

::

    criteria  the gap statistic, and stability over starts and subsamples
    verdict   one number of groups, or why there is none
    sweep     several numbers of groups side by side  -> Sweep
"""
