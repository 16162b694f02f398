"""Rows and centers in bytes: what they bound, against distances in float64."""

import numpy as np
import pytest

from kmosaic.kernels.assign.quantization import (
    WORD_LANES,
    QuantizedCenters,
    QuantizedRows,
    quantize_centers,
    quantize_rows,
)
from kmosaic.kernels.assign.quantized import QuantizedWorkspace, screen_rows
from kmosaic.kernels.simd.int8_dot import ROWS_AT_ONCE
from tests.kernels.build import (
    DTYPES,
    assert_bounds_hold,
    errors,
    frozen,
    groups,
    nothing_known,
    prepared,
    sq_dists,
    up_to,
)


def in_bytes(X: np.ndarray, origin: np.ndarray) -> tuple[QuantizedRows, np.ndarray, float]:
    n, d = X.shape
    base = np.full(d, float(X.min()))
    step = max(float(X.max() - X.min()) / 255, 1e-30)
    coded = np.full((n, up_to(d, 4)), 7, np.uint8)
    sq_norm, residual = np.empty(n, np.float32), np.empty(n, np.float32)
    quantize_rows(frozen(X), origin, base, step, coded, sq_norm, residual)
    assert not coded[:, d:].any()
    rows = QuantizedRows(frozen(coded.view(np.int32)), sq_norm, residual)
    return rows, base, step


