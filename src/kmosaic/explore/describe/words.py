"""The result in plain sentences, and what sets a group apart from all others."""

from collections.abc import Sequence
from shlex import quote

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.task.passes import Overview
from kmosaic.report.model.exploration import Data, FeatureGap, PlaneClusters, Truth
from kmosaic.wording import count, counted, percent

FEATURES_SHOWN = 8
MOST_WORDS = 160  # characters of a command in a note
ONE_SIDED = 0.9  # share of the variance in a single column that is worth a warning


def feature_gaps(
    center: NDArray[np.float64], overview: Overview, names: tuple[str, ...]
) -> tuple[FeatureGap, ...]:
    """The features in which a center is farthest from the overall mean."""
    spread = np.where(overview.std > 0, overview.std, np.inf)
    gaps = (center - overview.mean) / spread
    widest = np.argsort(-np.abs(gaps), kind="stable")[:FEATURES_SHOWN]
    return tuple(
        FeatureGap(
            index=int(i),
            name=names[i],
            center=float(center[i]),
            mean=float(overview.mean[i]),
            gap=float(gaps[i]),
        )
        for i in widest
    )


def notes(
    data: Data,
    n_iter: int,
    max_iter: int,
    overview: Overview,
    ids: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> tuple[str, ...]:
    """What a reader should know first; `ids` are columns that seem to be such."""
    sentences = (
        unfinished(n_iter, max_iter),
        counted_rows(ids, columns),
        "" if ids else one_sided(data, overview),
    )
    return tuple(filter(None, sentences))


def counted_rows(ids: Sequence[str], columns: Sequence[str]) -> str:
    """Columns that tell rows apart, and nothing about them."""
    if not ids:
        return ""
    others = [name for name in columns if name not in ids]
    step = f"leave it out: --columns {quote(','.join(others))}"
    if not others or len(step) > MOST_WORDS:
        step = "name all other columns with --columns"
    return (
        f"The column {ids[0]} has another whole number in each row, as an id has. If it is "
        f"one, it says nothing of the rows, and still decides the groups: {step}."
    )


def unfinished(n_iter: int, max_iter: int) -> str:
    """A fit that was cut short."""
    if n_iter < max_iter:
        return ""
    return f"The fit stopped after {n_iter} iterations, before the centers came to rest."


def one_sided(data: Data, overview: Overview) -> str:
    """A column whose unit outweighs all others."""
    variance = overview.std**2
    if data.feature_names is None or len(variance) < 2 or not variance.any():
        return ""
    if data.scale != "none":
        return ""
    widest = int(variance.argmax())
    share = float(variance[widest] / variance.sum())
    if share < ONE_SIDED:
        return ""
    return (
        f"The column {data.feature_names[widest]} holds {percent(share)} of all variance "
        "and so decides the groups almost alone. Unless that is meant, bring the columns "
        "to one scale first: --scale standard."
    )


def finding(
    data: Data,
    sizes: NDArray[np.intp],
    silhouette: float | None,
    truth: Truth | None,
    plane: PlaneClusters | None,
    names: tuple[str, ...] = (),
) -> str:
    """What came out, for someone who has never heard of clustering."""
    empty = int((sizes == 0).sum())
    sentences = [
        f"{counted(len(sizes), 'groups')} in {counted(data.n_samples, data.noun)}"
        f"{f', {count(empty)} of them empty' if empty else ''}."
    ]
    if truth:
        sentences += [how_right(truth, data.noun), mixed_up(truth, data.noun, names)]
        sentences.append(in_the_plane(data, plane))
    elif len(sizes) > 1:
        sentences += [largest_and_smallest(sizes, data.noun), how_separate(silhouette)]
    return " ".join(filter(None, sentences))


def how_right(truth: Truth, noun: str) -> str:
    """The share that is right when each group takes its most frequent label."""
    right = percent(truth.accuracy_majority)
    return (
        f"Give each group the label most frequent in it, and {right} of the {noun} are "
        "labeled right."
    )


def in_the_plane(data: Data, plane: PlaneClusters | None) -> str:
    """The same share for the groups found on the map."""
    if plane is None or plane.truth is None:
        return ""
    sample = plane.n_samples < data.n_samples
    of = f" of a sample of {count(plane.n_samples)}" if sample else ""
    right = percent(plane.truth.accuracy_majority)
    return f"Grouped on the t-SNE map instead, it is {right}{of}."


def mixed_up(truth: Truth, noun: str, names: tuple[str, ...] = ()) -> str:
    """The group with the most points of other labels than its own."""
    counts = np.array(truth.counts)
    matched = np.array(truth.majority)
    filled = np.flatnonzero(matched >= 0)
    others = counts.copy()
    others[matched[filled], filled] = 0
    if not others.any():
        return "No group mixes two labels."
    cluster = int(others.sum(axis=0).argmax())
    own, label = matched[cluster], int(others[:, cluster].argmax())
    together = (
        f"Most mixed is {called(cluster, names)}: {counted(counts[own, cluster], noun)} of "
        f"{truth.classes[own]} together with {count(others[label, cluster])} of "
        f"{truth.classes[label]}"
    )
    more = int(others[:, cluster].sum() - others[label, cluster])
    return f"{together} and {count(more)} of other labels." if more else f"{together}."


def called(group: int, names: tuple[str, ...]) -> str:
    """A group by its name, or else its number."""
    name = names[group] if names else ""
    return f"group {group} ({name})" if name else f"group {group}"


def largest_and_smallest(sizes: NDArray[np.intp], noun: str) -> str:
    """The range of the groups' sizes."""
    most, least = int(sizes.max()), int(sizes.min())
    if most == least:
        return f"Each holds {counted(most, noun)}."
    return f"The largest holds {counted(most, noun)}, the smallest {count(least)}."


def how_separate(silhouette: float | None) -> str:
    """The silhouette in words; the limits are Kaufman and Rousseeuw's (1990)."""
    if silhouette is None:
        return ""
    if silhouette > 0.70:
        words = "They are clearly apart"
    elif silhouette > 0.50:
        words = "They are mostly apart"
    elif silhouette > 0.25:
        words = "They overlap at the edges"
    else:
        words = "They run into each other, with hardly a gap between"
    return f"{words} (silhouette {silhouette:.2f}, where 1 is apart and 0 is touching)."
