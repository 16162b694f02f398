"""What all pages share: the templates' surroundings, the script, a notebook's frame."""

import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from kmosaic.report.templating import templates

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

N_COLORS = 10  # of the categorical colors in tokens.css
N_MARKS = 3  # dot, ring, square
FRAME_HEIGHT = 720  # CSS pixels of a page in a notebook


@cache
def environment() -> "Environment":
    """The templates of pages; everything that they print is escaped."""
    from markupsafe import Markup

    folder = files("kmosaic.report.html")
    styles = "".join(
        folder.joinpath(name).read_text("utf-8") for name in ("tokens.css", "page.css")
    )
    env = templates("kmosaic.report.html", autoescape=True)
    env.filters |= {
        "breakable": breakable,
        "base_name": base_name,
        "unbroken_percents": unbroken_percents,
    }
    env.globals |= {"styles": Markup(styles), "category": category}
    return env


@cache
def script() -> "Markup":
    """What the page does in a browser that runs scripts."""
    from markupsafe import Markup

    return Markup(files("kmosaic.report.html").joinpath("page.js").read_text("utf-8"))


def base_name(name: str) -> str:
    """The last part of a file's name."""
    return re.split(r"[/\\\\]", name)[-1]


def breakable(name: str) -> "Markup":
    """A name that may be wrapped after the signs that join its words."""
    from markupsafe import Markup
    from markupsafe import escape as safe

    return Markup("<wbr>").join(safe(part) for part in re.split(r"(?<=[_/.-])", name))


def unbroken_percents(sentence: str) -> str:
    """A sentence in which no percent sign is parted from its number."""
    return sentence.replace(" %", "\N{NO-BREAK SPACE}%")


def category(index: int) -> str:
    """The CSS classes of a group's color and mark."""
    return f"cat-{index % N_COLORS} mark-{index // N_COLORS % N_MARKS}"


def in_frame(page: str, title: str) -> str:
    """A page as an HTML fragment: a frame that shares no style with what is around it."""
    # Without a base of its own the page's links to its sections would lead the frame to
    # the notebook around it.
    page = page.replace("<head>", '<head>\n<base href="about:srcdoc">', 1)
    return (
        f'<iframe title="{escape(title)}" srcdoc="{escape(page)}" loading="lazy" '
        f'style="width:100%;height:{FRAME_HEIGHT}px;border:1px solid #8886;'
        'border-radius:4px"></iframe>'
    )
