"""The Markdown report: the facts of the page as tables, without its pictures."""

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from kmosaic.report.model.exploration import Exploration
from kmosaic.report.templating import templates
from kmosaic.report.views.confusion import confusion
from kmosaic.report.views.groups import shown_groups

if TYPE_CHECKING:
    from jinja2 import Environment

SIGNS = re.compile(r"([\\`*_\[\]<>|#~&])")


@cache
def environment() -> "Environment":
    """The templates of Markdown; whatever they print is escaped as it goes out."""
    return templates("kmosaic.report", finalize=escaped)


def escaped(value: Any) -> str:
    r"""A text on one line with Markdown's own signs taken literally.

    >>> escaped("a|b_<script>")
    'a\\|b\\_\\<script\\>'
    """
    return SIGNS.sub(r"\\\1", " ".join(str(value).splitlines()))


def exploration_markdown(found: Exploration) -> str:
    """The report of an exploration."""
    shown = shown_groups(found)
    return (
        environment()
        .get_template("exploration.md.j2")
        .render(
            found=found,
            shown=shown,
            confusion=confusion(found.truth, shown) if found.truth else None,
        )
    )
