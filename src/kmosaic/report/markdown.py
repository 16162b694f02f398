"""Reports as Markdown: the facts of a page as tables, without its pictures."""

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from kmosaic.report.model.exploration import Exploration
from kmosaic.report.model.sweep import Sweep
from kmosaic.report.templating import templates
from kmosaic.report.views.confusion import confusion
from kmosaic.report.views.groups import shown_groups
from kmosaic.report.views.sweep import table_rows

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


def exploration_markdown(exploration: Exploration) -> str:
    """The report of an exploration."""
    shown = shown_groups(exploration)
    return (
        environment()
        .get_template("exploration.md.j2")
        .render(
            exploration=exploration,
            shown=shown,
            confusion=confusion(exploration.truth, shown) if exploration.truth else None,
        )
    )


def sweep_markdown(sweep: Sweep) -> str:
    """The report of a sweep."""
    template = environment().get_template("sweep.md.j2")
    return template.render(sweep=sweep, rows=table_rows(sweep))
