"""Kernels of color, against counts, sorted distances and rows taken one by one."""

import numpy as np
import pytest

from kmosaic.kernels.color.dither import diffuse, find_partners
from kmosaic.kernels.color.histogram import count_colors, look_up_colors, mark_pages
from kmosaic.kernels.color.utility import TILE_ROWS, error_and_utility
from tests.kernels.build import NO_WEIGHT, sq_dists


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n", [1, 500])
def test_histogram(n: int, weighted: bool) -> None:
    rng = np.random.default_rng(n)
    pixels = (rng.integers(0, 4, (n, 3)) * 85).astype(np.uint8)
    weight = (rng.random(n) if weighted else NO_WEIGHT).astype(np.float32)
    needed = np.zeros(4096, np.bool_)
    mark_pages(pixels, needed)
    page = (np.cumsum(needed) - 1).astype(np.int32)
    counts = np.zeros((needed.sum(), 4096), np.int32)
    weights = np.zeros(counts.shape if weighted else (0, 4096))
    count_colors(pixels, weight, page, counts, weights)
    colors, number, expected = np.unique(
        pixels, axis=0, return_inverse=True, return_counts=True
    )
    assert np.sort(counts[counts > 0]).tolist() == np.sort(expected).tolist()
    numbers = np.full(counts.shape, -1, np.int32)
    numbers[counts > 0] = np.arange(len(colors))
    into = np.empty(n, np.int32)
    every = np.arange(len(colors), dtype=np.int32)
    look_up_colors(pixels, page, numbers, every, into)
    # Each color has one number, and each number one color.
    pairs = np.unique(np.column_stack([number.ravel(), into]), axis=0)
    assert len(pairs) == len(colors)
    assert len(set(pairs[:, 1])) == len(colors)
    np.testing.assert_array_equal(counts[counts > 0][into], expected[number.ravel()])
    if weighted:
        by_color = np.bincount(into, weight, minlength=len(colors))
        np.testing.assert_allclose(weights[counts > 0], by_color)


@pytest.mark.parametrize(
    ("n", "d", "k"), [(1, 3, 2), (TILE_ROWS, 3, 5), (TILE_ROWS + 7, 2, 9)]
)
def test_error_and_utility(n: int, d: int, k: int) -> None:
    rng = np.random.default_rng(n)
    X, centers = (rng.random((m, d)).astype(np.float32) for m in (n, k))
    weight = rng.random(n)
    errors, utilities = np.empty(k), np.empty(k)
    tile = np.zeros((d, TILE_ROWS), np.float32)
    error_and_utility(X, weight, centers, tile, errors, utilities)
    sq_dist = sq_dists(X, centers)
    nearest, total = sq_dist.argmin(axis=1), weight @ sq_dist.min(axis=1)
    for c in range(k):
        mine = nearest == c
        error = weight[mine] @ sq_dist[mine, c]
        assert errors[c] == pytest.approx(error, rel=1e-4, abs=1e-6)
        without = np.delete(sq_dist, c, axis=1).min(axis=1)
        assert utilities[c] == pytest.approx(weight @ without - total, rel=1e-3, abs=1e-5)


def diffused(values, visible, centers, strength):  # type: ignore[no-untyped-def]
    """Floyd and Steinberg, pixel by pixel, to and fro."""
    h, w, _ = values.shape
    carried = np.zeros((h + 1, w + 2, values.shape[2]))
    low, high = values.reshape(-1, 3).min(axis=0), values.reshape(-1, 3).max(axis=0)
    labels = np.zeros((h, w), int)
    for i in range(h):
        step = 1 if i % 2 == 0 else -1
        for j in range(w)[::step]:
            if visible[i, j]:
                x = np.clip(values[i, j] + carried[i, j + 1], low, high)
                labels[i, j] = ((x - centers) ** 2).sum(axis=1).argmin()
                error = strength * (x - centers[labels[i, j]]) / 16
                carried[i, j + 1 + step] += 7 * error
                carried[i + 1, j + 1 - step] += 3 * error
                carried[i + 1, j + 1] += 5 * error
                carried[i + 1, j + 1 + step] += error
    return labels


@pytest.mark.parametrize("strength", [0.0, 0.7, 1.0])
def test_error_diffusion(strength: float) -> None:
    rng = np.random.default_rng(0)
    values = rng.random((7, 9, 3)).astype(np.float32)
    visible = rng.random((7, 9)) < 0.8
    centers = rng.random((6, 3)).astype(np.float32)
    gap = np.sqrt(sq_dists(centers, centers))
    near = np.argsort(gap, axis=1, kind="stable")
    gap = np.take_along_axis(gap, near, axis=1).astype(np.float32)
    bounds = np.stack([f(values.reshape(-1, 3), axis=0) for f in (np.min, np.max)])
    labels = sq_dists(values.reshape(-1, 3), centers).argmin(axis=1).reshape(7, 9)
    labels = labels.astype(np.int32)
    diffuse(values, visible, centers, near.astype(np.int32), gap, bounds, strength, labels)
    expected = diffused(values, visible, centers, strength)
    np.testing.assert_array_equal(labels[visible], expected[visible])


def test_partners() -> None:
    rng = np.random.default_rng(0)
    colors, centers = (rng.random((m, 3)).astype(np.float32) for m in (40, 6))
    labels = sq_dists(colors, centers).argmin(axis=1).astype(np.int32)
    partner, share = np.empty(40, np.int32), np.empty(40, np.float32)
    find_partners(colors, labels, centers, partner, share)
    for x, own, other, t in zip(colors, labels, partner, share, strict=True):
        ways = centers - centers[own]
        lengths = (ways**2).sum(axis=1)
        along = (ways * (x - centers[own])).sum(axis=1)
        shares = np.clip(along / np.where(lengths > 0, lengths, 1.0), 0.0, 0.5)
        mixes = centers[own] + shares[:, np.newaxis] * ways
        costs = ((x - mixes) ** 2).sum(axis=1) + 0.02 * shares * lengths
        assert costs[other] == pytest.approx(costs.min(), abs=1e-6)
        assert t == pytest.approx(shares[other], abs=1e-6)
    assert (partner != labels).any()
