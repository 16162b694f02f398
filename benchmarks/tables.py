"""Results as Markdown."""

from collections.abc import Iterator

from benchmarks.engines import BASELINE
from benchmarks.results import Comparison, Machine, Measurement, Results

_HEAD = (
    "| points | k | engine | s / iteration | median | iterations | inertia | "
    "memory | GFLOP/s | of sgemm | speed |"
)
_RULE = "|---|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|"


def markdown(results: Results) -> str:
    """Render a whole run."""
    return "\n".join(
        [*_about(results), "", _HEAD, _RULE, *_rows(results), *_notes(results), ""]
    )


def _about(results: Results) -> Iterator[str]:
    """Say what the figures were measured on."""
    machine = results.machine
    packages = ", ".join(f"{name} {version}" for name, version in machine.packages.items())
    if results.quick:
        yield "**Tiny sizes: these figures say nothing about speed.**\n"
    yield (
        f"{machine.processor}, {machine.n_cores} cores, of which {results.n_threads} were "
        f"used; Python {machine.python}, {packages}."
    )
    yield (
        f"sgemm {machine.sgemm_gflops:.0f} GFLOP/s, reading from memory "
        f"{machine.read_gb_per_second:.1f} GB/s. Fastest and median of {results.repeats} "
        "fits, engines in turns, each in a process of its own; memory beyond the points; "
        f"speed as a multiple of {BASELINE}'s."
    )


def _rows(results: Results) -> Iterator[str]:
    """Give a line per workload and engine."""
    for comparison in results.comparisons:
        for measurement in comparison.measurements:
            cells = _cells(comparison, measurement, results.machine)
            yield "| " + " | ".join(cells) + " |"


def _cells(comparison: Comparison, measured: Measurement, machine: Machine) -> list[str]:
    """Give the cells of a line; what belongs to the workload stands in its first line."""
    first = measured is comparison.measurements[0]
    shape = f"{comparison.n_samples:,} × {comparison.n_features} {comparison.dtype}"
    gflops = comparison.gflops(measured)
    single = comparison.dtype == "float32"  # sgemm is a yardstick for float32 alone
    return [
        f"{comparison.title}, {shape}" if first else "",
        str(comparison.n_clusters) if first else "",
        measured.engine,
        _seconds(measured.best / measured.n_iter),
        _seconds(measured.median / measured.n_iter),
        str(measured.n_iter),
        f"{measured.inertia:.6g}",
        f"{measured.peak_bytes / 1e6:.0f} MB",
        f"{gflops:.0f}",
        f"{gflops / machine.sgemm_gflops:.0%}" if single else "–",
        f"{speed(comparison, measured):.2f} ×",
    ]


def speed(comparison: Comparison, measured: Measurement) -> float:
    """How many times as fast as the baseline an engine is, per iteration."""
    peer = next(m for m in comparison.measurements if m.engine == BASELINE)
    return (peer.best / peer.n_iter) / (measured.best / measured.n_iter)


def _seconds(seconds: float) -> str:
    """Write a duration with three digits."""
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1e3 * seconds:.3g} ms"


def _notes(results: Results) -> Iterator[str]:
    """Say what could not run."""
    if results.left_out:
        yield ""
    for note in results.left_out:
        yield f"Left out: {note}."
