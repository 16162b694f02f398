"""Look at the arguments of explore before any work, and refuse in one sentence."""

from dataclasses import dataclass
from operator import index
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.choices import Method, words
from kmosaic.errors import InputError
from kmosaic.explore.task.prepare import SCALES
from kmosaic.readers.checks.finite import check_finite
from kmosaic.readers.dataset import Dataset

METHODS = words(Method)

MOST = 1e100  # the greatest value whose scores can be computed
MOST_EMBEDDED = 10_000  # points that t-SNE places within a minute or so
# A start of n_init takes this many multiplications a pass at most before "auto"
# settles for a single one: well under a second for ten starts.
SMALL_PASS = 10**7
MOST_GAUSSIAN = 128  # features whose covariances a mixture fits within a minute or so


@dataclass(frozen=True)
class TrueLabels:
    """True labels as codes into the sorted distinct ones."""

    classes: tuple[str, ...]
    codes: NDArray[np.intp]  # (n,)


@dataclass(frozen=True)
class Task:
    """The arguments of explore, checked and with every default filled in."""

    X: NDArray[Any]
    name: str
    n_clusters: int
    true: TrueLabels | None
    project: str
    image_shape: tuple[int, ...] | None
    feature_names: tuple[str, ...] | None  # None where rows are pictures
    seed: int
    n_init: int
    n_init_auto: bool
    n_threads: int | None
    scale: str = "none"
    reduce: int | None = None
    method: str = "kmeans"
    pictures: NDArray[Any] | None = None  # what embedded rows look like
    row_names: NDArray[Any] | None = None
    notes: tuple[str, ...] = ()  # of the reader
    columns: tuple[str, ...] = ()  # of the table, where texts are one each

    @property
    def shown(self) -> NDArray[Any]:
        """The rows as they are shown: the pictures of embeddings, else the rows."""
        return self.X if self.pictures is None else self.pictures


def check_task(
    X: Any,
    n_clusters: Any,
    *,
    labels: Any,
    project: Any,
    image_shape: Any,
    feature_names: Any,
    name: Any,
    random_state: Any,
    n_init: Any,
    n_threads: int | None,
    scale: Any = "none",
    reduce: Any = None,
    method: Any = "kmeans",
) -> Task:
    """Everything that can be refused before the work starts is refused here."""
    data = X if isinstance(X, Dataset) else Dataset(X=X, name="data")
    labels = data.labels if labels is None else labels
    image_shape = data.image_shape if image_shape is None else image_shape
    feature_names = data.feature_names if feature_names is None else feature_names
    values = check_data(data.X)
    n_samples, n_features = values.shape
    k = check_n_clusters(n_clusters, n_samples)
    names = check_feature_names(feature_names, data.X, n_features)
    reduce = check_reduce(reduce, n_samples, n_features)
    n_shown = n_features if data.pictures is None else data.pictures.shape[1]
    pictures = None if image_shape is None else check_image_shape(image_shape, n_shown)
    return Task(
        X=values,
        name=data.name if name is None else str(name),
        n_clusters=k,
        true=None if labels is None else check_labels(labels, n_samples),
        project=check_project(project, n_samples, k),
        image_shape=pictures,
        feature_names=None if pictures else names,
        scale=check_choice(scale, "scale", SCALES),
        reduce=reduce,
        method=check_method(method, n_features if reduce is None else reduce),
        pictures=data.pictures,
        row_names=data.row_names,
        notes=data.notes,
        columns=tuple(its.name for its in data.columns) if data.columns else names,
        seed=check_seed(random_state),
        n_init=check_n_init(n_init, n_samples * n_features * k),
        n_init_auto=isinstance(n_init, str),
        n_threads=None
        if n_threads is None
        else whole_number(n_threads, "n_threads", least=1),
    )


