"""Results as frozen plain data. Nothing in here renders itself.

::

    diagnostics  outliers, near pairs of groups, unstable rows, trees, edits, links
    exploration  Exploration and its parts: data, run, scores, groups, true labels, map
    sweep        several numbers of groups, and the verdict on them
    agreement    two groupings of the same rows
    comparison   a picture in several numbers of colors
"""
