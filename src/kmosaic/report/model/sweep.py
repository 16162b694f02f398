"""Several numbers of groups, and the verdict on them."""

from dataclasses import dataclass, field
from typing import Any

from kmosaic.report.model.exploration import Data

# The criteria by the names of a Trial's fields, with what they are called.
TITLES = {
    "inertia": "Inertia",
    "silhouette": "Silhouette",
    "calinski_harabasz": "Calinski–Harabasz",
    "davies_bouldin": "Davies–Bouldin",
    "gap": "Gap statistic",
    "stability": "Stability",
}


@dataclass(frozen=True)
class Trial:
    """One number of groups.

    Parameters
    ----------
    n_clusters, n_iter : int
    inertia : float
        Sum of the squared distances to the nearest center, over all rows.
    silhouette, silhouette_error : float or None
        Mean over a sample, and its standard error as an estimate for all rows (0 where
        the sample is all rows). None where it is not defined.
    calinski_harabasz, davies_bouldin : float or None
        Over all rows.
    gap, gap_error : float
        The gap statistic on a sample, and the error that its rule allows for.
    stability, stability_error : float or None
        Mean adjusted Rand index between pairs of fits on different halves of a sample,
        from different starts, and its standard error.
    warm : bool
        Whether the fit that was kept started from the centers of the number before.
    silhouettes : tuple of tuple of float
        The sample's silhouettes by group, falling.
    seconds : float
    """

    n_clusters: int
    n_iter: int
    inertia: float
    silhouette: float | None
    silhouette_error: float | None
    calinski_harabasz: float | None
    davies_bouldin: float | None
    gap: float
    gap_error: float
    stability: float | None
    stability_error: float | None
    warm: bool
    seconds: float
    silhouettes: tuple[tuple[float, ...], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Vote:
    """What one criterion says: the number of groups that it favors, None for none."""

    criterion: str
    n_clusters: int | None
    why: str


@dataclass(frozen=True)
class Verdict:
    """A number of groups, or None where the data show no clear one; and why."""

    n_clusters: int | None
    sentence: str
    reasons: tuple[str, ...]
    votes: tuple[Vote, ...]


@dataclass(frozen=True, repr=False)
class Sweep:
    """Several numbers of groups side by side.

    Parameters
    ----------
    data : Data
    trials : tuple of Trial
        One for each number of groups, rising.
    verdict : Verdict
    chosen : int
        The number of groups whose silhouettes are shown: the verdict's, else the best
        silhouette's.
    n_sampled : int
        How many rows the gap statistic and the stability were computed from.
    silhouette_n_samples : int
        How many rows the silhouettes were computed from.
    random_state : int
    notes : tuple of str
    """

    data: Data
    trials: tuple[Trial, ...]
    verdict: Verdict
    chosen: int
    n_sampled: int
    silhouette_n_samples: int
    random_state: int
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        said: Any = self.verdict.n_clusters
        return (
            f"<Sweep of {self.data.name!r}: {self.data.n_samples} x "
            f"{self.data.n_features}, k = {self.trials[0].n_clusters} to "
            f"{self.trials[-1].n_clusters}, verdict {said or 'no clear number'}>"
        )
