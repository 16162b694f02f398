"""k-means++: squared distances to the nearest center so far, lowered as centers are added.

===============  ===================================================================
``distances``    distances taken directly, for rows of few features; sums of them
``boxes``        the same for rows in boxes: a box that is too far away is left alone
``projections``  candidates by projections on principal axes, for rows of many features
``cumulative``   sums over all rows, and the search in a cumulative one that draws
===============  ===================================================================
"""
