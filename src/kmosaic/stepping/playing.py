"""`kmosaic.play`: k-means on a page of its own, or in a notebook."""

import os
from collections.abc import Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any, Final

from kmosaic.errors import InputError
from kmosaic.files import write_atomically
from kmosaic.stepping.half_step import HalfStep
from kmosaic.stepping.iterator import checked_settings, steps
from kmosaic.stepping.lessons import failures
from kmosaic.stepping.page import page
from kmosaic.stepping.payload import Recording, pack, plain_frames
from kmosaic.stepping.scene import scene_of
from kmosaic.stepping.starts import N_STARTS, starts_of

MOST_CLUSTERS: Final = 255  # a label is a byte on the page, and one of them means none
MOST_FRAMES: Final = 1000  # a page with more is long to load and longer to play
FRAME_HEIGHT: Final = 900  # CSS pixels in a notebook


class Play:
    """k-means, recorded, and a page that plays it.

    A notebook shows the player where this is the last line of a cell.

    Attributes
    ----------
    name : str
        Of the data.
    notes : tuple of str
        What a reader should know: that a sample was taken, what the plane shows.
    """

    def __init__(self, recording: Recording, why_it_fails: bool = True) -> None:
        self._recording = recording
        self._why_it_fails = why_it_fails
        self.name = recording.scene.name
        self.notes = recording.scene.notes

    @property
    def steps(self) -> tuple[HalfStep, ...]:
        """The half-steps that the engine went through."""
        return self._recording.steps

    @property
    def converged(self) -> bool:
        """Whether the run came to rest by itself."""
        return any(step.converged for step in self.steps)

    @cached_property
    def frames(self) -> list[dict[str, Any]]:
        """The half-steps as plain data: lists and numbers, which ``json.dumps`` takes."""
        return plain_frames(self.steps)

    def html(
        self, *, embedded: bool = False, options: Mapping[str, Any] | None = None
    ) -> str:
        """Put the page together: one file, which loads nothing.

        Parameters
        ----------
        embedded : bool, default=False
            Whether it stands within another page, and so goes without a head.
        options : dict, default=None
            How it begins: ``{"step": 4, "lines": 1}``; the keys are those of its address.
        """
        recordings = [self._recording]
        if self._why_it_fails:
            recordings += failures()
        return page(
            f"k-means, step by step: {self._recording.title}",
            [pack(recording) for recording in recordings],
            embedded=embedded,
            options=options,
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file, whole or not at all; return where it is."""
        place = Path(path)
        if place.suffix.lower() not in (".html", ".htm"):
            raise InputError(f"{place} is no name of a page. Pass one that ends in .html.")
        write_atomically(place, self.html().encode())
        return place

    def _repr_html_(self) -> str:
        """Show the player in a notebook, in a frame that holds all of it."""
        # Links within the page would else lead out of the frame.
        text = self.html(embedded=True).replace(
            "<head>", '<head>\n<base href="about:srcdoc">', 1
        )
        return (
            f'<iframe title="k-means, step by step" srcdoc="{escape(text)}" '
            f'loading="lazy" style="width:100%;height:{FRAME_HEIGHT}px;'
            'border:1px solid #8886;border-radius:4px"></iframe>'
        )

    def __repr__(self) -> str:
        last = self.steps[-1]
        return (
            f"Play({self._recording.title}, k = {self._recording.n_clusters}: "
            f"{len(self.steps)} half-steps, inertia {last.inertia:.6g})"
        )


def play(
    X: Any,
    n_clusters: int = 3,
    *,
    init: Any = "k-means++",
    algorithm: str = "elkan",
    random_state: int = 0,
    max_iter: int = 300,
    tol: float = 0.0,
    batch_size: int = 64,
    n_starts: int = N_STARTS,
    why_it_fails: bool = True,
    title: str | None = None,
) -> Play:
    """Play k-means: a page with buttons for each half-step, forward and back.

    Parameters
    ----------
    X : array-like, data frame, Dataset, str, path-like or picture
        Points of two columns; of more, which are shown on two principal components; the
        name of a made set, such as "mouse"; a file of points; or a picture (a file, a
        Pillow image, an array of shape (height, width, 3)), whose colors are clustered.
    n_clusters : int, default=3
        Number of clusters, 255 at most.
    init, algorithm, max_iter, batch_size
        As `kmosaic.steps` has them.
    random_state : int, default=0
        Seed of the draws.
    tol : float, default=0.0
        As `kmosaic.steps` has it. 0 plays until no point moves.
    n_starts : int, default=200
        Starts of which the page shows the final inertias; fewer where that takes long.
    why_it_fails : bool, default=True
        Whether the page brings along seven small sets on which k-means fails.
    title : str, default=None
        Heading of the page. None: the name of the data.

    Returns
    -------
    Play
        Shown by a notebook as the player; ``save`` writes the page.

    Raises
    ------
    InputError
        If the points or the settings are none that can be clustered: one sentence says why.

    Examples
    --------
    >>> import kmosaic
    >>> played = kmosaic.play("mouse", 3)
    >>> played
    Play(mouse, k = 3: 23 half-steps, inertia 9.85498)
    >>> played.frames[0]["kind"], len(played.frames[0]["draw"]["rows"])
    ('draw', 1)
    >>> path = played.save("steps.html")  # doctest: +SKIP
    """
    if isinstance(random_state, bool) or not isinstance(random_state, int):
        raise InputError(f"random_state is {random_state!r}. Pass a whole number.")
    scene = scene_of(X, seed=random_state)
    checked_settings(
        scene.X, n_clusters, init, algorithm, random_state, max_iter, tol, batch_size
    )
    if n_clusters > MOST_CLUSTERS:
        raise InputError(
            f"n_clusters is {n_clusters}, and a page shows {MOST_CLUSTERS} at most."
        )
    made: list[HalfStep] = []
    for step in steps(
        scene.X,
        n_clusters,
        init=init,
        algorithm=algorithm,
        random_state=random_state,
        max_iter=max_iter,
        tol=tol,
        batch_size=batch_size,
    ):
        made.append(step)
        if len(made) == MOST_FRAMES:
            break
    recording = Recording(
        key="data",
        title=title or scene.name,
        why=(),
        scene=scene,
        n_clusters=n_clusters,
        init=init if isinstance(init, str) else "given",
        seed=random_state,
        algorithm=algorithm,
        steps=tuple(made),
        starts=starts_of(scene.X, n_clusters, n_starts) if n_starts else {},
    )
    return Play(recording, why_it_fails)
