"""Points in a sparse matrix: only what is stored is read.

================  =====================================================================
``centers``       centers in the forms that kernels over sparse rows take
``rows``          the rows of a CSR matrix: blocks, moments, inertia
``cluster_sums``  what the rows of each cluster add up to, by difference
``passes``        every row compared with every center
``seeding``       D² of k-means++
``points``        SparsePoints, which wires them
================  =====================================================================
"""
