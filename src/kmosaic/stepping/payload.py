"""Scenes and half-steps as plain data, and packed for the page."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.stepping.half_step import HalfStep
from kmosaic.stepping.scene import Scene, smallest_type
from kmosaic.stepping.starts import Starts


@dataclass(frozen=True, eq=False)
class Recording:
    """A scene, and how the engine went through it.

    Attributes
    ----------
    key : str
        What the page calls it in its address.
    title : str
    why : tuple of str
        Two sentences on what it shows; empty if it is the reader's own.
    scene : Scene
    n_clusters : int
    init : str
        "k-means++", "k-means||", "random", or "given".
    seed : int
    algorithm : str
    steps : tuple of HalfStep
    starts : dict of str to Starts
    """

    key: str
    title: str
    why: tuple[str, ...]
    scene: Scene
    n_clusters: int
    init: str
    seed: int
    algorithm: str
    steps: tuple[HalfStep, ...]
    starts: dict[str, Starts]


def plain_frames(steps: Sequence[HalfStep]) -> list[dict[str, Any]]:
    """Half-steps as lists and numbers: what `json.dumps` takes; NaN is None."""
    return [
        {
            **_facts(step),
            "centers": step.centers.tolist(),
            "labels": step.labels.tolist(),
            "batch": None if step.batch is None else step.batch.tolist(),
        }
        for step in steps
    ]


def pack(recording: Recording) -> dict[str, Any]:
    """A recording for the page: arrays as base64, labels as what changed."""
    scene = recording.scene
    X = scene.X if scene.whole else (scene.X - scene.origin) @ scene.axes.T
    origin, axes = (scene.origin, scene.axes) if scene.whole else (np.zeros(2), np.eye(2))
    return {
        "key": recording.key,
        "title": recording.title,
        "why": list(recording.why),
        "name": scene.name,
        "kind": scene.kind,
        "columns": list(scene.columns),
        "notes": list(scene.notes),
        "n": len(X),
        "d": X.shape[1],
        "points": packed(X, smallest_type(X)),
        "origin": origin.tolist(),
        "axes": axes.tolist(),
        "shape": list(scene.shape) if scene.shape else None,
        "k": recording.n_clusters,
        "init": recording.init,
        "seed": recording.seed,
        "algorithm": recording.algorithm,
        "frames": _frames(recording.steps, scene),
        "starts": {
            init: {"rows": starts.rows.tolist(), "inertia": starts.inertia.tolist()}
            for init, starts in recording.starts.items()
        },
    }


def packed(values: NDArray[Any], dtype: Any) -> dict[str, str]:
    """An array as text: its type, and its bytes in base64."""
    dtype = np.dtype(dtype)
    data = np.ascontiguousarray(values, dtype).tobytes()
    return {"type": dtype.str[1:], "data": base64.b64encode(data).decode("ascii")}


def _frames(steps: Sequence[HalfStep], scene: Scene) -> list[dict[str, Any]]:
    """Half-steps; of labels and centers only those that differ from the frame before."""
    frames = []
    before = np.full(len(scene.X), -1, np.int32)
    kept = np.empty((0, 2 if not scene.whole else scene.X.shape[1]))
    for step in steps:
        changed = np.flatnonzero(step.labels != before)
        centers = step.centers
        if not scene.whole:
            centers = (centers - scene.origin) @ scene.axes.T
        n = len(kept)
        added = n <= len(centers) and np.array_equal(centers[:n], kept)
        new = packed(centers[n:] if added else centers, "<f8")
        frame = {**_facts(step), "centers": new, "added": added}
        kept = centers
        if len(changed):
            whole = len(changed) == len(before)
            frame["rows"] = None if whole else packed(changed, "<u2")
            frame["labels"] = packed(step.labels[changed] + 1, "u1")  # 0 stands for none
        if step.batch is not None:
            frame["batch"] = packed(step.batch, "<u2")
        frames.append(frame)
        before = step.labels
    return frames


def _facts(step: HalfStep) -> dict[str, Any]:
    """What is no array."""
    draw = step.draw
    return {
        "kind": step.kind,
        "iteration": step.iteration,
        "moved": step.moved,
        "inertia": step.inertia,
        "center_shift": None if np.isnan(step.center_shift) else step.center_shift,
        "distances": step.distances,
        "distances_in_full": step.distances_in_full,
        "empty": list(step.empty),
        "draw": None
        if draw is None
        else {
            "rows": draw.rows.tolist(),
            "candidates": draw.candidates.tolist(),
            "potentials": draw.potentials.tolist(),
        },
        "split": step.split,
        "converged": step.converged,
    }
