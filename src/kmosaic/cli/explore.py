"""kmosaic explore: the groups in the data, judged and shown."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kmosaic.cli import options
from kmosaic.cli.terminal import terminal

if TYPE_CHECKING:
    from kmosaic.readers import Dataset
    from kmosaic.report import Exploration

EXAMPLES = (
    "kmosaic explore",
    "kmosaic explore digits -k 12 --seed 7 -o digits-12",
)


def explore(
    data: options.Data = "digits",
    n_clusters: options.Clusters = 10,
    labels: options.Labels = None,
    project: Annotated[
        options.Projection,
        typer.Option(
            metavar="pca|tsne",
            help="How the map is drawn. tsne takes longer, and clusters the map as well.",
        ),
    ] = options.Projection.PCA,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Where the report goes; kmosaic-NAME-kK if it is not given.",
        ),
    ] = None,
    seed: options.Seed = 0,
    n_init: Annotated[str, options.runs(auto="10 for small data, else 1")] = "auto",
    n_threads: options.Threads = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Find the groups in DATA, judge them, and show them in a report.

    Writes report.html, report.json, report.md, labels.csv and model.safetensors.
    """
    from kmosaic.files import check_run_folder, check_writable_folder, write_folder

    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        if output is not None:
            check_writable_folder(output)
        with talk.working(f"Reading {data}"):
            from kmosaic.readers import read

            points = read(data, labels=labels)
        folder = output or Path(f"kmosaic-{points.name}-k{n_clusters}")
        check_writable_folder(folder)
        check_run_folder(folder, FILES)
        options.check_n_clusters(n_clusters, len(points.X), data)
        with talk.working(f"Exploring {len(points.X):,} points"):
            from kmosaic.explore import explore as find_groups

            found = find_groups(
                points.X,
                n_clusters,
                labels=points.labels,
                project=project.value,
                image_shape=points.image_shape,
                feature_names=points.feature_names,
                name=points.name,
                random_state=seed,
                n_init=n_init,
                n_threads=n_threads,
            )
            files = _files(found, points)
        write_folder(folder, files)
        for note in found.notes:
            talk.note(note)
        talk.result(_words(found, folder), _facts(found, folder, files))


FILES = ("report.html", "report.json", "report.md", "labels.csv", "model.safetensors")


def _files(found: "Exploration", points: "Dataset") -> dict[str, bytes]:
    """Everything that the run folder holds."""
    from kmosaic.cli.columns import keep_names
    from kmosaic.cli.labels import labels_as_csv
    from kmosaic.model_io import pack_model

    keep_names(found.model, points)
    return {
        "report.html": found.html().encode(),
        "report.json": found.json().encode(),
        "report.md": found.markdown().encode(),
        "labels.csv": labels_as_csv(found.labels, points.labels),
        "model.safetensors": pack_model(found.model),
    }


def _facts(
    found: "Exploration", folder: Path, files: dict[str, bytes]
) -> dict[str, object]:
    """What report.json says, and where everything is."""
    report: dict[str, object] = json.loads(found.json())
    return {"files": {name: str(folder / name) for name in files}, **report}


def _words(found: "Exploration", folder: Path) -> str:
    """What was found at a glance, and where the report is."""
    from kmosaic.cli.bars import bars

    lines = [found.finding, "", *bars(found), ""]
    if found.truth:
        lines.append(f"Accuracy    {found.truth.accuracy_majority:.4f}")
    if found.scores.silhouette is not None:
        lines.append(f"Silhouette  {found.scores.silhouette:.4f}")
    return "\n".join([*lines, f"Report      {folder / 'report.html'}"])
