"""Named columns become points: some chosen, text as 0 and 1, gaps filled or left out."""

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote  # what is said can be pasted into a shell
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.choices import Missing, words
from kmosaic.errors import InputError
from kmosaic.readers.dataset import Column, Dataset
from kmosaic.readers.labels import as_labels
from kmosaic.readers.tabular.id_columns import counts_rows

Columns = Mapping[str, NDArray[Any]]  # numbers (NaN: missing) or text (None: missing)

MISSING = words(Missing)
# Texts with more values than this are names or free text; columns of 0 and 1 for each
# would outweigh all others.
MOST_VALUES = 50
MOST_LISTED = 120  # characters of names of columns in a message


@dataclass(frozen=True)
class Choices:
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
        return replace(self, without_row_numbers=False) != Choices()


def check_choices(choices: Choices) -> None:
    """Refuse what can be neither a way to treat missing values nor columns."""
    if choices.missing not in (None, *MISSING):
        raise InputError(f'missing is {choices.missing!r}. Pass "drop" or "mean".')
    chosen = choices.columns
    is_list = chosen and not isinstance(chosen, str)
    if chosen is not None and not (is_list and all(isinstance(n, str) for n in chosen)):
        raise InputError(f"columns is {chosen!r}. Pass a list of names of columns.")
    if not all(isinstance(column, Column) for column in choices.like or ()):
        raise InputError(
            f"like is {choices.like!r}. Pass the columns of a table that was read before: "
            "like=data.columns."
        )


def wanted(names: Sequence[str], choices: Choices, source: str) -> list[str]:
    """The names of the columns to read as points, each of them there."""
    there = Counter(names)
    chosen = choices.columns
    if choices.like is not None:
        chosen = [column.name for column in choices.like]
    if chosen is None:
        chosen = [name for name in names if name != choices.labels]
    for name in filter(None, (*chosen, choices.labels)):
        if name not in there:
            near = difflib.get_close_matches(name, names, n=1)
            meant = f"Did you mean {near[0]!r}?" if near else _listed(names)
            raise InputError(f"{source} has no column {name!r}. {meant}")
        if there[name] > 1:
            raise InputError(f"{source} has two columns {name!r}. Rename one of them.")
    if not chosen:
        raise InputError(f"{source} has no column beside the labels. Pass more columns.")
    return list(chosen)


def as_dataset(columns: Columns, choices: Choices, source: str, name: str) -> Dataset:
    """The points of a table, with its labels and what was done to its gaps."""
    names = wanted(list(columns), choices, source)
    for column in names:
        if choices.like is None and is_text(columns[column]) and not choices.one_hot:
            chosen = {name: columns[name] for name in names}
            shown = next((str(v)[:40] for v in columns[column] if v is not None), "")
            raise InputError(
                f"{source}, column {column!r} holds text ({shown!r}). "
                f"{way_out(column, chosen)}{all_at_once(chosen)}"
            )
        _check_kind(column, columns[column], source)
    unlabeled = [choices.labels] if choices.labels and choices.missing == "drop" else []
    needed = {n: columns[n] for n in (*names, *unlabeled)}
    keep, notes = _rows_kept(needed, choices, source)
    rows = np.arange(len(columns[names[0]]))[keep]
    learned = choices.like or tuple(
        _learned(n, columns[n][keep], choices, source) for n in names
    )
    parts = [
        part
        for its in learned
        for part in _points_of(its, columns[its.name][keep], rows, source)
    ]
    X = np.empty(
        (len(parts[0][1]), len(parts)), dtype=np.result_type(*(v.dtype for _, v in parts))
    )
    for i, (_, values) in enumerate(parts):
        X[:, i] = values
    if len(X) == 0:
        raise InputError(
            f"{source} has a missing value in every row, so none is left. Choose columns "
            "without gaps (--columns), or fill them in (--missing mean)."
        )
    whole = isinstance(keep, slice)
    data = Dataset(
        X=X,
        name=name,
        feature_names=tuple(n for n, _ in parts),
        row_names=None if whole else np.flatnonzero(keep),
        n_read=None if whole else len(keep),
        kept=None if whole else np.flatnonzero(keep),
        columns=learned,
        notes=notes,
    )
    if choices.labels is None:
        return data
    labels = columns[choices.labels][keep]
    return replace(data, labels=_labels(labels, f"{source}, column {choices.labels!r}"))


