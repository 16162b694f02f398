"""The finding in words."""

from dataclasses import replace

import numpy as np
import pytest

from kmosaic.explore.describe.match import score_against_labels
from kmosaic.explore.describe.words import feature_gaps, finding, how_separate, notes
from kmosaic.explore.task.check import check_labels
from kmosaic.explore.task.passes import overview
from kmosaic.report import Data

ROWS = Data("d", 6, 2, "float64", None, ("a", "b"), (0.0, 1.0))
IMAGES = replace(ROWS, image_shape=(1, 2), feature_names=None)


def test_with_labels() -> None:
    labels = np.array([0, 0, 0, 0, 1, 1], dtype=np.int32)
    truth = score_against_labels(check_labels(["8", "8", "8", "1", "1", "1"], 6), labels, 2)
    assert finding(IMAGES, np.array([4, 2]), 0.5, truth, None) == (
        "2 groups in 6 images. Give each group the label most frequent in it, and 83.3 % "
        "of the images are labeled right. Most mixed is group 0: 3 images of 8 together "
        "with 1 of 1."
    )


def test_with_labels_that_fit() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1], dtype=np.int32)
    truth = score_against_labels(check_labels(labels, 6), labels, 2)
    assert finding(ROWS, np.array([3, 3]), 0.5, truth, None) == (
        "2 groups in 6 rows. Give each group the label most frequent in it, and 100 % of "
        "the rows are labeled right. No group mixes two labels."
    )


def test_without_labels() -> None:
    assert finding(ROWS, np.array([4, 2, 0]), 0.6, None, None) == (
        "3 groups in 6 rows, 1 of them empty. The largest holds 4 rows, the smallest 0. "
        "They are mostly apart (silhouette 0.60, where 1 is apart and 0 is touching)."
    )
    assert finding(ROWS, np.array([6]), None, None, None) == "1 group in 6 rows."
    two = finding(ROWS, np.array([3, 3]), 0.1, None, None)
    assert "Each holds 3 rows. They run into each other" in two


@pytest.mark.parametrize(
    ("silhouette", "words"),
    [(0.71, "clearly apart"), (0.51, "mostly"), (0.26, "overlap"), (-0.1, "run into")],
)
def test_separation_in_words(silhouette: float, words: str) -> None:
    assert words in how_separate(silhouette)


def test_features_by_hand() -> None:
    X = np.array([[0.0, 5.0, 1.0], [2.0, 5.0, 3.0], [0.0, 5.0, 1.0], [2.0, 5.0, 3.0]])
    seen = overview(X, np.zeros(4, dtype=np.int32), 1)
    gaps = feature_gaps(np.array([1.5, 7.0, 0.0]), seen, ("x", "constant", "y"))
    # Means 1, 5, 2 and standard deviations 1, 0, 1.
    assert [(gap.name, gap.gap) for gap in gaps] == [
        ("y", -2.0),
        ("x", 0.5),
        ("constant", 0),
    ]
    assert (gaps[0].center, gaps[0].mean) == (0.0, 2.0)


def noted(X: np.ndarray, data: Data, n_iter: int = 5) -> tuple[str, ...]:
    """Give the notes on data."""
    return notes(data, n_iter, 300, overview(X, np.zeros(len(X), dtype=np.int32), 1))


def test_a_column_that_outweighs_all_others_is_named() -> None:
    X = np.random.default_rng(0).normal(size=(50, 2))
    assert noted(X, ROWS) == ()
    (note,) = noted(X * [1, 100], ROWS)
    assert note.startswith("The column b holds 100.0 % of all variance") or "99.9 %" in note
    assert "--scale standard" in note
    assert noted(X * [1, 100], IMAGES) == ()
    assert noted(X * 0, ROWS) == ()


def test_a_fit_that_was_cut_short_is_told() -> None:
    (note,) = noted(np.eye(2), ROWS, n_iter=300)
    assert "300 iterations" in note
