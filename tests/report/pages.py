"""What tests want to know of an HTML page, found by a parser that forgives nothing."""

import re
from base64 import b64decode
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from zlib import crc32

import numpy as np
from PIL import Image

VOID = {"meta", "img", "br", "wbr", "link", "input", "hr"}
SCRIPT = re.compile(r"(?s)<script>.*?</script>")
PNG = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")


@dataclass
class Page(HTMLParser):
    """Every element of a page with its attributes, and the text outside of styles."""

    source: str
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(self.source)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.text += data

    def all(self, attribute: str) -> list[str]:
        """Give the values of an attribute, in order."""
        return [its[attribute] or "" for _, its in self.elements if attribute in its]

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """Give the attributes of every element of a kind."""
        return [its for name, its in self.elements if name == tag]


def pixels(uri: str) -> np.ndarray:
    """Give the pixels of a PNG in a data URI."""
    found = PNG.fullmatch(uri)
    assert found, uri[:60]
    return np.asarray(Image.open(BytesIO(b64decode(found[1]))))


def without_bytes(page: str) -> str:
    """Give the page with each PNG named by its pixels: zlib's bytes differ by platform."""

    def name(found: re.Match[str]) -> str:
        values = pixels(found[0])
        return f"png:{values.shape}:{crc32(values.tobytes()):08x}".replace(" ", "")

    page = SCRIPT.sub("<script></script>", PNG.sub(name, page))
    page = re.sub(r'"members":"[^"]*"', '"members":""', page)
    page = re.sub(r"(?s)<style>.*?</style>", "<style></style>", page)
    return re.sub(r"kmosaic \d[\w.]*", "kmosaic VERSION", page)
