"""The commands on pictures: one, many, bad ones."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Run
from tests.cli.test_mistakes import assert_refused
from tests.color.made import n_colors_of, photo, save_photo
from tests.color.test_picture import bomb
from tests.test_files import small_disk, tree

__all__ = ["small_disk"]  # a fixture, found by its name
COMMANDS = ("palette", "quantize", "segment", "compare")


@pytest.fixture
def many(kmosaic: Run) -> Run:
    """A folder of three pictures and one that is none."""
    Path("photos").mkdir()
    for name in ("a.png", "b.jpg", "c.webp"):
        save_photo(Path("photos", name))
    Path("photos", "bad.png").write_text("hello")
    return kmosaic


def pixels(path: str) -> np.ndarray:
    """Read a picture with Pillow alone."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_palette(kmosaic: Run) -> None:
    save_photo(Path("photo.png"))
    found = kmosaic("palette", "photo.png", "-k", 4, "--json").json
    assert found["n_colors"] == len(found["colors"]) == 4
    assert sum(color["count"] for color in found["colors"]) == 48 * 64
    words = kmosaic("palette", "photo.png", "-k", 4).out
    assert [line.split()[0] for line in words.splitlines()] == [
        color["hex"] for color in found["colors"]
    ]
    light = kmosaic("palette", "photo.png", "--sort", "lightness", "--json").json["colors"]
    luma = [299 * r + 587 * g + 114 * b for r, g, b in (c["rgb"] for c in light)]
    # Oklab and luma agree on the ends, if not on every pair of a red and a green.
    assert (luma[0], luma[-1]) == (min(luma), max(luma))


def test_quantize(kmosaic: Run) -> None:
    save_photo(Path("photo.png"))
    outcome = kmosaic("quantize", "photo.png", "-k", 7, "--keep", "#ff0000", "--json")
    facts = outcome.json
    assert facts["output"] == "photo-k7.png"
    assert facts["n_bytes"] == Path("photo-k7.png").stat().st_size
    assert "#ff0000" in facts["palette"]
    assert n_colors_of(pixels("photo-k7.png")) == 7
    assert facts["mse"] > 0 and 0 < facts["ssim"] < 1
    for more in (
        ["--dither", 1, "--dither-method", "ordered"],
        ["--space", "oklab"],
        ["--smallest"],
    ):
        assert kmosaic("quantize", "photo.png", "-o", "o.webp", *more).code == 0
    given = ("--palette", "rgb(255, 0, 0),#00f", "--palette", "black")
    assert set(kmosaic("quantize", "photo.png", *given, "--json").json["palette"]) == {
        "#ff0000",
        "#0000ff",
        "#000000",
    }
    assert kmosaic("quantize", "photo.png", "-k", 4, "--importance", "photo.png").code == 0


def test_segment(kmosaic: Run) -> None:
    save_photo(Path("photo.png"))
    facts = kmosaic("segment", "photo.png", "--at", "5,40", "--json").json
    folder = Path("photo-segments")
    names = {path.name for path in folder.iterdir()}
    assert (
        names
        == set(facts["files"])
        == {
            "contours.png",
            "cutout.png",
            "labels.png",
            "overlay.png",
            "segments.json",
            *(f"mask-{j}.png" for j in range(3)),
        }
    )
    assert json.loads((folder / "segments.json").read_text()) == facts
    with Image.open(folder / "labels.png") as image:
        labels, shown = np.asarray(image), np.asarray(image.convert("RGB"))
    assert np.bincount(labels.ravel()).tolist() == [s["count"] for s in facts["segments"]]
    for part in facts["segments"]:  # looked at, it shows their colors
        r, g, b = shown[labels == part["index"]][0]
        assert f"#{r:02x}{g:02x}{b:02x}" == part["hex"]
    with Image.open(folder / "cutout.png") as image:
        assert image.mode == "RGBA"
    more = ("--split", "0:2", "--merge", "1,2", "--keep", 0, "--keep", 1, "--fill-holes")
    assert kmosaic("segment", "photo.png", *more, "--spatial", 0.5, "-o", "p").code == 0


