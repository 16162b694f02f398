"""How the rows are shared out among threads, and handed to kernels.

==============  ====================================================================
``blocks``      which rows make a block: fixed by the shape of the problem alone
``conversion``  how the rows of an array become floats that a kernel can read
``scratch``     working memory of a thread, aligned
``team``        threads that work on blocks, with results collected in block order
==============  ====================================================================
"""
