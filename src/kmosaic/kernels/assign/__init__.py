"""The nearest center of every row, and what the rows of each center add up to.

``full`` compares each row with each center. All others leave out comparisons whose result
is known, and give the same labels:

================  ==================================================================
``sums``          sums of the rows of each center, in full or by the rows that moved
``full``          every row with every center, a tile of rows at a time
``bounds``        bounds kept from pass to pass, and what rounding may do to them
``nearest_two``   the nearest and the second nearest center of each row of a tile
``hamerly``       one bound on all other centers (Hamerly 2010)
``yinyang``       one bound for each group of centers (Ding et al. 2015)
``quantization``  rows and centers rounded to bytes (scalar quantization)
``quantized``     distances bounded from int8 products, before rows are read as floats
``candidates``    which centers may be nearest to a row of a box (Kanungo et al. 2002)
``boxes``         rows in bounding boxes, each compared with its candidates only
``fused``         all of Lloyd's loop in one call, for few rows
================  ==================================================================
"""
