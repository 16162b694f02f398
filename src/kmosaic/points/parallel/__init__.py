"""The rows of an array, shared out among threads, and handed to kernels.

==============  ====================================================================
``blocks``      which rows make a block: fixed by the shape of the problem alone
``conversion``  how the rows of an array become floats that a kernel can read
``scratch``     working memory of a thread: aligned, and used again
``team``        threads that work on blocks, with results collected in block order
``dense_rows``  the rows of an array, with their type, weights and threads
==============  ====================================================================
"""
