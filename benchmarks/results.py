"""What was measured."""

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Machine:
    """What the figures were measured on, and what it can do at best."""

    processor: str
    n_cores: int
    python: str
    packages: dict[str, str]  # name: version
    sgemm_gflops: float  # NumPy's float32 matrix product, on all cores
    read_gb_per_second: float  # from memory, on all cores


@dataclass(frozen=True)
class Measurement:
    """One engine on one workload."""

    engine: str
    seconds: tuple[float, ...]  # of each repeat, in the order they ran
    n_iter: int
    inertia: float  # of the centers found, recomputed in float64
    peak_bytes: int  # memory at its highest, beyond what was there with the points loaded
    first_seconds: float  # the first fit, compilation or its loading from disk included

    @property
    def best(self) -> float:
        """Seconds of the fastest repeat."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """Seconds of the middle repeat."""
        return median(self.seconds)


@dataclass(frozen=True)
class Comparison:
    """All engines on one workload."""

    workload: str
    title: str
    n_samples: int
    n_features: int
    n_clusters: int
    dtype: str
    measurements: tuple[Measurement, ...]

    def gflops(self, measurement: Measurement) -> float:
        """Billions of floating-point operations per second that the passes need.

        2 · n · k · d for each iteration, whether an engine computes all distances or finds
        a way around them. What else a fit does (checks, a last assignment) takes time and
        is not counted.
        """
        work = 2 * self.n_samples * self.n_clusters * self.n_features * measurement.n_iter
        return work / measurement.best / 1e9


@dataclass(frozen=True)
class Results:
    """A whole run."""

    machine: Machine
    n_threads: int
    repeats: int
    quick: bool  # tiny sizes: shows that the program works, and nothing about speed
    comparisons: tuple[Comparison, ...]
    left_out: tuple[str, ...]  # workloads and engines that could not run, and why
