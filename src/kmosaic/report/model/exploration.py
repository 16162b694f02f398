"""An exploration and its parts.

Everything that a report says stands here once; the renderers only lay it out. Arrays
are read-only. Nothing here knows how a result was computed, or how it is rendered.
"""

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from kmosaic.report.model.diagnostics import Diagnostics

Array = NDArray[Any]


@dataclass(frozen=True)
class Data:
    """What was clustered.

    Parameters
    ----------
    name : str
        What the user calls it.
    n_samples, n_features : int
        Rows and columns.
    dtype : str
        The type of the values as they were given, ``"uint8"`` for example.
    image_shape : tuple of int or None
        (height, width) or (height, width, channels) where rows are pictures.
    feature_names : tuple of str or None
        One name per column; None where rows are pictures.
    value_range : tuple of float
        The smallest and the largest value.
    scale : str
        How the columns were brought to one scale before: "none", "standard", "minmax".
    reduced_to : int or None
        The number of principal components that were clustered instead of the columns.
    reduced_share : float or None
        The share of the variance that they hold.
    """

    name: str
    n_samples: int
    n_features: int
    dtype: str
    image_shape: tuple[int, ...] | None
    feature_names: tuple[str, ...] | None
    value_range: tuple[float, float]
    scale: str = "none"
    reduced_to: int | None = None
    reduced_share: float | None = None

    @property
    def noun(self) -> str:
        """What a row is called in sentences: "images" or "rows"."""
        return "images" if self.image_shape else "rows"


@dataclass(frozen=True)
class Iteration:
    """One Lloyd iteration of the run that won, counted from 1."""

    iteration: int
    inertia: float
    center_shift: float
    moved: int
    seconds: float


@dataclass(frozen=True)
class Run:
    """How it was clustered.

    Parameters
    ----------
    n_clusters, random_state, n_iter : int
        As in scikit-learn; `random_state` is always a number that repeats the run.
    n_init : int
        Number of starts; the best one is reported.
    n_init_auto : bool
        True where the number of starts was chosen here, not by the user.
    inertia : float
        Sum of the squared distances to the nearest center.
    seconds : float
        Wall time of the fit alone, all starts together.
    history : tuple of Iteration
        The iterations of the winning start.
    method : str
        ``"kmeans"``, or what was taken for comparison: ``"bisecting"``, ``"spectral"``,
        ``"gmm"``, ``"agglomerative"``.
    """

    n_clusters: int
    random_state: int
    n_init: int
    n_init_auto: bool
    n_iter: int
    inertia: float
    seconds: float
    history: tuple[Iteration, ...]
    method: str = "kmeans"


@dataclass(frozen=True)
class Scores:
    """How well separated the groups are; None where a score is not defined.

    `silhouette` is the mean over `silhouette_n_samples` points drawn at random, which
    are all points where the data are small; `silhouette_error` is its standard error as an
    estimate for all points, then 0.
    """

    silhouette: float | None
    silhouette_error: float | None
    silhouette_n_samples: int
    calinski_harabasz: float | None
    davies_bouldin: float | None


@dataclass(frozen=True, eq=False)
class Members:
    """Some members of a cluster, in the order in which they are shown.

    Parameters
    ----------
    rows : tuple of int
        Their row numbers in the data, from 0.
    distances : tuple of float
        Their (plain, not squared) distances to the center.
    labels : tuple of str
        Their true labels; empty where none are known.
    values : ndarray of shape (len(rows), n_features)
        The rows themselves, as they were given.
    names : tuple of str
        What the rows are called, where it is not their number: names of files.
    """

    rows: tuple[int, ...]
    distances: tuple[float, ...]
    labels: tuple[str, ...]
    values: Array = field(repr=False)
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class FeatureGap:
    """How far a center lies from the overall mean in one feature.

    `gap` is (center - mean) in standard deviations of that feature over all points.
    """

    index: int
    name: str
    center: float
    mean: float
    gap: float


@dataclass(frozen=True, eq=False)
class Cluster:
    """One group: its size, its center, and members to look at.

    `silhouette` is the mean over the group's points in the silhouette sample, None
    where the sample holds none. `features` lists the most distinguishing features,
    the widest gap first; it is empty where rows are pictures. `name` is what a user
    called the group, or "". `silhouettes` are the values of the sample's points in the
    group, falling.
    """

    index: int
    size: int
    inertia: float
    silhouette: float | None
    center: Array = field(repr=False)
    features: tuple[FeatureGap, ...]
    nearest: Members
    random: Members
    farthest: Members
    name: str = ""
    silhouettes: tuple[float, ...] = field(default=(), repr=False)

    @property
    def title(self) -> str:
        """What the group is called: its name, or "Group" and its number."""
        return self.name or f"Group {self.index}"


