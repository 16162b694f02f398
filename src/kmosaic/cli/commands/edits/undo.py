"""kmosaic undo: the last change of a run is taken back."""

from kmosaic.cli import options
from kmosaic.cli.exploration import tell
from kmosaic.cli.terminal import terminal

EXAMPLES = ("kmosaic undo digits-12",)


def undo(
    run: options.RunFolder,
    data: options.DataOverride = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Take back the last merge, rename or cut of RUN."""
    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        with talk.working("Taking back a change"):
            from kmosaic.explore import undo as undo_change
            from kmosaic.explore.runs.record import read_record

            changes = read_record(run).groups.sentences
            exploration = undo_change(run, data=data)
        tell(talk, exploration, run, (f"Taken back: {text}" for text in changes[-1:]))
