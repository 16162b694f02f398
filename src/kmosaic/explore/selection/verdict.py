"""One number of groups, or "no clear number" and why.

The elbow of the inertia has no vote: it falls for any data, and a bend in it proves
nothing (E. Schubert, "Stop using the elbow criterion for k-means", arXiv 2212.12189).
"""

import numpy as np

from kmosaic.report.formatting import score
from kmosaic.report.model.sweep import Trial, Verdict, Vote

APART = 0.5  # silhouettes from here on mean a structure (Kaufman, Rousseeuw 1990)
WEAK = 0.25  # and below this none
STABLE = 0.9  # agreement of repeated fits
ENOUGH = 3  # votes of five


def choose_n_clusters(
    trials: tuple[Trial, ...], gap_of_one: tuple[float, float]
) -> Verdict:
    """Hold the criteria's votes against one another."""
    votes = (
        vote_of(trials, "silhouette", "Silhouette", highest=True),
        vote_of(trials, "calinski_harabasz", "Calinski–Harabasz", highest=True),
        vote_of(trials, "davies_bouldin", "Davies–Bouldin", highest=False),
        vote_of_gap(trials, gap_of_one),
        vote_of_stability(trials),
    )
    counts: dict[int, int] = {}
    for vote in votes:
        if vote.n_clusters is not None:
            counts[vote.n_clusters] = counts.get(vote.n_clusters, 0) + 1
    favored = min(counts, key=lambda k: (-counts[k], k)) if counts else None
    trial = next((t for t in trials if t.n_clusters == favored), None)
    reasons = objections(trials, trial, counts, gap_of_one)
    if trial is None or reasons:
        sentence = "There is no clear number of groups."
        if trial is not None and counts[trial.n_clusters] > 1:
            sentence += (
                f" If one must be chosen, {trial.n_clusters} has the most votes "
                f"({counts[trial.n_clusters]} of {len(votes)})."
            )
        return Verdict(None, sentence, tuple(reasons), votes)
    agreed = counts[trial.n_clusters]
    return Verdict(
        trial.n_clusters,
        f"{trial.n_clusters} groups.",
        (
            f"{agreed} of {len(votes)} criteria favor {trial.n_clusters}.",
            f"The groups are apart (silhouette {score(trial.silhouette)}).",
            f"Other starts and other halves of the rows find the same groups (agreement "
            f"{score(trial.stability)}).",
        ),
        votes,
    )


def objections(
    trials: tuple[Trial, ...],
    trial: Trial | None,
    counts: dict[int, int],
    gap_of_one: tuple[float, float],
) -> list[str]:
    """What speaks against the favored number of groups."""
    if trial is None:
        return ["No criterion is defined for these numbers of groups."]
    reasons = []
    k = trial.n_clusters
    if counts[k] < ENOUGH:
        favored = ", ".join(str(number) for number in sorted(counts))
        reasons.append(f"The criteria disagree: they favor {favored}.")
    if trial.silhouette is None or trial.silhouette < APART:
        how = "hardly apart" if (trial.silhouette or 0) < WEAK else "only weakly apart"
        reasons.append(
            f"With {k} groups these are {how} (silhouette {score(trial.silhouette)}; a "
            f"clear structure has {APART} and more)."
        )
    if trial.stability is None or trial.stability < STABLE:
        reasons.append(
            f"With {k} groups, other starts and other halves of the rows find other groups "
            f"(agreement {score(trial.stability)} of 1)."
        )
    if no_better_than_one(trials, gap_of_one):
        reasons.append(
            "By the gap statistic no number of groups fits better than a single one: the "
            "rows may have no groups at all."
        )
    if k == trials[-1].n_clusters and len(trials) > 2 and counts[k] > 1:
        reasons.append(
            f"The votes are for the largest number that was tried, {k}: try larger ones."
        )
    return reasons


def vote_of(trials: tuple[Trial, ...], name: str, title: str, *, highest: bool) -> Vote:
    """The number with the best value of a score."""
    known = [t for t in trials if getattr(t, name) is not None]
    if not known:
        return Vote(title, None, "not defined")
    sign = -1 if highest else 1
    values = [sign * getattr(t, name) for t in known]
    chosen = known[int(np.argmin(values))]
    return Vote(title, chosen.n_clusters, "the highest" if highest else "the lowest")


def vote_of_gap(trials: tuple[Trial, ...], gap_of_one: tuple[float, float]) -> Vote:
    """The least number whose gap is within an error of the greatest.

    The rule of the paper, the first number that the next does not beat, stops too early
    where groups lie in pairs: two then fit no better than one.
    """
    title = "Gap statistic"
    if no_better_than_one(trials, gap_of_one):
        return Vote(title, None, "one group: no number does better")
    top = max(trials, key=lambda t: t.gap)
    chosen = next(t for t in trials if t.gap >= top.gap - top.gap_error)
    if chosen is trials[-1] and len(trials) > 1:
        return Vote(title, None, "still rising at the last number")
    return Vote(title, chosen.n_clusters, "the first within an error of the greatest")


def no_better_than_one(trials: tuple[Trial, ...], gap_of_one: tuple[float, float]) -> bool:
    """Whether a single group has as great a gap as any number."""
    top = max(trials, key=lambda t: t.gap)
    return gap_of_one[0] >= top.gap - top.gap_error


def vote_of_stability(trials: tuple[Trial, ...]) -> Vote:
    """The largest number that repeated fits agree on; few groups agree more easily."""
    title = "Stability"
    stable = [t for t in trials if t.stability is not None and t.stability >= STABLE]
    if not stable:
        return Vote(title, None, f"no number reaches an agreement of {STABLE}")
    return Vote(title, stable[-1].n_clusters, f"the largest with agreement above {STABLE}")
