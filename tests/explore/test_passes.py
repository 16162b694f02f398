"""Blockwise passes against plain NumPy on the whole."""

import numpy as np
import pytest

from kmosaic.explore.task import passes

K = 4


def problem(dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """Give whole numbers far from zero, that every type holds exactly, and labels."""
    rng = np.random.default_rng(3)
    X = rng.integers(60, 120, size=(501, 7)).astype(dtype)
    return X, rng.integers(0, K - 1, size=501).astype(np.int32)  # the last one is empty


@pytest.fixture(params=[10, 1 << 17], ids=["many blocks", "one block"])
def block_values(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(passes, "BLOCK_VALUES", request.param)
    return int(request.param)


def test_blocks_cover_every_row_once(block_values: int) -> None:
    X, _ = problem("uint8")
    rows = np.concatenate([np.arange(len(X))[block] for block in passes.blocks(X)])
    np.testing.assert_array_equal(rows, np.arange(len(X)))


@pytest.mark.usefixtures("block_values")
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["uint8", "int64", "float16", "float32", "float64"])
def test_overview(dtype: str, order: str) -> None:
    X, labels = problem(dtype)
    plain = X.astype(np.float64)
    given = np.asarray(X, order=order)  # type: ignore[call-overload] # a str, not a Literal
    given.flags.writeable = False
    seen = passes.overview(given, labels, K)
    np.testing.assert_array_equal(seen.sizes, [(labels == j).sum() for j in range(K)])
    np.testing.assert_allclose(seen.mean, plain.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(seen.std, plain.std(axis=0), rtol=1e-12)
    for j in range(K - 1):
        np.testing.assert_allclose(
            seen.means[j], plain[labels == j].mean(axis=0), rtol=1e-12
        )
    np.testing.assert_allclose(seen.means[K - 1], seen.mean)
    assert seen.total_scatter == pytest.approx(((plain - plain.mean(axis=0)) ** 2).sum())
    assert seen.value_range == (plain.min(), plain.max())


@pytest.mark.usefixtures("block_values")
def test_own_distance() -> None:
    X, labels = problem("uint8")
    centers = np.random.default_rng(0).uniform(60, 120, size=(K, 7))
    expected = np.linalg.norm(X.astype(np.float64) - centers[labels], axis=1)
    np.testing.assert_allclose(passes.own_distances(X, centers, labels), expected)


def test_spread_far_from_the_origin_keeps_its_digits() -> None:
    X = 1e9 + np.array([[0.0], [1.0], [2.0], [3.0]])
    seen = passes.overview(X, np.zeros(4, dtype=np.int32), 1)
    assert seen.total_scatter == 5.0
    assert seen.std[0] == pytest.approx(np.sqrt(1.25))
