"""Error diffusion, and the pairs of colors that an ordered pattern mixes."""

import numpy as np

from kmosaic.kernels.compile import Array, allocating_kernel, kernel


@kernel
def _sq_dist(x: Array, c: Array) -> float:
    """‖x − c‖²."""
    total: float = np.float32(0.0)  # type: ignore[assignment]  # keeps the sum in float32
    for j in range(x.shape[0]):
        difference = x[j] - c[j]
        total += difference * difference
    return total


@kernel
def _nearest(x: Array, guess: int, centers: Array, near: Array, gap: Array) -> int:
    """The nearest center, sought from a guess outwards.

    A center at least d(x, guess) + d(x, best) from the guess cannot be nearer than the
    best: the triangle inequality ends the search.
    """
    first = np.sqrt(_sq_dist(x, centers[guess]))
    best, nearest = first, guess
    for n in range(1, near.shape[1]):
        j = near[guess, n]
        if gap[guess, n] >= first + best:
            break
        distance = np.sqrt(_sq_dist(x, centers[j]))
        if distance < best:
            best, nearest = distance, j
    return nearest


@allocating_kernel
def diffuse(
    values: Array,
    visible: Array,
    centers: Array,
    near: Array,
    gap: Array,
    bounds: Array,
    strength: float,
    labels: Array,
) -> None:
    """Error diffusion along alternating rows.

    R. W. Floyd and L. Steinberg, "An adaptive algorithm for spatial greyscale", 1976:
    7/16 of the error go to the next pixel, 3/16, 5/16 and 1/16 to those below.

    Parameters
    ----------
    values : (h, w, d) float32: coordinates of the pixels. IN
    visible : (h, w) bool: others get no label, and pass no error on. IN
    centers : (k, d) float32. IN
    near : (k, k) int32: all centers, for each in the order of their distance. IN
    gap : (k, k) float32: those distances. IN
    bounds : (2, d) float32: no coordinate is carried beyond. IN
    strength : share of the error that is passed on, 0 to 1.
    labels : (h, w) int32: of the nearest centers, as guesses; those chosen. IN and OUT
    """
    h, w, d = values.shape
    below = np.zeros((w + 2, d), np.float32)
    here = np.zeros((w + 2, d), np.float32)
    x = np.empty(d, np.float32)
    for i in range(h):
        here, below = below, here
        below[:] = np.float32(0.0)
        step = 1 if i % 2 == 0 else -1
        for m in range(w):
            at = m if step == 1 else w - 1 - m
            if not visible[i, at]:
                continue
            for j in range(d):
                x[j] = min(
                    max(values[i, at, j] + here[at + 1, j], bounds[0, j]), bounds[1, j]
                )
            chosen = _nearest(x, labels[i, at], centers, near, gap)
            labels[i, at] = chosen
            for j in range(d):
                error = (
                    np.float32(strength) * (x[j] - centers[chosen, j]) / np.float32(16.0)
                )
                here[at + 1 + step, j] += np.float32(7.0) * error
                below[at + 1 - step, j] += np.float32(3.0) * error
                below[at + 1, j] += np.float32(5.0) * error
                below[at + 1 + step, j] += error


@kernel
def find_partners(
    colors: Array, labels: Array, centers: Array, partner: Array, share: Array
) -> None:
    """The second color that each color is best mixed with, and how much of it.

    Of all lines from the nearest center to another one, the one that passes nearest.

    Parameters
    ----------
    colors : (n, d) float32. IN
    labels : (n,) int32: nearest center of each. IN
    centers : (k, d) float32. IN
    partner : (n,) int32: the other center. OUT
    share : (n,) float32: of the partner in the mix, 0 to 1/2. OUT
    """
    d = colors.shape[1]
    for i in range(colors.shape[0]):
        own = labels[i]
        partner[i] = own
        share[i] = 0.0
        best = _sq_dist(colors[i], centers[own])
        for c in range(centers.shape[0]):
            along = np.float32(0.0)
            length = np.float32(0.0)
            for j in range(d):
                way = centers[c, j] - centers[own, j]
                along += (colors[i, j] - centers[own, j]) * way
                length += way * way
            if along <= 0.0:
                continue
            t = min(along / length, np.float32(0.5))
            off = np.float32(0.0)
            for j in range(d):
                mix = centers[own, j] + t * (centers[c, j] - centers[own, j])
                off += (colors[i, j] - mix) ** 2
            # Of equal mixes the one of nearer colors shows less of a pattern.
            if off + np.float32(0.02) * t * length < best:
                best = off + np.float32(0.02) * t * length  # type: ignore[assignment]  # float32
                partner[i] = c
                share[i] = t
