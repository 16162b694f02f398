"""Registers of the processor as values, for the loops that all time goes into.

The compiler turns most loops into vector code by itself. In the innermost ones it keeps
sums in memory that belong in registers, so those are written with the operations below,
on *lanes*: numbers side by side that fill one register, or several (the compiler then
takes one operation for each), so that one source fits every processor.

Each function's body says in NumPy what it does, and that is what runs where Numba's
compiler is off. Compiled, it is what the decorator builds in LLVM's words.
"""

import inspect
from collections.abc import Callable
from typing import Any, Final, cast

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.registry import cpu_target
from numba.extending import intrinsic, models, register_model

from kmosaic.kernels.compile import Array, Function

# What Numba compiles for, which is what it keeps compiled code by: not always this machine.
_TRIPLE, _, _FEATURES = cpu_target.target_context.codegen().magic_tuple()
_CPU = frozenset(_FEATURES.split(","))
_REGISTER_BYTES: Final = 64 if "+avx512f" in _CPU else 32 if "+avx" in _CPU else 16
_ARM: Final = _TRIPLE.startswith(("aarch64", "arm64"))

# How many registers lanes fill. WIDE: four sums, with what is added to them, then take
# up what there is: 32 registers, or 16.
NARROW: Final = 1
WIDE: Final = 4 if _REGISTER_BYTES == 64 or _ARM else 2


def count_lanes(dtype: np.dtype[Any], registers: int) -> int:
    """How many numbers of a type fill so many registers."""
    return registers * _REGISTER_BYTES // dtype.itemsize


class Lanes(types.Type):
    """In compiled code, the type of numbers side by side."""

    def __init__(self, dtype: Any, count: int) -> None:
        self.dtype, self.count = dtype, count
        super().__init__(name=f"Lanes({dtype}, {count})")


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    """Lanes are LLVM's vectors."""

    def __init__(self, manager: Any, lanes: Lanes) -> None:
        truths = lanes.dtype == types.boolean
        element = ir.IntType(1) if truths else manager.lookup(lanes.dtype).get_value_type()
        super().__init__(manager, lanes, ir.VectorType(element, lanes.count))


