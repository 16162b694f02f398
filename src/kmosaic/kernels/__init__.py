"""Compiled inner loops: arrays in, arrays out.

The caller allocates and says what each array is; a kernel fills it, knows nothing of
what lies above, and runs without the interpreter's lock, so that plain threads run it
in parallel. Without Numba's compiler (``NUMBA_DISABLE_JIT=1``) they run as Python.

=============  ====================================================================
``assign``     nearest center of every row, and the sums that the next centers need
``bounded``    the same, without the distances that bounds have ruled out
``pairs``      the nearest two centers of rows in doubt, for one bound on all others
``codes``      what rows in bytes tell before they need be read as floats
``boxes``      the same for rows in small boxes, which see only a few centers
``centers``    what a pass computes of the centers alone
``colors``     pixels counted by color, and given what is known of their color
``dither``     error diffusion, and the pairs of colors that a pattern mixes
``swaps``      which centers are worth least, and which serve their rows worst
``curve``      places of rows along a space-filling curve
``distances``  squared distances taken directly: inertia, the farthest rows
``seeding``    the same to the nearest of some centers, lowered as centers are added
``sparse``     all of this for rows of which only the values that are not 0 are stored
``moments``    means and scatters of the features
``vectors``    registers of the processor as values
``dots``       bytes multiplied and added up, four to a number
``lanes``      how the compiler is told of both
``compile``    how all of them are compiled, cached, and announced
=============  ====================================================================
"""
