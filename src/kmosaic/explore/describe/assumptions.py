"""Checks of what k-means assumes. Each failed check is a sentence with the next step.

A check does not rely on thresholds of the scores: other methods are run on a sample, and
only a clearly better answer is worth a sentence.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.describe.clustering import Clustering
from kmosaic.explore.task.methods import labels_by_method
from kmosaic.explore.task.sampling import draw_rows
from kmosaic.wording import count, percent

if TYPE_CHECKING:
    from sklearn.mixture import GaussianMixture

ALMOST_ALL = 0.9  # of the points in a single group
MANY_COPIES = 0.05  # of the rows
MOST_COMPARED = 1000  # rows that spectral clustering looks at: half a second
MOST_HASHED = 20_000  # rows among which copies are looked for
MOST_GROUPS = 20
SAME = 0.95  # adjusted Rand index of groups and the values of a column
NEIGHBORS = 10
# Chosen on the families of benchmarks/doubts.py, which counts how often they are wrong.
# Two groupings this alike (adjusted Rand) need no comparison.
ALIKE = 0.8
ALIKE_MIXED = 0.9  # a mixture differs in the edges alone, which are few points
# k-means must part this share of all pairs of neighbors, and spectral clustering a third of
# it at most, before its borders are called wrong: groups that merely touch part as many.
PARTED = 0.005
THIRD = 1 / 3
SMALL_PART = 0.02  # of the sample: smaller groups are outliers, which cost nothing to part
MOST_MIXTURE = 10  # features; a Gaussian's covariance has their square
BETTER = 0.25  # nats a point by which the mixture must beat equal round groups
MORE = (0, 1, 2, 3)  # round groups more than the mixture has Gaussians; and twice as many
# Pairs of neighbors that the mixture may part: more, and it lays Gaussians over one another
# to imitate one cloud with long tails.
CROWD = 0.1


def check_assumptions(clustering: Clustering, shapes: bool = True) -> tuple[str, ...]:
    """The sentences of all failed checks; shapes are checked only if `shapes` is true."""
    doubts = [check_dominant_cluster(clustering), check_duplicates(clustering)]
    if clustering.task.method == "kmeans" and 2 <= clustering.n_groups <= MOST_GROUPS:
        rows = draw_rows(len(clustering.points), MOST_COMPARED, clustering.task.seed)
        sample = clustering.points[rows].astype(np.float64)
        labels = clustering.labels[rows]
        if len(rows) >= 10 * clustering.n_groups and np.ptp(sample, axis=0).max() > 0:
            doubts.append(check_dominant_column(clustering, rows))
            if shapes:
                arguments = (
                    sample,
                    labels,
                    neighbors(sample),
                    clustering.n_groups,
                    clustering.task.seed,
                )
                doubts.append(check_shape(*arguments) or check_sizes(*arguments))
    return tuple(filter(None, doubts))


def check_dominant_cluster(clustering: Clustering) -> str:
    """One group that holds almost everything."""
    sizes = clustering.overview.sizes
    share = float(sizes.max() / sizes.sum())
    if clustering.n_groups < 2 or share <= ALMOST_ALL:
        return ""
    noun = "images" if clustering.task.image_shape else "rows"
    return (
        f"Group {int(sizes.argmax())} holds {percent(share)} of all {noun}: the others are "
        "outliers rather than groups. Look at them first, leave them out, or look inside "
        "the large group (--cluster)."
    )


def check_duplicates(clustering: Clustering) -> str:
    """Rows that are copies of others."""
    rows = draw_rows(len(clustering.points), MOST_HASHED, clustering.task.seed)
    share = 1 - len({hash(clustering.points[row].tobytes()) for row in rows}) / len(rows)
    if share < MANY_COPIES:
        return ""
    sampled = "" if len(rows) == len(clustering.points) else f" of {count(len(rows))} drawn"
    noun = "images" if clustering.task.image_shape else "rows"
    return (
        f"{percent(share)} of the {noun}{sampled} are exact copies of others. They pull "
        "centers towards them; leave them out if they are there by mistake."
    )


def check_dominant_column(clustering: Clustering, rows: NDArray[np.intp]) -> str:
    """Groups that are the values of one column of text, and nothing else."""
    from sklearn.metrics import adjusted_rand_score

    values: dict[str, list[int]] = {}
    for i, name in enumerate(clustering.task.feature_names or ()):
        values.setdefault(name.rpartition("=")[0], []).append(i)
    values.pop("", None)  # columns that are no value of a text
    for name, columns in values.items():
        is_value = clustering.task.X[rows][:, columns]
        is_one_hot = ((is_value == 0) | (is_value == 1)).all() and (
            is_value.sum(axis=1) == 1
        ).all()
        if (
            is_one_hot
            and adjusted_rand_score(is_value.argmax(axis=1), clustering.labels[rows]) > SAME
        ):
            return (
                f"The groups are the values of {name} and hardly anything else: columns of "
                "0 and 1 outweigh others easily. Leave it out (--columns), hold the groups "
                f"against it instead (--labels {name}), or scale otherwise (--scale)."
            )
    return ""


def check_shape(
    sample: NDArray[np.float64],
    labels: NDArray[np.int32],
    pairs: NDArray[np.intp],
    n_groups: int,
    seed: int,
) -> str:
    """Groups whose borders run through crowds: spectral clustering finds better ones."""
    from sklearn.metrics import adjusted_rand_score

    cut = split_pair_share(pairs, labels)
    if cut < PARTED:
        return ""
    other = labels_by_method(sample, n_groups, "spectral", seed)
    sizes = np.bincount(other, minlength=n_groups)
    cut_other = split_pair_share(pairs, other)
    if (
        sizes.min() < SMALL_PART * len(sample)
        or cut_other > THIRD * cut
        or adjusted_rand_score(labels, other) > ALIKE
    ):
        return ""
    return (
        "The groups do not seem to be round and of like size, as k-means has them: its "
        f"borders part {percent(cut)} of all pairs of near neighbors, those of spectral "
        f"clustering {percent(cut_other)} (on {count(len(sample))} rows). Compare with "
        "--method spectral."
    )


def neighbors(sample: NDArray[np.float64]) -> NDArray[np.intp]:
    """Pairs of rows (m, 2): each with its nearest ones."""
    from sklearn.neighbors import NearestNeighbors

    n_near = min(NEIGHBORS, len(sample) - 1)
    near = NearestNeighbors(n_neighbors=n_near).fit(sample).kneighbors()[1]
    return np.column_stack([np.repeat(np.arange(len(sample)), n_near), near.ravel()])


def split_pair_share(pairs: NDArray[np.intp], labels: NDArray[np.int32]) -> float:
    """The share of pairs whose rows are in two groups."""
    return float((labels[pairs[:, 0]] != labels[pairs[:, 1]]).mean())


def check_sizes(
    sample: NDArray[np.float64],
    labels: NDArray[np.int32],
    pairs: NDArray[np.intp],
    n_groups: int,
    seed: int,
) -> str:
    """Groups of unequal size or spread: a mixture of Gaussians explains them better.

    Both are judged by the likelihood of rows that they were not fitted to. Where a few
    more round groups do as well, the number is wrong and not the shape.
    """
    from sklearn.metrics import adjusted_rand_score

    n_features = sample.shape[1]
    if n_features > MOST_MIXTURE or len(sample) < 40 * n_groups:
        return ""
    scaled = (sample - sample.mean(axis=0)) / (sample.std() or 1.0)
    order = np.random.default_rng(seed).permutation(len(sample))
    learn, judge = scaled[order[::2]], scaled[order[1::2]]
    free = mixture(learn, n_groups, seed)
    mixture_labels = free.predict(scaled)
    if (
        adjusted_rand_score(labels, mixture_labels) > ALIKE_MIXED
        or split_pair_share(pairs, mixture_labels) > CROWD
    ):
        return ""
    explained = float(free.score(judge))
    numbers = sorted({n_groups + more for more in MORE} | {2 * n_groups})
    gain = min(
        explained - round_likelihood(learn, judge, number, seed) for number in numbers
    )
    if gain < BETTER:
        return ""
    return (
        "The groups seem to differ in size or spread, and k-means puts every border "
        "halfway between two centers, so that large groups lose their edges to small ones. "
        "A mixture of Gaussians draws other borders and explains rows that it has not seen "
        f"better ({gain:.2f} nats each, also than with more groups). Compare with "
        "--method gmm."
    )


def mixture(learn: NDArray[np.float64], n_groups: int, seed: int) -> "GaussianMixture":
    """A mixture of Gaussians of any shape and size."""
    import warnings

    from sklearn.mixture import GaussianMixture

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a start that did not converge
        return GaussianMixture(n_groups, n_init=3, reg_covar=1e-4, random_state=seed).fit(
            learn
        )


def round_likelihood(
    learn: NDArray[np.float64], judge: NDArray[np.float64], n_groups: int, seed: int
) -> float:
    """The mean log-likelihood of rows under what k-means assumes: round groups alike."""
    from scipy.special import logsumexp

    from kmosaic.estimators import KMeans

    model = KMeans(n_groups, n_init=3, random_state=seed).fit(learn)
    variance = max(model.inertia_ / learn.size, 1e-4)
    sq_dist = model.transform(judge) ** 2
    normal = judge.shape[1] / 2 * np.log(2 * np.pi * variance)
    logs = -sq_dist / (2 * variance) - normal - np.log(n_groups)
    return float(logsumexp(logs, axis=1).mean())
