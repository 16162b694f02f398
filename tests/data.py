"""Data for tests: made, bundled with scikit-learn, or shared beside the checkout."""

import gzip
import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from sklearn import datasets
from sklearn.feature_extraction.image import extract_patches_2d

ROOT = Path(__file__).resolve().parent.parent


def shared(name: str) -> Path:
    """Give the path of a shared data file; skip the test where it is missing."""
    folder = Path(os.environ.get("KMOSAIC_DATA") or ROOT.parent / "shared" / "data")
    path = folder / name
    if not path.exists():
        pytest.skip(f"no {name} in {folder}; set KMOSAIC_DATA to the folder that has it")
    return path


@cache
def _idx_images(path: Path) -> np.ndarray:
    """Read an idx3-ubyte.gz file without help from the package's own reader."""
    raw = gzip.decompress(path.read_bytes())
    _, n_images, height, width = np.frombuffer(raw, dtype=">i4", count=4)
    return np.frombuffer(raw, dtype=np.uint8, offset=16).reshape(n_images, height * width)


def mnist(n_images: int) -> np.ndarray:
    """Give the first MNIST test images, uint8 (n_images, 784), or skip."""
    return _idx_images(shared("mnist/t10k-images-idx3-ubyte.gz"))[:n_images]


def digits() -> np.ndarray:
    """Give scikit-learn's digits, float64 (1797, 64)."""
    return datasets.load_digits().data


def blobs(
    n_samples: int, n_features: int, n_clusters: int, seed: int = 0, spread: float = 1.0
) -> np.ndarray:
    """Give points around n_clusters hidden centers, float64; the groups overlap."""
    rng = np.random.default_rng(seed)
    centers = rng.uniform(-5, 5, size=(n_clusters, n_features))
    labels = rng.integers(n_clusters, size=n_samples)
    return centers[labels] + rng.normal(scale=spread, size=(n_samples, n_features))


@cache
def patches(n_patches: int) -> np.ndarray:
    """Give 12 x 12 gray patches of a bundled photograph, float64 (n_patches, 144)."""
    gray = datasets.load_sample_image("china.jpg").mean(axis=2)
    found = extract_patches_2d(gray, (12, 12), max_patches=n_patches, random_state=0)
    return found.reshape(n_patches, -1)
