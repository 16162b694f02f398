"""The process of one engine, as the program sees it."""

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final, Self

from benchmarks.data import ROOT
from benchmarks.engines import Engine

# Threads of an engine that had its turn may still be spinning: under 10 ms for all of them.
PAUSE_SECONDS: Final = 0.03

THREAD_VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "KMOSAIC_NUM_THREADS",
)


class EngineError(Exception):
    """An engine's process ended before it was told to, or took too long."""


def environment(n_threads: int) -> dict[str, str]:
    """Give the environment of a process that may use so many threads."""
    return os.environ | dict.fromkeys(THREAD_VARIABLES, str(n_threads))


class Worker:
    """The process of one engine, which does something only when told.

    Loading is begun in the constructor, so that several load at the same time. ``source``
    is a folder of packages that stand in for those installed.
    """

    def __init__(
        self, engine: Engine, folder: Path, n_threads: int, source: Path | None = None
    ) -> None:
        self.engine = engine
        given = environment(n_threads)
        if source is not None:  # packages that are found before those installed
            given["PYTHONPATH"] = str(source)
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 # closed on exit
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", engine.name, engine.kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env=given,
        )
        self._send({"do": "load", "folder": str(folder)})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.__exit__(None, None, None)
        self._errors.close()

    def warm_up(self) -> float:
        """Wait until all is loaded, let the engine compile, and say how long that took."""
        self._answer(None)
        return float(self._tell({"do": "warm"}, None)["seconds"])

    def load(self, folder: Path) -> None:
        """Give other points and another task."""
        self._send({"do": "load", "folder": str(folder)})

    def run(
        self, max_iter: int, *, measure_memory: bool, limit: float | None = None
    ) -> dict[str, Any]:
        """Let the engine run once; within ``limit`` seconds, if any."""
        time.sleep(PAUSE_SECONDS)
        command = {"do": "run", "max_iter": max_iter, "measure_memory": measure_memory}
        return self._tell(command, limit)

    def save(self) -> Path:
        """Let the centers found last be written; where."""
        return Path(self._tell({"do": "save"}, None)["path"])

    def _tell(self, command: dict[str, Any], limit: float | None) -> dict[str, Any]:
        self._send(command)
        return self._answer(limit)

    def _send(self, command: dict[str, Any]) -> None:
        """Send a command."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise self._failed() from error

    def _answer(self, limit: float | None) -> dict[str, Any]:
        """Wait for the answer to a command."""
        stdout = self._process.stdout
        assert stdout is not None
        if limit is not None and not select.select([stdout], [], [], limit)[0]:
            self._process.kill()
            raise EngineError(f"stopped after {limit:.0f} s")
        line = stdout.readline()
        if not line:
            raise self._failed()
        fields: dict[str, Any] = json.loads(line)
        return fields

    def _failed(self) -> EngineError:
        """Give what the engine said last."""
        self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().strip()
        return EngineError(f"failed: {said.splitlines()[-1] if said else 'without a word'}")
