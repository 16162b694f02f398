"""The summary into README.md: ``python -m benchmarks.readme``."""

import sys
from pathlib import Path
from typing import Final

from benchmarks.data import ROOT
from benchmarks.results import Results, from_json
from benchmarks.tables import summary

RESULTS: Final = ROOT / "benchmarks" / "results" / "results.json"
BEGIN: Final = "<!-- benchmarks: written by python -m benchmarks.readme -->"
END: Final = "<!-- end of benchmarks -->"


def block(results: Results) -> str:
    """Give what stands between the marks."""
    machine = results.machine
    return (
        f"On {results.n_threads} cores of an {machine.processor} with "
        f"{machine.vector_units}:\n\n{summary(results)}"
    )


def with_block(page: str, results: Results) -> str:
    """Put the summary between the marks of a page."""
    return put_between(page, BEGIN, END, block(results))


def put_between(page: str, begin: str, end: str, text: str) -> str:
    """Put a text between two marks of a page, in place of what is there."""
    before, first, rest = page.partition(begin)
    _, last, after = rest.partition(end)
    if not first or not last:
        raise ValueError(f"The page has no place for it: {begin} and {end}.")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


def main() -> int:
    """Update README.md."""
    page = Path(ROOT / "README.md")
    page.write_text(with_block(page.read_text(), from_json(RESULTS.read_text())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
