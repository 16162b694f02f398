"""Help comes at once, shows examples that run, and is what the reference says."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import kmosaic as package
from tests.cli.conftest import Run
from tests.cli.reference import EXAMPLES, PAGE, commands, updated
from tests.color.made import save_photo


def test_no_command_shows_help(kmosaic: Run) -> None:
    alone, asked = kmosaic(), kmosaic("--help")
    assert (alone.code, asked.code) == (0, 0)
    assert alone.out == asked.out
    for name in commands():
        assert f"\n  {name} " in asked.out


def test_the_version_is_shown(kmosaic: Run) -> None:
    assert kmosaic("--version").out == f"kmosaic {package.__version__}\n"


@pytest.mark.parametrize("name", EXAMPLES)
def test_help_shows_every_example_on_a_line_of_its_own(kmosaic: Run, name: str) -> None:
    lines = kmosaic(name, "--help").out.splitlines()
    for example in EXAMPLES[name]:
        assert f"    {example}" in lines


def test_every_command_has_examples() -> None:
    assert set(commands()) == set(EXAMPLES)
    assert all(EXAMPLES.values())


def test_the_examples_run(kmosaic: Run) -> None:
    save_photo(Path("photo.png"))
    for name in EXAMPLES:  # in this order: many use what those before wrote
        for example in EXAMPLES[name]:
            outcome = kmosaic(*shlex.split(example)[1:])
            assert outcome.code == 0, (example, outcome.err)
            assert outcome.out
    made = {
        "kmosaic-digits-k10",
        "digits-12",
        "kmosaic-moons-k2",
        "kmosaic-blobs-sweep",
        "digits-sweep",
        "fours.csv",
        "difference.html",
        "model.safetensors",
        "labels.csv",
        "labels.npy",
        "photo.png",
        "photo-k16.png",
        "small.png",
        "photo-segments",
        "parts",
        "photo-compare.html",
        "photo.html",
    }
    assert {path.name for path in Path.cwd().iterdir()} == made


def test_the_reference_is_up_to_date() -> None:
    page = PAGE.read_text()
    assert page == updated(page), "run: python -m tests.cli.reference"


def test_the_reference_knows_every_command() -> None:
    page = PAGE.read_text()
    for name in commands():
        assert f"\n## kmosaic {name}\n" in page


def test_every_command_has_the_common_options() -> None:
    for command in commands().values():
        options = {option for param in command.params for option in param.opts}
        assert {"--json", "--quiet", "--debug"} <= options


# Their results are the same whatever the seed: they draw nothing.
WITHOUT_CHANCE = {"merge", "rename", "cut", "undo", "members", "diff", "predict"}


def test_commands_take_a_seed_where_it_has_an_effect() -> None:
    with_seed = {
        name
        for name, command in commands().items()
        if any("--seed" in param.opts for param in command.params)
    }
    assert with_seed == set(commands()) - WITHOUT_CHANCE


@pytest.mark.parametrize("name", sorted(WITHOUT_CHANCE))
def test_a_seed_without_effect_is_refused(kmosaic: Run, name: str) -> None:
    outcome = kmosaic(name, "--seed", "1")
    assert outcome.code == 2
    assert "--seed" in outcome.err


HEAVY = {"numpy", "scipy", "sklearn", "numba", "PIL", "jinja2", "safetensors", "skimage"}


@pytest.mark.parametrize("arguments", [["--help"], ["explore", "--help"], ["explroe"]])
def test_nothing_heavy_is_imported_for_help(arguments: list[str]) -> None:
    script = (
        f"from kmosaic.cli import run; import sys; run({arguments!r});"
        f"print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    python = [sys.executable, "-c", script]
    run = subprocess.run(python, capture_output=True, text=True, check=True)
    assert run.stderr.endswith("[]\n")
