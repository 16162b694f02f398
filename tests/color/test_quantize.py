"""Fewer colors: laws, and scikit-learn as the measure."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from sklearn.cluster import KMeans
from sklearn.datasets import load_sample_image

from kmosaic.color import compare, palette, quantize
from kmosaic.color.palette import parse_colors
from kmosaic.color.quantization.thresholds import blue_noise
from kmosaic.errors import InputError
from tests.color.made import n_colors_of, photo
from tests.examples import examples

PHOTO = photo()
TINY = arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(3)))


@settings(max_examples=examples(60))
@given(TINY, st.integers(1, 40), st.sampled_from(["srgb", "linear", "lab", "oklab"]))
def test_exactly_as_many_colors_as_there_can_be(
    pixels: np.ndarray, n_colors: int, space: str
) -> None:
    found = quantize(pixels, n_colors, space=space)
    expected = min(n_colors, n_colors_of(pixels))
    assert n_colors_of(found.rgb) == len(found.palette) == expected
    assert sum(color.count for color in found.palette) == pixels.shape[0] * pixels.shape[1]
    assert bool(found.notes) == (expected < n_colors)
    if expected == n_colors_of(pixels):
        np.testing.assert_array_equal(found.rgb, pixels)


NEARLY = arrays(
    np.uint8,
    st.tuples(st.just(1), st.integers(1, 60), st.just(4)),
    elements=st.integers(0, 3),
)


@settings(max_examples=examples(60))
@given(NEARLY, st.integers(2, 60), st.sampled_from(["srgb", "linear", "lab", "oklab"]))
def test_colors_that_are_nearly_the_same_are_different(
    pixels: np.ndarray, n_colors: int, space: str
) -> None:
    # In float32, "linear" cannot tell black from the next blue, nor any space what is
    # nearly transparent.
    pixels = np.concatenate([pixels, 255 - pixels], axis=1)
    pixels[pixels[..., 3] == 0] = 0
    for picture in (pixels, pixels[..., :3]):
        found = quantize(picture, n_colors, space=space)
        alpha = picture[..., 3:] if found.alpha is None else found.alpha
        out = np.dstack([found.rgb, alpha])
        expected = min(n_colors, n_colors_of(picture))
        assert n_colors_of(out) == len(found.palette) == expected
        if expected == n_colors_of(picture):
            np.testing.assert_array_equal(out, picture)


@pytest.mark.parametrize("n_colors", [2, 5, 16, 64, 256])
def test_no_worse_than_scikit_learn(n_colors: int) -> None:
    pixels = np.asarray(load_sample_image("flower.jpg"))[::6, ::6]
    rows = pixels.reshape(-1, 3).astype(np.float64)
    peer = KMeans(n_colors, n_init=1, random_state=0).fit(rows)
    theirs = np.rint(peer.cluster_centers_)[peer.labels_]
    ours = quantize(pixels, n_colors).rgb.reshape(-1, 3)
    assert ((ours - rows) ** 2).sum() <= 1.005 * ((theirs - rows) ** 2).sum()


@pytest.mark.parametrize("space", ["srgb", "oklab"])
def test_each_pixel_gets_its_nearest_color(space: str) -> None:
    from kmosaic.color.spaces import Coordinates

    found = quantize(PHOTO, 12, space=space)
    here = Coordinates(space)
    own = here.from_colors(PHOTO.reshape(-1, 3)).astype(np.float64)
    every = ((own[:, None] - here.from_colors(found.palette.rgb)) ** 2).sum(axis=2)
    chosen = every[np.arange(len(own)), found.labels.ravel()]
    np.testing.assert_allclose(chosen, every.min(axis=1), rtol=1e-4, atol=1e-4)


def test_lab_is_for_the_eye() -> None:
    flower = np.asarray(load_sample_image("flower.jpg"))[::3, ::3]
    plain, eye = (quantize(flower, 16, space=space).fidelity for space in ("srgb", "lab"))
    assert eye.delta_e < plain.delta_e
    assert plain.ssim is not None and eye.ssim is not None and eye.ssim > plain.ssim
    assert eye.mse > plain.mse
    chroma = quantize(flower, 16, space="lab", lightness=1.0).fidelity
    assert chroma.delta_e < eye.delta_e
    assert chroma.ssim is not None and chroma.ssim < eye.ssim


def test_the_same_bytes_again() -> None:
    files = {quantize(PHOTO, 24, random_state=3).encode() for _ in range(3)}
    assert len(files) == 1


def test_the_order_of_the_palette() -> None:
    counts = [color.count for color in quantize(PHOTO, 12).palette]
    assert counts == sorted(counts, reverse=True)
    found = palette(PHOTO, 6)
    assert found.shares.sum() == pytest.approx(1.0)
    light = [color.lightness for color in found.sorted("lightness")]
    assert light == sorted(light)
    hues = [-1.0 if c.hue is None else c.hue for c in palette(PHOTO, 6, sort="hue")]
    assert hues == sorted(hues)


def test_kept_colors_are_there_and_used() -> None:
    found = quantize(PHOTO, 5, keep=["#123456", "red"])
    assert {"#123456", "#ff0000"} <= set(found.palette.hex)
    assert len(found.palette) == 5
    assert all(color.count for color in found.palette if color.hex == "#ff0000")


def test_an_accent_keeps_its_color() -> None:
    pixels = np.full((100, 100, 3), 120, np.uint8)
    pixels[..., 0] += np.arange(100, dtype=np.uint8)
    pixels[..., 1] += np.arange(100, dtype=np.uint8)[:, None]
    pixels[50:52, 50:54] = 250, 20, 240  # 8 of 10,000 pixels
    plain = quantize(pixels, 4)
    assert np.abs(plain.rgb[50, 50].astype(int) - (250, 20, 240)).max() > 60
    guarded = quantize(pixels, 4, accents=1)
    assert guarded.rgb[50, 50].tolist() == [250, 20, 240]
    assert len(guarded.palette) == 4


def test_few_colors_need_no_accents() -> None:
    pixels = np.full((40, 40, 3), 120, np.uint8)
    pixels[:, 20:] = 90
    pixels[:3, :3] = 250, 20, 20
    pixels[:3, 3:6] = 252, 24, 24
    found = quantize(pixels, 4, accents=1)
    np.testing.assert_array_equal(found.rgb, pixels)


def test_a_kept_color_is_none_of_the_picture() -> None:
    found = quantize(np.array([[0, 90, 255]], np.uint8), 8, keep=["#123456"])
    assert found.notes == ("The picture has only 3 different colors; 8 were asked for.",)


def test_importance_moves_colors_where_it_is_bright() -> None:
    left = np.zeros(PHOTO.shape[:2], np.uint8)
    left[:, :32] = 255

    def error(found: Any) -> float:
        return float(((found.rgb - PHOTO.astype(float))[:, :32] ** 2).sum())

    assert error(quantize(PHOTO, 6, importance=left)) < error(quantize(PHOTO, 6))


def test_a_given_palette() -> None:
    found = quantize(PHOTO, palette=["#000", "#fff", "#f00", "#0f0"])
    assert set(found.palette.hex) <= {"#000000", "#ffffff", "#ff0000", "#00ff00"}
    again = quantize(PHOTO, palette=quantize(PHOTO, 7).palette)
    np.testing.assert_array_equal(again.rgb, quantize(PHOTO, 7).rgb)


def with_alpha(alpha: np.ndarray) -> np.ndarray:
    return np.dstack([PHOTO, alpha.astype(np.uint8)])


def test_transparent_pixels_are_no_black() -> None:
    alpha = np.full(PHOTO.shape[:2], 255)
    alpha[:30] = 0
    pixels = with_alpha(alpha)
    pixels[:30, :, :3] = 0
    found = quantize(pixels, 8)
    assert found.palette[0].alpha == 0
    assert len(found.palette) == 8
    assert [color.alpha for color in found.palette][1:] == [255] * 7
    visible = quantize(PHOTO[30:], 7)
    assert set(found.palette.hex[1:]) == set(visible.palette.hex)
    np.testing.assert_array_equal(found.alpha, alpha)


def test_shades_of_alpha_are_clustered() -> None:
    alpha = np.tile(np.linspace(0, 255, 64), (48, 1))
    found = quantize(with_alpha(alpha), 32)
    assert len({color.alpha for color in found.palette}) > 4
    error = np.abs(found.alpha.astype(float) - np.rint(alpha))  # type: ignore[union-attr]
    assert error.mean() < 12
    one = quantize(with_alpha(alpha), 32, alpha="one")
    assert {color.alpha for color in one.palette} == {0, 255}


def disk() -> np.ndarray:
    """The photo as a disk with a soft edge, 8 pixels wide, on nothing."""
    y, x = np.mgrid[:48, :64]
    return with_alpha(np.clip(32 * (22 - np.hypot(y - 24, x - 32)), 0, 255))


@pytest.mark.parametrize("dither", [0.0, 1.0])
@pytest.mark.parametrize("n_colors", [3, 4, 8, 16])
def test_what_is_transparent_or_opaque_stays_so(n_colors: int, dither: float) -> None:
    picture = disk()
    found = quantize(picture, n_colors, dither=dither)
    assert len(found.palette) == n_colors and found.alpha is not None
    np.testing.assert_array_equal(found.alpha == 0, picture[..., 3] == 0)
    if not dither:
        assert (found.alpha[picture[..., 3] == 255] == 255).all()
    assert len(np.unique(found.alpha)) > 2


def test_a_palette_with_alpha_gives_the_same_again() -> None:
    found = quantize(disk(), 8)
    for colors in (found.palette, found.palette.hex):
        again = quantize(disk(), palette=colors)
        np.testing.assert_array_equal(again.rgb, found.rgb)
        np.testing.assert_array_equal(again.alpha, found.alpha)


def test_transparent_pixels_are_no_black_of_a_given_palette() -> None:
    found = quantize(disk(), palette=["black", "red"])
    np.testing.assert_array_equal(found.alpha, np.where(disk()[..., 3] < 128, 0, 255))
    night = quantize(PHOTO // 8, palette=quantize(disk(), 4, alpha="one").palette)
    assert "#000000" not in night.palette.hex
    with pytest.raises(InputError, match="room for 1"):
        quantize(disk(), 2, keep=["red", "blue"])
    assert "#ff000080" in quantize(disk(), 4, keep=["#ff000080"]).palette.hex


def test_transparent_pixels_are_one_color_of_a_comparison() -> None:
    pixels = np.dstack([PHOTO, np.zeros(PHOTO.shape[:2], np.uint8)])
    pixels[:2, :2, 3] = 255
    assert compare(pixels, [3]).n_distinct == 1 + n_colors_of(PHOTO[:2, :2])


def test_all_transparent() -> None:
    found = quantize(with_alpha(np.zeros(PHOTO.shape[:2])), 8)
    assert found.palette.hex == ("#00000000",)
    with pytest.raises(InputError, match="transparent"):
        palette(with_alpha(np.zeros(PHOTO.shape[:2])))


@pytest.mark.parametrize("method", ["floyd-steinberg", "ordered", "blue-noise"])
def test_dithering_keeps_the_mean_color(method: str) -> None:
    ramp = np.repeat(np.linspace(0, 255, 128).astype(np.uint8)[None], 64, axis=0)
    found = quantize(ramp, palette=["#000", "#fff"], dither=1.0, dither_method=method)
    means = found.rgb[..., 0].reshape(64, 16, 8).mean(axis=(0, 2))
    expected = ramp.reshape(64, 16, 8).mean(axis=(0, 2))
    np.testing.assert_allclose(means, expected, atol=12)
    plain = quantize(ramp, palette=["#000", "#fff"])
    assert set(np.unique(plain.rgb[:, :64])) == {0}


def test_an_ordered_pattern_goes_on_where_the_nearer_color_changes() -> None:
    ramp = np.repeat(np.linspace(0, 255, 128).astype(np.uint8)[None], 64, axis=0)
    found = quantize(ramp, palette=["#000", "#fff"], dither=1.0, dither_method="ordered")
    white = found.rgb[..., 0] > 0
    # Brighter pixels of one threshold: once white, white to the end.
    for phase in range(8):
        column = white[:, phase::8]
        assert (np.diff(column.astype(int), axis=1) >= 0).all()


def test_blue_noise_has_no_pattern_that_is_seen() -> None:
    mask = blue_noise()
    assert len(np.unique(mask)) == mask.size == 64 * 64
    power = np.abs(np.fft.fft2(mask - mask.mean())) ** 2
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(64), np.fft.fftfreq(64)))
    coarse, fine = (power[frequency < 0.15].mean(), power[frequency > 0.3].mean())
    assert coarse < 0.01 * fine
    assert power.max() < 20 * fine  # Bayer's has all its power in a few frequencies
    for share in (0.05, 0.5):  # any level of gray is even: so many in every part
        parts = (mask < share).reshape(4, 16, 4, 16).mean(axis=(1, 3))
        np.testing.assert_allclose(parts, share, atol=0.03)


def floyd_steinberg(gray: np.ndarray) -> np.ndarray:
    """Black and white, by the book, along alternating rows."""
    values = gray.astype(np.float64)
    out = np.zeros(gray.shape, int)
    h, w = gray.shape
    for i in range(h):
        step = 1 if i % 2 == 0 else -1
        for j in range(w)[::step]:
            x = min(max(values[i, j], 0.0), 255.0)
            out[i, j] = 255 if x > 127.5 else 0
            error = x - out[i, j]
            for di, dj, share in ((0, step, 7), (1, -step, 3), (1, 0, 5), (1, step, 1)):
                if i + di < h and 0 <= j + dj < w:
                    values[i + di, j + dj] += error * share / 16
    return out


def test_floyd_steinberg_by_the_book() -> None:
    gray = PHOTO[..., 0]
    found = quantize(gray, palette=["#000", "#fff"], dither=1.0)
    agree = found.rgb[..., 0] == floyd_steinberg(gray)
    assert agree.mean() > 0.99  # ties and float32 may tell a few apart


def test_no_strength_is_no_dithering() -> None:
    plain = quantize(PHOTO, 8)
    np.testing.assert_array_equal(quantize(PHOTO, 8, dither=1e-9).labels, plain.labels)


def test_a_file_is_what_it_says(tmp_path: Path) -> None:
    for n_colors, bits in (
        (1, 1),
        (2, 1),
        (3, 2),
        (4, 2),
        (5, 4),
        (16, 4),
        (17, 8),
        (256, 8),
    ):
        found = quantize(PHOTO, n_colors)
        size = found.save(tmp_path / "a.png")
        file = (tmp_path / "a.png").read_bytes()
        assert size.n_bytes == len(file)
        assert (file[24], file[25]) == (bits, 3)  # bit depth, indexed
        with Image.open(tmp_path / "a.png") as image:
            np.testing.assert_array_equal(np.asarray(image.convert("RGB")), found.rgb)


@pytest.mark.parametrize("suffix", [".png", ".webp", ".gif"])
def test_transparency_is_written(tmp_path: Path, suffix: str) -> None:
    alpha = np.full(PHOTO.shape[:2], 255)
    alpha[:, :20] = 0
    found = quantize(with_alpha(alpha), 16)
    found.save(tmp_path / f"a{suffix}", smallest=suffix != ".gif")
    with Image.open(tmp_path / f"a{suffix}") as image:
        pixels = np.asarray(image.convert("RGBA"))
    np.testing.assert_array_equal(pixels[..., 3], alpha)
    np.testing.assert_array_equal(pixels[:, 20:, :3], found.rgb[:, 20:])


def test_half_transparency_in_a_gif(tmp_path: Path) -> None:
    alpha = np.tile(np.linspace(0, 255, 64), (48, 1))
    found = quantize(with_alpha(alpha), 32)
    found.save(tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as image:
        pixels = np.asarray(image.convert("RGBA"))
    np.testing.assert_array_equal(pixels[..., 3] == 255, found.alpha >= 128)  # type: ignore[operator]


@pytest.mark.parametrize(("form", "side"), [("GIF", 65_536), ("WEBP", 16_384)])
def test_too_long_for_a_format(form: str, side: int) -> None:
    found = quantize(np.zeros((1, side), np.uint8), 2)
    with pytest.raises(InputError, match=f"{side} × 1 pixels is too large for {form}"):
        found.encode(form)
    assert found.encode("PNG")


def test_smallest_is_no_larger() -> None:
    found = quantize(PHOTO, 64)
    assert len(found.encode(smallest=True)) <= len(found.encode())


@pytest.mark.parametrize(
    "pixels", [np.zeros((1, 1, 3), np.uint8), np.full((9, 7), 200, np.uint8)]
)
def test_one_pixel_one_color(pixels: np.ndarray) -> None:
    found = quantize(pixels, 16)
    assert len(found.palette) == 1
    assert "only 1 different color" in found.notes[0]
    assert found.fidelity.mse == 0.0
    assert found.fidelity.psnr is None
    assert len(quantize(pixels, 1).encode()) > 50


BAD: dict[str, tuple[Any, ...]] = {
    "n_colors": (0, 257, 2.5, "many", True),
    "space": ("rgb", None, 3),
    "lightness": (0, -1, "much", np.nan),
    "dither": (-0.1, 1.1, "yes", np.nan),
    "dither_method": ("atkinson", 3),
    "alpha": ("keep", None),
    "accents": (-1, 17, 0.5),
    "random_state": (-1, 2**32, "seed", 0.5),
    "keep": (["#12"], ["no such color"], 7, [[1, 2]], [[1, 2, 256]], ["#fff"] * 3 + [None]),
    "palette": ([], ["#gggggg"], 5),
    "importance": (np.zeros((48, 64), np.uint8), np.ones((3, 3)), "lost.png"),
}


@pytest.mark.parametrize(
    ("name", "value"), [(n, v) for n, vs in BAD.items() for v in vs], ids=str
)
def test_bad_arguments(name: str, value: Any) -> None:
    with pytest.raises(InputError) as error:
        quantize(PHOTO, **{name: value})
    assert str(error.value).endswith(".")


def test_more_kept_than_wanted() -> None:
    with pytest.raises(InputError, match="There are 3 colors to keep"):
        quantize(PHOTO, 2, keep=["#000", "#fff", "#f00"])


def test_no_room_beside_what_is_transparent() -> None:
    alpha = np.full(PHOTO.shape[:2], 255)
    alpha[:30] = 0
    with pytest.raises(InputError, match="n_colors=1 leaves no color"):
        quantize(with_alpha(alpha), 1)
    with pytest.raises(InputError, match="room for 2"):
        quantize(with_alpha(alpha), 3, keep=["#000", "#fff"], accents=1)


@pytest.mark.parametrize(
    "other",
    [{"keep": ["red"]}, {"accents": 1}, {"importance": PHOTO[..., 0]}, {"n_colors": 16}],
)
def test_a_given_palette_is_all_there_is(other: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="given colors alone"):
        quantize(PHOTO, palette=["#000", "#fff"], **other)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: quantize(PHOTO, 4, lightness=1.0), "lightness has no effect in srgb"),
        (
            lambda: quantize(PHOTO, 4, space="linear", lightness=2),
            "lightness has no effect in linear",
        ),
        (
            lambda: palette(PHOTO, 4, space="srgb", lightness=2),
            "lightness has no effect in srgb",
        ),
        (lambda: compare(PHOTO, [4], lightness=2), "lightness has no effect in srgb"),
        (lambda: quantize(PHOTO, 4, dither_method="ordered"), "without dither"),
        (lambda: compare(PHOTO, [4], dither_method="ordered"), "without dither"),
        (lambda: quantize(PHOTO, 4).encode("GIF", smallest=True), "no effect on a GIF"),
        (lambda: quantize(PHOTO, 4).encode("BMP"), "form must be one of PNG, GIF, WEBP"),
        (lambda: compare(PHOTO, 5), "no list of numbers"),  # type: ignore[arg-type]  # a mistake
        (lambda: compare(PHOTO, [3, 0]), "n_colors must be a whole number"),
    ],
)
def test_mistakes_and_arguments_without_effect(call: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()


def test_ways_to_write_a_color() -> None:
    ways = ["#ff0000", "ff0000", "#F00", "red", (255, 0, 0), np.array([255, 0, 0])]
    for way in ways:
        assert parse_colors([way], "keep").tolist() == [[255, 0, 0, 255]]
    assert len(parse_colors(ways, "keep")) == 1
    for way in ("#ff000080", "f008", (255, 0, 0, 128), "rgba(255, 0, 0, 128)"):
        alpha = 136 if way == "f008" else 128
        assert parse_colors([way], "keep").tolist() == [[255, 0, 0, alpha]]
