"""All that this package uses of Numba and llvmlite beyond what they document.

Vectors of LLVM as values in compiled code (`Lanes`), functions that are compiled to what a
builder does (`lowered`), typed pointers (`View`), an option, events and the cache of the
compiler: what another version of Numba may break is in this file, and nowhere else.
``tests/kernels/test_numba_private.py`` names the versions that it was tried with, and holds
each part to what is said of it here.
"""

import inspect
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba
from llvmlite import ir
from numba.core import cgutils, event, types
from numba.core.registry import cpu_target
from numba.extending import intrinsic, models, register_model

Function = TypeVar("Function", bound=Callable[..., Any])

# What Numba compiles for, which is what it keeps compiled code by: not always this machine.
TRIPLE, _, _FEATURES = cpu_target.target_context.codegen().magic_tuple()
CPU = frozenset(_FEATURES.split(","))

# The option that says whether a function may make arrays, by Numba's runtime for memory;
# where it may not, references to the arrays that it is given are not counted.
MAKES_ARRAYS: Final = "_nrt"


class CompileListener(event.Listener):
    """Is told of each function that the compiler begins with, from now on."""

    def __init__(self, begins: Callable[[Any], None]) -> None:
        self._begins = begins

    def on_start(self, event: Any) -> None:
        """Pass on the Python function."""
        self._begins(getattr(event.data.get("dispatcher"), "py_func", None))

    def on_end(self, event: Any) -> None:
        """Do nothing."""

    def register(self) -> None:
        """Begin to listen."""
        event.register("numba:compile", self)


def mark_cache(dispatcher: Any, mark: str) -> None:
    """Let machine code kept on disk be read only where it was kept under the same mark.

    Numba compares its own version first, before it reads anything else: the mark becomes a
    part of that. (What comes after it may not even be readable: it names the types of
    arguments, which another state of the sources need not have.)
    """
    file = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if file is not None:  # None where the compiler is off
        file._version = f"{numba.__version__} {mark}"


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


def lowered(
    signature: Callable[..., Any], build: Callable[..., Any]
) -> Callable[[Function], Function]:
    """Compile a function to what ``build`` does.

    ``signature`` gives it its type, by those of the arguments; ``build`` is handed an
    LLVM builder, the type of the result, and for each argument its value or, of an array,
    a `View`.
    """

    def decorate(body: Function) -> Function:
        if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]  # set when it is imported
            return body

        def typed(_: Any, *args: Any) -> Any:
            return signature(*args), generate

        def generate(context: Any, builder: Any, sig: Any, values: Any) -> Any:
            given = [
                View(context, builder, kind, value)
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


class View:
    """A C-ordered array in compiled code, seen as one run of numbers."""

    def __init__(self, context: Any, builder: Any, kind: Any, value: Any) -> None:
        array = context.make_array(kind)(context, builder, value)
        self._builder, self._data = builder, array.data
        self.element = array.data.type.pointee  # LLVM's type of a number
        self.align = kind.dtype.bitwidth // 8  # bytes: each number lies at a multiple
        self.shape = cgutils.unpack_tuple(builder, array.shape)

    def at(self, index: Any, lanes: Any = None) -> Any:
        """Point to a number, or to lanes that begin with it."""
        pointer = self._builder.gep(self._data, [index])
        if lanes is None:
            return pointer
        return self._builder.bitcast(pointer, lanes.as_pointer())

    def address(self, index: Any) -> Any:
        """Point to a number as to memory of no type."""
        return self._builder.bitcast(self.at(index), ir.IntType(8).as_pointer())


def local_variable(builder: Any, kind: Any) -> Any:
    """Make a variable of one call: never in memory if the optimizer finds registers."""
    return cgutils.alloca_once(builder, kind)


def count_to(builder: Any, n: Any) -> Any:
    """Loop n times: a context whose ``index`` counts from 0."""
    return cgutils.for_range(builder, n)


def spread_number(builder: Any, lanes: Any, number: Any) -> Any:
    """One number in every lane."""
    undefined = ir.Constant(lanes, ir.Undefined)
    first = builder.insert_element(undefined, number, ir.IntType(32)(0))
    return builder.shuffle_vector(first, undefined, places([0] * lanes.count))


def places(numbers: list[int]) -> Any:
    """Which lanes a shuffle takes."""
    return ir.Constant(ir.VectorType(ir.IntType(32), len(numbers)), numbers)


def call(builder: Any, name: str, result: Any, *args: Any, **options: Any) -> Any:
    """Call a function that LLVM has."""
    kind = ir.FunctionType(result, [arg.type for arg in args])
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    return builder.call(function, args, **options)


def suffix(lanes: Any) -> str:
    """The name of a type in the names of LLVM's functions: v16f32."""
    names = {"float": "f32", "double": "f64"}
    return f"v{lanes.count}{names.get(str(lanes.element), str(lanes.element))}"


def load_first(builder: Any, lanes: Any, view: View, start: Any, count: Any) -> Any:
    """Load as many lanes as there are numbers; zeros in the others."""
    indices = ir.VectorType(count.type, lanes.count)
    lane = ir.Constant(indices, list(range(lanes.count)))
    mask = builder.icmp_signed("<", lane, spread_number(builder, indices, count))
    return call(
        builder,
        f"llvm.masked.load.{suffix(lanes)}.p0",
        lanes,
        view.at(start, lanes),
        ir.IntType(32)(view.align),
        mask,
        ir.Constant(lanes, [0.0] * lanes.count),
    )
