"""Sixty fixed fits, each as digests, to see whether a change keeps every bit.

``python -m benchmarks.fixed_fits -o before.json`` runs them all and writes what came out;
after a change ``python -m benchmarks.fixed_fits --compare before.json`` runs them again,
prints each difference, and exits with 1 if there is one. To run the fits on an older source
tree, put that tree first on the path: ``PYTHONPATH=../older/src``.

Only the public interface is used, so that the list outlives the code behind it. Together
the fits reach every way to run a pass: all distances, bounds for groups of centers, one
bound a row, rows in bytes, boxes, and a whole run in one compiled call. Times, paths and
version numbers are left out; of JSON files the numbers count, whatever their keys are
called.
"""

import argparse
import hashlib
import inspect
import json
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

import kmosaic
from benchmarks import data
from benchmarks.data import MissingDataError

Results = dict[str, Any]  # what came out -> its digest, or the number itself

# How passes were run, under this key: it is shown, and may change.
_PASSES: Final = "(full, pruned, distances, estimates)"

# Keys of JSON files whose values are not results.
_NOT_RESULTS: Final = re.compile("schema|version|seconds|time|fingerprint", re.IGNORECASE)
# What differs between two runs of one program in a page, or between two versions of it.
_VARIES: Final = re.compile(
    r"\d+(\.\d+)?\s*(ms|s|seconds?)\b|\d{4}-\d\d-\d\d[T ]?[\d:]*|kmosaic \d+\.\d+\.\S+|"
    r'"(schema|schema_version|version)": ?\d+'
)


# --- Rows. Each function gives the same rows in every process.


@cache
def digits() -> NDArray[np.float64]:
    """Handwritten digits, (1,797, 64): few enough for a run in one call."""
    return data.digits(None)


@cache
def images() -> NDArray[np.uint8]:
    """MNIST images as bytes, (10,000, 784)."""
    return data.mnist(10_000).astype(np.uint8)


@cache
def blobs() -> NDArray[np.float32]:
    """Groups that overlap, (100,000, 16): one bound a row."""
    return data.blobs(100_000)


@cache
def plane() -> NDArray[np.float32]:
    """Spots on a plane, (200,000, 2): boxes."""
    return data.plane(200_000)


@cache
def pixels() -> NDArray[np.uint8]:
    """Pixels of a photo as bytes, (273,280, 3): boxes, and many equal rows."""
    return data.photo(None).astype(np.uint8)


@cache
def embeddings() -> NDArray[np.float32]:
    """Unit vectors, (15,000, 384): bytes whose windows follow the means."""
    return data.embeddings(15_000)


@cache
def noise() -> NDArray[np.float32]:
    """Rows without structure, (20,000, 128): bounds pay late or never."""
    return data.noise(20_000)


@cache
def counts() -> sparse.csr_array:
    """Word counts of made documents, sparse (5,000, 3,000), float64."""
    rng = np.random.default_rng(1)
    topics = rng.dirichlet(np.full(3_000, 0.02), size=30)
    drawn = rng.integers(30, size=5_000)
    dense = np.stack([rng.multinomial(60, topics[topic]) for topic in drawn])
    return sparse.csr_array(dense.astype(np.float64))


def sparse_digits() -> sparse.csr_array:
    """The digits as a sparse matrix."""
    return sparse.csr_array(digits())


def weights(n: int, *, zeros: bool = False) -> NDArray[np.float64]:
    """Weights of n rows: any numbers, or small whole ones with zeros among them."""
    rng = np.random.default_rng(2)
    return rng.integers(0, 4, n).astype(float) if zeros else rng.uniform(0.1, 3.0, n)


def copies() -> NDArray[np.float64]:
    """Three different rows, many times each: fewer than clusters are asked for."""
    return np.repeat(np.array([[0.0, 1.0], [4.0, 2.0], [9.0, 9.0]]), [40, 30, 7], axis=0)


def far_away() -> NDArray[np.float32]:
    """Digits far from the origin, where float32 keeps few digits of the differences."""
    return (digits() + 30_000.0).astype(np.float32)


def with_empty(X: NDArray[Any], k: int) -> NDArray[Any]:
    """Initial centers of which some are so far away that no row is near them."""
    centers = np.array(X[:k], np.float64)
    centers[::4] += 1e4
    return centers


# --- What came out, as digests.


