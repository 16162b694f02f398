"""What a pass did: reported to the caller, and what the next pass is decided by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PassCounts:
    """Counts of one pass, or of a part of it. Those of parts add up."""

    moved: int = 0  # rows whose label changed
    distances: int = 0  # of a row from a center, computed
    doubtful: int = 0  # rows whose label the bounds left in doubt
    quantized_tests: int = 0  # comparisons of a quantized row with a register of centers
    quantized_distances: int = 0  # distances that these tests bounded
    unresolved: int = 0  # rows still in doubt after that
    box_tests: int = 0  # boxes whose distances from centers were computed

    def __add__(self, other: "PassCounts") -> "PassCounts":
        return PassCounts(
            moved=self.moved + other.moved,
            distances=self.distances + other.distances,
            doubtful=self.doubtful + other.doubtful,
            quantized_tests=self.quantized_tests + other.quantized_tests,
            quantized_distances=self.quantized_distances + other.quantized_distances,
            unresolved=self.unresolved + other.unresolved,
            box_tests=self.box_tests + other.box_tests,
        )