def test_more_segments_than_bytes_can_number(kmosaic: Run) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[:3, :, 3] = 0
    Image.fromarray(pixels).save("noise.png")
    facts = kmosaic("segment", "noise.png", "-k", 256, "-o", "out", "--json").json
    with Image.open("out/labels.png") as image:
        counts = np.bincount(np.asarray(image).ravel())
    assert counts.tolist() == [120, *(part["count"] for part in facts["segments"])]


def test_segments_where_other_files_are(kmosaic: Run) -> None:
    save_photo(Path("photo.png"))
    Path("own").mkdir()
    Path("own", "labels.png").write_text("mine")
    before = tree(Path.cwd())
    assert_refused(
        kmosaic("segment", "photo.png", "-o", "own"),
        "own has a labels.png that is of no earlier run",
    )
    assert tree(Path.cwd()) == before


def test_nothing_of_an_earlier_run_is_left_over(kmosaic: Run) -> None:
    save_photo(Path("photo.png"))
    kmosaic("segment", "photo.png", "-k", 4, "--keep", 1, "-o", "out")
    Path("out", "notes.txt").write_text("mine")
    files = kmosaic("segment", "photo.png", "-k", 2, "-o", "out", "--json").json["files"]
    assert {path.name for path in Path("out").iterdir()} == {*files, "notes.txt"}
    assert "cutout.png" not in files


def test_segments_of_one_picture_on_others(many: Run) -> None:
    outcome = many(
        "segment", "photos/[abc].*", "--like", "photos/a.png", "-o", "out", "--json"
    )
    assert outcome.code == 0
    first, *others = outcome.json["pictures"]
    for other in others:  # b has JPEG's noise
        shares = [part["share"] for part in other["segments"]]
        np.testing.assert_allclose(
            shares, [p["share"] for p in first["segments"]], atol=0.02
        )


def test_compare(kmosaic: Run) -> None:
    save_photo(Path("photo.png"))
    facts = kmosaic("compare", "photo.png", "-k", "2,9,4", "--json").json
    assert [version["n_colors"] for version in facts["versions"]] == [2, 4, 9]
    page = Path(facts["page"]).read_text()
    assert all(f'id="k{k}"' in page for k in (2, 4, 9))
    assert "http" not in page.replace("http-equiv", "")
    errors = [version["mse"] for version in facts["versions"]]
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_bad_picture_does_not_stop_the_others(many: Run, name: str) -> None:
    outcome = many(name, "photos", *(() if name == "palette" else ("-o", "out")))
    assert outcome.code == 1
    assert "Failed: photos/bad.png is a text file" in outcome.err
    assert outcome.err.endswith("Error: 1 of 4 pictures was not done.\n")
    for stem in "abc":
        assert (f"photos/{stem}." in outcome.out) or (f"out/{stem}-" in outcome.out)
    if name != "palette":
        assert len(list(Path("out").iterdir())) == 3


@pytest.mark.parametrize("name", COMMANDS)
def test_bad_pictures(kmosaic: Run, name: str) -> None:
    save_photo(Path("photo.png"))
    Path("page.png").write_text("<html>")
    Path("cut.png").write_bytes(Path("photo.png").read_bytes()[:200])
    Path("none").mkdir()
    bomb(Path("bomb.png"))
    before = tree(Path.cwd())
    assert_refused(kmosaic(name, "lost.png"), "There is no file lost.png")
    assert_refused(kmosaic(name, "page.png"), "not a picture")
    assert_refused(kmosaic(name, "cut.png"), "cut.png is damaged")
    assert_refused(kmosaic(name, "bomb.png"), "pixels. Make it smaller first")
    assert_refused(kmosaic(name, "none"), "The folder none has no picture")
    assert_refused(kmosaic(name, "*.bmp"), "No file is called like *.bmp")
    assert_refused(kmosaic(name), "PHOTO")
    assert tree(Path.cwd()) == before


