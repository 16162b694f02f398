"""kmosaic steps: k-means on a page, played half-step by half-step."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kmosaic.cli import options
from kmosaic.cli.batch import check_page, write
from kmosaic.cli.terminal import terminal

EXAMPLES = (
    "kmosaic steps mouse -k 3 -o steps.html",
    "kmosaic steps photo.png -k 6 -o colors.html",
)


class Algorithm(StrEnum):
    """Ways to run that can be played."""

    ELKAN = "elkan"
    LLOYD = "lloyd"
    MINIBATCH = "minibatch"
    BISECTING = "bisecting"


class Seeding(StrEnum):
    """Ways to choose the first centers."""

    PLUSPLUS = "k-means++"
    PARALLEL = "k-means||"
    RANDOM = "random"


def steps(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help="mouse, blobs, moons or another made set; a file of points, as explore "
            "takes them; or a picture, whose colors are clustered.",
        ),
    ] = "mouse",
    n_clusters: Annotated[
        int,
        typer.Option(
            "-k",
            "--n-clusters",
            metavar="K",
            parser=options.whole_number(least=1, most=255),
            help="Number of clusters.",
        ),
    ] = 3,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Where the page goes; kmosaic-NAME-steps.html if it is not given.",
        ),
    ] = None,
    init: Annotated[
        Seeding,
        typer.Option(
            metavar="k-means++|k-means|||random", help="How the first centers are chosen."
        ),
    ] = Seeding.PLUSPLUS,
    algorithm: Annotated[
        Algorithm,
        typer.Option(
            metavar="elkan|lloyd|minibatch|bisecting",
            help="elkan skips distances that bounds rule out; lloyd computes all.",
        ),
    ] = Algorithm.ELKAN,
    force: options.Force = False,
    show: options.Open = False,
    seed: options.Seed = 0,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Play k-means on DATA: a page with a button for each half-step, forward and back.

    The page is one file, which needs no server and loads nothing. On it points and centers
    can be dragged, and k, the seeding and the scale of an axis changed.
    """
    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        if output is not None:
            check_page(output)
        with talk.working("Recording half-steps"):
            from kmosaic.stepping import play

            played = play(
                data,
                n_clusters,
                init=init.value,
                algorithm=algorithm.value,
                random_state=seed,
            )
            page = played.html().encode()
        place = output or Path(f"kmosaic-{played.name}-steps.html")
        write(place, page, force=force)
        for note in played.notes:
            talk.note(note)
        last = played.steps[-1]
        talk.result(
            f"{place}: {len(played.steps)} half-steps, inertia {last.inertia:.6g}, "
            f"{len(page):,} bytes",
            {
                "output": str(place),
                "n_half_steps": len(played.steps),
                "inertia": last.inertia,
                "converged": played.converged,
                "n_bytes": len(page),
                "notes": list(played.notes),
            },
        )
        if show:
            typer.launch(str(place))
