"""kmosaic fit: find the clusters, keep the model."""

from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from kmosaic.cli import options
from kmosaic.cli.terminal import terminal

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
        with talk.counting(
            f"Finding {n_clusters} clusters in {n_samples:,} points"
        ) as told:
            from kmosaic.cli.columns import keep_names
            from kmosaic.estimators import KMeans
            from kmosaic.explore.runs.predictor import Predictor
            from kmosaic.explore.task.progress import fit_told

            model = KMeans(
                n_clusters, n_init=n_init, random_state=seed, n_threads=n_threads
            )
            n_runs = 1 if n_init == "auto" else int(n_init)
            model.set_callbacks(fit_told(told, n_samples, n_runs))
            start = perf_counter()
            model.fit(points.X)
            seconds = perf_counter() - start
        keep_names(model, points)
        own = tuple(range(n_clusters))
        kept = Predictor(model, None, own, ("",) * n_clusters, points.columns)
        write_atomically(output, kept.pack())
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
