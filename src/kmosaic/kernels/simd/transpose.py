"""Tiles of rows transposed in registers, so that each row has a lane.

The builders below make LLVM's shuffles. An example with registers of 4 numbers and rows
a, b, c, d of 4 features: the run a0 a1 a2 a3 b0 … d3 is to become a0 b0 c0 d0 a1 … d3.
Interleaving its first half with its second gives

    a0 c0 a1 c1 a2 c2 a3 c3 b0 d0 b1 d1 b2 d2 b3 d3

and once more

    a0 b0 c0 d0 a1 b1 c1 d1 a2 b2 c2 d2 a3 b3 c3 d3.

So log₂ of the rows such steps transpose a square. ``tests/kernels/simd/test_vectors.py``
holds all of them to NumPy's ``.T``.
"""

from typing import Any

from llvmlite import ir
from numba.core import types

from kmosaic.kernels.compile import Array
from kmosaic.kernels.numba_private import View, load_first, lowered, places, spread_number
from kmosaic.kernels.simd.lanes import NARROW, REGISTER_BYTES, count_lanes


def _build_transpose(
    builder: Any, n: int, rows: View, t: Any, j: Any, origin: View, tile: View, width: Any
) -> None:
    """Transpose n features of as many rows as fill a register of the tile's."""
    n_rows = REGISTER_BYTES // tile.align
    few = ir.VectorType(rows.element, n)
    count = builder.sub(rows.shape[1], j)
    off = load_first(builder, few, origin, j, count)
    parts = []
    for i in range(n_rows):
        row = builder.add(t, t.type(i))
        start = builder.add(builder.mul(row, rows.shape[1]), j)
        x = builder.fsub(load_first(builder, few, rows, start, count), off)
        parts.append(_rounded(builder, x, tile))
    for _round in range(n_rows.bit_length() - 1):
        parts = _zip_halves(builder, parts, n_rows)
    for i, lanes in enumerate(parts):
        start = builder.add(builder.mul(builder.add(j, j.type(i)), width), t)
        builder.store(lanes, tile.at(start, lanes.type), align=tile.align)


def _rounded(builder: Any, lanes: Any, tile: View) -> Any:
    """Round lanes to the numbers that a tile holds, if those are narrower."""
    if lanes.type.element == tile.element:
        return lanes
    return builder.fptrunc(lanes, ir.VectorType(tile.element, lanes.type.count))


def _zip_halves(builder: Any, parts: list[Any], most: int) -> list[Any]:
    """Interleave the first half of a run of numbers with the second.

    The parts of the run get twice as long, up to ``most``; from there on they stay so many.
    Doing this as often as there are bits in the number of rows moves the bits of a row's
    index from the top of a number's place to the bottom: then the run is transposed.
    """
    half, count = len(parts) // 2, parts[0].type.count
    order = [lane for i in range(count) for lane in (i, count + i)]
    cuts = [order] if 2 * count <= most else [order[:count], order[count:]]
    return [
        builder.shuffle_vector(parts[i], parts[half + i], places(cut))
        for i in range(half)
        for cut in cuts
    ]


def _build_transpose_four(
    builder: Any, _: Any, rows: View, t: Any, j: Any, *rest: Any
) -> None:
    *_, tile, _width = rest
    step = min(4, REGISTER_BYTES // tile.align)
    for first in range(0, 4, step):
        _build_transpose(builder, step, rows, t, builder.add(j, j.type(first)), *rest)


def _build_transpose_square(
    builder: Any, _: Any, rows: View, t: Any, j: Any, origin: View, tile: View, width: Any
) -> None:
    n = REGISTER_BYTES // tile.align
    _build_transpose(builder, n, rows, t, j, origin, tile, width)


def _build_transpose_narrow(
    builder: Any,
    _: Any,
    rows: View,
    t: Any,
    origin: View,
    tile: View,
    width: Any,
    n_features: int,
) -> None:
    """Pick every d-th number of those that rows of d features hold in a run."""
    n_rows = REGISTER_BYTES // tile.align
    lanes = ir.VectorType(rows.element, n_rows)
    run = builder.mul(t, rows.shape[1])
    parts = [
        builder.load(
            rows.at(builder.add(run, run.type(i * n_rows)), lanes), align=rows.align
        )
        for i in range(n_features)
    ]
    for j in range(n_features):
        wanted = [i * n_features + j for i in range(n_rows)]  # places in the run
        x = parts[0]
        for i in range(1, n_features):
            # What is in part i is taken from there. What was in a part before is in its
            # lane of x by now; in the first step x is the first part, where it is in its
            # place.
            so_far = [lane if i > 1 else place for lane, place in enumerate(wanted)]
            chosen = [
                n_rows + place % n_rows if place // n_rows == i else so_far[lane] % n_rows
                for lane, place in enumerate(wanted)
            ]
            x = builder.shuffle_vector(x, parts[i], places(chosen))
        x = builder.fsub(
            x, spread_number(builder, lanes, builder.load(origin.at(t.type(j))))
        )
        x = _rounded(builder, x, tile)
        start = builder.add(builder.mul(t.type(j), width), t)
        builder.store(x, tile.at(start, x.type), align=tile.align)


@lowered(
    lambda rows, t, origin, tile, width, n_features: types.void(
        rows, types.intp, origin, tile, types.intp, n_features
    ),
    _build_transpose_narrow,
)
def transpose_narrow(
    rows: Array, t: int, origin: Array, tile: Array, width: int, n_features: int
) -> None:
    """Copy all features, if there are two to four, else like `transpose_four`."""
    _transpose(rows, t, 0, origin, tile, width, n_features)


def _type_transpose(rows: Any, t: Any, j: Any, origin: Any, tile: Any, width: Any) -> Any:
    return types.void(rows, types.intp, types.intp, origin, tile, types.intp)


@lowered(_type_transpose, _build_transpose_four)
def transpose_four(
    rows: Array, t: int, j: int, origin: Array, tile: Array, width: int
) -> None:
    """Copy four features, from j on, of as many rows as fill a register, from t on.

    From ``rows`` (m, d), less the origin (d,), to ``tile``, where feature j of row t is
    number j · width + t; zeros past feature d − 1. The tile may hold narrower floats.
    """
    _transpose(rows, t, j, origin, tile, width, 4)


@lowered(_type_transpose, _build_transpose_square)
def transpose_square(
    rows: Array, t: int, j: int, origin: Array, tile: Array, width: int
) -> None:
    """Copy as many features as rows, else like `transpose_four`."""
    _transpose(rows, t, j, origin, tile, width, count_lanes(tile.dtype, NARROW))


def _transpose(
    rows: Array, t: int, j: int, origin: Array, tile: Array, width: int, n: int
) -> None:
    """What both do, in NumPy."""
    part = rows[t : t + count_lanes(tile.dtype, NARROW), j : j + n] - origin[j : j + n]
    for i in range(n):
        start = (j + i) * width + t
        tile[start : start + len(part)] = part[:, i] if i < part.shape[1] else 0.0
