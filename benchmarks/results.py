"""What was measured (frozen dataclasses), to JSON and back."""

import dataclasses
import json
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from benchmarks.workloads import Kind


@dataclass(frozen=True)
class Machine:
    """What the figures were measured on, and what it can do at best."""

    processor: str
    vector_units: str  # "AVX-512", say; empty where unknown
    n_cores: int  # that this process may use
    memory_bytes: int
    system: str
    python: str
    packages: dict[str, str]  # name: version
    load: float  # processes waiting for a core when the run began, averaged over a minute
    sgemm_gflops: tuple[float, ...]  # large float32 matrix products: at the start, the end
    read_gb_per_second: float  # from memory
    triad_gb_per_second: float  # a = b + s · c: two arrays read, one written


@dataclass(frozen=True)
class Measurement:
    """One engine on one workload."""

    engine: str
    seconds: tuple[float, ...]  # of each repeat, in the order they ran
    n_iter: int | None  # None where the engine does not tell, or draws centers
    inertia: float  # of the centers found, recomputed in float64
    peak_bytes: int  # memory at its highest, beyond what was there with the points loaded
    warm_seconds: float  # before: imports, compilation or its loading, a few iterations

    @property
    def best(self) -> float:
        """Seconds of the fastest repeat."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """Seconds of the middle repeat."""
        return median(self.seconds)


@dataclass(frozen=True)
class Passes:
    """Single passes of kmosaic over the points of a workload."""

    sgemm_gflops: float  # (n, d) @ (d, k), in blocks of rows, whichever size is fastest
    plain_seconds: float  # of the fastest pass that computes every distance
    n_pruned: int  # passes of a whole fit that skipped distances, of
    n_passes: int
    pruned_seconds: float  # of those that skipped, together
    pruned_distances: int  # that those computed, together

    # What they come to depends on the shape: see Comparison.


@dataclass(frozen=True)
class Comparison:
    """All engines on one workload."""

    workload: str
    title: str
    kind: Kind
    n_samples: int
    n_features: int
    n_clusters: int
    dtype: str
    max_iter: int
    measurements: tuple[Measurement, ...]
    passes: Passes | None = None

    @property
    def point_bytes(self) -> int:
        """Bytes of the points."""
        return self.n_samples * self.n_features * np.dtype(self.dtype).itemsize

    def of(self, engine: str) -> Measurement | None:
        """Find an engine's measurement, if there is one."""
        return next((m for m in self.measurements if m.engine == engine), None)


@dataclass(frozen=True)
class Scaling:
    """Seconds per iteration along an axis."""

    axis: str
    title: str
    sizes: tuple[int, ...]
    shape: str  # what stays: "100,000 × 32, k = 64"
    seconds: dict[str, tuple[float, ...]]  # engine: one for each size

    def slope(self, engine: str) -> float:
        """Exponent of the growth: least squares on the logarithms."""
        logs = np.log(self.sizes), np.log(self.seconds[engine])
        return float(np.polyfit(*logs, deg=1)[0])


@dataclass(frozen=True)
class LeftOut:
    """What could not run, and why."""

    workload: str  # empty: any
    engine: str  # empty: any
    reason: str


@dataclass(frozen=True)
class Results:
    """A whole run."""

    machine: Machine
    n_threads: int
    repeats: int  # at most
    quick: bool  # tiny sizes: shows that the program works, and nothing about speed
    minutes: float  # that the run took
    comparisons: tuple[Comparison, ...]
    scalings: tuple[Scaling, ...]
    left_out: tuple[LeftOut, ...]

    def to_json(self) -> str:
        """Write as JSON."""
        return json.dumps(dataclasses.asdict(self), indent=1) + "\n"


def from_json(text: str) -> Results:
    """Read what `Results.to_json` wrote."""
    given = json.loads(text)
    machine = given["machine"] | {"sgemm_gflops": tuple(given["machine"]["sgemm_gflops"])}
    return Results(
        **given
        | {
            "machine": Machine(**machine),
            "comparisons": tuple(map(_comparison, given["comparisons"])),
            "scalings": tuple(map(_scaling, given["scalings"])),
            "left_out": tuple(LeftOut(**fields) for fields in given["left_out"]),
        }
    )


def _comparison(fields: dict[str, Any]) -> Comparison:
    measurements = tuple(
        Measurement(**m | {"seconds": tuple(m["seconds"])}) for m in fields["measurements"]
    )
    passes = fields["passes"] and Passes(**fields["passes"])
    return Comparison(**fields | {"measurements": measurements, "passes": passes})


def _scaling(fields: dict[str, Any]) -> Scaling:
    seconds = {engine: tuple(times) for engine, times in fields["seconds"].items()}
    return Scaling(**fields | {"sizes": tuple(fields["sizes"]), "seconds": seconds})
