"""Files in, arrays out, and what they are: pictures, named columns, true labels.

::

    source.read ──► synthetic       scikit-learn's handwritten digits, and made sets
                ──► formats/        .npy, .npz, idx, safetensors, .csv, .parquet, frames
                ──► pictures        folders and globs of pictures
                        │
         checks/  tabular/  labels  what all of them share
                        ▼
             dataset.Dataset        X in its stored dtype; nothing is converted

``label_files`` reads true labels from a file of their own.

A file is checked before it is believed: sizes that a header promises are held against
the size of the file before memory is asked for, and nothing is ever unpickled.
"""

from kmosaic.readers.checks.finite import check_finite
from kmosaic.readers.dataset import Column, Dataset
from kmosaic.readers.label_files import read_labels
from kmosaic.readers.source import read

__all__ = ["Column", "Dataset", "check_finite", "read", "read_labels"]
