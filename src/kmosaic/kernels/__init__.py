"""Compiled inner loops: arrays in, arrays out.

The caller allocates and says what each array is; a kernel fills it, knows nothing of
what lies above, and runs without the interpreter's lock, so that plain threads run it
in parallel. Without Numba's compiler (``NUMBA_DISABLE_JIT=1``) they run as Python.

Lowest first; each imports only from those above it in this list:

=================  ================================================================
``numba_private``  all that is used of Numba beyond what it documents
``compile``        how kernels are compiled, cached, and announced
``rounding``       how far rounding may carry a result: the constants of all bounds
``simd/``          registers of the processor as values; tiles transposed; int8 products
``boxes``          bounding boxes of runs of rows
``zorder``         places of rows on a Z-order (Morton) curve, which such runs follow
``distances``      squared distances taken directly: inertia, the farthest rows
``moments``        means and scatters of the features
``centers``        what a pass computes of the centers alone
``sparse``         all of this for rows of which only the values that are not 0 are stored
``assign/``        the nearest center of every row: in full, or with what bounds rule out
``hartigan``       single rows that lower the inertia in another cluster
``seeding/``       distances to the nearest center so far, lowered as centers are added
``color/``         color histograms, dithering, error and utility of palette colors
=================  ================================================================
"""
