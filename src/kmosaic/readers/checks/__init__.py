"""What arrays must be before anything believes them.

================  ====================================================================
``arrays``        an array of any shape becomes points, one row each, or is refused
``checked_read``  a header's promise is held to the size of the file
``finite``        NaN and infinity are found and named
================  ====================================================================
"""
