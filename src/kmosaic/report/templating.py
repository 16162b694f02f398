"""The templates' surroundings that pages and Markdown share."""

from typing import TYPE_CHECKING, Any

from kmosaic import __version__, wording
from kmosaic.report import formatting
from kmosaic.report.views.confusion import majority_label

if TYPE_CHECKING:
    from jinja2 import Environment


def templates(package: str, **options: Any) -> "Environment":
    """The templates in a package's folder, with the filters that write numbers."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader(package),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        **options,
    )
    env.filters |= {
        "amount": formatting.amount,
        "count": wording.count,
        "counted": wording.counted,
        "percent": wording.percent,
        "score": formatting.score,
        "seconds": formatting.seconds,
        "short": formatting.short,
        "signed": formatting.signed,
    }
    env.globals |= {"version": __version__, "majority_label": majority_label}
    return env
