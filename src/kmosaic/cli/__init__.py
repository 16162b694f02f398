"""The command line: parse, one library call, print.

::

    app          the list of commands; main(), which turns every error into an exit code
    commands/    one file per command
    options/     what the commands' options are called, and what they mean
    reading      the data that a command is given
    exploration  what is printed of an exploration: its finding, sizes of groups as bars
    batch        one or many pictures: which are meant, where results go, one by one
    terminal     what the user sees: progress on stderr, the result on stdout
    failures     errors as one sentence and an exit code

Nothing heavy is imported before a command needs it, so that help comes at once.
"""

from kmosaic.cli.app import main, run

__all__ = ["main", "run"]
