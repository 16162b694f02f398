"""How much time is left, and for what."""

import time
from collections.abc import Callable

Clock = Callable[[], float]  # in seconds


class Deadline:
    """A moment, so many seconds from now."""

    def __init__(self, seconds: float, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Give the seconds left; negative once it has passed."""
        return self._end - self._clock()


class Budget:
    """Seconds for the whole, shared evenly among what is still to do.

    What one part leaves goes to those after it.
    """

    def __init__(self, seconds: float, n_parts: int, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._whole = Deadline(seconds, clock)
        self._parts_left = n_parts

    def next_part(self) -> Deadline:
        """Begin the next part; until when."""
        share = max(0.0, self._whole.left()) / self._parts_left
        self._parts_left -= 1
        return Deadline(share, self._clock)
