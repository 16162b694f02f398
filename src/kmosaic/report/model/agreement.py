"""Two groupings of the same rows."""

from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class Agreement:
    """How far two groupings agree, and which rows are in each pair of groups.

    Parameters
    ----------
    names : tuple of (str, str)
        What the two groupings are called.
    n_samples : int
        How many rows both have.
    adjusted_rand, adjusted_mutual_info : float
        1: the same groups; 0: as alike as chance would have it.
    first, second : tuple of str
        The groups' names, or their numbers, of each grouping.
    flows : tuple of tuple of int, (n_first, n_second)
        How many rows are in each pair of groups.
    order : tuple of int
        The second grouping's groups in the order in which the matched diagonal shows.
    """

    names: tuple[str, str]
    n_samples: int
    adjusted_rand: float
    adjusted_mutual_info: float
    first: tuple[str, ...]
    second: tuple[str, ...]
    flows: tuple[tuple[int, ...], ...]
    order: tuple[int, ...]

    def __repr__(self) -> str:
        return (
            f"<Agreement of {self.names[0]!r} and {self.names[1]!r}: adjusted Rand "
            f"{self.adjusted_rand:.4f}, AMI {self.adjusted_mutual_info:.4f}>"
        )