@dataclass(frozen=True)
class Truth:
    """The groups held against true labels.

    Parameters
    ----------
    classes : tuple of str
        The distinct true labels, sorted.
    counts : tuple of tuple of int, (n_classes, n_clusters)
        How many points of each label are in each cluster.
    majority : tuple of int
        For each cluster, the index in `classes` of its most frequent label; -1 where
        the cluster is empty.
    one_to_one : tuple of int
        For each cluster, the index of the label that the Hungarian method gives it;
        -1 where labels ran out.
    column_order : tuple of int
        The clusters in the order in which the matched diagonal shows.
    accuracy_majority, accuracy_one_to_one : float
        Share of the points whose cluster is matched to their own label.
    adjusted_rand, adjusted_mutual_info, homogeneity, completeness, v_measure : float
        As scikit-learn defines them.
    """

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    majority: tuple[int, ...]
    one_to_one: tuple[int, ...]
    column_order: tuple[int, ...]
    accuracy_majority: float
    accuracy_one_to_one: float
    adjusted_rand: float
    adjusted_mutual_info: float
    homogeneity: float
    completeness: float
    v_measure: float


@dataclass(frozen=True, eq=False)
class PlaneClusters:
    """The points clustered once more, by their two map coordinates alone.

    Parameters
    ----------
    labels : ndarray of int, (n_shown,)
        The plane's cluster of each point that the map shows, numbered like the
        clusters of the full space that they share most points with.
    centers : ndarray of shape (n_clusters, 2)
        In map coordinates.
    n_samples : int
        How many points were clustered.
    inertia : float
        In squared map units.
    agreement : float
        Adjusted Rand index between these groups and those of the full space.
    truth : Truth or None
        These groups held against the true labels.
    truth_before : Truth or None
        The same points as grouped in the full space, held against the true labels.
    rows, all_labels : ndarray of int, (n_samples,) or None
        The row numbers and clusters of all points that were clustered.
    """

    labels: Array = field(repr=False)
    centers: Array = field(repr=False)
    n_samples: int
    inertia: float
    agreement: float
    truth: Truth | None
    truth_before: Truth | None
    rows: Array | None = field(default=None, repr=False)
    all_labels: Array | None = field(default=None, repr=False)


@dataclass(frozen=True, eq=False)
class Map:
    """The points in the plane.

    Parameters
    ----------
    method : str
        ``"pca"`` or ``"tsne"``.
    n_embedded : int
        How many points the map was computed from.
    reduced_to : int or None
        The number of principal components that came before t-SNE, None for none.
    explained : tuple of float or None
        Shares of the variance that the two axes hold (PCA alone).
    rows : ndarray of int, (n_shown,)
        The row numbers of the points shown.
    points : ndarray of shape (n_shown, 2)
        Their coordinates.
    labels : ndarray of int, (n_shown,)
        Their clusters.
    centers : ndarray of shape (n_clusters, 2)
        The projected centers (PCA), or the medians of the groups' points (t-SNE); NaN
        where a group has no point on the map.
    clustering : PlaneClusters or None
        The groups found in the plane itself (t-SNE alone).
    values : ndarray of shape (n_pictured, n_features) or None
        Rows of points shown, as they were given.
    pictured : ndarray of int, (n_pictured,) or None
        Which of the points shown these are.
    names : tuple of str
        What these rows are called, where it is not their number.
    """

    method: str
    n_embedded: int
    reduced_to: int | None
    explained: tuple[float, float] | None
    rows: Array = field(repr=False)
    points: Array = field(repr=False)
    labels: Array = field(repr=False)
    centers: Array = field(repr=False)
    clustering: PlaneClusters | None
    values: Array | None = field(default=None, repr=False)
    pictured: Array | None = field(default=None, repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, eq=False, repr=False)
class Exploration:
    """A clustering and everything that is reported of it.

    Parameters
    ----------
    finding : str
        The result in a few plain sentences.
    notes : tuple of str
        What the reader should know before trusting it, a sentence or two each.
    data : Data
    run : Run
    scores : Scores
    clusters : tuple of Cluster
    truth : Truth or None
        None where no true labels were given.
    map : Map
    labels : ndarray of int32, (n_samples,)
        The cluster of each row. Left out of the JSON report, which would grow with the
        data.
    diagnostics : Diagnostics
        Outliers, near groups, unstable points, trees, and what was edited by hand.
    model : object
        The fitted estimator (None where the groups are not those of k-means), the way
        back from the summary to further computing. No renderer looks at it: it is not
        part of what was found, and stays out of the JSON report and ``repr``.
    preparation : object
        What was done to the rows before the model saw them; None for nothing.
    row_names : ndarray of shape (n_samples,) or None
        What the rows are called, where it is not their number: files, or the numbers that
        they have in a larger whole. Left out of the JSON report, too.
    """

    finding: str
    notes: tuple[str, ...]
    data: Data
    run: Run
    scores: Scores
    clusters: tuple[Cluster, ...]
    truth: Truth | None
    map: Map
    labels: Array
    model: Any = None
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    preparation: Any = None
    row_names: Array | None = None

    def __repr__(self) -> str:
        accuracy = f", accuracy={self.truth.accuracy_majority:.5f}" if self.truth else ""
        return (
            f"<Exploration of {self.data.name!r}: {self.data.n_samples} x "
            f"{self.data.n_features}, {self.run.n_clusters} clusters, "
            f"inertia={self.run.inertia:.2f}{accuracy}>"
        )
