"""One scale and fewer dimensions: as scikit-learn does it, for old rows and for new."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from kmosaic.explore import explore
from kmosaic.explore.task import prepare
from kmosaic.explore.task.prepare import prepare as learn
from tests.data import blobs

SCALERS = {"standard": StandardScaler(), "minmax": MinMaxScaler()}


@pytest.mark.parametrize("scale", SCALERS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.uint8])
def test_scales_are_scikit_learns(scale: str, dtype: type) -> None:
    X = np.random.default_rng(0).integers(0, 200, size=(300, 5)).astype(dtype)
    X[:, 2] = 7  # constant
    before = learn(X, scale, None, 0)
    assert before is not None
    expected = SCALERS[scale].fit_transform(X.astype(float))
    np.testing.assert_allclose(before.apply(X), expected, atol=1e-5)


@pytest.mark.parametrize("sampled", [False, True])
def test_components_are_scikit_learns(
    sampled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sampled:
        monkeypatch.setattr(prepare, "MOST_COVARIANCE", 10)
    X = load_digits().data
    before = learn(X, "none", 20, 0)
    assert before is not None and before.explained is not None
    pca = PCA(20, svd_solver="full").fit(X)
    assert before.explained == pytest.approx(pca.explained_variance_ratio_.sum(), rel=1e-3)
    points, expected = before.apply(X), pca.transform(X)
    signs = np.sign((points * expected).sum(axis=0))
    np.testing.assert_allclose(points[:, :8], (expected * signs)[:, :8], atol=0.5)


def test_nothing_to_do_is_nothing() -> None:
    assert learn(np.eye(3), "none", None, 0) is None


def test_the_axis_times_100_is_told_and_mended() -> None:
    truth = np.repeat([0, 1, 2], 100)
    centers = np.array([[0, 0], [6, 0], [3, 6]])
    X = (centers[truth] + blobs(300, 2, 1, spread=0.6) * 0.3) * [1, 100]
    wrong = explore(X, 3, labels=truth, feature_names=["m", "cm"])
    assert any("'cm'" in n or "column cm holds" in n for n in wrong.notes)
    right = explore(X, 3, labels=truth, scale="standard")
    assert not any("column" in n for n in right.notes)
    assert adjusted_rand_score(truth, right.labels) > adjusted_rand_score(
        truth, wrong.labels
    )
    assert right.data.scale == "standard"
    assert "standard" in right.html()
    # Centers are shown in the units of the table.
    assert max(abs(c.center[1]) for c in right.clusters) > 100


def test_the_report_states_the_reduction() -> None:
    found = explore(load_digits().data, 10, reduce="pca:10", image_shape=(8, 8))
    assert (found.data.reduced_to, found.clusters[0].center.shape) == (10, (64,))
    assert found.model.cluster_centers_.shape == (10, 10)
    assert "principal components" in found.html()
