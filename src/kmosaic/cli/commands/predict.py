"""kmosaic predict: the nearest cluster of each point, by a saved model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kmosaic.cli import options
from kmosaic.cli.terminal import terminal
from kmosaic.errors import InputError

if TYPE_CHECKING:
    from kmosaic.explore.runs.predictor import Predictor
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
    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        _check_places(model, data, output)
        with talk.working(f"Reading {data}"):
            given = {"columns": columns, "missing": missing and missing.value}
            predictor, points = _read(model, data, given)
        for note in points.notes:
            talk.note(note)
        if predictor.feature_names is not None and points.feature_names is None:
            talk.note(f"{data} does not name its columns; their order is taken as it is.")
        with talk.working(f"Finding the clusters of {len(points.X):,} points"):
            predictor.model.set_params(n_threads=n_threads)
            labels = predictor.predict(points.X)
        n_left_out = (points.n_read or len(labels)) - len(labels)
        _write(output, labels, predictor, points)
        if n_left_out and output.suffix.lower() == ".npy":
            talk.note(f"{output} has {LEFT_OUT} for the rows that were left out.")
        sizes = _sizes(labels, len(predictor.names))
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
                **({"names": list(predictor.names)} if any(predictor.names) else {}),
            },
        )


def _check_places(model: Path, data: str, output: Path) -> None:
    """Refuse early an output that cannot be written, and a run without a model."""
    from kmosaic.files import check_no_input, check_writable

    if output.suffix.lower() not in (".npy", ".csv"):
        raise InputError(f"-o {output} ends in neither .npy nor .csv. Pass one of them.")
    if (model / "run.json").exists() and not (model / "model.safetensors").exists():
        raise InputError(
            f"{model} has no model: of the methods of explore, kmeans and bisecting "
            "have one. Explore with one of them to predict."
        )
    check_writable(output)
    check_no_input(output, data, *(model.iterdir() if model.is_dir() else [model]))


def _read(model: Path, data: str, given: dict[str, Any]) -> tuple["Predictor", "Dataset"]:
    """Read the model, and the data as those of its fit were read."""
    from kmosaic.explore.runs.new_data import check_columns, reading_options
    from kmosaic.explore.runs.predictor import load_predictor
    from kmosaic.readers import read

    predictor = load_predictor(model / "model.safetensors" if model.is_dir() else model)
    points = read(data, **reading_options(model, predictor, data, given))
    check_columns(predictor, points, data)
    return predictor, points


def _write(output: Path, labels: Any, predictor: "Predictor", points: "Dataset") -> None:
    """Write the labels as an array or as a table."""
    from kmosaic.explore.runs.labels_csv import as_csv, group_columns
    from kmosaic.explore.runs.record import integers_as_npy
    from kmosaic.files import write_atomically

    if output.suffix.lower() == ".csv":
        table = group_columns(labels, predictor.names, points.row_names)
        write_atomically(output, as_csv(table))
    else:
        write_atomically(output, integers_as_npy(_of_all_rows(labels, points)))


def _sizes(labels: Any, n_clusters: int) -> list[int]:
    """Count the points of each cluster."""
    import numpy as np

    sizes: list[int] = np.bincount(labels, minlength=n_clusters).tolist()
    return sizes


def _of_all_rows(labels: Any, points: "Dataset") -> Any:
    """A label for each row of the file, whether it was read or left out."""
    import numpy as np

    if points.n_read is None:
        return labels
    every = np.full(points.n_read, LEFT_OUT, dtype=np.int32)
    every[points.kept] = labels
    return every
