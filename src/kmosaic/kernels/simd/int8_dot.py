"""Bytes multiplied and added up, four to a number: one instruction where there is one."""

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba.core import types

from kmosaic.kernels.compile import Array
from kmosaic.kernels.numba_private import (
    CPU,
    Lanes,
    View,
    call,
    count_to,
    local_variable,
    lowered,
    spread_number,
)
from kmosaic.kernels.simd.lanes import ARM, NARROW, REGISTER_BYTES, count_lanes

# Four bytes to a number: whether the processor multiplies and adds them up at once.
HAS_DOT: Final = bool({"+avx512vnni", "+avxvnni"} & CPU) and REGISTER_BYTES >= 32


def _build_dot(builder: Any, lanes: Any, a: Any, b: Any, c: Any) -> Any:
    """One instruction where there is one, else byte by byte."""
    if HAS_DOT:
        # Words: LLVM 15 takes nothing else, and 22, which has bytes there, converts them.
        name = f"llvm.x86.avx512.vpdpbusd.{32 * lanes.count}"
        return call(builder, name, lanes, c, a, b)
    for i in range(4):
        left, right = (ir.Constant(lanes, [n] * lanes.count) for n in (24 - 8 * i, 24))
        x = builder.lshr(builder.shl(a, left), right)
        y = builder.ashr(builder.shl(b, left), right)
        c = builder.add(c, builder.mul(x, y))
    return c


@lowered(lambda a, b, c: c(a, b, c), _build_dot)
def dot(a: Array, b: Array, c: Array) -> Array:
    """Add to each lane of c the products of four unsigned bytes in a, four signed in b."""
    products = a.view(np.uint8).astype(np.int32) * b.view(np.int8)
    return np.asarray(c + products.reshape(-1, 4).sum(axis=1, dtype=np.int32))


@lowered(
    lambda a: Lanes(types.float32, a.count)(a),
    lambda builder, lanes, a: builder.sitofp(a, lanes),
)
def as_floats(a: Array) -> Array:
    """Convert whole numbers, int32, to float32."""
    return a.astype(np.float32)


# Rows whose sums stay in registers while a register of centers passes by: half of all.
ROWS_AT_ONCE: Final = 16 if REGISTER_BYTES == 64 or ARM else 8


def _build_dot_rows(
    builder: Any,
    _: Any,
    rows: View,
    starts: View,
    columns: View,
    first: Any,
    n_words: Any,
    out: View,
    n_rows: int,
) -> None:
    """Sums in registers: what is allocated here never gets to memory."""
    lanes = ir.VectorType(ir.IntType(32), REGISTER_BYTES // 4)
    sums = [local_variable(builder, lanes) for _ in range(n_rows)]
    row_starts = [builder.load(starts.at(first.type(r))) for r in range(n_rows)]
    for total in sums:
        builder.store(ir.Constant(lanes, [0] * lanes.count), total)
    with count_to(builder, n_words) as loop:
        at = builder.add(first, builder.mul(loop.index, first.type(lanes.count)))
        b = builder.load(columns.at(at, lanes), align=columns.align)
        for start, total in zip(row_starts, sums, strict=True):
            word = builder.load(rows.at(builder.add(start, loop.index)))
            a = spread_number(builder, lanes, word)
            builder.store(_build_dot(builder, lanes, a, b, builder.load(total)), total)
    for r, total in enumerate(sums):
        into = out.at(first.type(r * lanes.count), lanes)
        builder.store(builder.load(total), into, align=out.align)


@lowered(
    lambda rows, starts, columns, first, n_words, out, n_rows: types.void(
        rows, starts, columns, types.intp, types.intp, out, n_rows
    ),
    _build_dot_rows,
)
def dot_rows(
    rows: Array,
    starts: Array,
    columns: Array,
    first: int,
    n_words: int,
    out: Array,
    n_rows: int,
) -> None:
    """Add up the products of bytes of some rows with those of as many centers as lanes.

    Parameters
    ----------
    rows : (n,) int32, four unsigned bytes each
    starts : (n_rows or more,) intp: where in it a row begins
    columns : (m,) int32, four signed bytes each; word j of lane l is number
        first + j · lanes + l
    out : (n_rows · lanes or more,) int32: a row's sums side by side
    n_rows : known when it is compiled
    """
    lanes = count_lanes(columns.dtype, NARROW)
    for r in range(n_rows):
        total = np.zeros(lanes, np.int32)
        for j in range(n_words):
            word = np.full(lanes, rows[starts[r] + j])
            at = first + j * lanes
            total = dot(word, columns[at : at + lanes], total)
        out[r * lanes : (r + 1) * lanes] = total
