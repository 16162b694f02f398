"""The map: PCA as scikit-learn's, samples that say what they are, groups in the plane."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from kmosaic.explore import explore
from kmosaic.explore.describe import projection
from kmosaic.explore.describe.projection import medians, principal_plane, same_numbers
from kmosaic.report import Exploration
from tests.data import blobs


def test_pca_is_scikit_learns() -> None:
    X = blobs(200, 6, 3, seed=4)
    found = explore(X, 3)
    pca = PCA(2).fit(X)
    np.testing.assert_allclose(found.map.points, pca.transform(X), atol=1e-8)
    centers = pca.transform(found.model.cluster_centers_)
    np.testing.assert_allclose(found.map.centers, centers, atol=1e-8)
    assert found.map.explained == pytest.approx(pca.explained_variance_ratio_)
    np.testing.assert_array_equal(found.map.labels, found.labels)


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (2, 1), (9, 1), (2, 3)])
def test_few_rows_or_columns_have_a_plane(shape: tuple[int, int]) -> None:
    values = np.arange(np.prod(shape), dtype=float).reshape(shape) ** 2
    points, centers, explained = principal_plane(values, values[:1], seed=0)
    assert points.shape == (len(values), 2)
    assert np.isfinite(points).all() and np.isfinite(explained).all()
    np.testing.assert_allclose(centers[0], points[0])


def test_constant_rows_have_a_plane() -> None:
    points, _, explained = principal_plane(np.ones((5, 3)), np.ones((2, 3)), seed=0)
    assert not points.any()
    assert explained == (0.0, 0.0)


def test_a_large_set_is_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "MOST_SHOWN", 100)
    found = explore(blobs(1000, 3, 3), 3, random_state=7)
    assert found.map.n_embedded == len(found.map.rows) == len(found.map.points) == 100
    assert (np.diff(found.map.rows) > 0).all()
    np.testing.assert_array_equal(found.map.labels, found.labels[found.map.rows])
    assert "100 of the 1,000 rows are shown" in found.html()


@pytest.fixture(scope="module")
def found() -> Exploration:
    """Explore 300 points on a t-SNE map of which 200 are embedded and 120 are shown."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(projection, "MOST_EMBEDDED", 200)
        patch.setattr(projection, "MOST_SHOWN", 120)
        patch.setattr(projection, "COMPONENTS", 10)
        X = blobs(300, 20, 4, seed=5)
        return explore(X, 4, labels=np.arange(300) % 2, project="tsne")


def test_tsne_takes_a_sample_of_a_large_set_and_says_so(found: Exploration) -> None:
    tsne_map = found.map
    assert found.finding.endswith("% of a sample of 200.")
    assert (tsne_map.n_embedded, tsne_map.reduced_to) == (200, 10)
    assert len(tsne_map.rows) == 120
    assert tsne_map.clustering is not None
    assert tsne_map.clustering.n_samples == 200
    assert len(tsne_map.clustering.labels) == 120
    assert tsne_map.clustering.truth is not None
    assert np.sum(tsne_map.clustering.truth.counts) == 200


def test_groups_in_the_plane_carry_the_numbers_of_those_before(found: Exploration) -> None:
    tsne_map = found.map
    second = tsne_map.clustering
    assert second is not None
    # The hidden groups are far apart: both ways find them.
    assert second.agreement == pytest.approx(1.0)
    np.testing.assert_array_equal(second.labels, tsne_map.labels)
    gap = np.linalg.norm(tsne_map.points - second.centers[second.labels], axis=1)
    others = [np.linalg.norm(tsne_map.points - center, axis=1) for center in second.centers]
    np.testing.assert_allclose(gap, np.min(others, axis=0))


def test_medians_by_hand() -> None:
    points = np.array([[0.0, 0.0], [2.0, 8.0], [4.0, 1.0], [9.0, 9.0]])
    found = medians(points, np.array([0, 0, 0, 2], dtype=np.int32), 3)
    np.testing.assert_array_equal(found, [[2, 1], [np.nan, np.nan], [9, 9]])


def test_numbers_by_hand() -> None:
    before = np.array([0, 0, 0, 1, 1, 2], dtype=np.int32)
    after = np.array([2, 2, 2, 0, 0, 1], dtype=np.int32)
    number = same_numbers(before, after, 3)
    np.testing.assert_array_equal(number[after], before)


@pytest.mark.parametrize("X", [np.ones((20, 3)), np.arange(12.0)[:, None], np.eye(5)])
@pytest.mark.filterwarnings("ignore:Number of distinct clusters")
def test_tsne_of_odd_sets(X: np.ndarray) -> None:
    found = explore(X, 2, project="tsne")
    assert np.isfinite(found.map.points).all()
    assert found.html()
