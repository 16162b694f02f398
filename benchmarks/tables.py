"""Results as Markdown."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from benchmarks import standing
from benchmarks.engines import ENGINES, REFERENCE, engine_named
from benchmarks.results import Comparison, LeftOut, Measurement, Results

Cells = Sequence[str]

_TINY = "**Tiny sizes: these figures say nothing about speed.**"


def markdown(results: Results) -> str:
    """Render a whole run."""
    parts = [
        "# Benchmark results",
        *([_TINY] if results.quick else []),
        machine(results),
        method(results),
        *_fits(results),
        *_seeding(results),
        *_limits(results),
        *_scaling(results),
        *_left_out(results),
        *_remarks(results),
    ]
    return "\n\n".join(parts) + "\n"


def summary(results: Results) -> str:
    """Give a line per workload: kmosaic and the fastest exact peer."""
    head = ("points", "k", "iterations", "kmosaic", "fastest exact peer", "its time",
            "speed", "inertia", "memory")  # fmt: skip
    rows = [
        row
        for kind in ("fit", "seed")
        for comparison in results.comparisons
        if comparison.kind == kind and (row := _summary_row(comparison))
    ]
    return table(head, "lrrrlrrrr", rows)


def _summary_row(comparison: Comparison) -> Cells | None:
    """Give the line of a workload; None where kmosaic did not run."""
    ours, rivals = comparison.of("kmosaic"), standing.peers(comparison)
    if ours is None:
        return None
    seed = comparison.kind == "seed"
    ratio = standing.speed(comparison, ours)
    return (
        ("k-means++: " if seed else "") + _points(comparison),
        str(comparison.n_clusters),
        "–" if seed else str(ours.n_iter),
        _seconds(ours.best),
        rivals[0].engine if rivals else "–",
        _seconds(rivals[0].best) if rivals else "",
        f"**{_times(ratio)}**" if ratio else "–",
        _excess(comparison, ours),
        _bytes(ours.peak_bytes),
    )


def machine(results: Results) -> str:
    """Say what the figures were measured on."""
    m = results.machine
    packages = ", ".join(f"{name} {version}" for name, version in m.packages.items())
    sgemm = f"{m.sgemm_gflops[0]:.0f} GFLOP/s"
    if len(m.sgemm_gflops) > 1:
        sgemm += f" (at the end {m.sgemm_gflops[-1]:.0f})"
    with_units = f", {m.vector_units}" if m.vector_units else ""
    return (
        f"{m.processor}{with_units}, {m.n_cores} cores, of which {results.n_threads} were "
        f"used by each engine, {m.memory_bytes / 2**30:.0f} GiB of memory, {m.system}; "
        f"Python {m.python}, {packages}. Load when the run began: {m.load:.1f}. It took "
        f"{results.minutes:.0f} minutes.\n\n"
        f"Measured on it in the same run: large float32 matrix products {sgemm}; reading "
        f"from memory {m.read_gb_per_second:.1f} GB/s, triad {m.triad_gb_per_second:.1f} "
        "GB/s."
    )


def method(results: Results) -> str:
    """Say how it was measured."""
    return (
        "Every engine in a process of its own, with the same points and threads, from the "
        "same starting centers, until nothing moves (tol = 0) or after 300 iterations; "
        "imports, compilation and a few iterations before. Seconds: the fastest of the "
        "repeats, and the middle one. Engines take turns, in up to "
        f"{results.repeats} rounds, fewer where a fit is long, more where it is short; an "
        "engine that needs more than twice the time of the "
        "fastest exact peer runs once. Inertia: recomputed from the centers in float64, "
        f"and its difference from {REFERENCE}'s. Memory: at its highest in the first run, "
        "beyond the points and what was loaded before. Speed: how many times as fast as "
        "the fastest exact peer, kmosaic aside; a peer that ends more than 0.5 % above "
        f"{REFERENCE}'s inertia does not count as one."
    )


def _fits(results: Results) -> Iterator[str]:
    """Show all engines from given centers."""
    fits = [c for c in results.comparisons if c.kind == "fit"]
    if fits:
        yield "## From given centers until nothing moves"
        yield _note_of_the_plot("speed.png", "Speed relative to the fastest exact peer")
    for comparison in fits:
        yield f"### {_points(comparison)}, k = {comparison.n_clusters}"
        head = ("engine", "seconds", "median", "repeats", "iterations", "each",
                "inertia", f"vs {REFERENCE}", "memory", "of the points", "a point",
                "speed")  # fmt: skip
        rows = [_fit_row(comparison, measured) for measured in _ordered(comparison)]
        yield table(head, "l" + 11 * "r", rows)


def _fit_row(comparison: Comparison, measured: Measurement) -> Cells:
    """Give the line of an engine."""
    n_iter = measured.n_iter
    full = " (limit)" if n_iter == comparison.max_iter else ""
    return (
        _engine(measured.engine),
        _seconds(measured.best),
        _seconds(measured.median),
        str(len(measured.seconds)),
        f"{n_iter}{full}" if n_iter else "?",
        _seconds(measured.best / n_iter) if n_iter else "?",
        f"{measured.inertia:.7g}",
        _excess(comparison, measured),
        _bytes(measured.peak_bytes),
        f"{measured.peak_bytes / comparison.point_bytes:.0%}",
        f"{measured.peak_bytes / comparison.n_samples:.0f} B",
        _speed(comparison, measured),
    )


def _seeding(results: Results) -> Iterator[str]:
    """Show all engines that draw centers."""
    seedings = [c for c in results.comparisons if c.kind == "seed"]
    if not seedings:
        return
    yield "## Drawing centers: greedy k-means++"
    head = ("points", "k", "engine", "seconds", "median", "repeats", "inertia",
            f"vs {REFERENCE}", "memory", "speed")  # fmt: skip
    rows = []
    for comparison in seedings:
        for i, measured in enumerate(_ordered(comparison)):
            rows.append((
                "" if i else _points(comparison),
                "" if i else str(comparison.n_clusters),
                _engine(measured.engine),
                _seconds(measured.best),
                _seconds(measured.median),
                str(len(measured.seconds)),
                f"{measured.inertia:.7g}",
                _excess(comparison, measured),
                _bytes(measured.peak_bytes),
                _speed(comparison, measured),
            ))  # fmt: skip
    yield table(head, "lrl" + 7 * "r", rows)
    yield (
        "The same random_state for all. kmosaic draws what scikit-learn draws, but for "
        "rounding, after which two draws go their own ways; fastkmeanspp draws from "
        "another generator."
    )


def _limits(results: Results) -> Iterator[str]:
    """Show single passes against what the machine can do."""
    measured = [c for c in results.comparisons if c.passes]
    if not measured:
        return
    yield "## Passes of kmosaic, and what the machine can do"
    yield _note_of_the_plot("passes.png", "Passes against sgemm of the same shape")
    head = ("points", "k", "sgemm", "plain pass", "of sgemm", "reads", "of memory",
            "skipping passes", "distances", "at", "of sgemm", "goes over")  # fmt: skip
    yield table(head, "l" + 11 * "r", [_limits_row(results, c) for c in measured])
    yield (
        "GFLOP/s and GB/s. sgemm: X @ centers.T of the same shape in float32, in blocks of "
        "rows of the best size, without what a pass does besides (minimum, labels, sums). "
        "A plain pass computes every distance, 2 · n · k · d operations, and reads X once; "
        "of memory: against reading alone. Skipping passes: of one whole fit; distances: "
        "the share that they compute or estimate in bytes, and at what rate, the time for "
        "bounds and sums included; goes over: bytes of X per second, which may exceed what "
        "memory gives, as rows that are not compared with anything are not read."
    )


def _limits_row(results: Results, comparison: Comparison) -> Cells:
    """Give the line of a workload."""
    passes = comparison.passes
    assert passes is not None
    single = comparison.dtype == "float32"  # sgemm is a yardstick for float32 alone
    memory = results.machine.read_gb_per_second
    plain = standing.plain_gflops(comparison)
    reads = standing.plain_gb_per_second(comparison)
    pruned = standing.pruned_gflops(comparison)
    return (
        _points(comparison),
        str(comparison.n_clusters),
        f"{passes.sgemm_gflops:.0f}",
        f"{plain:.0f}",
        f"{plain / passes.sgemm_gflops:.0%}" if single else "–",
        f"{reads:.1f}",
        f"{reads / memory:.0%}",
        f"{passes.n_pruned} of {passes.n_passes}",
        _or_dash(standing.computed_share(comparison), "{:.1%}"),
        _or_dash(pruned, "{:.0f}"),
        f"{pruned / passes.sgemm_gflops:.0%}" if single and pruned else "–",
        _or_dash(standing.pruned_gb_per_second(comparison), "{:.1f}"),
    )


def _scaling(results: Results) -> Iterator[str]:
    """Show how time grows."""
    scalings = [scaling for scaling in results.scalings if scaling.seconds]
    if not scalings:
        return
    yield "## Growth"
    yield _note_of_the_plot("scaling.png", "Seconds per iteration against n, d and k")
    engines = list(dict.fromkeys(e for scaling in scalings for e in scaling.seconds))
    rows = []
    for scaling in scalings:
        sizes = f"{scaling.sizes[0]:,} to {scaling.sizes[-1]:,}"
        slopes = [
            f"{scaling.slope(engine):.2f}" if engine in scaling.seconds else "–"
            for engine in engines
        ]
        rows.append((scaling.title, sizes, scaling.shape, *slopes))
    yield table(("along", "from", "the rest", *engines), "lrl" + len(engines) * "r", rows)
    yield (
        "Exponents: the slope of seconds per iteration on a log-log plot; 1 is "
        "proportional. The first 10 iterations on overlapping groups, the fastest of 3."
    )


def _left_out(results: Results) -> Iterator[str]:
    """Say what could not run."""
    if not results.left_out:
        return
    yield "## Left out"
    lines = []
    ordered = sorted(results.left_out, key=lambda gone: (gone.engine, gone.reason))
    for (engine, reason), group in groupby(
        ordered, lambda gone: (gone.engine, gone.reason)
    ):
        places = ", ".join(gone.workload for gone in group if gone.workload)
        who = engine or "All engines"
        lines.append(f"- {who}{f' ({places})' if places else ''}: {reason}.")
    yield "\n".join(lines)


def _who_and_why(gone: LeftOut) -> tuple[str, str]:
    """Give what left-out workloads are put together by."""
    return gone.engine, gone.reason


def _remarks(results: Results) -> Iterator[str]:
    """Say what is particular about engines."""
    ran = {(m.engine, c.kind) for c in results.comparisons for m in c.measurements}
    lines = [
        f"- {engine.name}{'' if engine.exact else ' (not exact)'}"
        f"{', drawing centers' if engine.kind == 'seed' else ''}: {engine.remark}."
        for engine in ENGINES
        if engine.remark and (engine.name, engine.kind) in ran
    ]
    if lines:
        yield "## About the engines"
        yield "\n".join(lines)


def _ordered(comparison: Comparison) -> list[Measurement]:
    """Put the fastest first, and what is not exact last."""
    return sorted(
        comparison.measurements,
        key=lambda m: (not engine_named(m.engine, comparison.kind).exact, m.best),
    )


def table(head: Cells, alignment: str, rows: Sequence[Cells]) -> str:
    """Lay out a table; ``alignment`` has a letter for each column, l or r."""
    rule = ["--:" if side == "r" else "---" for side in alignment]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def _note_of_the_plot(file: str, title: str) -> str:
    """Show a plot."""
    return f"![{title}]({file})"


def _points(comparison: Comparison) -> str:
    """Name the points and their shape."""
    shape = f"{comparison.n_samples:,} × {comparison.n_features}"
    return f"{comparison.title}, {shape} {comparison.dtype}"


def _engine(name: str) -> str:
    """Mark what is not exact."""
    exact = all(engine.exact for engine in ENGINES if engine.name == name)
    return name if exact else f"*{name}* (not exact)"


def _speed(comparison: Comparison, measured: Measurement) -> str:
    """Write the speed, in brackets where the engine does something else."""
    ratio = standing.speed(comparison, measured)
    if ratio is None:
        return "–"
    exact = engine_named(measured.engine, comparison.kind).exact
    return _times(ratio) if exact else f"({_times(ratio)})"


def _times(ratio: float) -> str:
    """Write how many times."""
    return f"{ratio:.1f} ×" if ratio >= 9.95 else f"{ratio:.2f} ×"


def _excess(comparison: Comparison, measured: Measurement) -> str:
    """Write how much higher an inertia is, or that it is the same."""
    above = standing.excess(comparison, measured)
    if above is None:
        return "–"
    return "same" if abs(above) < 5e-7 else f"{above:+.4%}"


def _or_dash(value: float | None, form: str) -> str:
    """Write a number, if there is one."""
    return "–" if value is None else form.format(value)


def _seconds(seconds: float) -> str:
    """Write a duration with three digits."""
    value, unit = (seconds, "s") if seconds >= 1 else (1e3 * seconds, "ms")
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} {unit}"


def _bytes(n_bytes: int) -> str:
    """Write a size."""
    megabytes = n_bytes / 1e6
    return f"{megabytes:.0f} MB" if megabytes >= 9.95 else f"{megabytes:.1f} MB"
