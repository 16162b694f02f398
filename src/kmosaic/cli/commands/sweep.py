"""kmosaic sweep: several numbers of groups, judged side by side."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kmosaic.cli import options
from kmosaic.cli.options import parsers
from kmosaic.cli.reading import read_points
from kmosaic.cli.terminal import terminal

if TYPE_CHECKING:
    from kmosaic.explore import Sweep

EXAMPLES = (
    "kmosaic sweep blobs -k 2:8",
    "kmosaic sweep digits -k 2:12 -o digits-sweep",
)

FILES = ("sweep.html", "sweep.json", "sweep.md")


def sweep(
    data: options.Data,
    n_clusters: Annotated[
        Any,
        typer.Option(
            "-k",
            "--n-clusters",
            metavar="FROM:TO",
            parser=parsers.numbers,
            help="Numbers of groups to try: 2:20 (both included), or 2,4,8.",
        ),
    ] = "2:12",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Where the report goes; kmosaic-NAME-sweep if it is not given.",
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
    plots: Annotated[
        bool,
        typer.Option("--plots", help="Write the plots as .png and .svg too, in DIR/plots."),
    ] = False,
    seed: options.Seed = 0,
    n_threads: options.Threads = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Try several numbers of groups in DATA, and judge which fits.

    Writes sweep.html, sweep.json and sweep.md. The verdict may be that there is no clear
    number of groups, and says why.
    """
    from kmosaic.files import write_folder

    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        options.check_plots(plots)
        if output is not None:
            options.check_output(output)
        source = {
            "source": data,
            "columns": columns,
            "one_hot": one_hot,
            "missing": missing and missing.value,
            "size": size,
            "gray": gray,
            "embeddings": embeddings,
            "without_row_numbers": True,
        }
        points = read_points(talk, source)
        options.check_numbers(n_clusters, len(points.X), data)
        folder = output or Path(f"kmosaic-{points.name}-sweep")
        options.check_output(folder, FILES, kept="sweep.json")
        with talk.counting(f"Sweeping {len(points.X):,} points", "k") as progress:
            from kmosaic.explore import sweep as try_numbers
            from kmosaic.report.figures.files import FOLDER, has_plots, write_sweep_plots

            result = try_numbers(
                points,
                n_clusters,
                scale=scale.value,
                reduce=reduce,
                random_state=seed,
                n_threads=n_threads,
                progress=progress,
            )
        pages = (result.html(), result.json(), result.markdown())
        files = dict(zip(FILES, (page.encode() for page in pages), strict=True))
        write_folder(folder, files)
        if plots or has_plots(folder):  # earlier ones would be of another sweep
            write_sweep_plots(result, folder / FOLDER)
        for note in result.notes:
            talk.note(note)
        facts = {name: str(folder / name) for name in FILES}
        talk.result(_as_text(result, folder), {"files": facts, **json.loads(result.json())})


def _as_text(result: "Sweep", folder: Path) -> str:
    """The verdict, and the criteria as a table."""
    from kmosaic.report.formatting import amount

    lines = [" ".join((result.verdict.sentence, *result.verdict.reasons)), ""]
    lines.append("  k            inertia  silhouette       CH      DB     gap  stability")
    for t in result.trials:
        numbers = (
            f"{amount(t.inertia):>18}",
            _cell(t.silhouette, 11, 3),
            _cell(t.calinski_harabasz, 8, 0),
            _cell(t.davies_bouldin, 7, 3),
            _cell(t.gap, 7, 3),
            _cell(t.stability, 10, 3),
        )
        lines.append(f"{t.n_clusters:>3} " + " ".join(numbers))
    return "\n".join([*lines, "", f"Report  {folder / 'sweep.html'}"])


def _cell(value: float | None, width: int, decimals: int) -> str:
    """A number in a column."""
    return f"{'-' if value is None else f'{value:.{decimals}f}':>{width}}"
