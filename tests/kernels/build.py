"""What kernels take, made with NumPy alone; and what they should find, likewise."""

import numpy as np

from kmosaic.kernels.assign.bounds import Bounds, CenterErrors, CenterGroups
from kmosaic.kernels.assign.full import PreparedCenters, Scratch
from kmosaic.kernels.assign.nearest_two import NearestTwoScratch
from kmosaic.kernels.assign.sums import Sums
from kmosaic.kernels.boxes import BOX_ROWS, Boxes
from kmosaic.kernels.simd.lanes import NARROW, WIDE, count_lanes

NO_WEIGHT = np.empty(0)
DTYPES = (np.float32, np.float64)


def frozen(array: np.ndarray) -> np.ndarray:
    """A read-only view, as rows and weights come to kernels."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def up_to(n: int, step: int) -> int:
    """The next multiple of a step."""
    return -(-n // step) * step


def sq_dists(X: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """All squared distances, (n, k), each taken directly in float64."""
    offsets = X[:, np.newaxis].astype(float) - centers[np.newaxis].astype(float)
    return (offsets**2).sum(axis=2)


def tolerance(dtype: type) -> float:
    """How far off, relative to the largest, a squared distance in a type may be."""
    return 1e-4 if dtype == np.float32 else 1e-11


def prepared(centers: np.ndarray, origin: np.ndarray | None = None) -> PreparedCenters:
    """Centers as a full pass takes them; four to a step."""
    k, d = centers.shape
    origin = np.zeros(d, centers.dtype) if origin is None else origin
    negated = np.zeros((up_to(k, 4), d), centers.dtype)
    half_norms = np.full(len(negated), np.inf, centers.dtype)
    negated[:k] = origin - centers
    half_norms[:k] = (negated[:k].astype(float) ** 2).sum(axis=1) / 2
    ids = np.arange(len(negated), dtype=f"i{centers.dtype.itemsize}")
    return PreparedCenters(origin=origin, negated=negated, half_norms=half_norms, ids=ids)


def scratch(centers: PreparedCenters) -> Scratch:
    """Working memory for a tile of rows."""
    dtype, d = centers.negated.dtype, centers.negated.shape[1]
    width = count_lanes(dtype, WIDE)
    features = up_to(d, max(4, count_lanes(dtype, NARROW)))
    return Scratch(
        tile=np.zeros(features * width, dtype),
        best=np.empty(width, dtype),
        nearest=np.empty(width, centers.ids.dtype),
    )


def nearest_two_scratch(centers: PreparedCenters) -> NearestTwoScratch:
    """Working memory for the nearest two centers of a tile of rows."""
    dtype, d = centers.negated.dtype, centers.negated.shape[1]
    width = count_lanes(dtype, WIDE)
    return NearestTwoScratch(
        rows=np.empty((width, d), dtype),
        second=np.empty(width, dtype),
        sq_norm=np.empty(width, dtype),
        error=np.empty(width),
        upper=np.empty(width, np.float32),
        lower=np.empty(width, np.float32),
    )


def sums(k: int, d: int) -> Sums:
    """Sums of nothing, as wide as kernels add."""
    return Sums(sums=np.zeros((k, up_to(d, 8))), weights=np.zeros(k))


def groups(
    centers: PreparedCenters,
    members: list[list[int]],
    drift: np.ndarray,
    register: int = 1,
) -> CenterGroups:
    """Centers in groups of these ids; drifts are by center. Registers hold lanes."""
    lanes = count_lanes(centers.negated.dtype, NARROW)
    d = centers.negated.shape[1]
    sizes = [up_to(len(ids), max(lanes, register)) for ids in members]
    ends = np.cumsum(sizes)
    order = np.full(ends[-1], -1)
    for ids, end, size in zip(members, ends, sizes, strict=True):
        order[end - size : end - size + len(ids)] = ids
    half_norms = np.where(order < 0, np.inf, centers.half_norms[order])
    by_register = centers.negated[order].reshape(-1, lanes, d).transpose(0, 2, 1)
    return CenterGroups(
        origin=centers.origin,
        columns=np.ascontiguousarray(by_register).reshape(-1),
        half_norms=half_norms.astype(centers.negated.dtype),
        ids=order.astype(centers.ids.dtype),
        starts=ends - sizes,
        ends=ends,
        lanes=lanes,
        sizes=np.array([len(ids) for ids in members]),
        group_of=np.array(
            [
                next(g for g, ids in enumerate(members) if c in ids)
                for c in range(len(drift))
            ]
        ),
        drift=np.array([drift[ids].max() for ids in members], np.float32),
    )


def errors(centers: np.ndarray, origin: np.ndarray, drift: np.ndarray) -> CenterErrors:
    """What rounding may do, by the formula of `CenterErrors`."""
    d, dtype = centers.shape[1], centers.dtype
    unit = float(np.finfo(dtype).eps) / 2
    gamma = (d + 8) * unit / (1 - (d + 8) * unit)
    offset = np.sqrt(((centers.astype(float) - origin) ** 2).sum(axis=1))
    longest = float(offset.max())
    return CenterErrors(
        centers=centers,
        drift=drift.astype(np.float32),
        linear=4 * gamma * longest,
        extent=offset + longest,
        max_extent=2 * longest,
        quadratic=2 * gamma,
        offset=offset,
        coordinate=8 * unit,
        floor=4 * (d + 8) * float(np.finfo(dtype).smallest_subnormal),
    )


def nothing_known(n: int, n_groups: int) -> Bounds:
    """Bounds that say nothing."""
    return Bounds(
        upper=np.full(n, np.inf, np.float32), lower=np.zeros((n_groups, n), np.float32)
    )


def assert_bounds_hold(
    bounds: Bounds,
    labels: np.ndarray,
    sq_dist: np.ndarray,
    members: list[list[int]],
    allowed: float = 1e-6,
) -> None:
    """Hold bounds to distances in float64: upper ones at least, lower ones at most."""
    dist = np.sqrt(sq_dist)
    rows = np.arange(len(labels))
    assert (bounds.upper >= dist[rows, labels] * (1 - allowed)).all()
    others = dist.copy()
    others[rows, labels] = np.inf
    for g, ids in enumerate(members):
        assert (bounds.lower[g] <= others[:, ids].min(axis=1) * (1 + allowed)).all(), g


def boxes(X: np.ndarray, weight: np.ndarray | None = None) -> Boxes:
    """Rows in boxes, in the order that they come in."""
    n, d = X.shape
    n_boxes = -(-n // BOX_ROWS)
    place = np.minimum(np.arange(n_boxes * BOX_ROWS), n - 1)
    points = X[place].reshape(n_boxes, BOX_ROWS, d).transpose(0, 2, 1).copy()
    there = (np.arange(n_boxes * BOX_ROWS) < n).reshape(n_boxes, BOX_ROWS)
    weights = np.ones(n) if weight is None else weight
    return Boxes(
        points=points,
        low=points.min(axis=2),
        high=points.max(axis=2),
        weight=np.where(there, weights[place].reshape(n_boxes, BOX_ROWS), 0.0),
        copies=there.astype(np.int32),
        labels=np.full((n_boxes, BOX_ROWS), -1, np.int32),
    )
