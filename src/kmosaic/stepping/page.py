"""One page: skeleton, styles, scripts and recordings put together."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from posixpath import dirname, normpath
from typing import Any, Final

from kmosaic import __version__

_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "([./\w-]+)\.js";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export ", re.MULTILINE)
_NAME: Final = re.compile(
    r"^(?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE
)


def page(
    title: str,
    recordings: Sequence[Mapping[str, Any]],
    *,
    embedded: bool = False,
    options: Mapping[str, Any] | None = None,
) -> str:
    """The page that plays these recordings.

    Parameters
    ----------
    title : str
    recordings : sequence of dict
        As `payload.pack` gives them; the first is shown.
    embedded : bool, default=False
        Whether it stands within another page: without a head of its own.
    options : dict, default=None
        How the page begins, by the keys of its address: ``{"step": 4}``.
    """
    data = {
        "version": __version__,
        "embedded": embedded,
        "options": dict(options or {}),
        "recordings": list(recordings),
    }
    # "</" would end the script that the data stand in.
    text = json.dumps(data, separators=(",", ":"), allow_nan=False).replace("</", "<\\/")
    parts = {
        "TITLE": escape(title),
        "CLASS": "embedded" if embedded else "whole",
        "STYLES": styles(),
        "DATA": text,
        "SCRIPT": script(),
    }
    skeleton = _file("page/page.html")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], skeleton)


@cache
def styles() -> str:
    """The colors and sizes of the reports, then what is the player's."""
    tokens = files("kmosaic.report.html").joinpath("tokens.css").read_text("utf-8")
    return tokens + _file("page/player.css")


@cache
def script() -> str:
    """The modules as one: each after those that it imports, without the imports.

    Every name at the top of a module must be the only one of all: they share one scope.
    """
    done: dict[str, str] = {}
    _add("page/main", done, ())
    return "\n".join(done.values())


def _add(name: str, done: dict[str, str], inside: tuple[str, ...]) -> None:
    """Add a module after those that it imports."""
    if name in done:
        return
    if name in inside:
        raise ImportError(f"player/{name}.js imports itself, by way of {inside[-1]}.js")
    source = _file(f"{name}.js")
    for match in _IMPORT.finditer(source):
        _add(normpath(f"{dirname(name)}/{match[1]}"), done, (*inside, name))
    source = _EXPORT.sub("", _IMPORT.sub("", source))
    taken = {own for other in done.values() for own in _NAME.findall(other)}
    twice = taken.intersection(_NAME.findall(source))
    if twice:
        raise ImportError(f"player/{name}.js defines {min(twice)} a second time")
    done[name] = source


def _file(name: str) -> str:
    """A file of the player."""
    return files("kmosaic.stepping").joinpath("player", *name.split("/")).read_text("utf-8")
