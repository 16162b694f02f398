"""Bad arguments: one sentence that says what was given and what to do."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from kmosaic.errors import InputError
from kmosaic.explore import explore
from kmosaic.explore.task.check import check_labels, check_n_init, check_seed

X = np.arange(12.0).reshape(6, 2)


def hole(value: float, dtype: str = "float64") -> np.ndarray:
    """Give 40,000 x 5 zeros but for one value."""
    found = np.zeros((40_000, 5), dtype=dtype)
    found[31_234, 3] = value
    return found


BAD: list[tuple[dict[str, Any], str]] = [
    (
        {"X": np.ones((9, 200)), "method": "gmm"},
        "200 x 200 covariances to each group, which takes too long. Group at most 128",
    ),
    ({"X": [["a", "b"]]}, "type <U1, not numbers"),
    ({"X": pd.DataFrame({"a": [1, 2], "city": ["x", "y"]})}, "Column 'city' of X"),
    ({"X": [[1], [1, 2]]}, "rows of one length"),
    ({"X": X[0]}, "Pass X.reshape(-1, 1)"),
    ({"X": X.reshape(3, 2, 2)}, "Pass X.reshape(len(X), -1) and the pictures' shape"),
    ({"X": X[:0]}, "X is empty (shape (0, 2))"),
    ({"X": X[:, :0]}, "X is empty (shape (6, 0))"),
    ({"X": X + 1j}, "complex128, not numbers"),
    ({"X": csr_array(X)}, "Pass X.toarray()"),
    ({"X": hole(np.nan)}, "NaN in row 31234, column 3"),
    ({"X": hole(-np.inf, "float16")}, "an infinite value in row 31234, column 3"),
    ({"n_clusters": 7}, "7 groups were asked of 6 row(s). Pass n_clusters of at most 6."),
    ({"n_clusters": 0}, "n_clusters is 0. Pass a whole number, 1 or more."),
    ({"n_clusters": 2.5}, "n_clusters is 2.5"),
    ({"n_clusters": True}, "n_clusters is True"),
    ({"labels": [1, 2]}, "There are 2 labels for 6 rows"),
    ({"labels": np.ones((6, 1))}, "shape (6, 1) labels for 6 rows"),
    ({"labels": [1, np.nan, 2, 3, 4, 5]}, "The label of row 1 is nan"),
    ({"image_shape": (2, 2)}, "2 x 2 = 4 values, but a row of X has 2"),
    ({"image_shape": 28}, "image_shape is 28. Pass (height, width)"),
    ({"image_shape": (1, 1, 2)}, "or (height, width, 3 or 4) for color"),
    ({"image_shape": (-1, -2)}, "Pass (height, width)"),
    ({"feature_names": ["a"]}, "There are 1 feature_names for 2 columns"),
    ({"project": "umap"}, 'project is \'umap\'. Pass "pca" or "tsne".'),
    ({"X": X[:4], "project": "tsne"}, "t-SNE needs at least 5 rows and there are 4"),
    ({"random_state": -1}, "random_state is -1"),
    ({"random_state": 2**32}, "Pass a number below 2**32"),
    ({"n_init": "many"}, "Pass a whole number, 1 or more"),
    ({"n_init": 0}, "n_init (where it is not"),
]


@pytest.mark.parametrize(("given", "words"), BAD, ids=[words for _, words in BAD])
def test_one_sentence_with_the_next_step(given: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        explore(**{"X": X, "n_clusters": 2, **given})
    message = str(caught.value)
    assert words in message
    assert message.endswith((".", ")."))
    assert "\n" not in message


@pytest.mark.parametrize(
    ("labels", "classes", "codes"),
    [
        ([10, 9, 10], ("9", "10"), [1, 0, 1]),
        ([2.0, 1.5, 2.0], ("1.5", "2"), [1, 0, 1]),
        (["b", "a", "b"], ("a", "b"), [1, 0, 1]),
        (np.array(["b", "a\n x", "b"], dtype=object), ("a x", "b"), [1, 0, 1]),
        ([True, False, True], ("False", "True"), [1, 0, 1]),
        (pd.Series(["y", "x", "y"], index=[7, 8, 9]), ("x", "y"), [1, 0, 1]),
    ],
)
def test_labels_of_any_kind(
    labels: Any, classes: tuple[str, ...], codes: list[int]
) -> None:
    true = check_labels(labels, 3)
    assert true.classes == classes
    assert true.codes.tolist() == codes


def test_auto_starts_ten_times_while_a_pass_is_small() -> None:
    assert check_n_init("auto", 10**7) == 10
    assert check_n_init("auto", 10**7 + 1) == 1
    assert check_n_init(np.int64(3), 10**9) == 3


def test_no_seed_is_a_drawn_one() -> None:
    assert check_seed(None) != check_seed(None)
    assert check_seed(np.uint8(7)) == 7