ARGUMENTS = [
    (["quantize", "photo.png", "-k", 257], "'257' is not a whole number from 1 to 256"),
    (["quantize", "photo.png", "-k", 0], "'0' is not a whole number"),
    (["quantize", "photo.png", "--dither", 2], "'2' is not a number from 0 to 1"),
    (["quantize", "photo.png", "--keep", "blau"], "'blau', which is not a color"),
    (["quantize", "photo.png", "-o", "out.jpg"], "does not end in .png, .gif or .webp"),
    (["quantize", "photo.png", "-o", "photo.png"], "photo.png is the original"),
    (["quantize", "photo.png", "--importance", "lost.png"], "There is no file lost.png"),
    (["quantize", "photo.png", "other.png", "--open"], "--open shows one picture"),
    (["quantize", "photo.png", "x/photo.png"], "would both be written to photo-k16.png"),
    (["quantize", "photo.png", "other.png", "-o", "n.png"], "is the name of one file"),
    (["compare", "photo.png", "-k", "3,x"], "'x' is not a whole number"),
    (["segment", "photo.png", "--at", "5"], "--at 5 is not of the form 3,4"),
    (["segment", "photo.png", "--at", "500,5"], "outside of the picture"),
    (["segment", "photo.png", "--keep", 9], "There is no segment 9"),
    (["segment", "photo.png", "--split", "0:2", "--split", "0:3"], "names a segment twice"),
    (["segment", "photo.png", "--keep", 1, "--at", "1,1"], "exclude each other"),
    (["segment", "photo.png", "-o", "other.png"], "is a file, not a folder"),
    (["palette", "photo.png", "--sort", "size"], "'size' is not one of"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "words"), ARGUMENTS, ids=lambda x: str(x)[:60])
def test_bad_arguments(kmosaic: Run, arguments: list[object], words: str) -> None:
    save_photo(Path("photo.png"))
    save_photo(Path("other.png"))
    Path("x").mkdir()
    save_photo(Path("x/photo.png"))
    before = tree(Path.cwd())
    assert_refused(kmosaic(*arguments), words)
    assert tree(Path.cwd()) == before


def test_the_original_only_with_force(kmosaic: Run) -> None:
    save_photo(Path("photo.png"))
    Path("link.png").hardlink_to("photo.png")
    assert_refused(kmosaic("quantize", "photo.png", "-o", "link.png"), "is the original")
    assert kmosaic("quantize", "photo.png", "-o", "photo.png", "--force").code == 0
    assert n_colors_of(pixels("photo.png")) == 16


@pytest.mark.parametrize("name", COMMANDS[1:])
def test_a_full_disk(kmosaic: Run, small_disk: Path, name: str) -> None:
    Image.fromarray(
        np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    ).save("n.png")
    output = small_disk / ("out" if name == "segment" else "out.png")
    before = tree(small_disk)
    outcome = kmosaic(name, "n.png", "-k", 2 if name == "compare" else 200, "-o", output)
    assert_refused(outcome, "was not written")
    assert tree(small_disk) == before


def test_fewer_colors_are_said(kmosaic: Run) -> None:
    Image.new("RGB", (5, 5), "red").save("red.png")
    assert "only 1 different color" in kmosaic("quantize", "red.png").err
    assert "only 1 different color" in kmosaic("palette", "red.png").err
    assert "only 1 segment" in kmosaic("segment", "red.png").err


def test_opened_when_done(kmosaic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("typer.launch", opened.append)
    save_photo(Path("photo.png"))
    kmosaic("quantize", "photo.png", "--open")
    kmosaic("compare", "photo.png", "-k", "2", "--open")
    assert opened == ["photo-k16.png", "photo-compare.html"]


def test_the_same_file_for_any_number_of_threads(
    kmosaic: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.fromarray(photo(80, 90)).save("photo.png")
    files = set()
    for threads in ("1", "2"):
        monkeypatch.setenv("KMOSAIC_NUM_THREADS", threads)
        kmosaic("quantize", "photo.png", "-o", f"{threads}.png", "--seed", 5)
        files.add(Path(f"{threads}.png").read_bytes())
    assert len(files) == 1
