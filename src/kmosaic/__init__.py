"""k-means from the first look at unlabeled data to production.

The rooms, from the top down; each imports only from those below it::

    cli         one file per command: parse, one library call, print
    stepping    k-means played: half-steps, and a page that goes through them
    explore     questions asked of a clustering: scores, members, matching, a map
    color       pictures: palettes, few colors, parts cut out by color
    readers     files -> arrays, and what they are: image shape, columns, true labels
    report      results as frozen dataclasses -> HTML, Markdown, JSON
    estimators  scikit-learn's face: KMeans and its family, k_means, kmeans_plusplus
    fit         the algorithms: seeding, Lloyd as a generator of steps
    points      where the data live, and how one pass over them runs
    kernels     compiled inner loops: arrays in, arrays out
    images      picture files: one way to read them and one to write them
    system      what the machine allows: threads

Beside them: ``model_io`` (models to files and back), ``datasets`` and ``plots`` (what
notebooks use of the readers and the report), and, lowest of all, ``files`` (written whole
or not at all), ``checks`` (of single arguments), ``choices`` (the words that options may
be), ``wording`` and ``errors``.

Names are loaded when first used, so ``import kmosaic`` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kmosaic.estimators import (
        BisectingKMeans,
        KMeans,
        MiniBatchKMeans,
        SphericalKMeans,
        k_means,
        kmeans_plusplus,
    )
    from kmosaic.model_io import load_model, save_model
    from kmosaic.stepping import play, steps

__version__ = "0.1.0"

__all__ = [
    "BisectingKMeans",
    "KMeans",
    "MiniBatchKMeans",
    "SphericalKMeans",
    "__version__",
    "k_means",
    "kmeans_plusplus",
    "load_model",
    "play",
    "save_model",
    "steps",
]

_HOME = {
    "BisectingKMeans": "kmosaic.estimators",
    "KMeans": "kmosaic.estimators",
    "MiniBatchKMeans": "kmosaic.estimators",
    "SphericalKMeans": "kmosaic.estimators",
    "k_means": "kmosaic.estimators",
    "kmeans_plusplus": "kmosaic.estimators",
    "load_model": "kmosaic.model_io",
    "play": "kmosaic.stepping",
    "save_model": "kmosaic.model_io",
    "steps": "kmosaic.stepping",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its room when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module 'kmosaic' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
