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
        done = kmosaic("quantize", "photo.png", "-o", "o.webp", "--force", *more)
        assert done.code == 0
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


def test_what_was_cut_out_is_said(kmosaic: Run) -> None:
    save_photo(Path("photo.png"))
    outcome = kmosaic("segment", "photo.png", "--at", "39,34", "-o", "out")
    number = json.loads(Path("out/segments.json").read_text())["cutout"]["segments"][0]
    assert f"Cut out: the region at 39,34 of segment {number}\n" in outcome.out
    assert "out/cutout.png" in outcome.out
    region = kmosaic("segment", "photo.png", "--at", "39,34", "-o", "a", "--json").json
    whole = kmosaic(
        "segment", "photo.png", "--at", "39,34", "--whole", "-o", "a", "--json"
    ).json
    assert whole["cutout"]["segments"] == region["cutout"]["segments"] == [number]
    part = whole["segments"][number]
    assert [whole["cutout"][name] for name in ("count", "box")] == [
        part[name] for name in ("count", "box")
    ]
    assert region["cutout"]["count"] < whole["cutout"]["count"]
    kept = kmosaic("segment", "photo.png", "--keep", "0,2", "-o", "b")
    assert "Cut out: segments 0 and 2\n" in kept.out


def test_pictures_of_an_earlier_run_are_replaced_aloud(kmosaic: Run) -> None:
    save_photo(Path("photo.png"))
    replaced = "Note: The files of an earlier run in out were replaced.\n"
    assert kmosaic("segment", "photo.png", "-o", "out").err == ""
    assert kmosaic("segment", "photo.png", "-o", "out").err == ""
    assert kmosaic("segment", "photo.png", "--keep", 1, "-o", "out").err == ""
    assert kmosaic("segment", "photo.png", "--keep", 2, "-o", "out").err == replaced
    assert kmosaic("segment", "photo.png", "-k", 2, "-o", "out").err == replaced


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


def test_parts_of_an_earlier_run_are_not_written_over_while_read(kmosaic: Run) -> None:
    save_photo(Path("photo.png"))
    kmosaic("segment", "photo.png", "--keep", 1, "-o", "out")
    before = tree(Path.cwd())
    again = kmosaic("segment", "out/cutout.png", "-o", "out")
    assert_refused(again, "out/cutout.png is read: it would be lost")
    like = kmosaic("segment", "photo.png", "--like", "out/cutout.png", "-o", "out")
    assert_refused(like, "out/cutout.png is read: it would be lost")
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


def test_a_transparent_picture_does_not_stop_the_others(many: Run) -> None:
    Image.new("RGBA", (9, 9)).save("photos/b.png")
    outcome = many("segment", "photos/[abc].png", "--like", "photos/a.png", "-o", "out")
    assert outcome.code == 1
    assert "Failed: photos/b.png: The picture is all transparent." in outcome.err
    assert "1 of" in outcome.err and "defect" not in outcome.err
    assert Path("out/a-segments/segments.json").exists()


def test_compare(kmosaic: Run) -> None:
    save_photo(Path("photo.png"))
    facts = kmosaic("compare", "photo.png", "-k", "2,9,4", "--json").json
    assert [version["n_colors"] for version in facts["versions"]] == [2, 4, 9]
    page = Path(facts["page"]).read_text()
    assert all(f'id="k{k}"' in page for k in (2, 4, 9))
    assert "http" not in page.replace("http-equiv", "")
    errors = [version["mse"] for version in facts["versions"]]
    assert errors == sorted(errors, reverse=True)


def test_tables_of_many_pictures_say_of_which(many: Run) -> None:
    outcome = many("compare", "photos", "-k", "2,4", "-o", "out")
    blocks = outcome.out.strip().split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == [
        f"photos/{name}" for name in ("a.png", "b.jpg", "c.webp")
    ]


def test_pictures_that_differ_by_their_ending_alone(kmosaic: Run) -> None:
    Path("photos").mkdir()
    for name in ("a.png", "a.jpg", "b.png"):
        save_photo(Path("photos", name))
    assert kmosaic("quantize", "photos", "-o", "out").code == 0
    names = {path.name for path in Path("out").iterdir()}
    assert names == {"a-png-k16.png", "a-jpg-k16.png", "b-k16.png"}
    assert kmosaic("segment", "photos", "-o", "parts").code == 0
    names = {path.name for path in Path("parts").iterdir()}
    assert names == {"a-png-segments", "a-jpg-segments", "b-segments"}


def test_failures_say_of_which_picture(many: Run) -> None:
    Image.new("RGB", (9, 9), "red").save("photos/small.png")
    outcome = many("segment", "photos", "--at", "30,30", "-o", "out")
    assert "Failed: photos/small.png: The point 30,30 is outside" in outcome.err
    assert outcome.code == 1


