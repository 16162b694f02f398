"""What a pass did: reported to who asks, and what the next one is decided by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """Counts that add up."""

    moved: int = 0  # rows whose label changed
    computed: int = 0  # distances
    listed: int = 0  # rows that bounds left in doubt
    compared: int = 0  # times that a row in bytes was compared with a register of centers
    estimated: int = 0  # distances that were bounded so
    left: int = 0  # rows that were in doubt even then
    looked: int = 0  # boxes that were looked at

    def __add__(self, other: "Effort") -> "Effort":
        return Effort(
            self.moved + other.moved,
            self.computed + other.computed,
            self.listed + other.listed,
            self.compared + other.compared,
            self.estimated + other.estimated,
            self.left + other.left,
            self.looked + other.looked,
        )
