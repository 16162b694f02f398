"""Registers of the processor as values, for the loops that all time goes into.

=============  ====================================================================
``lanes``      how many numbers fill a register, and how many registers a loop takes
``vectors``    load, store, multiply, compare, choose: one operation on all lanes
``transpose``  tiles of rows transposed in registers, so that each row has a lane
``int8_dot``   bytes multiplied and added up, four to a number
=============  ====================================================================
"""
