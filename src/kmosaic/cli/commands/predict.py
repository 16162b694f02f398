"""kmosaic predict: the nearest cluster of each point, by a saved model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kmosaic.cli import options
from kmosaic.cli.terminal import terminal
from kmosaic.errors import InputError

if TYPE_CHECKING:
    from kmosaic.readers import Dataset

LEFT_OUT = -1  # in the place of a label, as scikit-learn has it for points of no cluster

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
            help="Where the labels go: .npy (int32, a label for each row of DATA, -1 for "
            "those left out), or .csv (row, cluster, and its name).",
        ),
    ],
    columns: options.Columns = None,
    missing: options.MissingValues = None,
    n_threads: options.Threads = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Find the cluster of each point of DATA by a saved MODEL.

    Columns are found by their names, texts become the columns of the fit, and missing
    values are treated as in the fit, with its means.
    """
    from kmosaic.files import check_no_input, check_writable, write_atomically

    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        if output.suffix.lower() not in (".npy", ".csv"):
            raise InputError(
                f"-o {output} ends in neither .npy nor .csv. Pass one of them."
            )
        if (model / "run.json").exists() and not (model / "model.safetensors").exists():
            raise InputError(
                f"{model} has no model: of the methods of explore, kmeans and bisecting "
                "have one. Explore with one of them to predict."
            )
        check_writable(output)
        check_no_input(output, data, *(model.iterdir() if model.is_dir() else [model]))
        with talk.working(f"Reading {data}"):
            import numpy as np

            from kmosaic.cli.columns import as_the_run, check_columns
            from kmosaic.explore.runs.labels_csv import as_csv, group_columns
            from kmosaic.explore.runs.predictor import load_predictor
            from kmosaic.explore.runs.record import integers_as_npy
            from kmosaic.readers import read

            known = load_predictor(model / "model.safetensors" if model.is_dir() else model)
            given = {"columns": columns, "missing": missing and missing.value}
            points = read(data, **as_the_run(model, known, data, given))
        check_columns(known, points, data)
        for note in points.notes:
            talk.note(note)
        if known.feature_names is not None and points.feature_names is None:
            talk.note(f"{data} does not name its columns; their order is taken as it is.")
        with talk.working(f"Finding the clusters of {len(points.X):,} points"):
            known.model.set_params(n_threads=n_threads)
            labels = known.predict(points.X)
        n_left_out = (points.n_read or len(labels)) - len(labels)
        is_csv = output.suffix.lower() == ".csv"
        if is_csv:
            named = group_columns(labels, known.names, points.row_names)
            write_atomically(output, as_csv(named))
        else:
            write_atomically(output, integers_as_npy(_of_all_rows(labels, points)))
        if n_left_out and not is_csv:
            talk.note(f"{output} has {LEFT_OUT} for the rows that were left out.")
        sizes = np.bincount(labels, minlength=len(known.names)).tolist()
        talk.result(
            f"{len(labels):,} points in {len(sizes)} clusters, of {min(sizes):,} to "
            f"{max(sizes):,} points\nLabels: {output}",
            {
                "labels": str(output),
                "model": str(model),
                "n_samples": len(labels),
                "n_left_out": n_left_out,
                "n_clusters": len(sizes),
                "sizes": sizes,
                **({"names": list(known.names)} if any(known.names) else {}),
            },
        )


def _of_all_rows(labels: Any, points: "Dataset") -> Any:
    """A label for each row of the file, whether it was read or left out."""
    import numpy as np

    if points.n_read is None:
        return labels
    every = np.full(points.n_read, LEFT_OUT, dtype=np.int32)
    every[points.kept] = labels
    return every