def check_data(X: Any) -> NDArray[Any]:
    """X as a 2-D array of numbers, as it is: nothing is copied or converted."""
    if hasattr(X, "toarray"):
        raise InputError(
            f"X is a sparse {type(X).__name__}; explore takes dense rows. "
            "Pass X.toarray(), or a part of it that fits in memory."
        )
    values = to_array(X)
    if values.dtype == np.bool_:
        values = values.view(np.uint8)
    if values.dtype.kind not in "iuf":
        raise InputError(
            f"{first_text(X)} holds values of type {values.dtype}, not numbers. "
            "Drop or encode the columns that hold text, then pass the rest; or pass what "
            "kmosaic.readers.read(X, one_hot=True) makes of them."
        )
    if values.ndim != 2:
        hint = "X.reshape(len(X), -1)" if values.ndim > 2 else "X.reshape(-1, 1)"
        shapes = " and the pictures' shape as image_shape" if values.ndim > 2 else ""
        raise InputError(
            f"X has {values.ndim} dimension(s), shape {values.shape}; explore takes one "
            f"row per point. Pass {hint}{shapes}."
        )
    if 0 in values.shape:
        raise InputError(f"X is empty (shape {values.shape}). Pass at least one row.")
    check_finite(values)
    if (
        values.dtype.kind == "f"
        and max(abs(float(values.min())), float(values.max())) > MOST
    ):
        raise InputError(
            f"X holds values beyond {MOST:g}, too large for squared distances. Divide the "
            "columns by their scale first."
        )
    return values


def to_array(X: Any) -> NDArray[Any]:
    """The array behind a frame or in nested lists."""
    try:
        return np.asarray(X.to_numpy() if hasattr(X, "to_numpy") else X)
    except ValueError as error:
        raise InputError(
            f"X cannot be read as an array of numbers ({error}). Pass rows of one length."
        ) from None


def first_text(X: Any) -> str:
    """The first column of a frame that holds no numbers, as the subject of a sentence."""
    for name in getattr(X, "columns", ()):
        if np.asarray(X[name]).dtype.kind not in "biuf":
            return f"Column {name!r} of X"
    return "X"


def check_n_clusters(n_clusters: Any, n_samples: int) -> int:
    """A number of groups that the points can fill."""
    k = whole_number(n_clusters, "n_clusters", least=1)
    if k > n_samples:
        raise InputError(
            f"{k} groups were asked of {n_samples} row(s). "
            f"Pass n_clusters of at most {n_samples}."
        )
    return k


def check_n_init(n_init: Any, pass_size: int) -> int:
    """The number of starts; "auto" is 10 while a pass is small, else 1."""
    if isinstance(n_init, str) and n_init == "auto":
        return 10 if pass_size <= SMALL_PASS else 1
    return whole_number(n_init, 'n_init (where it is not "auto")', least=1)


def check_seed(random_state: Any) -> int:
    """A seed that can be reported; None draws one."""
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    seed = whole_number(random_state, "random_state", least=0)
    if seed >= 2**32:
        raise InputError(f"random_state is {seed}. Pass a number below 2**32.")
    return seed


def whole_number(value: Any, name: str, least: int) -> int:
    """An int of at least `least`, from any integer type."""
    try:
        number = index(value)
    except TypeError:
        number = least - 1
    if number < least or isinstance(value, bool):
        raise InputError(f"{name} is {value!r}. Pass a whole number, {least} or more.")
    return number


def check_labels(labels: Any, n_samples: int) -> TrueLabels:
    """True labels, one for each row: numbers or texts."""
    values = np.asarray(labels)
    if values.shape != (n_samples,):
        length = f"{len(values)}" if values.ndim == 1 else f"shape {values.shape}"
        raise InputError(
            f"There are {length} labels for {n_samples} rows. "
            "Pass exactly one label for each row, in the same order."
        )
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values))[0])
        raise InputError(
            f"The label of row {row} is {values[row]}. Give every row a label, "
            "or explore the labeled rows alone."
        )
    if values.dtype.kind == "O":
        missing = [
            row for row, value in enumerate(values) if value is None or value != value
        ]
        if missing:
            raise InputError(
                f"The label of row {missing[0]} is missing. Give every row a label, or "
                "explore the labeled rows alone."
            )
        values = np.array([str(value) for value in values])
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    distinct, codes = np.unique(values, return_inverse=True)
    return TrueLabels(tuple(label_text(value) for value in distinct), codes)


