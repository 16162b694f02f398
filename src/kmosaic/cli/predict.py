"""kmosaic predict: the nearest cluster of each point, by a saved model."""

from pathlib import Path
from typing import Annotated

import typer

from kmosaic.cli import options
from kmosaic.cli.terminal import terminal
from kmosaic.errors import InputError

EXAMPLES = (
    "kmosaic predict model.safetensors digits -o labels.csv",
    "kmosaic predict model.safetensors digits -o labels.npy",
)


def predict(
    model: options.Model,
    data: options.Data,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Where the labels go: .npy (int32), or .csv (row, cluster).",
        ),
    ],
    seed: Annotated[
        int,
        typer.Option(
            metavar="N",
            parser=options.whole_number(least=0),
            help="Taken as everywhere, though nothing here is random.",
        ),
    ] = 0,
    n_threads: options.Threads = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Find the cluster of each point of DATA by a saved MODEL."""
    from kmosaic.files import check_no_input, check_writable, write_atomically

    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        if output.suffix.lower() not in (".npy", ".csv"):
            raise InputError(
                f"-o {output} ends in neither .npy nor .csv. Pass one of them."
            )
        check_writable(output)
        check_no_input(output, data, model)
        with talk.working(f"Reading {data}"):
            import numpy as np

            from kmosaic.cli.columns import check_columns, predict_unnamed
            from kmosaic.cli.labels import labels_as_csv, labels_as_npy
            from kmosaic.model_io import load_model
            from kmosaic.readers import read

            kmeans = load_model(model)
            points = read(data)
        check_columns(kmeans, points, data)
        if hasattr(kmeans, "feature_names_in_") and points.feature_names is None:
            talk.note(f"{data} does not name its columns; their order is taken as it is.")
        with talk.working(f"Finding the clusters of {len(points.X):,} points"):
            labels = predict_unnamed(kmeans.set_params(n_threads=n_threads), points.X)
        is_csv = output.suffix.lower() == ".csv"
        write_atomically(output, labels_as_csv(labels) if is_csv else labels_as_npy(labels))
        sizes = np.bincount(labels, minlength=len(kmeans.cluster_centers_)).tolist()
        talk.result(
            f"{len(labels):,} points in {len(sizes)} clusters, of {min(sizes):,} to "
            f"{max(sizes):,} points\nLabels: {output}",
            {
                "labels": str(output),
                "model": str(model),
                "n_samples": len(labels),
                "n_clusters": len(sizes),
                "sizes": sizes,
            },
        )
