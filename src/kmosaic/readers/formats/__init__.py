"""One file for each format: a path goes in, a `Dataset` comes out.

===============  =====================================================================
``npy``          NumPy's arrays, mapped rather than loaded
``npz``          NumPy's archives of several arrays
``safetensors``  named arrays behind a header of JSON
``array_roles``  which of several named arrays are the points, and which their labels
``idx``          MNIST's format, gzipped or not, labels found by name
``csv/``         tables as text: .csv and .tsv, with or without a header
``parquet``      tables in columns, by pyarrow
``frames``       data frames of pandas and polars
===============  =====================================================================
"""
