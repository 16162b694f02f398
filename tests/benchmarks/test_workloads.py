"""The points of the workloads, and where they start."""

import numpy as np
import pytest
from benchmarks.data import MissingDataError, embeddings
from benchmarks.workloads import (
    AXES,
    QUICK_ROWS,
    WORKLOADS,
    Axis,
    Workload,
    inertia_of,
    start_of,
)

from tests.data import blobs
from tests.oracle import weighted_inertia


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_workload(workload: Workload) -> None:
    try:
        X = workload.points(QUICK_ROWS)
    except MissingDataError as error:
        pytest.skip(str(error))
    assert len(X) <= QUICK_ROWS
    assert X.flags.c_contiguous
    assert X.dtype == (np.float64 if workload.name == "digits-10" else np.float32)
    assert np.isfinite(X).all()
    np.testing.assert_array_equal(X, workload.points(QUICK_ROWS))
    start = start_of(X, workload.n_clusters)
    assert start.shape == (workload.n_clusters, X.shape[1])
    assert start.dtype == X.dtype
    assert len(np.unique(start, axis=0)) == workload.n_clusters


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: axis.name)
def test_one_number_grows_along_an_axis(axis: Axis) -> None:
    grown = [shape[axis.grows] for shape in axis.shapes]
    assert grown == sorted(set(grown))
    others = {tuple(np.delete(shape, axis.grows)) for shape in axis.shapes}
    assert len(others) == 1


def test_embeddings_are_unit_vectors() -> None:
    lengths = np.linalg.norm(embeddings(500), axis=1)
    np.testing.assert_allclose(lengths, 1.0, rtol=1e-5)


def test_too_few_different_rows_to_start_from() -> None:
    with pytest.raises(ValueError, match=r"Only 1 different rows for 2 centers\."):
        start_of(np.ones((10, 2)), 2)


def test_inertia_is_recomputed_right() -> None:
    X = blobs(20_000, 3, 4).astype(np.float32)  # more than a block of rows
    expected = weighted_inertia(X, np.ones(len(X)), X[:7].astype(float))
    assert inertia_of(X, X[:7]) == pytest.approx(expected)