def digest(value: Any) -> Any:
    """Numbers as they are; the SHA-256 of arrays, dtype and shape included, and bytes."""
    if isinstance(value, (bool, int, float, str)) or value is None:
        return repr(value) if isinstance(value, float) else value
    if isinstance(value, (np.integer, np.floating)):
        return digest(value.item())
    hashed = hashlib.sha256()
    if isinstance(value, np.ndarray):
        hashed.update(f"{value.dtype.str} {value.shape}".encode())
        value = np.ascontiguousarray(value).tobytes()
    hashed.update(value)
    return hashed.hexdigest()[:32]


def of_model(model: Any, X: Any = None) -> Results:
    """What a fitted estimator holds, and what it says of rows."""
    found = {
        name: digest(getattr(model, name))
        for name in ("labels_", "cluster_centers_", "inertia_", "n_iter_", "n_steps_")
        if hasattr(model, name)
    }
    if hasattr(model, "history_"):
        record = [(step.iteration, step.inertia, step.moved) for step in model.history_]
        found["history_"] = digest(np.array(record))
    if X is not None:
        found["predict"] = digest(model.predict(X))
        found["transform"] = digest(model.transform(X))
        found["score"] = digest(model.score(X))
    return found


def of_folder(folder: Path) -> Results:
    """The files below a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): of_file(path, folder) for path in paths}


def of_file(path: Path, folder: Path) -> Any:
    """One file: its tensors, its numbers, its text, or its bytes."""
    if path.suffix == ".safetensors":
        from safetensors.numpy import load_file

        return digest("".join(sorted(digest(a) for a in load_file(path).values())).encode())
    if path.suffix == ".json":
        numbers = sorted(map(repr, _numbers(json.loads(path.read_text()))))
        return digest(" ".join(numbers).encode())
    if path.suffix in (".html", ".md"):
        text = path.read_text().replace(str(folder), "")
        return digest(_VARIES.sub("", text).encode())
    return digest(path.read_bytes())


def _numbers(value: Any) -> Iterator[float]:
    """All numbers of a JSON value, but those that are no results."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not _NOT_RESULTS.search(key):
                yield from _numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield float(value)


# --- Kinds of fits.


def fit(
    rows: Callable[[], Any],
    n_clusters: int,
    *,
    name: str = "KMeans",
    dtype: str | None = None,
    weight: Callable[[int], Any] | None = None,
    says: bool = False,
    **parameters: Any,
) -> Results:
    """Fit an estimator to some rows; with ``says`` also what it says of them."""
    X = rows() if dtype is None else rows().astype(dtype)
    swaps = parameters.pop("swaps", None)
    model_class = getattr(kmosaic, name)
    if swaps is not None:
        known = inspect.signature(model_class).parameters
        parameters["max_failed_swaps" if "max_failed_swaps" in known else "n_swaps"] = swaps
    if callable(parameters.get("init")):
        parameters["init"] = parameters["init"](X)
    model = model_class(n_clusters, random_state=0, **parameters)
    model.fit(X, sample_weight=None if weight is None else weight(X.shape[0]))
    return {**of_model(model, X if says else None), **_took(model)}


def in_bytes(rows: Callable[[], Any], n_clusters: int, **parameters: Any) -> Results:
    """Fit with rows compared in bytes first, on processors too that only imitate it.

    The one look behind the public interface: the switch is set wherever the points see it.
    """
    kmosaic.KMeans(2).fit(digits())  # imports all there is
    asked = [
        module
        for name, module in sys.modules.items()
        if name.startswith("kmosaic.points") and hasattr(module, "HAS_DOT")
    ]
    before = [module.HAS_DOT for module in asked]
    for module in asked:
        setattr(module, "HAS_DOT", True)  # noqa: B010  # mypy knows of no such name
    try:
        found = fit(rows, n_clusters, algorithm="elkan", **parameters)
    finally:
        for module, value in zip(asked, before, strict=True):
            setattr(module, "HAS_DOT", value)  # noqa: B010  # as above
    if not found[_PASSES][-1]:
        raise RuntimeError("No row was compared in bytes: is HAS_DOT called otherwise now?")
    return found


def _took(model: Any) -> Results:
    """How the passes of a fit were run: shown, never compared."""
    report: Any = model.fit_report_
    name = "quantized_distances" if hasattr(report, "quantized_distances") else "estimates"
    quantized = getattr(report, name)  # revisions of before have another name
    numbers = report.passes_full, report.passes_pruned, report.distances, quantized
    return {_PASSES: numbers}


