"""kmosaic explore: the groups in the data, judged and shown."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kmosaic.cli import options
from kmosaic.cli.terminal import Terminal, terminal
from kmosaic.errors import InputError

if TYPE_CHECKING:
    from kmosaic.readers import Dataset
    from kmosaic.report import Exploration

EXAMPLES = (
    "kmosaic explore",
    "kmosaic explore digits -k 12 --seed 7 -o digits-12",
    "kmosaic explore digits-12 --cluster 4 -k 3",
    "kmosaic explore moons -k 2 --method spectral",
)

FILES = (
    "report.html",
    "report.json",
    "report.md",
    "labels.csv",
    "model.safetensors",
    "run.json",
    "clusters.npy",
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
    cluster: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            parser=options.whole_number(least=0),
            help="Look inside group N of the run folder DATA.",
        ),
    ] = None,
    columns: options.Columns = None,
    one_hot: options.OneHot = False,
    missing: options.MissingValues = None,
    size: options.Size = None,
    gray: options.Gray = False,
    embeddings: options.Embeddings = None,
    scale: options.ScaleOption = options.Scale.NONE,
    reduce: options.Reduce = None,
    method: options.MethodOption = options.Method.KMEANS,
    plots: Annotated[
        bool,
        typer.Option("--plots", help="Write the plots as .png and .svg too, in DIR/plots."),
    ] = False,
    seed: options.Seed = 0,
    n_init: Annotated[
        str, options.n_init_option(auto="10 for small data, else 1")
    ] = "auto",
    n_threads: options.Threads = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Find the groups in DATA, judge them, and show them in a report.

    Writes report.html, report.json, report.md, labels.csv and model.safetensors; run.json
    and clusters.npy, from which merge, rename, cut and undo go on. With --cluster, DATA is
    such a folder, and one of its groups is explored by itself.
    """
    settings: dict[str, Any] = {
        "n_clusters": n_clusters,
        "project": project.value,
        "scale": scale.value,
        "reduce": reduce,
        "method": method.value,
        "random_state": seed,
        "n_init": n_init,
    }
    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        if n_init != "auto" and method.value not in ("kmeans", "bisecting"):
            raise InputError(
                f"--n-init has no effect with --method {method.value}. Leave it out."
            )
        options.check_plots(plots)
        if output is not None:
            options.check_output(output)
            _check_nothing_lost(output)
        if cluster is not None:
            given = (labels, columns, one_hot, missing, size, gray, embeddings)
            _check_not_read_anew(given)
            _look_inside(talk, Path(data), cluster, settings, output, plots, n_threads)
            return
        source: dict[str, Any] = {
            "source": data,
            "labels": None if labels is None else str(labels),
            "columns": columns,
            "one_hot": one_hot,
            "missing": missing and missing.value,
            "size": size,
            "gray": gray,
            "embeddings": None if embeddings is None else str(embeddings),
            "without_row_numbers": True,
        }
        points = read_points(talk, source)
        folder = output or Path(f"kmosaic-{points.name}-k{n_clusters}")
        options.check_output(folder, FILES)
        _check_nothing_lost(folder)
        options.check_n_clusters(n_clusters, len(points.X), data)
        with talk.counting(f"Exploring {len(points.X):,} points") as told:
            from kmosaic.explore import explore as find_groups
            from kmosaic.explore.runs.folder import new_record, save_run

            found = find_groups(points, n_threads=n_threads, progress=told, **settings)
            source = _lasting(source, points)
            record = new_record(found, points, source, _kept(settings, found))
            save_run(folder, found, points, record, found.labels)
        if plots:
            _draw(found, folder)
        tell(talk, found, folder, found.notes)


READ = ("labels", "columns", "one-hot", "missing", "size", "gray", "embeddings")


def _check_not_read_anew(given: tuple[Any, ...]) -> None:
    """Refuse options of reading where the rows are those of a run."""
    for name, value in zip(READ, given, strict=True):
        if value not in (None, False):
            raise InputError(
                f"--{name} has no effect with --cluster: the rows of a group are read as "
                "those of its run were. Leave it out."
            )


def _check_nothing_lost(folder: Path) -> None:
    """Refuse a folder of a run that someone worked on."""
    if (folder / "run.json").is_file():
        from kmosaic.explore.runs.folder import check_nothing_lost

        check_nothing_lost(folder)


