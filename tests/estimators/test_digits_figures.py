"""The figures on digits that the README states."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.manifold import TSNE
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.cluster import contingency_matrix

from kmosaic.estimators import KMeans


def majority_accuracy(truth: np.ndarray, labels: np.ndarray) -> float:
    """Share of points in the most frequent class of their cluster."""
    return contingency_matrix(truth, labels).max(axis=0).sum() / len(truth)


def test_best_of_ten_with_seed_42() -> None:
    X, truth = load_digits(return_X_y=True)
    fitted = KMeans(n_clusters=10, n_init=10, random_state=42).fit(X)
    assert fitted.inertia_ == pytest.approx(1165256.30, abs=0.005)
    assert majority_accuracy(truth, fitted.labels_) == pytest.approx(0.79354, abs=5e-6)
    assert adjusted_rand_score(truth, fitted.labels_) == pytest.approx(0.66691, abs=5e-6)


def test_best_of_ten_with_seed_0() -> None:
    X, truth = load_digits(return_X_y=True)
    labels = KMeans(n_clusters=10, n_init=10, random_state=0).fit_predict(X)
    assert majority_accuracy(truth, labels) == pytest.approx(0.79188, abs=5e-6)


def test_in_the_plane_of_tsne() -> None:
    X, truth = load_digits(return_X_y=True)
    plane = TSNE(n_components=2, init="pca", random_state=0).fit_transform(X)
    labels = KMeans(n_clusters=10, n_init=10, random_state=0).fit_predict(plane)
    assert majority_accuracy(truth, labels) >= 0.94
