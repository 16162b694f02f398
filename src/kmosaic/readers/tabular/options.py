"""What of a table becomes points, and how: as its user said."""

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kmosaic.choices import Missing, words
from kmosaic.errors import InputError
from kmosaic.readers.dataset import Column

MISSING = words(Missing)


@dataclass(frozen=True)
class TableOptions:
    """What of a table becomes points, and how.

    Attributes
    ----------
    columns : sequence of str or None
        The columns to take, in this order; None takes all but that of the labels.
    one_hot : bool
        Turn a column of text into one column of 0 and 1 for each of its values.
    missing : {"drop", "mean"} or None
        Leave out rows with a missing value, or put the column's mean there; None refuses.
    labels : str or None
        The column that holds the true labels.
    like : tuple of Column or None
        The columns of another table: the same are taken, and become the same points.
    without_row_numbers : bool
        Leave out columns that count the rows, where no columns are named.
    """

    columns: Sequence[str] | None = None
    one_hot: bool = False
    missing: str | None = None
    labels: str | None = None
    like: tuple[Column, ...] | None = None
    without_row_numbers: bool = False

    @property
    def any(self) -> bool:
        """Whether anything was chosen of what only tables have."""
        return replace(self, without_row_numbers=False) != TableOptions()


def check_table_options(options: TableOptions) -> None:
    """Refuse what can be neither a way to treat missing values nor columns."""
    if options.missing not in (None, *MISSING):
        raise InputError(f'missing is {options.missing!r}. Pass "drop" or "mean".')
    chosen = options.columns
    is_list = chosen and not isinstance(chosen, str)
    if chosen is not None and not (is_list and all(isinstance(n, str) for n in chosen)):
        raise InputError(f"columns is {chosen!r}. Pass a list of names of columns.")
    if not all(isinstance(column, Column) for column in options.like or ()):
        raise InputError(
            f"like is {options.like!r}. Pass the columns of a table that was read before: "
            "like=data.columns."
        )


def chosen_columns(names: Sequence[str], options: TableOptions, source: str) -> list[str]:
    """The names of the columns to read as points, each of them there."""
    there = Counter(names)
    chosen = options.columns
    if options.like is not None:
        chosen = [column.name for column in options.like]
    if chosen is None:
        chosen = [name for name in names if name != options.labels]
    for name in filter(None, (*chosen, options.labels)):
        if name not in there:
            near = difflib.get_close_matches(name, names, n=1)
            meant = f"Did you mean {near[0]!r}?" if near else _listed(names)
            raise InputError(f"{source} has no column {name!r}. {meant}")
        if there[name] > 1:
            raise InputError(f"{source} has two columns {name!r}. Rename one of them.")
    if not chosen:
        raise InputError(f"{source} has no column beside the labels. Pass more columns.")
    return list(chosen)


def _listed(names: Sequence[str]) -> str:
    """Say which columns there are."""
    shown = ", ".join(map(repr, names[:8]))
    return f"It has {shown}{f' and {len(names) - 8} more' if len(names) > 8 else ''}."