def first_rows(k: int) -> Callable[[Any], Any]:
    """Start from the first k rows."""
    return lambda X: np.array(X[:k], np.float64)


def from_callable(X: Any) -> Callable[..., Any]:
    """Start from rows that a function draws."""

    def draw(X: Any, n_clusters: int, random_state: Any) -> Any:
        return X[random_state.permutation(X.shape[0])[:n_clusters]]

    return draw


def k_means_function() -> Results:
    """The function beside the class."""
    centers, labels, inertia, n_iter = kmosaic.k_means(
        digits(), 10, random_state=0, n_init=2, return_n_iter=True
    )
    return {
        "centers": digest(centers),
        "labels": digest(labels),
        "inertia": digest(inertia),
        "n_iter": n_iter,
    }


def seeding(rows: Callable[[], Any], n_clusters: int, weighted: bool = False) -> Results:
    """k-means++ by itself."""
    X = rows()
    centers, indices = kmosaic.kmeans_plusplus(
        X,
        n_clusters,
        random_state=0,
        sample_weight=weights(X.shape[0]) if weighted else None,
    )
    return {"centers": digest(centers), "indices": digest(indices)}


def in_parts() -> Results:
    """Mini-batches that come one after another."""
    model = kmosaic.MiniBatchKMeans(10, random_state=0)
    for start in range(0, 1_797, 300):
        model.partial_fit(digits()[start : start + 300])
    return of_model(model, digits())


def tree() -> Results:
    """The tree of a bisecting fit, and the way down it."""
    model = kmosaic.BisectingKMeans(10, random_state=0).fit(digits())
    held = {
        name: digest(getattr(model.tree_, name))
        for name in ("children", "centers", "n_samples", "inertia", "labels")
    }
    return {**of_model(model, digits()), **held}


def quantized() -> Results:
    """Pictures in few colors, in three ways, and their files."""
    from sklearn.datasets import load_sample_image

    from kmosaic.color import compare, quantize

    photo = load_sample_image("china.jpg")
    found: Results = {}
    kinds: dict[str, dict[str, Any]] = {
        "srgb": {"n_colors": 16},
        "lab": {"n_colors": 24, "space": "lab", "dither": 0.8, "accents": 2},
        "ordered": {"n_colors": 8, "dither": 0.5, "dither_method": "ordered"},
        "given": {"palette": ["#102030", "#fff", "#a0522d", "#87ceeb"]},
    }
    for name, options in kinds.items():
        few = quantize(photo, **options)
        found[f"{name} labels"] = digest(few.labels)
        found[f"{name} colors"] = digest(few.palette.rgb)
        found |= {f"{name} {form}": digest(few.encode(form)) for form in ("PNG", "GIF")}
    side_by_side = compare(photo[::2, ::2], [4, 8])
    numbers = sorted(map(repr, _numbers(json.loads(side_by_side.json()))))
    return {**found, "compare": digest(" ".join(numbers).encode())}


def palettes() -> Results:
    """The main colors of a picture, in each color space."""
    from sklearn.datasets import load_sample_image

    from kmosaic.color import palette

    photo = load_sample_image("flower.jpg")
    found: Results = {}
    for space in ("srgb", "linear", "lab", "oklab"):
        colors = palette(photo, 7, space=space, sort="hue", accents=1)
        found[space] = digest(colors.rgb)
        found[f"{space} shares"] = digest(np.array([color.share for color in colors]))
    return found


def command(*arguments: str, after: Sequence[Sequence[str]] = ()) -> Results:
    """All files that a command writes into an empty folder, and those that follow it."""
    from sklearn.datasets import load_sample_image

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "photo.npy" in arguments:
            np.save(folder / "photo.npy", load_sample_image("china.jpg"))
        if "photo.png" in arguments:
            from PIL import Image

            Image.fromarray(load_sample_image("china.jpg")).save(folder / "photo.png")
        if "table.csv" in arguments:
            (folder / "table.csv").write_text(_table())
        there = {path.name for path in folder.iterdir()}
        for words in (arguments, *after):
            program = [sys.executable, "-m", "kmosaic", *words, "--quiet"]
            subprocess.run(program, cwd=folder, check=True)
        found = of_folder(folder)
    return {path: value for path, value in found.items() if path not in there}