def test_no_result_takes_the_place_of_another(kmosaic: Run) -> None:
    save_photo(Path("photo.png"))
    first = kmosaic("quantize", "photo.png", "-k", 6, "--json").json["output"]
    file = Path(first).read_bytes()
    for options, name in (
        (["--space", "lab"], "photo-k6-lab.png"),
        (["--dither", 1], "photo-k6-dithered.png"),
        (["--space", "oklab", "--dither", 1], "photo-k6-oklab-dithered.png"),
    ):
        facts = kmosaic("quantize", "photo.png", "-k", 6, *options, "--json").json
        assert facts["output"] == name
    assert kmosaic("quantize", "photo.png", "-k", 6).code == 0  # the same again
    other = ("quantize", "photo.png", "-k", 6, "--keep", "red")
    assert_refused(kmosaic(*other), "photo-k6.png is there already")
    assert Path(first).read_bytes() == file
    assert kmosaic(*other, "--force").code == 0
    assert Path(first).read_bytes() != file
    assert kmosaic("compare", "photo.png", "-k", "2,3").code == 0
    assert kmosaic("compare", "photo.png", "-k", "2,3").code == 0
    assert_refused(kmosaic("compare", "photo.png", "-k", 4), "is there already")
    assert kmosaic("compare", "photo.png", "-k", 4, "--force").code == 0


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
    (["quantize", "photo.png", "-o", "photo.png"], "photo.png is an original"),
    (["quantize", "photo.png", "--importance", "lost.png"], "There is no file lost.png"),
    (["quantize", "photo.png", "other.png", "--open"], "--open shows one picture"),
    (["segment", "photo.png", "x/photo.png"], "Two pictures would be written to photo"),
    (["quantize", "photo.png", "x/photo.png"], "written to photo-png-k16.png"),
    (["quantize", "photo.png", "other.png", "-o", "n.png"], "is the name of one file"),
    (["quantize", "photo.png", "--lightness", 2], "lightness has no effect in srgb"),
    (["quantize", "photo.png", "--dither-method", "ordered"], "without dither"),
    (["quantize", "photo.png", "-k", 16, "--palette", "red"], "Leave out n_colors."),
    (["quantize", "photo.png", "-o", "a.gif", "--smallest"], "no effect on a GIF"),
    (["palette", "photo.png", "--space", "linear", "--lightness", 2], "no effect"),
    (["compare", "photo.png", "-k", "3,x"], "'x' is not a whole number"),
    (["compare", "photo.png", "-o", "x.png"], "x.png is neither the name of a page"),
    (["compare", "photo.png", "-o", "pages"], "pages is neither the name of a page"),
    (["compare", "photo.png", "other.png", "-o", "x.htm"], "is the name of one file"),
    (["compare", "photo.png", "--lightness", 2], "lightness has no effect in srgb"),
    (["compare", "photo.png", "--dither-method", "ordered"], "without dither"),
    (["segment", "photo.png", "--whole"], "--whole has no effect without --at"),
    (["segment", "photo.png", "--keep", 0, "--whole"], "--whole has no effect"),
    (["segment", "photo.png", "--fill-holes"], "--fill-holes has no effect without a cut"),
    (["segment", "photo.png", "--feather", 3], "--feather has no effect without a cut-out"),
    (["segment", "photo.png", "--space", "srgb", "--lightness", 1], "no effect in srgb"),
    (["segment", "photo.png", "--keep", "x"], "--keep x is not of the form"),
    (["segment", "photo.png", "--at", "5"], "--at 5 is not of the form 3,4"),
    (["segment", "photo.png", "--at", "500,5"], "outside of the picture"),
    (["segment", "photo.png", "--at", "-1,5"], "-1,5 is outside of the picture"),
    (["segment", "photo.png", "--keep", 9], "There is no segment 9"),
    (["segment", "photo.png", "--split", "0:2", "--split", "0:3"], "names a segment twice"),
    (["segment", "photo.png", "--merge", "0"], "such as --merge 0,1"),
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
    assert_refused(kmosaic("quantize", "photo.png", "-o", "link.png"), "is an original")
    assert kmosaic("quantize", "photo.png", "-o", "photo.png", "--force").code == 0
    assert n_colors_of(pixels("photo.png")) == 16


@pytest.mark.parametrize("name", COMMANDS[1:])
def test_a_full_disk(kmosaic: Run, small_disk: Path, name: str) -> None:
    Image.fromarray(
        np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    ).save("n.png")
    ending = {"segment": "", "quantize": ".png", "compare": ".html"}[name]
    output = small_disk / f"out{ending}"
    before = tree(small_disk)
    outcome = kmosaic(name, "n.png", "-k", 2 if name == "compare" else 200, "-o", output)
    assert_refused(outcome, "was not written")
    assert tree(small_disk) == before


def test_fewer_colors_are_said(kmosaic: Run) -> None:
    Image.new("RGB", (5, 5), "red").save("red.png")
    assert "only 1 different color" in kmosaic("quantize", "red.png").err
    assert "only 1 different color" in kmosaic("palette", "red.png").err
    assert "only 1 different color" in kmosaic("compare", "red.png").err
    assert (
        "only 1 different color"
        in kmosaic("compare", "red.png", "-k", "4,1", "-o", "4.html").err
    )
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
