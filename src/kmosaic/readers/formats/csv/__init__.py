"""Tables of numbers as text: .csv and .tsv, with or without a header.

==========  ==========================================================================
``layout``  the delimiter, the header, and the rows as cells
``arrow``   columns of plain numbers by pyarrow, quickly; it never says what is wrong
``cells``   columns of numbers or texts, cell by cell
``faults``  the first cell that is not a number, and what to do about it
``table``   the reader: quickly where that works, else slowly, or with what is wrong
==========  ==========================================================================
"""

from kmosaic.readers.formats.csv.table import read_csv

__all__ = ["read_csv"]
