"""Squared distances to the nearest of the centers chosen so far, for k-means++.

===============  ===================================================================
``projections``  lower bounds from a projection on principal axes
``data``         how new centers are compared with the rows: three ways, equal results
===============  ===================================================================
"""
