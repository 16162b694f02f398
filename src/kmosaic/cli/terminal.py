"""What the user sees: progress and notes on stderr, the result on stdout."""

import json
import logging
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from time import monotonic
from typing import Any

import typer

from kmosaic.cli.failures import INTERRUPTED, exit_code, sentence

PATIENCE_SECONDS = 1.0  # what takes longer than this shows that it is alive


@dataclass(frozen=True)
class Terminal:
    """How one command talks: in words or in JSON, fully or only about errors."""

    as_json: bool
    quiet: bool

    @contextmanager
    def working(self, text: str) -> Iterator[None]:
        """Show a spinner and the time on stderr while something takes long."""
        if self.quiet or not sys.stderr.isatty():
            yield
            return
        shown: list[Any] = []
        timer = Timer(PATIENCE_SECONDS, lambda: shown.append(_spinner(text)))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            for spinner in shown:
                spinner.stop()

    @contextmanager
    def counting(self, text: str, unit: str = "") -> Iterator[Callable[[int, int], None]]:
        """Show a bar with rate and time left on stderr while something takes long.

        Gives a function to be called with what is done, and of how much. With a `unit`
        the bar counts, without one it shows percents.
        """
        if self.quiet or not sys.stderr.isatty():
            yield lambda done, of: None
            return
        bar = _Bar(text, unit)
        try:
            yield bar.tell
        finally:
            bar.stop()

    def note(self, text: str) -> None:
        """Say something by the way, on stderr."""
        if not self.quiet:
            print(f"Note: {' '.join(text.split())}", file=sys.stderr)

    def result(self, text: str, facts: Mapping[str, Any]) -> None:
        """Print the result on stdout: the facts as one JSON object, or the text."""
        if self.as_json:
            print(json.dumps(facts, allow_nan=False))
        elif not self.quiet:
            print(text)


@contextmanager
def terminal(*, as_json: bool, quiet: bool, debug: bool) -> Iterator[Terminal]:
    """Talk to the user for one command, and end it with the right exit code.

    An error inside of the block becomes one sentence on stderr, after its traceback if
    `debug` is set. Warnings of the libraries become notes.
    """
    talk = Terminal(as_json, quiet)
    logging.getLogger("kmosaic").setLevel(logging.ERROR if quiet else logging.NOTSET)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for category in (UserWarning, RuntimeWarning):
                warnings.simplefilter("default", category)
            warnings.showwarning = lambda message, *_, **__: talk.note(str(message))
            yield talk
            sys.stdout.flush()
    except KeyboardInterrupt:
        print("Stopped. Nothing was left half-written.", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        raise  # whoever read the output has left; typer ends the process without a word
    except Exception as error:
        if debug:
            traceback.print_exc()
        print(f"Error: {sentence(error)}", file=sys.stderr)
        raise typer.Exit(exit_code(error)) from None


class _Bar:
    """A bar that appears once something has taken longer than PATIENCE_SECONDS."""

    def __init__(self, text: str, unit: str) -> None:
        self.text, self.unit = text, unit
        self.start = monotonic()
        self.done, self.of = 0, 1
        self.shown: Any = None
        self.timer = Timer(PATIENCE_SECONDS, self._show)
        self.timer.daemon = True
        self.timer.start()

    def tell(self, done: int, of: int) -> None:
        """Note how far it is."""
        self.done, self.of = done, of
        if self.shown is not None:
            self.shown.update(self.task, completed=done, total=of, rate=self._rate())

    def stop(self) -> None:
        """Take the bar away."""
        self.timer.cancel()
        self.timer.join()
        if self.shown is not None:
            self.shown.stop()

    def _rate(self) -> str:
        """How many there were in a second, since the beginning."""
        if not self.unit:
            return ""
        rate = self.done / max(monotonic() - self.start, 1e-3)
        return f"{rate:,.0f} {self.unit}/s" if rate >= 10 else f"{rate:.2g} {self.unit}/s"

    def _show(self) -> None:
        """Start to draw."""
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        count = MofNCompleteColumn() if self.unit else TaskProgressColumn()
        progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            count,
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self.task = progress.add_task(
            self.text, completed=self.done, total=self.of, rate=self._rate()
        )
        progress.start()
        self.shown = progress


def _spinner(text: str) -> Any:
    """Start a spinner that vanishes when it is stopped."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    progress.add_task(text, total=None)
    progress.start()
    return progress