def is_text(values: NDArray[Any]) -> bool:
    """Whether a column holds text."""
    return values.dtype.kind in "OUT"


def absent(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a column has no value."""
    if is_text(values):
        return np.fromiter((v is None or v != v for v in values), bool, len(values))
    return np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), bool)


def is_number(text: str) -> bool:
    """Say whether NumPy reads a text as a number; NaN and infinity are numbers here."""
    try:
        float(text)
    except ValueError:
        return False
    # Python alone also takes 1_000 and digits of other scripts.
    return text.isascii() and "_" not in text


def is_name(values: NDArray[Any]) -> bool:
    """Whether every row has a text of its own, as names and ids are."""
    given = list(values)
    return (
        is_text(values)
        and len(given) > 2
        and len(set(given)) == len(given)
        and not any(is_number(str(value)) for value in given)
    )


def way_out(name: str, columns: Columns) -> str:
    """What to do about a column of text."""
    others = _measured(columns)
    listed = ",".join(others)
    fits = 0 < len(listed) <= MOST_LISTED and listed.count(",") == len(others) - 1
    chosen = f"--columns {quote(listed)}" if fits else "--columns"
    if is_name(columns[name]):
        return f"Every row has another one, as names and ids are: leave it out ({chosen})."
    return (
        f"Leave it out ({chosen}), hold the groups of explore against it "
        f"(--labels {quote(name)}), or turn each of its values into a column of 0 and 1 "
        "(--one-hot)."
    )


def _measured(columns: Columns) -> list[str]:
    """The columns of numbers that do not count the rows."""
    return [
        name
        for name, values in columns.items()
        if not is_text(values) and not counts_rows(values, np.arange(len(values)))
    ]


def all_at_once(columns: Columns) -> str:
    """Everything that a table asks for, where that is more than one thing."""
    texts = [name for name, values in columns.items() if is_text(values)]
    kinds = [
        name
        for name in texts
        if not is_name(columns[name]) and len(set(columns[name])) <= MOST_VALUES
    ]
    measured = _measured(columns)
    kept = [name for name in columns if name in kinds or name in measured]
    options = []
    if len(kinds) < len(texts) and kept:
        options.append(f"--columns {quote(','.join(kept))}")
    if kinds:
        options.append("--one-hot")
    if any(absent(columns[name]).any() for name in kept):
        options.append("--missing mean")
    together = " ".join(options)
    if len(options) < 2 or len(together) > 2 * MOST_LISTED:
        return ""
    return f" To read the whole table: {together}."


def _check_kind(name: str, values: NDArray[Any], source: str) -> None:
    """Refuse columns that are neither numbers nor text."""
    if not is_text(values) and values.dtype.kind not in "biuf":
        raise InputError(
            f"{source}, column {name!r} holds {values.dtype} values. Leave it out "
            "(--columns), or store it as numbers, such as days since the first date."
        )


def _rows_kept(
    columns: Columns, choices: Choices, source: str
) -> tuple[Any, tuple[str, ...]]:
    """The rows to keep (all of them as a slice), and a note on gaps."""
    gaps = {name: absent(values) for name, values in columns.items()}
    n_gaps = sum(int(gap.sum()) for gap in gaps.values())
    if n_gaps == 0:
        return slice(None), ()
    if choices.missing is None:
        name = next(name for name, gap in gaps.items() if gap.any())
        row = int(gaps[name].argmax())
        raise InputError(
            f"{source}, column {name!r} has no value in row {row} (counted from 0), and "
            f"{counted(n_gaps)} missing in all. Leave such rows out (--missing drop), "
            "or put the column's mean there (--missing mean)."
            f"{'' if choices.like else all_at_once(columns)}"
        )
    if choices.missing == "drop":
        keep = ~np.logical_or.reduce(list(gaps.values()))
        left_out = len(keep) - int(keep.sum())
        return keep, (
            f"{left_out:,} of {len(keep):,} rows have a missing value and were left out.",
        )
    n_texts = sum(int(gaps[n].sum()) for n in gaps if is_text(columns[n]))
    return slice(None), tuple(
        filter(None, (_filled(n_gaps - n_texts, choices), _left_zero(n_texts)))
    )


def _filled(n_gaps: int, choices: Choices) -> str:
    """Say with what numbers were filled in."""
    if n_gaps == 0:
        return ""
    whose = "of the column" if choices.like is None else "that the column had in the fit"
    return f"{counted(n_gaps)} missing and filled with the mean {whose}."


def _left_zero(n_texts: int) -> str:
    """Say what became of missing texts."""
    if n_texts == 0:
        return ""
    said = "1 text is" if n_texts == 1 else f"{n_texts:,} texts are"
    return f"{said} missing and counted as none: 0 in each column of the text's values."


def _learned(name: str, values: NDArray[Any], choices: Choices, source: str) -> Column:
    """What is to be known of a column to make points of it, now and later."""
    gaps = absent(values)
    if is_text(values):
        kinds = sorted({str(value) for value in values[~gaps]})
        if len(kinds) > MOST_VALUES:
            raise InputError(
                f"{source}, column {name!r} holds {len(kinds):,} different texts, too many "
                f"for a column of 0 and 1 each (at most {MOST_VALUES}). Leave it out "
                "(--columns)."
            )
        return Column(name, values=tuple(kinds))
    if gaps.all():
        if choices.missing == "mean" and len(values):
            raise InputError(
                f"{source}, column {name!r} has no value at all, and so no mean. "
                "Leave it out (--columns)."
            )
        return Column(name)
    mean = float(values[~gaps].mean(dtype=np.float64))
    return Column(name, mean=mean if np.isfinite(mean) else None)


def _points_of(
    known: Column, values: NDArray[Any], rows: NDArray[np.intp], source: str
) -> list[tuple[str, NDArray[Any]]]:
    """The columns of points that a column of the table becomes; `rows` are its numbers."""
    gaps = absent(values)
    if known.values is None:
        if is_text(values):
            row = int((~gaps).argmax())
            raise InputError(
                f"{source}, column {known.name!r} holds the text {str(values[row])[:40]!r} "
                f"in row {rows[row]} (counted from 0), and numbers in the data of the fit. "
                "Write a number there, or leave that row out."
            )
        if values.dtype.kind == "b":
            return [(known.name, values.view(np.uint8))]
        if gaps.any():
            if known.mean is None:
                raise InputError(
                    f"{source}, column {known.name!r} misses values, and the model does "
                    "not know its mean. Fill them in, or leave such rows out "
                    "(--missing drop)."
                )
            values = np.where(gaps, known.mean, values)
        return [(known.name, values)]
    number = {text: i for i, text in enumerate(known.values)}
    kinds = np.array([number.get(str(v), -1) for v in values], dtype=np.intp)
    kinds[gaps] = -1
    strange = ~gaps & (kinds < 0)
    if strange.any():
        row = int(strange.argmax())
        shown = ", ".join(repr(value) for value in known.values[:8])
        raise InputError(
            f"{source}, column {known.name!r} holds {str(values[row])[:40]!r} in row "
            f"{rows[row]} (counted from 0), and the data of the fit had only {shown}"
            f"{' and others' if len(known.values) > 8 else ''}. Leave such rows out, or "
            "explore data that have it."
        )
    return [
        (f"{known.name}={text}", (kinds == i).astype(np.uint8))
        for text, i in number.items()
    ]


def _labels(values: NDArray[Any], source: str) -> NDArray[Any]:
    """A column as true labels."""
    if absent(values).any():
        row = int(absent(values).argmax())
        raise InputError(
            f"{source} has no label in row {row} (counted from 0). Fill it in, or leave "
            "such rows out (--missing drop)."
        )
    if is_text(values):
        return np.array([str(value) for value in values])
    return as_labels(values, len(values), source)


def counted(n_gaps: int) -> str:
    """Say how many values are missing."""
    return "1 value is" if n_gaps == 1 else f"{n_gaps:,} values are"


def _listed(names: Sequence[str]) -> str:
    """Say which columns there are."""
    shown = ", ".join(map(repr, names[:8]))
    return f"It has {shown}{f' and {len(names) - 8} more' if len(names) > 8 else ''}."
