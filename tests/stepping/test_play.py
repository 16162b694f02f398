"""What a page is made of: plain data, the scene, the scripts in one."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import kmosaic
from kmosaic.errors import InputError
from kmosaic.stepping import page
from kmosaic.stepping.lessons import failures
from kmosaic.stepping.scene import MOST_PIXELS, scene_of

PLAYER = Path(page.__file__).parent / "player"
MODULES = sorted(PLAYER.rglob("*.js"))


def test_frames_are_plain_data() -> None:
    played = kmosaic.play("mouse", 3, why_it_fails=False)
    frames = json.loads(json.dumps(played.frames, allow_nan=False))
    assert len(frames) == len(played.steps)
    for frame, step in zip(frames, played.steps, strict=True):
        assert frame["kind"] == step.kind
        assert frame["labels"] == step.labels.tolist()
        assert frame["centers"] == step.centers.tolist()
        assert frame["inertia"] == step.inertia


def test_a_page_is_one_file_that_loads_nothing(tmp_path: Path) -> None:
    text = kmosaic.play("mouse", 3).save(tmp_path / "steps.html").read_text()
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text)
    assert "import {" not in text
    assert len(text) < 300_000


@pytest.mark.parametrize("n", [5000, 20_000])
def test_a_page_stays_small(n: int) -> None:
    X = np.random.default_rng(0).normal(size=(n, 2))
    if n > 5000:
        X = X.astype(np.float32)
    assert len(kmosaic.play(X, 5, max_iter=40).html()) < 600_000


def test_more_points_than_a_page_holds_are_sampled() -> None:
    X = np.random.default_rng(0).normal(size=(30_000, 2))
    played = kmosaic.play(X, 2, max_iter=2, n_starts=0)
    assert len(played.steps[0].labels) == 20_000
    assert "20,000 of the 30,000" in played.notes[0]


def test_many_columns_are_shown_on_two_components() -> None:
    X = np.random.default_rng(0).normal(size=(50, 5)) * [1, 9, 1, 3, 1]
    scene = scene_of(X)
    assert "all 5 columns" in scene.notes[0]
    assert scene.X.shape == (50, 5)
    np.testing.assert_allclose(scene.axes @ scene.axes.T, np.eye(2), atol=1e-12)
    assert np.abs(scene.axes[0]).argmax() == 1
    assert np.abs(scene.axes[1]).argmax() == 3


def test_a_page_gets_two_components_where_all_columns_are_too_many() -> None:
    X = np.random.default_rng(0).normal(size=(1000, 300))
    played = kmosaic.play(X, 3, n_starts=0)
    assert "two components alone" in played.notes[1]
    assert len(played.html()) < 600_000


def test_the_colors_of_a_picture_are_clustered(tmp_path: Path) -> None:
    pixels = np.zeros((300, 200, 3), np.uint8)
    pixels[:, :100] = 200, 30, 30
    pixels[:, 100:] = 30, 30, 200
    path = tmp_path / "flag.png"
    Image.fromarray(pixels).save(path)
    for source in (path, str(path), pixels, Image.fromarray(pixels)):
        played = kmosaic.play(source, 2, n_starts=0)
        assert len(played.steps[0].labels) <= MOST_PIXELS
        assert "reduced from 200 × 300" in played.notes[0]
        centers = played.steps[-1].centers
        assert sorted(centers.round(-1).tolist()) == [[30, 30, 200], [200, 30, 30]]


def test_the_size_of_a_page_with_a_table_of_digits() -> None:
    assert len(kmosaic.play("digits", 10).html()) < 600_000


def test_a_notebook_gets_a_frame_that_holds_all() -> None:
    shown = kmosaic.play("blobs", 4)._repr_html_()
    assert shown.startswith("<iframe")
    assert "srcdoc=" in shown
    assert "<script" not in shown


def test_a_page_has_the_name_of_a_page(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ends in \.html"):
        kmosaic.play("blobs", 4).save(tmp_path / "steps.png")


def test_data_cannot_end_the_script_that_they_stand_in() -> None:
    text = kmosaic.play([[0.0], [1.0]], 1, title="</script><b>").html()
    assert "</script><b>" not in text


def test_each_failure_is_what_it_says() -> None:
    found = {one.key: one for one in failures()}
    assert len(found) == 7
    assert all(len(one.why) == 2 for one in found.values())
    assert any(step.empty for step in found["empty-cluster"].steps)
    unlucky = found["unlucky-start"]
    assert unlucky.steps[-1].inertia > 2 * unlucky.starts["random"].inertia.min()
    assert len(unlucky.starts["k-means++"].inertia) == 200
    y = found["axis-times-100"].steps[-1]
    assert (np.diff(np.sort(y.centers[:, 1])) > 100).all()


def test_starts_end_where_the_engine_says() -> None:
    (one,) = (one for one in failures() if one.key == "unlucky-start")
    for init, starts in one.starts.items():
        for i in (0, 7, 199):
            found = kmosaic.KMeans(
                5, init=init, n_init=1, random_state=i, tol=0, max_iter=300
            ).fit(one.scene.X)
            assert starts.inertia[i] == pytest.approx(found.inertia_, rel=1e-9)


def test_every_module_is_on_the_page() -> None:
    script = page.script()
    for path in MODULES:
        first = path.read_text().splitlines()[0]
        assert first in script or path.name == "types.js", path.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_are_short(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(lines) < 400
    assert lines[0].startswith("// ")
