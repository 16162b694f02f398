"""kmosaic explore: the groups in the data, judged and shown."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kmosaic.cli import options
from kmosaic.cli.exploration import tell
from kmosaic.cli.reading import read_points
from kmosaic.cli.terminal import Terminal, terminal
from kmosaic.errors import InputError

if TYPE_CHECKING:
    from kmosaic.explore import Exploration

EXAMPLES = (
    "kmosaic explore",
    "kmosaic explore digits -k 12 --seed 7 -o digits-12",
    "kmosaic explore digits-12 --cluster 4 -k 3",
    "kmosaic explore moons -k 2 --method spectral",
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
            _check_not_read_anew(source)
            _drill_down(talk, Path(data), cluster, settings, output, plots, n_threads)
        else:
            _explore(talk, source, settings, output, plots, n_threads)


def _explore(
    talk: Terminal,
    source: dict[str, Any],
    settings: dict[str, Any],
    output: Path | None,
    plots: bool,
    n_threads: int | None,
) -> None:
    """Explore data, and save the run."""
    from kmosaic.explore.runs.store import FILES, save_new_run

    points = read_points(talk, source)
    n_clusters = settings["n_clusters"]
    folder = output or Path(f"kmosaic-{points.name}-k{n_clusters}")
    options.check_output(folder, FILES)
    _check_nothing_lost(folder)
    options.check_n_clusters(n_clusters, len(points.X), source["source"])
    with talk.counting(f"Exploring {len(points.X):,} points") as progress:
        from kmosaic.explore import explore as find_groups

        exploration = find_groups(
            points, n_threads=n_threads, progress=progress, **settings
        )
        save_new_run(folder, exploration, points, source)
    if plots:
        _draw(exploration, folder)
    tell(talk, exploration, folder, exploration.notes)


# Options of reading, in the order in which they are named to the user.
READ = ("labels", "columns", "one_hot", "missing", "size", "gray", "embeddings")


def _check_not_read_anew(source: dict[str, Any]) -> None:
    """Refuse options of reading where the rows are those of a run."""
    for name in READ:
        if source[name] not in (None, False):
            raise InputError(
                f"--{name.replace('_', '-')} has no effect with --cluster: the rows of a "
                "group are read as those of its run were. Leave it out."
            )


def _check_nothing_lost(folder: Path) -> None:
    """Refuse a folder of a run that someone worked on."""
    if (folder / "run.json").is_file():
        from kmosaic.explore.runs.store import check_nothing_lost

        check_nothing_lost(folder)


def _drill_down(
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
        from kmosaic.explore import drill_down

        exploration, target = drill_down(
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
        _draw(exploration, target)
    tell(talk, exploration, target, exploration.notes)


def _draw(exploration: "Exploration", folder: Path) -> None:
    """Write the plots, where they were not drawn anew with the run."""
    from kmosaic.report.figures.files import FOLDER, has_plots, write_plots

    if not has_plots(folder):
        write_plots(exploration, folder / FOLDER)


def _without(options: dict[str, Any], name: str) -> dict[str, Any]:
    """The options but for one."""
    return {key: value for key, value in options.items() if key != name}
