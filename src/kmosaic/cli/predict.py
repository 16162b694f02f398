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
            help="Where the labels go: .npy (int32), or .csv (row, cluster, and its name).",
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
    columns: options.Columns = None,
    missing: options.MissingValues = None,
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
        if (model / "run.json").exists() and not (model / "model.safetensors").exists():
            raise InputError(
                f"{model} has no model: of the methods of explore, kmeans alone has one. "
                "Explore with --method kmeans to predict."
            )
        check_writable(output)
        check_no_input(output, data, model)
        with talk.working(f"Reading {data}"):
            import numpy as np

            from kmosaic.cli.columns import as_the_run, check_columns
            from kmosaic.explore.labels import as_csv, group_columns
            from kmosaic.explore.predictor import load_predictor
            from kmosaic.explore.record import integers_as_npy
            from kmosaic.readers import read

            known = load_predictor(model / "model.safetensors" if model.is_dir() else model)
            given = {"columns": columns, "missing": missing and missing.value}
            points = read(data, **as_the_run(model, known, data, given))
        check_columns(known, points, data)
        if known.feature_names is not None and points.feature_names is None:
            talk.note(f"{data} does not name its columns; their order is taken as it is.")
        with talk.working(f"Finding the clusters of {len(points.X):,} points"):
            known.model.set_params(n_threads=n_threads)
            labels = known.predict(points.X)
        is_csv = output.suffix.lower() == ".csv"
        named = group_columns(labels, known.names, points.row_names)
        write_atomically(output, as_csv(named) if is_csv else integers_as_npy(labels))
        sizes = np.bincount(labels, minlength=len(known.names)).tolist()
        talk.result(
            f"{len(labels):,} points in {len(sizes)} clusters, of {min(sizes):,} to "
            f"{max(sizes):,} points\nLabels: {output}",
            {
                "labels": str(output),
                "model": str(model),
                "n_samples": len(labels),
                "n_clusters": len(sizes),
                "sizes": sizes,
                **({"names": list(known.names)} if any(known.names) else {}),
            },
        )
