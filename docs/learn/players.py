"""The players of the lessons, one page each: ``python docs/learn/players.py FOLDER``."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kmosaic
from kmosaic.datasets import blobs
from kmosaic.stepping import Play
from kmosaic.stepping.lessons import failures


def players() -> Iterator[tuple[str, Play]]:
    """Give the player of each lesson, under its name."""
    four = blobs(300, 4, spread=0.7)
    yield "four-blobs", _play(four, 4, "four blobs")
    yield "wrong-k", _play(four, 3, "four blobs, k = 3")
    yield "larger-spread", _play(blobs(300, 4, spread=2.5), 4, "a larger spread")
    yield "one-axis-times-100", _play(four, 4, "four blobs")
    yield "pca-first", _play("digits", 10, "handwritten digits")
    yield "mouse", _play("mouse", 3, "the mouse")
    unlucky = next(one for one in failures() if one.key == "unlucky-start")
    yield "local-minima", Play(unlucky, why_it_fails=False)
    yield "colors-of-a-photo", _play(photo(), 6, "the colors of a photo")


def _play(data: Any, n_clusters: int, title: str) -> Play:
    """Play without the sets on which k-means fails: each lesson has its own."""
    return kmosaic.play(data, n_clusters, title=title, why_it_fails=False)


def photo() -> Any:
    """Give the photograph of a temple that comes with scikit-learn."""
    from sklearn.datasets import load_sample_image

    return load_sample_image("china.jpg")


def write(folder: Path) -> None:
    """Write every player into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, played in players():
        (folder / f"{name}.html").write_text(played.html(embedded=True), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
