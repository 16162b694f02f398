"""Points: photos, digits, and what is drawn at random. Each time the same."""

import gzip
import os
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ROOT: Final = Path(__file__).resolve().parent.parent

Points = NDArray[Any]


class MissingDataError(Exception):
    """The data of a workload are not on this machine."""


def digits(n_rows: int | None) -> Points:
    """scikit-learn's handwritten digits as it loads them, float64 (1,797, 64)."""
    from sklearn.datasets import load_digits

    return np.ascontiguousarray(load_digits().data[:n_rows])


def photo(n_rows: int | None) -> Points:
    """Pixels of scikit-learn's china.jpg, float32 (273,280, 3)."""
    from sklearn.datasets import load_sample_image

    pixels = load_sample_image("china.jpg").reshape(-1, 3).astype(np.float32)
    step = 1 if n_rows is None else max(1, len(pixels) // n_rows)
    return np.ascontiguousarray(pixels[::step][:n_rows])


def mnist(n_rows: int | None) -> Points:
    """MNIST's training images, float32 (60,000, 784)."""
    folder = Path(os.environ.get("KMOSAIC_DATA") or ROOT.parent / "shared" / "data")
    path = folder / "mnist" / "train-images-idx3-ubyte.gz"
    if not path.exists():
        raise MissingDataError(f"{path.name} is missing; set KMOSAIC_DATA to its folder")
    with gzip.open(path) as file:
        _, n_images, height, width = np.frombuffer(file.read(16), ">i4")
        wanted = min(int(n_images), n_rows or int(n_images))
        raw = np.frombuffer(file.read(wanted * int(height * width)), np.uint8)
    return raw.reshape(wanted, -1).astype(np.float32)


def blobs(n_rows: int | None, n_features: int = 16) -> Points:
    """Points around 100 places that overlap, float32 (1,000,000, 16)."""
    rng = np.random.default_rng(0)
    n_samples = n_rows or 1_000_000
    places = rng.uniform(-5, 5, size=(100, n_features)).astype(np.float32)
    noise = rng.standard_normal((n_samples, n_features), np.float32)
    return places[rng.integers(100, size=n_samples)] + 2 * noise


def plane(n_rows: int | None) -> Points:
    """Spots of different size and density on a plane, float32 (2,000,000, 2)."""
    rng = np.random.default_rng(0)
    n_samples = n_rows or 2_000_000
    places = rng.uniform(-10, 10, size=(80, 2)).astype(np.float32)
    spreads = rng.uniform(0.2, 1.5, size=(80, 1)).astype(np.float32)
    spots = rng.choice(80, size=n_samples, p=rng.dirichlet(np.ones(80)))
    return places[spots] + spreads[spots] * rng.standard_normal((n_samples, 2), np.float32)


def noise(n_rows: int | None) -> Points:
    """Points without any structure, float32 (200,000, 128)."""
    return np.random.default_rng(0).standard_normal((n_rows or 200_000, 128), np.float32)


def embeddings(n_rows: int | None) -> Points:
    """Unit vectors like those of sentences, float32 (100,000, 384).

    300 topics, few of them frequent. Topics, and vectors within a topic, spread alike:
    widely in a few directions and little in most, the i-th with a variance ∝ 1/i.
    """
    rng = np.random.default_rng(0)
    n_samples, n_features = n_rows or 100_000, 384
    spread = (1 + np.arange(n_features, dtype=np.float32)) ** -0.5
    topics = spread * rng.standard_normal((300, n_features), np.float32)
    frequency = 1 / (1 + np.arange(300))
    drawn = rng.choice(300, size=n_samples, p=frequency / frequency.sum())
    own = spread * rng.standard_normal((n_samples, n_features), np.float32)
    vectors = topics[drawn] + own
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors
