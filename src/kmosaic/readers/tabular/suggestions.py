"""What to type where a table cannot become points as it is."""

from shlex import quote  # what is said can be pasted into a shell

import numpy as np

from kmosaic.readers.tabular.columns import MOST_VALUES, Columns, absent, is_name, is_text
from kmosaic.readers.tabular.id_columns import counts_rows

MOST_LISTED = 120  # characters of names of columns in a message


def suggest_option(name: str, columns: Columns) -> str:
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


def suggest_options(columns: Columns) -> str:
    """Everything that a table asks for, where that is more than one thing."""
    texts = [name for name, values in columns.items() if is_text(values)]
    kinds = [
        name
        for name in texts
        if not is_name(columns[name]) and len(set(columns[name])) <= MOST_VALUES
    ]
    measured = _measured(columns)
    usable = [name for name in columns if name in kinds or name in measured]
    typed = []
    if len(kinds) < len(texts) and usable:
        typed.append(f"--columns {quote(','.join(usable))}")
    if kinds:
        typed.append("--one-hot")
    if any(absent(columns[name]).any() for name in usable):
        typed.append("--missing mean")
    together = " ".join(typed)
    if len(typed) < 2 or len(together) > 2 * MOST_LISTED:
        return ""
    return f" To read the whole table: {together}."
