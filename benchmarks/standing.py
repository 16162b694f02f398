"""What the measurements say: who is fastest, whose inertia agrees."""

from typing import Final

from benchmarks.engines import REFERENCE, engine_named
from benchmarks.results import Comparison, Measurement, Results

# An exact engine that ends this much above the reference, relatively, did not do the same:
# it is no peer to be measured against. Ties and rounding make up to 0.1 % of difference
# where pixels repeat; seeds drawn by another generator, a few percent.
_SAME_WORK: Final = {"fit": 5e-3, "seed": 5e-2}


def excess(comparison: Comparison, measured: Measurement) -> float | None:
    """Inertia relative to the reference's: 0.01 is 1 % higher. None without a reference."""
    reference = comparison.of(REFERENCE)
    return None if reference is None else measured.inertia / reference.inertia - 1.0


def peers(comparison: Comparison) -> list[Measurement]:
    """Exact engines other than kmosaic that did the same work, the fastest first."""
    found = []
    for measured in comparison.measurements:
        engine = engine_named(measured.engine, comparison.kind)
        above = excess(comparison, measured)
        same = above is None or above <= _SAME_WORK[comparison.kind]
        if engine.exact and not engine.ours and same:
            found.append(measured)
    return sorted(found, key=lambda measured: measured.best)


def speed(comparison: Comparison, measured: Measurement) -> float | None:
    """How many times as fast as the fastest exact peer. None without peers."""
    rivals = peers(comparison)
    return rivals[0].best / measured.best if rivals else None


def drift(results: Results) -> float:
    """How much the machine's sgemm changed from start to end, relatively."""
    first, *_, last = results.machine.sgemm_gflops
    return last / first - 1.0


def plain_gflops(comparison: Comparison) -> float:
    """Billions of operations per second of a plain pass: 2 · n · k · d."""
    assert comparison.passes is not None
    return (
        2e-9
        * comparison.n_samples
        * comparison.n_clusters
        * comparison.n_features
        / comparison.passes.plain_seconds
    )


def plain_gb_per_second(comparison: Comparison) -> float:
    """Billions of bytes of points that a plain pass reads per second."""
    assert comparison.passes is not None
    return comparison.point_bytes / comparison.passes.plain_seconds / 1e9


def pruned_gflops(comparison: Comparison) -> float | None:
    """Billions of operations per second of the distances that skipping passes compute."""
    passes = comparison.passes
    assert passes is not None
    if not passes.n_pruned:
        return None
    work = 2 * passes.pruned_distances * comparison.n_features
    return work / passes.pruned_seconds / 1e9


def pruned_gb_per_second(comparison: Comparison) -> float | None:
    """Billions of bytes of points that skipping passes go over per second.

    A row that no center is compared with is not read: this may exceed what memory gives.
    """
    passes = comparison.passes
    assert passes is not None
    if not passes.n_pruned:
        return None
    return comparison.point_bytes * passes.n_pruned / passes.pruned_seconds / 1e9


def computed_share(comparison: Comparison) -> float | None:
    """Fraction of all distances that skipping passes compute or estimate in bytes."""
    passes = comparison.passes
    assert passes is not None
    if not passes.n_pruned:
        return None
    every = comparison.n_samples * comparison.n_clusters * passes.n_pruned
    return passes.pruned_distances / every