def _table() -> str:
    """A table with a column of texts, missing values, and row numbers."""
    rng = np.random.default_rng(3)
    rows = ["row,height,weight,color,kind"]
    for i in range(400):
        height, weight = rng.normal((160, 60) if i % 2 else (180, 85), 6)
        color = ("red", "green", "blue")[rng.integers(3)]
        left_out = "" if i % 37 == 5 else f"{weight:.2f}"
        rows.append(f"{i},{height:.2f},{left_out},{color},{'ab'[i % 2]}")
    return "\n".join(rows) + "\n"


FITS: Final[dict[str, Callable[[], Results]]] = {
    # Few rows, in each type and from each start.
    "digits auto": partial(fit, digits, 10, says=True),
    "digits lloyd": partial(fit, digits, 10, algorithm="lloyd"),
    "digits elkan": partial(fit, digits, 10, algorithm="elkan"),
    "digits float32": partial(fit, digits, 10, dtype="float32", says=True),
    "digits float16": partial(fit, digits, 10, dtype="float16"),
    "digits uint8": partial(fit, digits, 10, dtype="uint8", says=True),
    "digits int64": partial(fit, digits, 12, dtype="int64", algorithm="elkan"),
    "digits Fortran": partial(fit, lambda: np.asfortranarray(digits()), 10, dtype="f4"),
    "digits random": partial(fit, digits, 10, init="random", n_init=4),
    "digits k-means||": partial(fit, digits, 20, init="k-means||"),
    "digits given": partial(fit, digits, 10, init=first_rows(10), tol=0),
    "digits callable": partial(fit, digits, 10, init=from_callable, n_init=2),
    "digits weights": partial(fit, digits, 10, weight=weights, says=True),
    "digits zeros": partial(fit, digits, 10, weight=partial(weights, zeros=True)),
    "digits 3 iterations": partial(fit, digits, 30, max_iter=3, tol=0),
    "digits swaps": partial(fit, digits, 10, swaps=3),
    "digits one cluster": partial(fit, digits, 1),
    "digits one thread": partial(fit, digits, 60, n_threads=1, algorithm="elkan"),
    "digits far away": partial(fit, far_away, 10, says=True),
    "k_means": k_means_function,
    # Empty clusters, and fewer different rows than clusters.
    "relocation": partial(fit, digits, 12, init=lambda X: with_empty(X, 12)),
    "relocation elkan": partial(
        fit, blobs, 40, init=lambda X: with_empty(X, 40), algorithm="elkan", max_iter=15
    ),
    "relocation sparse": partial(fit, sparse_digits, 12, init=lambda X: _dense_empty()),
    "copies": partial(fit, copies, 5, says=True),
    # Wide rows: bounds for groups of centers, rows in bytes.
    "images float32 auto": partial(fit, images, 50, dtype="float32", says=True),
    "images float32 lloyd": partial(fit, images, 50, dtype="float32", algorithm="lloyd"),
    "images float32 elkan": partial(fit, images, 50, dtype="float32", algorithm="elkan"),
    "images float64 auto": partial(fit, images, 20, dtype="float64"),
    "images uint8 auto": partial(fit, images, 50, tol=0),
    "images uint8 elkan": partial(fit, images, 120, algorithm="elkan", max_iter=30),
    "images uint8 in bytes": partial(in_bytes, images, 30, weight=weights),
    "images k-means||": partial(fit, images, 150, init="k-means||", max_iter=20),
    "images swaps": partial(fit, images, 10, swaps=1, max_iter=60),
    "embeddings auto": partial(fit, embeddings, 100, max_iter=40, tol=0),
    "embeddings in bytes": partial(in_bytes, embeddings, 40, max_iter=40),
    "noise auto": partial(fit, noise, 64, max_iter=25),
    # Between 9 and 47 features: one bound a row.
    "blobs auto": partial(fit, blobs, 100, max_iter=60, tol=0),
    "blobs lloyd": partial(fit, blobs, 100, max_iter=60, tol=0, algorithm="lloyd"),
    "blobs elkan float64": partial(
        fit, blobs, 60, dtype="float64", algorithm="elkan", max_iter=40
    ),
    # Up to 8 features: boxes.
    "plane auto": partial(fit, plane, 60, tol=0, max_iter=80, says=True),
    "plane lloyd": partial(fit, plane, 60, tol=0, max_iter=80, algorithm="lloyd"),
    "plane weights": partial(fit, plane, 30, weight=weights, algorithm="elkan"),
    "pixels uint8 auto": partial(fit, pixels, 32, max_iter=60),
    "pixels elkan": partial(fit, pixels, 16, dtype="float32", algorithm="elkan"),
    # Sparse rows.
    "counts": partial(fit, counts, 20, says=True),
    "counts float32": partial(fit, counts, 20, dtype="float32", weight=weights),
    "counts k-means||": partial(fit, counts, 40, init="k-means||", algorithm="lloyd"),
    # The family.
    "spherical": partial(fit, embeddings, 50, name="SphericalKMeans", max_iter=40),
    "spherical sparse": partial(fit, counts, 20, name="SphericalKMeans", says=True),
    "minibatch digits": partial(fit, digits, 10, name="MiniBatchKMeans", says=True),
    "minibatch images": partial(fit, images, 60, name="MiniBatchKMeans", weight=weights),
    "minibatch sparse": partial(fit, counts, 20, name="MiniBatchKMeans", tol=1e-3),
    "minibatch in parts": in_parts,
    "bisecting": tree,
    "bisecting sparse": partial(
        fit, counts, 12, name="BisectingKMeans", bisecting_strategy="largest_cluster"
    ),
    "k-means++": lambda: {
        f"{name} {key}": value
        for name, found in {
            "digits": seeding(digits, 50, True),
            "plane": seeding(plane, 300),
            "embeddings": seeding(embeddings, 300),
            "counts": seeding(counts, 20),
        }.items()
        for key, value in found.items()
    },
    # Pictures and reports, files included.
    "quantize": quantized,
    "palette": palettes,
    "segment": partial(
        command, "segment", "photo.png", "-k", "5", "--keep", "1", "--min-area", "0.001"
    ),
    "explore": lambda: {
        **command(
            *("explore", "digits", "-k", "10", "-o", "run"),
            after=(
                ("merge", "run", "1", "8"),
                ("explore", "run", "--cluster", "2", "-k", "3"),
                ("sweep", "digits", "-k", "2:6", "-o", "sweep"),
            ),
        ),
        **command(
            *("explore", "table.csv", "-k", "2", "--labels", "kind", "--one-hot"),
            *("--missing", "mean", "--scale", "standard", "-o", "table"),
        ),
    },
}


