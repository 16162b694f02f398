"""What is made of the rows once, where a pass or seeding needs it, and kept."""

from typing import Any

from numpy.typing import NDArray

from kmosaic.points.parallel.dense_rows import DenseRows
from kmosaic.points.pruning.boxes import BoxPartition
from kmosaic.points.pruning.quantized import RowQuantizer


class DerivedRows:
    """The rows in boxes, and quantized: made when first asked for.

    Parameters
    ----------
    rows : DenseRows
    """

    def __init__(self, rows: DenseRows) -> None:
        self._rows = rows
        self._partition: BoxPartition | None = None
        self._quantized: RowQuantizer | None = None

    @property
    def are_sorted(self) -> bool:
        """Whether the rows are in boxes already."""
        return self._partition is not None

    @property
    def are_quantized(self) -> bool:
        """Whether the rows are quantized already."""
        return self._quantized is not None

    def partition(self) -> BoxPartition:
        """The rows in boxes."""
        if self._partition is None:
            rows = self._rows
            self._partition = BoxPartition(rows.X, rows.weight, rows.dtype, rows.team)
        return self._partition

    def quantized(self) -> RowQuantizer:
        """The rows quantized."""
        if self._quantized is None:
            self._quantized = self.quantize(self._rows.X)
        return self._quantized

    def quantize(self, X: NDArray[Any]) -> RowQuantizer:
        """Quantize some of the rows."""
        rows = self._rows
        return RowQuantizer(X, rows.moments().mean, rows.dtype, rows.team)
