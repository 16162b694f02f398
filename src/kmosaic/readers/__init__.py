"""Files in, arrays out, and what they are: pictures, named columns, true labels.

::

    source.read ──► made            scikit-learn's handwritten digits, and made sets
                ──► npy, npz        NumPy's files; a .npy is mapped, not loaded
                ──► idx             MNIST's format, gzipped or not, labels found by name
                ──► table, parquet, frames    named columns: .csv, .tsv, .parquet, pandas
                ──► pictures        folders and globs of pictures
                ──► tensors         safetensors
                        │
         arrays, columns, labels, choice, finite, row_numbers    what all of them share
                        ▼
                     Dataset        X in its stored dtype; nothing is converted

A file is checked before it is believed: sizes that a header promises are held against
the size of the file before memory is asked for, and nothing is ever unpickled.
"""

from kmosaic.readers.dataset import Column, Dataset
from kmosaic.readers.finite import check_finite
from kmosaic.readers.label_files import read_labels
from kmosaic.readers.source import read

__all__ = ["Column", "Dataset", "check_finite", "read", "read_labels"]
