"""Small made data whose reports are short enough to read."""

from dataclasses import replace

import numpy as np

from kmosaic.explore import explore
from kmosaic.report import Exploration

# Strokes on an empty ground, 5 x 4 pixels each.
SHAPES = {
    "bar": ["....", ".##.", ".##.", ".##.", "...."],
    "ring": ["####", "#..#", "#..#", "#..#", "####"],
    "<b>&|*": ["....", "....", "####", "....", "...."],
}
COLUMNS = ("height", "weight_in_kg", "<i>|age")


def pictures() -> tuple[np.ndarray, list[str]]:
    """Give 66 pictures, uint8 (66, 20), and what each was meant to be."""
    rows, labels = [], []
    for i in range(66):
        name = list(SHAPES)[i % 3]
        ink = np.array([[c == "#" for c in line] for line in SHAPES[name]]).ravel()
        noise = np.arange(1, 21) * (i * i + 17 * i + 5) % 37
        rows.append(np.where(ink, 150 + 2 * noise, noise))
        # Every eleventh label is wrong, so that the groups mix some.
        labels.append(list(SHAPES)[(i + 1) % 3] if i % 11 == 0 else name)
    return np.array(rows, dtype=np.uint8), labels


def table() -> np.ndarray:
    """Give 30 rows of a table, float64 (30, 3), around (1.5, 60, 20) and (1.9, 90, 50)."""
    i = np.arange(30)
    tall = i % 3 == 0
    return np.column_stack(
        [
            np.where(tall, 1.9, 1.5) + (i * 7 % 10) / 50,
            np.where(tall, 90, 60) + i * 11 % 13,
            np.where(tall, 50, 20) + i * 5 % 7,
        ]
    )


def timeless(found: Exploration) -> Exploration:
    """Give the same with all seconds made alike: the one thing that no seed repeats."""
    history = tuple(replace(step, seconds=0.001) for step in found.run.history)
    return replace(found, run=replace(found.run, seconds=0.25, history=history))


def explored_pictures() -> Exploration:
    """Explore the pictures with their labels."""
    X, labels = pictures()
    return timeless(
        explore(X, 3, labels=labels, image_shape=(5, 4), name="Strokes", random_state=1)
    )


def explored_table() -> Exploration:
    """Explore the table, whose name and columns try to break out."""
    name = "</title><script>alert(1)</script>"
    return timeless(explore(table(), 2, feature_names=COLUMNS, name=name, random_state=1))