def _lowered(
    signature: Callable[..., Any], build: Callable[..., Any]
) -> Callable[[Function], Function]:
    """Compile a function to what ``build`` does.

    ``signature`` gives it its type, by those of the arguments; ``build`` is handed an
    LLVM builder, the type of the result, and for each argument its value or, of an array,
    a `_View`.
    """

    def decorate(body: Function) -> Function:
        if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]  # set when it is imported
            return body

        def typed(_: Any, *args: Any) -> Any:
            return signature(*args), generate

        def generate(context: Any, builder: Any, sig: Any, values: Any) -> Any:
            given = [
                _View(context, builder, kind, value)
                if isinstance(kind, types.Array)
                else getattr(kind, "literal_value", value)
                for kind, value in zip(sig.args, values, strict=True)
            ]
            result = context.get_value_type(sig.return_type)
            built = build(builder, result, *given)
            return context.get_dummy_value() if built is None else built

        parameters = inspect.signature(body).parameters.values()
        context = inspect.Parameter("_", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        # Numba asks how it is called, and by what name.
        signed: Any = typed
        signed.__signature__ = inspect.Signature([context, *parameters])
        typed.__name__, typed.__doc__ = body.__name__, body.__doc__
        compiled: Any = intrinsic(prefer_literal=True)(typed)
        return cast(Function, compiled)

    return decorate


class _View:
    """A C-ordered array in compiled code, seen as one run of numbers."""

    def __init__(self, context: Any, builder: Any, kind: Any, value: Any) -> None:
        array = context.make_array(kind)(context, builder, value)
        self._builder, self._data = builder, array.data
        self.align = kind.dtype.bitwidth // 8
        self.shape = cgutils.unpack_tuple(builder, array.shape)

    def at(self, index: Any, lanes: Any = None) -> Any:
        """Point to a number, or to lanes that begin with it."""
        pointer = self._builder.gep(self._data, [index])
        if lanes is None:
            return pointer
        return self._builder.bitcast(pointer, lanes.as_pointer())


def _filling(dtype: Any, registers: Any) -> Lanes:
    """The lanes that fill so many registers."""
    return Lanes(
        dtype, count_lanes(np.dtype(f"V{dtype.bitwidth // 8}"), registers.literal_value)
    )


def _spread(builder: Any, lanes: Any, number: Any) -> Any:
    """One number in every lane."""
    undefined = ir.Constant(lanes, ir.Undefined)
    first = builder.insert_element(undefined, number, ir.IntType(32)(0))
    return builder.shuffle_vector(first, undefined, _places([0] * lanes.count))


def _places(numbers: list[int]) -> Any:
    """Which lanes a shuffle takes."""
    return ir.Constant(ir.VectorType(ir.IntType(32), len(numbers)), numbers)


def _call(builder: Any, name: str, result: Any, *args: Any, **options: Any) -> Any:
    """Call a function that LLVM has."""
    kind = ir.FunctionType(result, [arg.type for arg in args])
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    return builder.call(function, args, **options)


def _suffix(lanes: Any) -> str:
    """The name of a type in the names of LLVM's functions: v16f32."""
    names = {"float": "f32", "double": "f64"}
    return f"v{lanes.count}{names.get(str(lanes.element), str(lanes.element))}"


def _load_first(builder: Any, lanes: Any, view: _View, start: Any, count: Any) -> Any:
    """Load as many lanes as there are numbers; zeros in the others."""
    indices = ir.VectorType(count.type, lanes.count)
    lane = ir.Constant(indices, list(range(lanes.count)))
    mask = builder.icmp_signed("<", lane, _spread(builder, indices, count))
    return _call(
        builder,
        f"llvm.masked.load.{_suffix(lanes)}.p0",
        lanes,
        view.at(start, lanes),
        ir.IntType(32)(view.align),
        mask,
        ir.Constant(lanes, [0.0] * lanes.count),
    )


@_lowered(
    lambda array, start, registers: _filling(array.dtype, registers)(
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
    return same("==", a, _spread(builder, a.type, number))


def _build_store(builder: Any, _: Any, lanes: Any, array: _View, start: Any) -> None:
    builder.store(lanes, array.at(start, lanes.type), align=array.align)


@_lowered(
    lambda lanes, array, start: types.void(lanes, array, types.intp),
    _build_store,
)
def store(lanes: Array, array: Array, start: int) -> None:
    """Store all lanes from ``start`` on."""
    array[start : start + len(lanes)] = lanes


@_lowered(
    lambda array, index, registers: _filling(array.dtype, registers)(
        array, types.intp, registers
    ),
    lambda builder, lanes, array, index, _: _spread(
        builder, lanes, builder.load(array.at(index))
    ),
)
def spread(array: Array, index: int, registers: int) -> Array:
    """Put one number of an array into every lane."""
    return np.full(count_lanes(array.dtype, registers), array[index])


@_lowered(
    lambda a, number: a(a, a.dtype),
    lambda builder, lanes, _, number: _spread(builder, lanes, number),
)
def like(a: Array, number: float) -> Array:
    """Put a number into as many lanes as another has."""
    return np.full_like(a, number)


@_lowered(
    lambda a, b, c: a(a, b, c),
    lambda builder, lanes, a, b, c: _call(
        builder, f"llvm.fmuladd.{_suffix(lanes)}", lanes, a, b, c
    ),
)
def muladd(a: Array, b: Array, c: Array) -> Array:
    """Give a · b + c in every lane, rounded once where the processor can."""
    return np.asarray(a * b + c)


@_lowered(
    lambda a, b: Lanes(types.boolean, a.count)(a, b),
    lambda builder, _, a, b: builder.fcmp_ordered("<", a, b),
)
def less(a: Array, b: Array) -> Array:
    """Tell where a < b."""
    return np.asarray(a < b)


@_lowered(
    lambda a, number: Lanes(types.boolean, a.count)(a, a.dtype),
    lambda builder, _, a, number: _build_equal(builder, a, number),
)
def equals(a: Array, number: float) -> Array:
    """Tell where a is that number."""
    return np.asarray(a == number)


@_lowered(
    lambda mask, a, b: a(mask, a, b),
    lambda builder, _, mask, a, b: builder.select(mask, a, b),
)
def choose(mask: Array, a: Array, b: Array) -> Array:
    """Take a where the mask is set, else b."""
    return np.where(mask, a, b)


@_lowered(
    lambda a: a.dtype(a),
    lambda builder, result, a: _call(
        builder,
        f"llvm.vector.reduce.{_kind(a.type)}min.{_suffix(a.type)}",
        result,
        a,
        fastmath=("nnan",) if _kind(a.type) == "f" else (),
    ),
)
def smallest(a: Array) -> float:
    """Give the smallest of all lanes, none of which is NaN."""
    return a.min()  # type: ignore[no-any-return]  # arrays of any type


def _build_turn(
    builder: Any, n: int, rows: _View, t: Any, j: Any, shift: _View, tile: _View, width: Any
) -> None:
    """Turn n features of as many rows as fill a register."""
    element = tile.at(t).type.pointee
    n_rows = _REGISTER_BYTES // tile.align
    few = ir.VectorType(element, n)
    count = builder.sub(rows.shape[1], j)
    off = _load_first(builder, few, shift, j, count)
    parts = []
    for i in range(n_rows):
        row = builder.add(t, t.type(i))
        start = builder.add(builder.mul(row, rows.shape[1]), j)
        parts.append(builder.fsub(_load_first(builder, few, rows, start, count), off))
    for _round in range(n_rows.bit_length() - 1):
        parts = _zip_halves(builder, parts, n_rows)
    for i, lanes in enumerate(parts):
        start = builder.add(builder.mul(builder.add(j, j.type(i)), width), t)
        builder.store(lanes, tile.at(start, lanes.type), align=tile.align)


def _zip_halves(builder: Any, parts: list[Any], most: int) -> list[Any]:
    """Interleave the first half of a run of numbers with the second.

    The parts of the run get twice as long, up to ``most``; from there on they stay so many.
    Doing this as often as there are bits in the number of rows moves the bits of a row's
    index from the top of a number's place to the bottom: then the run is turned.
    """
    half, count = len(parts) // 2, parts[0].type.count
    order = [lane for i in range(count) for lane in (i, count + i)]
    cuts = [order] if 2 * count <= most else [order[:count], order[count:]]
    return [
        builder.shuffle_vector(parts[i], parts[half + i], _places(cut))
        for i in range(half)
        for cut in cuts
    ]


def _build_turn_four(builder: Any, _: Any, rows: _View, t: Any, j: Any, *rest: Any) -> None:
    step = min(4, _REGISTER_BYTES // rows.align)
    for first in range(0, 4, step):
        _build_turn(builder, step, rows, t, builder.add(j, j.type(first)), *rest)


def _build_turn_square(builder: Any, _: Any, rows: _View, *rest: Any) -> None:
    _build_turn(builder, _REGISTER_BYTES // rows.align, rows, *rest)


def _build_turn_few(
    builder: Any,
    _: Any,
    rows: _View,
    t: Any,
    shift: _View,
    tile: _View,
    width: Any,
    n_features: int,
) -> None:
    """Pick every d-th number of those that rows of d features hold in a run."""
    n_rows = _REGISTER_BYTES // tile.align
    lanes = ir.VectorType(tile.at(t).type.pointee, n_rows)
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
            found = [lane if i > 1 else place for lane, place in enumerate(wanted)]
            taken = [
                n_rows + place % n_rows if place // n_rows == i else found[lane] % n_rows
                for lane, place in enumerate(wanted)
            ]
            x = builder.shuffle_vector(x, parts[i], _places(taken))
        x = builder.fsub(x, _spread(builder, lanes, builder.load(shift.at(t.type(j)))))
        start = builder.add(builder.mul(t.type(j), width), t)
        builder.store(x, tile.at(start, lanes), align=tile.align)


@_lowered(
    lambda rows, t, shift, tile, width, n_features: types.void(
        rows, types.intp, shift, tile, types.intp, n_features
    ),
    _build_turn_few,
)
def turn_few(
    rows: Array, t: int, shift: Array, tile: Array, width: int, n_features: int
) -> None:
    """Copy all features, if there are two to four, else like `turn_four`."""
    _turn(rows, t, 0, shift, tile, width, n_features)


def _type_turn(rows: Any, t: Any, j: Any, shift: Any, tile: Any, width: Any) -> Any:
    return types.void(rows, types.intp, types.intp, shift, tile, types.intp)


@_lowered(_type_turn, _build_turn_four)
def turn_four(rows: Array, t: int, j: int, shift: Array, tile: Array, width: int) -> None:
    """Copy four features, from j on, of as many rows as fill a register, from t on.

    From ``rows`` (m, d), less the shift (d,), to ``tile``, where feature j of row t is
    number j · width + t; zeros past feature d − 1.
    """
    _turn(rows, t, j, shift, tile, width, 4)


@_lowered(_type_turn, _build_turn_square)
def turn_square(rows: Array, t: int, j: int, shift: Array, tile: Array, width: int) -> None:
    """Copy as many features as rows, else like `turn_four`."""
    _turn(rows, t, j, shift, tile, width, count_lanes(tile.dtype, NARROW))


def _turn(
    rows: Array, t: int, j: int, shift: Array, tile: Array, width: int, n: int
) -> None:
    """What both do, in NumPy."""
    part = rows[t : t + count_lanes(tile.dtype, NARROW), j : j + n] - shift[j : j + n]
    for i in range(n):
        start = (j + i) * width + t
        tile[start : start + len(part)] = part[:, i] if i < part.shape[1] else 0.0


def _build_prefetch(builder: Any, _: Any, rows: _View, t: Any, j: Any) -> None:
    address = rows.at(builder.add(builder.mul(t, rows.shape[1]), j))
    i32 = ir.IntType(32)
    # To read; into the second cache; data.
    _call(builder, "llvm.prefetch.p0", ir.VoidType(), address, i32(0), i32(2), i32(1))


@_lowered(
    lambda rows, t, j: types.void(rows, types.intp, types.intp),
    _build_prefetch,
)
def prefetch(rows: Array, t: int, j: int) -> None:
    """Have the cache line with feature j of row t fetched; it need not exist."""


def _build_accumulate(load_part: Callable[..., Any]) -> Callable[..., None]:
    """Build adding a part of a row to sums."""

    def build(
        builder: Any,
        _: Any,
        rows: _View,
        t: Any,
        j: Any,
        weight: Any,
        sums: _View,
        label: Any,
        n_features: int,
    ) -> None:
        lanes = ir.VectorType(ir.DoubleType(), n_features)
        given = ir.VectorType(rows.at(t).type.pointee, n_features)
        start = builder.add(builder.mul(t, rows.shape[1]), j)
        x = load_part(builder, given, rows, start, builder.sub(rows.shape[1], j))
        if given != lanes:
            x = builder.fpext(x, lanes)
        x = builder.fmul(x, _spread(builder, lanes, weight))
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


@_lowered(
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


@_lowered(_type_accumulate, _build_accumulate(_load_first))
def accumulate_last(
    rows: Array, t: int, j: int, weight: float, sums: Array, label: int, n_features: int
) -> None:
    """Add the features from j on, up to so many, else like `accumulate`.

    ``sums`` (k, d or more) float64 has room for all of them; nothing is added past d.
    """
    part = rows[t, j : j + n_features].astype(np.float64)
    sums[label, j : j + len(part)] += weight * part
