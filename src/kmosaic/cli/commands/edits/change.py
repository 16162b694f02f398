"""One change to a run: made by one call of the library, and its outcome printed."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kmosaic.cli.exploration import tell
from kmosaic.cli.terminal import terminal

if TYPE_CHECKING:
    from kmosaic.explore import Exploration


def change_run(
    run: Path,
    doing: str,
    change: Callable[[], "Exploration"],
    *,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Change a run and say what it is now.

    Parameters
    ----------
    run : Path
        Its folder.
    doing : str
        What happens, for who waits.
    change : callable
        Makes the change; gives the run as it is then.
    as_json, quiet, debug : bool
        How the command talks.
    """
    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        with talk.working(doing):
            exploration = change()
        tell(talk, exploration, run, exploration.diagnostics.edits[-1:])
