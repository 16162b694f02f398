"""What starts quickly must not load what is slow to load."""

import json
import subprocess
import sys

import pytest

from tests.cli.reference import commands

HEAVY = {
    "numba",
    "llvmlite",
    "scipy",
    "sklearn",
    "PIL",
    "jinja2",
    "safetensors",
    "pandas",
    "skimage",
    "oxipng",
}

COMMANDS = tuple(commands())  # all that there are


def loaded_by(code: str) -> set[str]:
    """Give the top-level modules that a fresh interpreter has after running the code."""
    tell = "import json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tell}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}


def run_command(*arguments: str) -> str:
    """Give code that runs the command in the interpreter, and survives its exit."""
    return (
        f"import sys; sys.argv = ['kmosaic', *{arguments!r}]\n"
        "from kmosaic.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code"
    )


@pytest.mark.parametrize(
    "code",
    [
        "import kmosaic",
        "import kmosaic; dir(kmosaic); kmosaic.__version__",
        "import kmosaic.errors",
        run_command("--help"),
        run_command("--version"),
        *[run_command(name, "--help") for name in COMMANDS],
    ],
    ids=["import", "names", "errors", "help", "version", *COMMANDS],
)
def test_starts_without_anything_heavy(code: str) -> None:
    assert loaded_by(code) & HEAVY == set()


def test_a_heavy_module_would_be_noticed() -> None:
    assert {"numba", "sklearn"} <= loaded_by("import kmosaic; kmosaic.KMeans")


def test_public_names_are_all_there() -> None:
    import kmosaic

    assert set(kmosaic.__all__) <= set(dir(kmosaic))
    for name in kmosaic.__all__:
        assert getattr(kmosaic, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'KMean'"):
        kmosaic.KMean  # noqa: B018
