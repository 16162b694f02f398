"""One pass over the rows: each finds the same labels, by another way.

====================  ==============================================================
``prepared``          centers in the form that kernels take
``result``            what a pass brings back to the set of points
``incremental_sums``  sums brought up to date by the rows that move
``full``              every row compared with every center
``workspace``         working memory of passes by bounds
``bounded``           only the distances that bounds leave (Hamerly, Yinyang, bytes)
``boxed``             bounding boxes compared with their candidates
``derived``           what is made of the rows once: boxes, quantized rows
``planner``           pass after pass, each by the engine that pays
``fused``             a whole run of Lloyd's algorithm over few rows, in one kernel
``hartigan``          rows moved one at a time, where that lowers the inertia
====================  ==============================================================
"""