def label_text(value: Any) -> str:
    """A label as it is written: on one line, whole floats without their ".0"."""
    if isinstance(value, np.floating) and value == int(value):
        return str(int(value))
    return " ".join(str(value).split())


def check_image_shape(image_shape: Any, n_features: int) -> tuple[int, ...]:
    """(height, width) or (height, width, channels) that a row fills exactly."""
    try:
        shape = tuple(index(side) for side in image_shape)
    except TypeError:
        shape = ()
    if (
        len(shape) not in (2, 3)
        or min(shape) < 1
        or shape[2:] not in ((), (1,), (3,), (4,))
    ):
        raise InputError(
            f"image_shape is {image_shape!r}. Pass (height, width) for gray pictures, "
            "or (height, width, 3 or 4) for color."
        )
    if int(np.prod(shape)) != n_features:
        sizes = " x ".join(map(str, shape))
        raise InputError(
            f"image_shape {shape} means {sizes} = {int(np.prod(shape))} values, but a "
            f"row of X has {n_features}. Pass the shape of the pictures in X."
        )
    return shape[:2] if shape[2:] == (1,) else shape


def check_feature_names(names: Any, X: Any, n_features: int) -> tuple[str, ...]:
    """One name for each column: those given, a data frame's own, or "feature 0"..."""
    if names is None:
        names = getattr(X, "columns", [f"feature {i}" for i in range(n_features)])
    named = tuple(str(name) for name in names)
    if len(named) != n_features:
        raise InputError(
            f"There are {len(named)} feature_names for {n_features} columns. "
            "Pass one name for each column."
        )
    return named


def check_choice(value: Any, name: str, allowed: tuple[str, ...]) -> str:
    """One of a few words; None is the first of them."""
    if value is None:
        return allowed[0]
    if value not in allowed:
        raise InputError(f"{name} is {value!r}. Pass one of {', '.join(allowed)}.")
    return str(value)


def check_method(method: Any, n_features: int) -> str:
    """A method that so many features leave time for."""
    known = check_choice(method, "method", METHODS)
    if known == "gmm" and n_features > MOST_GAUSSIAN:
        raise InputError(
            f"Method gmm fits {n_features:,} x {n_features:,} covariances to each group, "
            f"which takes too long. Group at most {MOST_GAUSSIAN} principal components "
            "instead: --reduce pca:50."
        )
    return known


def check_reduce(reduce: Any, n_samples: int, n_features: int) -> int | None:
    """A number of principal components, from a number or a text such as "pca:50"."""
    if reduce is None:
        return None
    if isinstance(reduce, str):
        method, _, number = reduce.partition(":")
        known = method == "pca" and number.isascii() and number.isdecimal()
        if not known:
            raise InputError(f'reduce is {reduce!r}. Pass "pca:50", or another number.')
        reduce = int(number)
    components = whole_number(reduce, "reduce", least=1)
    most = min(n_samples, n_features)
    if components > most:
        raise InputError(
            f"reduce asks for {components} principal components of {n_samples:,} rows with "
            f"{n_features:,} features. Pass {most} at most."
        )
    return components


def check_project(project: Any, n_samples: int, n_clusters: int) -> str:
    """The method of the map."""
    if project not in (None, "pca", "tsne"):
        raise InputError(f'project is {project!r}. Pass "pca" or "tsne".')
    if project == "tsne" and n_samples < 5:
        raise InputError(
            f"t-SNE needs at least 5 rows and there are {n_samples}. "
            'Pass project="pca" instead.'
        )
    if project == "tsne" and n_clusters > MOST_EMBEDDED:
        raise InputError(
            f"t-SNE places at most {MOST_EMBEDDED:,} rows, too few for {n_clusters:,} "
            'groups. Pass project="pca", or fewer groups.'
        )
    return project or "pca"
