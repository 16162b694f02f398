"""How two groupings of the same rows agree, as frozen plain data."""

from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class Agreement:
    """What :func:`kmosaic.explore.compare` found.

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

    def lines(self) -> list[str]:
        """The flows as lines of text: rows are the first grouping's groups."""
        columns = [self.second[j] for j in self.order]
        width = max(7, *(len(name) for name in columns))
        head = max(len(name) for name in self.first)
        text = [" " * head + "".join(f" {name:>{width}}" for name in columns)]
        for name, row in zip(self.first, self.flows, strict=True):
            cells = "".join(f" {row[j] or '.':>{width}}" for j in self.order)
            text.append(f"{name:>{head}}{cells}")
        return text

    def html(self) -> str:
        """One self-contained HTML page."""
        from kmosaic.report.html.agreement import agreement_page

        return agreement_page(self)

    def json(self) -> str:
        """The same facts for machines."""
        from kmosaic.report.html.agreement import agreement_json

        return agreement_json(self)

    def _repr_html_(self) -> str:
        """The page for a notebook, in a frame of its own so that no style leaks."""
        from kmosaic.report.html.page import in_frame

        return in_frame(self.html(), title=f"{self.names[0]} and {self.names[1]}")

    def __repr__(self) -> str:
        return (
            f"<Agreement of {self.names[0]!r} and {self.names[1]!r}: adjusted Rand "
            f"{self.adjusted_rand:.4f}, AMI {self.adjusted_mutual_info:.4f}>"
        )
