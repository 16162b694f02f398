"""The words that options may be, each set once: the library and the command line share it.

A member is a string and equals its text, so callers of the library write plain strings.
"""

from enum import StrEnum


class Space(StrEnum):
    """Color spaces in which distances are measured and means taken."""

    SRGB = "srgb"
    LINEAR = "linear"
    LAB = "lab"
    OKLAB = "oklab"


class PaletteOrder(StrEnum):
    """Orders of a palette."""

    SHARE = "share"
    LIGHTNESS = "lightness"
    HUE = "hue"


class DitherMethod(StrEnum):
    """Ways to imitate colors in between."""

    FLOYD_STEINBERG = "floyd-steinberg"
    ORDERED = "ordered"
    BLUE_NOISE = "blue-noise"


class AlphaMode(StrEnum):
    """Ways to treat transparency."""

    AUTO = "auto"
    CLUSTER = "cluster"
    ONE = "one"


class Projection(StrEnum):
    """Ways to draw points of many dimensions in two."""

    PCA = "pca"
    TSNE = "tsne"


class Scale(StrEnum):
    """Ways to bring columns to one scale."""

    NONE = "none"
    STANDARD = "standard"
    MINMAX = "minmax"


class Missing(StrEnum):
    """What to do about missing values."""

    DROP = "drop"
    MEAN = "mean"


class Method(StrEnum):
    """k-means, and methods to compare it with."""

    KMEANS = "kmeans"
    BISECTING = "bisecting"
    SPECTRAL = "spectral"
    GMM = "gmm"
    AGGLOMERATIVE = "agglomerative"


class TreeKind(StrEnum):
    """Trees over the groups of a run."""

    WARD = "ward"
    BISECTING = "bisecting"


def words(choices: type[StrEnum]) -> tuple[str, ...]:
    """Give the plain texts of a set of choices, in their order.

    >>> words(Missing)
    ('drop', 'mean')
    """
    return tuple(choice.value for choice in choices)
