"""Many pictures in one go: which are meant, and all of them one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from kmosaic.errors import InputError
from kmosaic.files import is_pattern, paths_matching
from kmosaic.images.decode import SUFFIXES
from kmosaic.system.threads import default_n_threads

Result = TypeVar("Result")


def find_pictures(names: Sequence[str | Path]) -> list[Path]:
    """Find the pictures that are meant: files, folders of pictures, patterns.

    Parameters
    ----------
    names : sequence of str or Path
        As a user types them.

    Returns
    -------
    list of Path
        Each file once; those of a folder or a pattern in the order of their names.

    Raises
    ------
    InputError
        If a folder or a pattern has no picture.
    """
    pictures: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = sorted(f for f in path.iterdir() if f.suffix.lower() in SUFFIXES)
            if not inside:
                raise InputError(f"The folder {path} has no picture. Pass another one.")
        elif is_pattern(str(name)):
            inside = [path for path in paths_matching(str(name)) if path.is_file()]
            if not inside:
                raise InputError(f"No file is called like {name}. Check the pattern.")
        else:
            inside = [path]
        pictures |= dict.fromkeys(inside)
    return list(pictures)


def different_names(pictures: Sequence[Path]) -> list[str]:
    """A name for what comes of each picture: its stem, with its suffix if two are alike."""
    stems = [path.stem for path in pictures]
    return [
        stem if stems.count(stem) == 1 else f"{stem}-{path.suffix[1:]}"
        for stem, path in zip(stems, pictures, strict=True)
    ]


@dataclass(frozen=True)
class Failure:
    """A picture that could not be done, and why."""

    picture: Path
    error: Exception


@dataclass(frozen=True)
class BatchResult(Generic[Result]):
    """What came of a batch: results and failures, both in the order of the pictures."""

    results: list[Result]
    failures: list[Failure]


def run_batch(
    pictures: Sequence[Path],
    work: Callable[[int], Result],
    progress: Callable[[int, int], object] | None = None,
) -> BatchResult[Result]:
    """Do all pictures, several at a time; a bad one does not stop the others.

    Parameters
    ----------
    pictures : sequence of Path
    work : callable
        Gets the number of a picture, from 0. It runs in several threads at once.
    progress : callable, default=None
        Gets how many pictures are done, failed ones included, and how many there are.

    Returns
    -------
    BatchResult
        What ``work`` returned, and the pictures for which it raised `InputError`, `OSError`
        or `MemoryError`. Any other error ends the batch.
    """
    from concurrent.futures import ThreadPoolExecutor

    batch: BatchResult[Result] = BatchResult([], [])

    def take(number: int, result: Callable[[], Result]) -> None:
        try:
            batch.results.append(result())
        except (InputError, OSError, MemoryError) as error:
            # Without the traceback, whose frames would keep the picture in memory.
            failure = Failure(pictures[number], error.with_traceback(None))
            batch.failures.append(failure)
        if progress is not None:
            progress(number + 1, len(pictures))

    if not pictures:
        return batch
    # The first one alone: what has to be compiled is, in the caller's thread.
    take(0, lambda: work(0))
    pool = ThreadPoolExecutor(min(default_n_threads(), len(pictures)))
    try:
        jobs = [pool.submit(work, number) for number in range(1, len(pictures))]
        for number, job in enumerate(jobs, start=1):
            take(number, job.result)
    finally:
        # After Ctrl-C those under way are finished, and no other is begun.
        pool.shutdown(cancel_futures=True)
    return batch
