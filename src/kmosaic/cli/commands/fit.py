"""kmosaic fit: find the clusters, keep the model."""

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from kmosaic.cli import options
from kmosaic.cli.terminal import Terminal, terminal

if TYPE_CHECKING:
    from kmosaic.estimators import KMeans
    from kmosaic.readers import Dataset

EXAMPLES = (
    "kmosaic fit digits -k 10 -o model.safetensors",
    "kmosaic fit digits -k 10 -o model.safetensors --seed 7 --n-init 10",
)


def fit(
    data: options.Data,
    n_clusters: options.Clusters,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Where the model goes.")
    ],
    seed: options.Seed = 0,
    n_init: Annotated[str, options.n_init_option(auto="1")] = "auto",
    n_threads: options.Threads = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Find the clusters of DATA and save them as a model."""
    from kmosaic.files import check_no_input, check_writable, write_atomically

    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        check_writable(output)
        check_no_input(output, data)
        with talk.working(f"Reading {data}"):
            from kmosaic.readers import read

            points = read(data)
        n_samples, n_features = points.X.shape
        options.check_n_clusters(n_clusters, n_samples, data)
        model, seconds = _fitted(talk, points, n_clusters, n_init, seed, n_threads)
        write_atomically(output, _packed(model, points))
        talk.result(
            f"{n_clusters} clusters in {n_samples:,} points of {n_features:,} features: "
            f"{model.n_iter_} iterations, {seconds:.2f} s, inertia {model.inertia_:.6g}\n"
            f"Model: {output}",
            {
                "model": str(output),
                "name": points.name,
                "n_samples": n_samples,
                "n_features": n_features,
                "n_clusters": n_clusters,
                "random_state": seed,
                "n_iter": int(model.n_iter_),
                "inertia": float(model.inertia_),
                "seconds": seconds,
            },
        )


def _fitted(
    talk: Terminal,
    points: "Dataset",
    n_clusters: int,
    n_init: str,
    seed: int,
    n_threads: int | None,
) -> tuple["KMeans", float]:
    """Fit a model, with a bar that shows how far it is; gives the seconds, too."""
    import numpy as np

    from kmosaic.estimators import KMeans
    from kmosaic.explore.task.progress import watch_progress

    n_samples = len(points.X)
    model = KMeans(n_clusters, n_init=n_init, random_state=seed, n_threads=n_threads)
    doing = f"Finding {n_clusters} clusters in {n_samples:,} points"
    with talk.counting(doing) as progress:
        n_runs = 1 if n_init == "auto" else int(n_init)
        model.set_callbacks(watch_progress(progress, n_samples, n_runs))
        start = perf_counter()
        model.fit(points.X)
        seconds = perf_counter() - start
    if points.feature_names is not None:  # as fitting a data frame would note them
        model.feature_names_in_ = np.array(points.feature_names, dtype=object)
    return model, seconds


def _packed(model: "KMeans", points: "Dataset") -> bytes:
    """Give the bytes of a model file that knows the columns of the data."""
    from kmosaic.explore.runs.predictor import Predictor

    groups = tuple(range(model.n_clusters))
    names = ("",) * model.n_clusters
    return Predictor(model, None, groups, names, points.columns).pack()
