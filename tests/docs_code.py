"""Code blocks of Markdown files: which there are, and what they need."""

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(
    r"^(?P<ticks>```+)(?P<language>[\w-]*)[ \t]*\n(?P<code>.*?)^(?P=ticks)$", re.M | re.S
)
NEEDS = re.compile(r"<!-- needs (?P<files>[^>]+?) -->\s*\Z")


@dataclass(frozen=True)
class Block:
    """A fenced block of code."""

    line: int  # of its first line of code
    language: str
    code: str
    needs: (
        str  # files that the page's reader has and we have not; "" where it runs as it is
    )


def blocks_of(text: str) -> list[Block]:
    """Give the code blocks of a Markdown text.

    A block that works on a file of the reader's has ``<!-- needs photo.png -->`` on the
    line above it.
    """
    found = []
    for fence in FENCE.finditer(text):
        before = NEEDS.search(text[: fence.start()])
        found.append(
            Block(
                line=text[: fence.start("code")].count("\n") + 1,
                language=fence["language"],
                code=fence["code"],
                needs=before["files"] if before else "",
            )
        )
    return found


def commands_of(block: Block) -> list[str]:
    """Give the lines with ``$ kmosaic``, those that a backslash carries on joined."""
    joined = re.sub(r" *\\\n\s*", " ", block.code)
    return [
        line[2:].strip() for line in joined.splitlines() if line.startswith("$ kmosaic")
    ]


def pages(root: Path) -> list[Path]:
    """Give the Markdown files that users and contributors read."""
    return [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]
