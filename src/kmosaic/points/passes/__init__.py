"""One pass over the rows: each finds the same labels, by another way.

=============  =====================================================================
``prepared``   centers in the form that kernels take
``full``       every row compared with every center
``workspace``  working memory of passes by bounds
``bounded``    only the distances that bounds leave to be computed
``fused``      a whole run of Lloyd's algorithm over few rows, in one kernel
``hartigan``   rows moved one at a time, where that lowers the inertia
=============  =====================================================================
"""
