"""The data: points, how many clusters, when to stop."""

import gzip
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ROOT: Final = Path(__file__).resolve().parent.parent

Points = NDArray[Any]


class MissingDataError(Exception):
    """The data of a workload are not on this machine."""


@dataclass(frozen=True)
class Workload:
    """Points and what is asked of them."""

    name: str
    title: str
    points: Callable[[int | None], Points]  # takes how many rows at most; None: all
    n_clusters: int
    max_iter: int = 20  # few enough that nothing converges: the time of plain passes
    tol: float = 0.0


def start_of(X: Points, n_clusters: int) -> Points:
    """Draw n_clusters different rows, (k, d), the same ones for every engine."""
    rng = np.random.default_rng(0)
    drawn = X[rng.choice(len(X), min(len(X), 8 * n_clusters), replace=False)]
    different = rng.permutation(np.unique(drawn, axis=0))
    if len(different) < n_clusters:
        raise ValueError(f"Only {len(different)} different rows for {n_clusters} centers.")
    return np.ascontiguousarray(different[:n_clusters])


def photo(n_rows: int | None) -> Points:
    """Pixels of scikit-learn's china.jpg, float32 (273,280, 3)."""
    from sklearn.datasets import load_sample_image

    pixels = load_sample_image("china.jpg").reshape(-1, 3).astype(np.float32)
    step = 1 if n_rows is None else max(1, len(pixels) // n_rows)
    return np.ascontiguousarray(pixels[::step][:n_rows])


def blobs(n_rows: int | None) -> Points:
    """Points around 100 places that overlap, float32 (1,000,000, 16)."""
    rng = np.random.default_rng(0)
    n_samples = n_rows or 1_000_000
    places = rng.uniform(-5, 5, size=(100, 16)).astype(np.float32)
    noise = rng.standard_normal((n_samples, 16), np.float32)
    return places[rng.integers(100, size=n_samples)] + 2 * noise


def noise(n_rows: int | None) -> Points:
    """Points without any structure, float32 (200,000, 128)."""
    return np.random.default_rng(0).standard_normal((n_rows or 200_000, 128), np.float32)


def digits(n_rows: int | None) -> Points:
    """scikit-learn's handwritten digits as it loads them, float64 (1,797, 64)."""
    from sklearn.datasets import load_digits

    return np.ascontiguousarray(load_digits().data[:n_rows])


def mnist(n_rows: int | None) -> Points:
    """MNIST's training images, float32 (60,000, 784)."""
    folder = Path(os.environ.get("KMOSAIC_DATA") or ROOT.parent / "shared" / "data")
    path = folder / "mnist" / "train-images-idx3-ubyte.gz"
    if not path.exists():
        raise MissingDataError(f"{path} is missing; set KMOSAIC_DATA to its folder")
    with gzip.open(path) as file:
        _, n_images, height, width = np.frombuffer(file.read(16), ">i4")
        wanted = min(int(n_images), n_rows or int(n_images))
        raw = np.frombuffer(file.read(wanted * int(height * width)), np.uint8)
    return raw.reshape(wanted, -1).astype(np.float32)


WORKLOADS: Final = (
    Workload("photo-16", "pixels of a photo", photo, 16),
    Workload("photo-256", "pixels of a photo", photo, 256),
    Workload("blobs-100", "overlapping groups", blobs, 100),
    Workload("mnist-10", "MNIST images", mnist, 10),
    Workload("mnist-100", "MNIST images", mnist, 100),
    Workload("noise-256", "unstructured", noise, 256),
    Workload("digits-10", "digits, a whole fit", digits, 10, max_iter=300, tol=1e-4),
)
