"""Squared distances to the nearest of the centers chosen so far, for k-means++; draws.

===============  ===================================================================
``base``         what every way of comparing new centers starts from
``full``         new centers compared with every row
``boxes``        only with boxes of rows that may be nearer to them
``projections``  only with rows whose projections on principal axes are near
``nearest``      DenseSeeding: which way, running sums, and draws by them
``sampling``     draws by weight, and a search in running sums of blocks
===============  ===================================================================
"""
