"""The templates' surroundings that pages and Markdown share."""

from typing import TYPE_CHECKING, Any

from kmosaic import __version__
from kmosaic.report import numbers
from kmosaic.report.confusion import own_label

if TYPE_CHECKING:
    from jinja2 import Environment


def templates(**options: Any) -> "Environment":
    """The templates of this room, with the filters that write numbers."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader("kmosaic.report"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        **options,
    )
    env.filters |= {
        "amount": numbers.amount,
        "count": numbers.count,
        "counted": numbers.counted,
        "percent": numbers.percent,
        "score": numbers.score,
        "seconds": numbers.seconds,
        "short": numbers.short,
        "signed": numbers.signed,
    }
    env.globals |= {"version": __version__, "own_label": own_label}
    return env
