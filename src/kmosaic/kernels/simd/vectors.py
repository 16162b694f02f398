"""Registers of the processor as values, for the loops that all time goes into.

The compiler turns most loops into vector code by itself. In the innermost ones it keeps
sums in memory that belong in registers, so those are written with the operations below,
on *lanes*: numbers side by side that fill one register, or several (the compiler then
takes one operation for each), so that one source fits every processor.

Each function's body says in NumPy what it does, and that is what runs where Numba's
compiler is off. Compiled, it is what the decorator builds in LLVM's words.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types

from kmosaic.kernels.compile import Array, inlined
from kmosaic.kernels.numba_private import (
    Lanes,
    View,
    call,
    load_first,
    lowered,
    spread_number,
    suffix,
)
from kmosaic.kernels.simd.lanes import CACHE_LINE, count_lanes, filling


@lowered(
    lambda array, start, registers: filling(array.dtype, registers)(
        array, types.intp, registers
    ),
    lambda builder, lanes, array, start, _: builder.load(
        array.at(start, lanes), align=array.align
    ),
)
def load(array: Array, start: int, registers: int) -> Array:
    """Load the numbers from ``start`` on that fill so many registers."""
    return array[start : start + count_lanes(array.dtype, registers)].copy()


def _kind(lanes: Any) -> str:
    """What LLVM calls such numbers: f, or s for signed integers."""
    return "s" if isinstance(lanes.element, ir.IntType) else "f"


def _build_equal(builder: Any, a: Any, number: Any) -> Any:
    """Compare all lanes with a number."""
    same = builder.icmp_signed if _kind(a.type) == "s" else builder.fcmp_ordered
    return same("==", a, spread_number(builder, a.type, number))


def _build_store(builder: Any, _: Any, lanes: Any, array: View, start: Any) -> None:
    builder.store(lanes, array.at(start, lanes.type), align=array.align)


@lowered(
    lambda lanes, array, start: types.void(lanes, array, types.intp),
    _build_store,
)
def store(lanes: Array, array: Array, start: int) -> None:
    """Store all lanes from ``start`` on."""
    array[start : start + len(lanes)] = lanes


@lowered(
    lambda array, index, registers: filling(array.dtype, registers)(
        array, types.intp, registers
    ),
    lambda builder, lanes, array, index, _: spread_number(
        builder, lanes, builder.load(array.at(index))
    ),
)
def spread(array: Array, index: int, registers: int) -> Array:
    """Put one number of an array into every lane."""
    return np.full(count_lanes(array.dtype, registers), array[index])


@lowered(
    lambda a, number: a(a, a.dtype),
    lambda builder, lanes, _, number: spread_number(builder, lanes, number),
)
def like(a: Array, number: float) -> Array:
    """Put a number into as many lanes as another has."""
    return np.full_like(a, number)


@lowered(
    lambda a, b, c: a(a, b, c),
    lambda builder, lanes, a, b, c: call(
        builder, f"llvm.fmuladd.{suffix(lanes)}", lanes, a, b, c
    ),
)
def muladd(a: Array, b: Array, c: Array) -> Array:
    """Give a · b + c in every lane, rounded once where the processor can."""
    return np.asarray(a * b + c)


@lowered(
    lambda a, b: Lanes(types.boolean, a.count)(a, b),
    lambda builder, _, a, b: builder.fcmp_ordered("<", a, b),
)
def less(a: Array, b: Array) -> Array:
    """Tell where a < b."""
    return np.asarray(a < b)


@lowered(
    lambda a, number: Lanes(types.boolean, a.count)(a, a.dtype),
    lambda builder, _, a, number: _build_equal(builder, a, number),
)
def equals(a: Array, number: float) -> Array:
    """Tell where a is that number."""
    return np.asarray(a == number)


@lowered(
    lambda mask, a, b: a(mask, a, b),
    lambda builder, _, mask, a, b: builder.select(mask, a, b),
)
def choose(mask: Array, a: Array, b: Array) -> Array:
    """Take a where the mask is set, else b."""
    return np.where(mask, a, b)


def _build_reduce(name: str) -> Callable[..., Any]:
    """Build taking the smallest, or the largest, number of all lanes."""
    return lambda builder, result, a: call(
        builder,
        f"llvm.vector.reduce.{_kind(a.type)}{name}.{suffix(a.type)}",
        result,
        a,
        fastmath=("nnan",) if _kind(a.type) == "f" else (),
    )


@lowered(lambda a: a.dtype(a), _build_reduce("min"))
def smallest(a: Array) -> float:
    """Give the smallest of all lanes, none of which is NaN."""
    return a.min()  # type: ignore[no-any-return]  # arrays of any type


@lowered(lambda a: a.dtype(a), _build_reduce("max"))
def largest(a: Array) -> float:
    """Give the largest of all lanes, none of which is NaN."""
    return a.max()  # type: ignore[no-any-return]  # arrays of any type


def _build_extreme(name: str) -> Callable[..., Any]:
    """Build taking the smaller, or the larger, of two numbers in every lane."""
    return lambda builder, lanes, a, b: call(
        builder, f"llvm.{name}num.{suffix(lanes)}", lanes, a, b, fastmath=("nnan",)
    )


@lowered(lambda a, b: a(a, b), _build_extreme("min"))
def smaller(a: Array, b: Array) -> Array:
    """Take the smaller of two floats in every lane, none of which is NaN."""
    return np.minimum(a, b)


@lowered(lambda a, b: a(a, b), _build_extreme("max"))
def larger(a: Array, b: Array) -> Array:
    """Take the larger of two floats in every lane, none of which is NaN."""
    return np.maximum(a, b)


def _build_prefetch(builder: Any, _: Any, rows: View, t: Any, j: Any) -> None:
    address = rows.address(builder.add(builder.mul(t, rows.shape[1]), j))
    i32 = ir.IntType(32)
    # To read; into the second cache; data.
    call(builder, "llvm.prefetch.p0", ir.VoidType(), address, i32(0), i32(2), i32(1))


@lowered(
    lambda rows, t, j: types.void(rows, types.intp, types.intp),
    _build_prefetch,
)
def prefetch(rows: Array, t: int, j: int) -> None:
    """Have the cache line with feature j of row t fetched; it need not exist."""


@inlined
def prefetch_row(rows: Array, t: int) -> None:
    """Have all of row t fetched, of ``rows`` (m, d).

    For rows whose order only a list knows: what the processor fetches by itself are
    neighbors.
    """
    d = rows.shape[1]
    for j in range(0, d, CACHE_LINE):
        prefetch(rows, t, j)
    prefetch(rows, t, d - 1)  # a row need not begin on a line: its end may lie on one more


def _build_accumulate(load_part: Callable[..., Any]) -> Callable[..., None]:
    """Build adding a part of a row to sums."""

    def build(
        builder: Any,
        _: Any,
        rows: View,
        t: Any,
        j: Any,
        weight: Any,
        sums: View,
        label: Any,
        n_features: int,
    ) -> None:
        lanes = ir.VectorType(ir.DoubleType(), n_features)
        given = ir.VectorType(rows.element, n_features)
        start = builder.add(builder.mul(t, rows.shape[1]), j)
        x = load_part(builder, given, rows, start, builder.sub(rows.shape[1], j))
        if given != lanes:
            x = builder.fpext(x, lanes)
        x = builder.fmul(x, spread_number(builder, lanes, weight))
        into = sums.at(builder.add(builder.mul(label, sums.shape[1]), j), lanes)
        total = builder.fadd(builder.load(into, align=sums.align), x)
        builder.store(total, into, align=sums.align)

    return build


def _type_accumulate(
    rows: Any, t: Any, j: Any, weight: Any, sums: Any, label: Any, n_features: Any
) -> Any:
    return types.void(
        rows, types.intp, types.intp, types.float64, sums, types.intp, n_features
    )


@lowered(
    _type_accumulate,
    _build_accumulate(
        lambda builder, lanes, rows, start, _: builder.load(
            rows.at(start, lanes), align=rows.align
        )
    ),
)
def accumulate(
    rows: Array, t: int, j: int, weight: float, sums: Array, label: int, n_features: int
) -> None:
    """Add features j … j + n_features − 1 of row t, times its weight, to a row of sums."""
    part = rows[t, j : j + n_features].astype(np.float64)
    sums[label, j : j + len(part)] += weight * part


@lowered(_type_accumulate, _build_accumulate(load_first))
def accumulate_last(
    rows: Array, t: int, j: int, weight: float, sums: Array, label: int, n_features: int
) -> None:
    """Add the features from j on, up to so many, else like `accumulate`.

    ``sums`` (k, d or more) float64 has room for all of them; nothing is added past d.
    """
    part = rows[t, j : j + n_features].astype(np.float64)
    sums[label, j : j + len(part)] += weight * part
