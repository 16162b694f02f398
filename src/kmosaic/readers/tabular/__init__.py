"""Named columns become points.

==============  ======================================================================
``columns``     some are chosen, texts become 0 and 1, gaps are filled or left out
``id_columns``  columns that only count the rows
==============  ======================================================================
"""
