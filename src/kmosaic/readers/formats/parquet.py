"""Parquet files, by pyarrow: whole columns of numbers and texts."""

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.files import describe_beginning, reason
from kmosaic.readers.dataset import Dataset
from kmosaic.readers.tabular.options import TableOptions, chosen_columns
from kmosaic.readers.tabular.table import as_dataset

INDEX = re.compile(r"__index_level_\d+__")  # what pandas calls row labels without a name


def read_parquet(path: Path, options: TableOptions) -> Dataset:
    """Read the chosen columns of a .parquet file."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise InputError(
            f"{path} is a Parquet file, which pyarrow reads, and pyarrow is not installed: "
            "pip install 'kmosaic[parquet]'."
        ) from None
    try:
        with parquet.ParquetFile(path, page_checksum_verification=True) as file:
            names = list(file.schema_arrow.names)
            if options.columns is None and options.like is None:
                names = [name for name in names if not INDEX.fullmatch(name)]
            chosen = chosen_columns(names, options, str(path))
            label = [options.labels] if options.labels else []
            read = [name for name in names if name in {*chosen, *label}]
            table = file.read(columns=read)
    # pyarrow raises OSError, ArrowInvalid and others for damaged files.
    except (arrow.ArrowException, OSError) as error:
        raise InputError(
            f"{path} is {describe_beginning(path)} and cannot be read as Parquet "
            f"({reason(error)}). Write or download it again."
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is damaged: {reason(error)}. Write it again.") from error
    if table.num_rows == 0:
        raise InputError(f"{path} has 0 rows. Pass a table with one point per row.")
    columns = {
        name: _values(table.column(name), f"{path}, column {name!r}") for name in read
    }
    return as_dataset(columns, options, str(path), path.stem)


def _values(column: Any, source: str) -> NDArray[Any]:
    """A column as numbers, NaN where a value is missing, or as texts."""
    import pyarrow as arrow

    kind = column.type
    if arrow.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if arrow.types.is_decimal(kind):
        column = column.cast(arrow.float64())
    if arrow.types.is_nested(kind):
        raise InputError(
            f"{source} holds {kind} values. Leave it out (--columns), or store each of its "
            "numbers as a column of its own."
        )
    try:
        values: NDArray[Any] = np.asarray(column.to_numpy())
        if values.dtype == object and arrow.types.is_boolean(kind):
            values = np.array([np.nan if v is None else float(v) for v in values])
    except (arrow.ArrowException, UnicodeDecodeError) as error:
        raise InputError(
            f"{source} is damaged: {reason(error)}. Write it again."
        ) from error
    return values
