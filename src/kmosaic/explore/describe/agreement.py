"""Two groupings of the same rows: how far they agree, and what goes where."""

from typing import Any

import numpy as np

from kmosaic.errors import InputError
from kmosaic.explore.describe.match import count_pairs, diagonal_order
from kmosaic.explore.result import Agreement, Exploration
from kmosaic.explore.task.check import check_labels


def compare(
    first: Any, second: Any, *, names: tuple[str, str] = ("first", "second")
) -> Agreement:
    """Hold two groupings of the same rows against each other.

    Parameters
    ----------
    first, second : Exploration, or array-like of shape (n_samples,)
        What :func:`explore` or :func:`open_run` gave, or labels.
    names : tuple of (str, str), default=("first", "second")
        What to call them.

    Returns
    -------
    Agreement
        Adjusted Rand index, adjusted mutual information, and the flows between groups.

    Raises
    ------
    InputError
        If they are not of the same number of rows.

    Examples
    --------
    >>> found = compare([0, 0, 1, 1], [1, 1, 0, 2])
    >>> found
    <Agreement of 'first' and 'second': adjusted Rand 0.5714, AMI 0.5714>
    >>> found.flows
    ((0, 2, 0), (1, 0, 1))
    """
    (a, titles_a), (b, titles_b) = _labels(first), _labels(second)
    if a.ndim != 1 or b.ndim != 1 or len(a) != len(b) or len(a) == 0:
        raise InputError(
            f"{names[0]} has labels of shape {a.shape}, {names[1]} of shape {b.shape}. "
            "Compare two groupings of the same rows."
        )
    codes_a, titles_a = _codes(a, titles_a)
    codes_b, titles_b = _codes(b, titles_b)
    return agreement_of([codes_a, codes_b], [titles_a, titles_b], names)


def agreement_of(
    labels: list[Any], titles: list[tuple[str, ...]], names: tuple[str, str]
) -> Agreement:
    """Two arrays of group numbers against each other."""
    from sklearn import metrics

    (codes_a, codes_b), (titles_a, titles_b) = labels, titles
    flows = count_pairs(codes_a, codes_b, len(titles_a), len(titles_b))
    return Agreement(
        names=names,
        n_samples=len(codes_a),
        adjusted_rand=float(metrics.adjusted_rand_score(codes_a, codes_b)),
        adjusted_mutual_info=float(metrics.adjusted_mutual_info_score(codes_a, codes_b)),
        first=titles_a,
        second=titles_b,
        flows=tuple(map(tuple, flows.tolist())),
        order=tuple(diagonal_order(flows).tolist()),
    )


def _labels(given: Any) -> tuple[Any, tuple[str, ...] | None]:
    """Labels, and the groups' names where they are known."""
    if isinstance(given, Exploration):
        return given.labels, tuple(c.name or str(c.index) for c in given.clusters)
    return np.asarray(given), None


def _codes(labels: Any, titles: tuple[str, ...] | None) -> tuple[Any, tuple[str, ...]]:
    """Labels as numbers from 0, and what each is called."""
    if titles is not None:
        return labels.astype(np.intp), titles
    known = check_labels(labels, len(labels))
    return known.codes, known.classes