def _dense_empty() -> NDArray[Any]:
    """The centers of `with_empty`, for the sparse digits."""
    return with_empty(digits(), 12)


def run(names: Sequence[str]) -> dict[str, Results]:
    """Run fits; those whose rows are not on this machine are left out."""
    found: dict[str, Results] = {}
    for name in names:
        start = time.perf_counter()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of empty clusters and the like
                found[name] = FITS[name]()
        except MissingDataError as error:
            print(f"{name}: left out, {error}", file=sys.stderr)
            continue
        seconds = time.perf_counter() - start
        print(f"{seconds:6.2f} s  {name}", file=sys.stderr, flush=True)
    return found


def differences(before: dict[str, Results], after: dict[str, Results]) -> list[str]:
    """What is not the same, a line each; how passes were run does not count."""
    lines = []
    for name, found in after.items():
        if name not in before:
            lines.append(f"{name}: was not run before")
            continue
        was, now = _flat(before[name]), _flat(found)
        for key in dict.fromkeys((*was, *now)):
            old, new = was.get(key, "nothing"), now.get(key, "nothing")
            if key != _PASSES and old != new:
                lines.append(f"{name}: {key}: {old} before, {new} now")
    return lines


def _flat(found: Results) -> Results:
    """Results as JSON holds them."""
    return dict(json.loads(json.dumps(found)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the fits that are asked for; write or compare them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fixed_fits")
    parser.add_argument("-o", "--output", type=Path, help="write the digests there")
    parser.add_argument("--compare", type=Path, help="compare with these digests")
    parser.add_argument("--only", action="append", help="fits with this in their name")
    asked = parser.parse_args(arguments)
    wanted = asked.only or [""]
    names = [name for name in FITS if any(part in name for part in wanted)]
    print(f"{len(names)} fits by {Path(kmosaic.__file__).parent}", file=sys.stderr)
    found = run(names)
    if asked.output:
        asked.output.write_text(json.dumps(found, indent=1) + "\n")
    if not asked.compare:
        return 0
    lines = differences(json.loads(asked.compare.read_text()), found)
    for line in lines:
        print(line)
    fits = Counter(line.split(":")[0] for line in lines)
    print(f"{len(found)} fits, {len(fits)} of them not the same as before.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