def centers_in_bytes(centers, of_groups, origin, base, step):  # type: ignore[no-untyped-def]
    order = of_groups.ids.astype(np.intp)
    w = up_to(centers.shape[1], 4) // 4
    coded = np.zeros((len(order) // WORD_LANES, w, WORD_LANES, 4), np.int8)
    n_groups = len(of_groups.starts)
    codes = QuantizedCenters(
        words=coded.view(np.int32).reshape(-1),
        constant=np.empty(len(order), np.float32),
        ids=np.empty(len(order), np.int32),
        scale=np.empty(n_groups, np.float32),
        residual_norm=np.empty(n_groups),
        norm=np.empty(n_groups),
        rounding=np.empty(n_groups),
    )
    quantize_centers(centers, of_groups, order, origin, base, step, coded, codes)
    return codes, coded


def workspace(n_groups: int, w: int) -> QuantizedWorkspace:
    flag = np.zeros(w, np.uint8)
    return QuantizedWorkspace(
        limit=np.empty(w, np.float32),
        length=np.empty(w),
        own_group=np.empty(w, np.intp),
        label_kept=np.empty(w, np.bool_),
        ceiling=np.empty(w),
        floor=np.empty(w),
        nearest=np.empty(w, np.intp),
        in_doubt=np.empty(w, np.bool_),
        slot=np.empty((n_groups, w + 1), np.intp),
        listed=np.empty(n_groups, np.intp),
        flag=flag,
        flags=flag.view(np.uint64),
        least=np.empty((n_groups, w)),
        start=np.empty(ROWS_AT_ONCE, np.intp),
        sums=np.empty(ROWS_AT_ONCE * WORD_LANES, np.int32),
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("d", [1, 4, 7, 30])
def test_bytes_of_rows(d: int, dtype: type) -> None:
    X = np.random.default_rng(d).normal(50.0, 1.0, (9, d)).astype(dtype)
    origin = X.mean(axis=0, dtype=float)
    rows, base, step = in_bytes(X, origin)
    says = base + step * rows.words.view(np.uint8)[:, :d]
    residual = np.sqrt(((X - says) ** 2).sum(axis=1))
    assert (np.abs(X - says) <= step * 0.501).all()
    assert (rows.residual_norm >= residual * (1 - 1e-12)).all()
    np.testing.assert_allclose(rows.residual_norm, residual, rtol=1e-4, atol=1e-12)
    expected = ((X.astype(float) - origin) ** 2).sum(axis=1)
    np.testing.assert_allclose(rows.sq_norm, expected, rtol=1e-6)


def test_rows_that_were_bytes_lose_nothing() -> None:
    X = np.random.default_rng(0).integers(0, 256, (5, 8)).astype(np.float32)
    sq_norm, residual = np.empty(5, np.float32), np.empty(5, np.float32)
    coded = np.empty((5, 0), np.uint8)
    quantize_rows(frozen(X), np.zeros(8), np.zeros(8), 1.0, coded, sq_norm, residual)
    assert not residual.any()
    np.testing.assert_allclose(sq_norm, (X**2).sum(axis=1), rtol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("d", "k"), [(3, 5), (16, 20), (30, 50)])
def test_values_are_within_the_bound(d: int, k: int, dtype: type) -> None:
    rng = np.random.default_rng(d)
    X, centers = (rng.normal(2.0, 1.0, (m, d)).astype(dtype) for m in (40, k))
    origin = X.mean(axis=0, dtype=float)
    rows, base, step = in_bytes(X, origin)
    members = [part.tolist() for part in np.array_split(np.arange(k), 2)]
    in_groups = groups(prepared(centers), members, np.zeros(k), register=WORD_LANES)
    codes, coded = centers_in_bytes(centers, in_groups, origin, base, step)
    b = rows.words.view(np.uint8).astype(int)
    for g, ids in enumerate(members):
        lanes = in_groups.starts[g] + np.arange(len(ids))
        a = coded.transpose(0, 2, 1, 3).reshape(len(codes.ids), -1)[lanes].astype(int)
        values = codes.constant[lanes] + codes.scale[g] * (b @ a.T).astype(np.float32)
        e = centers[ids].astype(float) - origin
        exact = (e**2).sum(axis=1) / 2 - (X.astype(float) - origin) @ e.T
        length = np.sqrt(rows.sq_norm.astype(float)) + rows.residual_norm
        slack = length * codes.residual_norm[g] + rows.residual_norm * codes.norm[g]
        slack += codes.rounding[g] + 2.0**-20 * rows.sq_norm
        assert (np.abs(values - exact) <= slack[:, np.newaxis]).all()
        np.testing.assert_array_equal(codes.ids[lanes], ids)
    assert np.isposinf(codes.constant[codes.ids < 0]).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("tile", [16, 48])  # of rows: full, and with a rest
@pytest.mark.parametrize(("n", "d", "k"), [(1, 3, 2), (70, 12, 9), (50, 30, 40)])
def test_screened_rows(n: int, d: int, k: int, tile: int, dtype: type) -> None:
    rng = np.random.default_rng(n)
    centers = rng.normal(size=(k, d)).astype(dtype)
    X = (centers[rng.integers(0, k, n)] + rng.normal(0, 0.3, (n, d))).astype(dtype)
    members = [sorted(part.tolist()) for part in np.array_split(rng.permutation(k), 3)]
    members = [ids for ids in members if ids]
    of, origin = prepared(centers), X.mean(axis=0, dtype=float)
    in_groups = groups(of, members, np.zeros(k), register=WORD_LANES)
    rows, base, step = in_bytes(X, origin)
    codes, _ = centers_in_bytes(centers, in_groups, origin, base, step)
    labels = rng.integers(0, k, n).astype(np.int32)
    bounds, listed = nothing_known(n, len(members)), np.arange(n)
    n_left, compared, quantized = screen_rows(
        listed,
        rows,
        codes,
        in_groups,
        errors(centers, of.origin, np.zeros(k)),
        labels,
        bounds,
        workspace(len(members), tile),
    )
    sq_dist = sq_dists(X, centers)
    assert_bounds_hold(bounds, labels, sq_dist, members)
    sure = np.setdiff1d(np.arange(n), listed[:n_left])
    np.testing.assert_array_equal(labels[sure], sq_dist[sure].argmin(axis=1))
    assert n <= compared <= n * len(in_groups.ids) / WORD_LANES
    assert n <= quantized <= n * k
    assert n == 1 or n_left < n / 2  # so bytes are of use
