"""How much time is left, and for what."""

import time
from collections.abc import Callable


class Budget:
    """Seconds for the whole, shared evenly among what is still to do.

    What one part leaves goes to those after it.
    """

    def __init__(
        self, seconds: float, n_parts: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._end = clock() + seconds
        self._parts_left = n_parts

    def begin_part(self) -> None:
        """Begin the next part."""
        share = max(0.0, self._end - self._clock()) / max(1, self._parts_left)
        self._part_end = self._clock() + share
        self._parts_left -= 1

    def left(self) -> float:
        """Give the seconds left for this part; negative once they are used up."""
        return self._part_end - self._clock()