def read_points(talk: Terminal, source: dict[str, Any]) -> "Dataset":
    """Read what the options name, with a bar where there are many pictures."""
    if (Path(source["source"]) / "run.json").is_file():
        from kmosaic.readers.synthetic import MADE

        if source["source"] in MADE:
            raise InputError(
                f"{source['source']} is a run in this folder. To explore the made set of "
                "that name, rename the run, or go to another folder."
            )
        raise InputError(
            f"{source['source']} is a run. Look inside one of its groups (kmosaic explore "
            f"{source['source']} --cluster 0 -k 3), or pass the data that it is of."
        )
    with talk.counting(f"Reading {source['source']}", "pictures") as told:
        from kmosaic.readers import read

        return read(source["source"], progress=told, **_without(source, "source"))


def tell(talk: Terminal, found: "Exploration", folder: Path, notes: Iterable[str]) -> None:
    """Say what was found, and where it is."""
    for note in notes:
        talk.note(note)
    talk.result(_words(found, folder), _facts(found, folder))


def _look_inside(
    talk: Terminal,
    folder: Path,
    cluster: int,
    settings: dict[str, Any],
    output: Path | None,
    plots: bool,
    n_threads: int | None,
) -> None:
    """Explore one group of a run."""
    if not folder.is_dir():
        raise InputError(
            f"--cluster looks inside a group of a run, and {folder} is no folder. Explore "
            "the data first, and pass the folder that this writes."
        )
    with talk.working(f"Exploring group {cluster} of {folder}"):
        from kmosaic.explore import look_inside

        found, target = look_inside(
            folder,
            cluster,
            settings.pop("n_clusters"),
            output=output,
            n_threads=n_threads,
            # What is not asked for is as in the run around it.
            scale=settings["scale"] if settings["scale"] != "none" else None,
            **_without(settings, "scale"),
        )
    if plots:
        _draw(found, target)
    tell(talk, found, target, found.notes)


def _draw(found: "Exploration", folder: Path) -> None:
    """Write the plots, where they were not drawn anew with the run."""
    from kmosaic.report.figures.files import FOLDER, has_plots, write_plots

    if not has_plots(folder):
        write_plots(found, folder / FOLDER)


def _without(options: dict[str, Any], name: str) -> dict[str, Any]:
    """The options but for one."""
    return {key: value for key, value in options.items() if key != name}


def _lasting(source: dict[str, Any], data: "Dataset") -> dict[str, Any]:
    """The source with paths that hold from everywhere; what was not given is left out.

    The size that pictures were brought to is kept, so that new ones are brought to it too.
    """
    from kmosaic.readers.synthetic import MADE

    kept = {key: value for key, value in source.items() if value not in (None, False)}
    for key in ("source", "labels", "embeddings"):
        path = Path(str(kept.get(key, "")))
        is_name = key == "source" and kept[key] in MADE and not path.exists()
        has_file = path.exists() or key == "source"
        if key in kept and has_file and not is_name:
            kept[key] = str(path.absolute())
    if data.image_shape is not None and data.row_names is not None:
        height, width = data.image_shape[:2]
        kept |= {"size": (width, height), "gray": len(data.image_shape) == 2}
    return kept


def _kept(settings: dict[str, Any], found: "Exploration") -> dict[str, Any]:
    """The settings as a run keeps them."""
    return {**settings, "n_init": found.run.n_init, "name": found.data.name}


def _facts(found: "Exploration", folder: Path) -> dict[str, object]:
    """What report.json says, and where everything is."""
    report: dict[str, object] = json.loads(found.json())
    there = [name for name in FILES if (folder / name).exists()]
    return {"files": {name: str(folder / name) for name in there}, **report}


def _words(found: "Exploration", folder: Path) -> str:
    """What was found at a glance, and where the report is."""
    from kmosaic.cli.bars import bars

    lines = [found.finding, "", *bars(found), ""]
    if found.truth:
        lines.append(f"Accuracy    {found.truth.accuracy_majority:.4f}")
    if found.scores.silhouette is not None:
        lines.append(f"Silhouette  {found.scores.silhouette:.4f}")
    return "\n".join([*lines, f"Report      {folder / 'report.html'}"])
