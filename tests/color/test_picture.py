"""Pictures of every kind, good and bad."""

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from kmosaic.color import Picture, read_picture
from kmosaic.errors import InputError
from kmosaic.images.decode import MOST_PIXELS
from tests.color.made import linear_profile, photo

PHOTO = photo()


@pytest.mark.parametrize(
    "values",
    [
        PHOTO,
        PHOTO / 255.0,
        (PHOTO / 255.0).astype(np.float32),
        PHOTO.astype(np.uint16) * 257,
    ],
    ids=["uint8", "float64", "float32", "uint16"],
)
def test_arrays(values: np.ndarray) -> None:
    found = read_picture(values)
    np.testing.assert_array_equal(found.rgb, PHOTO)
    assert found.alpha is None


def test_gray_and_alpha() -> None:
    gray = read_picture(PHOTO[..., 0])
    assert all((gray.rgb[..., c] == PHOTO[..., 0]).all() for c in range(3))
    alpha = PHOTO[..., 1]
    found = read_picture(np.dstack([PHOTO, alpha]))
    np.testing.assert_array_equal(found.alpha, alpha)
    assert read_picture(np.dstack([PHOTO, np.full_like(alpha, 255)])).alpha is None
    assert read_picture(found) is found


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tif", ".bmp"])
def test_files(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a photo{suffix}"
    Image.fromarray(PHOTO).save(path, **({"lossless": True} if suffix == ".webp" else {}))
    for source in (path, str(path), Image.open(path)):
        np.testing.assert_array_equal(read_picture(source).rgb, PHOTO)
    assert read_picture(path).name == "a photo"
    assert read_picture(path).n_bytes == path.stat().st_size


def test_a_palette_and_one_bit(tmp_path: Path) -> None:
    Image.fromarray(PHOTO).quantize(16).save(tmp_path / "p.png", transparency=0)
    assert read_picture(tmp_path / "p.png").alpha is not None
    Image.fromarray(PHOTO).convert("1").save(tmp_path / "1.png")
    assert set(np.unique(read_picture(tmp_path / "1.png").rgb)) == {0, 255}


def test_sixteen_bits(tmp_path: Path) -> None:
    deep = PHOTO[..., 0].astype(np.uint16) * 257
    Image.fromarray(deep).save(tmp_path / "deep.png")
    np.testing.assert_array_equal(
        read_picture(tmp_path / "deep.png").rgb[..., 0], PHOTO[..., 0]
    )


def test_a_picture_without_pixels(tmp_path: Path) -> None:
    whole = BytesIO()
    Image.new("RGB", (1, 1)).save(whole, "PNG")
    file = bytearray(whole.getvalue())
    file[16:24] = bytes(8)  # width and height
    file[29:33] = struct.pack(">I", zlib.crc32(file[12:29]))
    (tmp_path / "0x0.png").write_bytes(file)
    with pytest.raises(InputError, match="begins like a PNG picture, and is damaged"):
        read_picture(tmp_path / "0x0.png")


def test_cmyk(tmp_path: Path) -> None:
    Image.new("CMYK", (4, 3), (0, 255, 255, 0)).save(tmp_path / "c.tif")
    r, g, b = read_picture(tmp_path / "c.tif").rgb[0, 0]
    assert r > 200 and g < 60 and b < 60


def test_only_the_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 3), color) for color in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    found = read_picture(tmp_path / "a.gif")
    assert found.rgb[0, 0].tolist() == [255, 0, 0]
    assert "2 frames" in found.notes[0]


def test_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    Image.fromarray(PHOTO).save(tmp_path / "turned.png", exif=exif)
    np.testing.assert_array_equal(
        read_picture(tmp_path / "turned.png").rgb, np.rot90(PHOTO, -1)
    )


def test_a_color_profile_is_applied(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    Image.fromarray(PHOTO).save(tmp_path / "xyz.png", icc_profile=profile)
    found = read_picture(tmp_path / "xyz.png")
    # A profile of another kind than the pixels cannot be used: said, not guessed.
    assert "profile" in found.notes[0]
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(PHOTO).save(tmp_path / "srgb.png", icc_profile=srgb)
    np.testing.assert_array_equal(read_picture(tmp_path / "srgb.png").rgb, PHOTO)


def test_a_gamma_of_its_own_is_undone(tmp_path: Path) -> None:
    Image.fromarray(PHOTO).save(tmp_path / "g.png", icc_profile=linear_profile())
    found = read_picture(tmp_path / "g.png")
    light = PHOTO / 255.0
    expected = np.where(
        light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055
    )
    assert np.abs(found.rgb - 255 * expected).max() < 6
    assert found.notes == ()


@pytest.mark.parametrize("mode", ["P", "RGB", "L"])
def test_a_color_profile_and_one_transparent_color(tmp_path: Path, mode: str) -> None:
    # A profile of shades of gray is another kind: that of the photo serves colors alone.
    image = Image.fromarray(PHOTO).quantize(16) if mode == "P" else Image.fromarray(PHOTO)
    if mode == "L":
        image = image.convert("L")
    first = image.getpixel((0, 0))
    path = tmp_path / "a.png"
    image.save(path, icc_profile=linear_profile(), transparency=first)
    found = read_picture(path)
    assert found.alpha is not None and found.alpha[0, 0] == 0
    alike = (np.asarray(image) == first).reshape(48, 64, -1).all(axis=2)
    np.testing.assert_array_equal(found.alpha == 0, alike)
    plain = np.asarray(image.convert("RGB")).astype(int)
    assert bool(found.notes) == (mode == "L")
    assert (np.abs(found.rgb - plain).max() > 20) == (mode != "L")


def test_alinear_profile_of_srgb_primaries_is_applied() -> None:
    image = Image.fromarray(PHOTO)
    image.info["icc_profile"] = linear_profile(b"Linear sRGB\0")
    assert (read_picture(image).rgb != PHOTO).any()
    image.info["icc_profile"] = linear_profile(b"sRGB\0")  # taken at its word
    np.testing.assert_array_equal(read_picture(image).rgb, PHOTO)


def test_sixteen_bits_with_one_transparent_gray() -> None:
    deep = Image.fromarray(PHOTO[..., 0].astype(np.uint16) * 257)
    deep.info["transparency"] = int(PHOTO[0, 0, 0]) * 257
    found = read_picture(deep)
    np.testing.assert_array_equal(found.alpha == 0, PHOTO[..., 0] == PHOTO[0, 0, 0])  # type: ignore[operator]


def test_floats_in_a_file_go_from_0_to_1(tmp_path: Path) -> None:
    shades = PHOTO[..., 0] / np.float32(255)
    Image.fromarray(shades).save(tmp_path / "f.tif")
    np.testing.assert_array_equal(
        read_picture(tmp_path / "f.tif").rgb[..., 0], PHOTO[..., 0]
    )
    Image.fromarray(255 * shades).save(tmp_path / "f.tif")
    with pytest.raises(InputError, match=r"f\.tif has values outside of 0 … 1\."):
        read_picture(tmp_path / "f.tif")


def bomb(path: Path, side: int = 60_000) -> Path:
    """A PNG that promises 3.6 billion pixels in some bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data))
            + kind
            + data
            + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )
    return path


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"more than {MOST_PIXELS:,} pixels"):
        read_picture(bomb(tmp_path / "bomb.png"))
    with pytest.raises(InputError, match=f"more than {MOST_PIXELS:,} pixels"):
        read_picture(bomb(tmp_path / "bomb.png", 13_400))


def test_bad_files(tmp_path: Path) -> None:
    text = tmp_path / "page.png"
    text.write_text("<html>")
    with pytest.raises(InputError, match=r"page.png is a text file .*not a picture"):
        read_picture(text)
    buffer = BytesIO()
    Image.fromarray(PHOTO).save(buffer, "PNG")
    for length in (20, 60, len(buffer.getvalue()) // 2):
        cut = tmp_path / "cut.png"
        cut.write_bytes(buffer.getvalue()[:length])
        with pytest.raises(InputError, match=r"cut\.png is"):
            read_picture(cut)
    (tmp_path / "empty.png").touch()
    with pytest.raises(InputError, match="empty"):
        read_picture(tmp_path / "empty.png")
    with pytest.raises(InputError, match="There is no file"):
        read_picture(tmp_path / "lost.png")
    with pytest.raises(InputError, match="is a folder"):
        read_picture(tmp_path)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.zeros((0, 5, 3), np.uint8), "no pixels"),
        (np.zeros((4, 5, 2), np.uint8), "not a picture"),
        (np.zeros(5, np.uint8), "not a picture"),
        (np.zeros((2, 2), np.int64), "ambiguous"),
        (np.full((2, 2), 255.0), "outside of 0 … 1"),
        (np.full((2, 2), -0.1), "outside of 0 … 1"),
        (np.full((2, 2), np.nan), "NaN or infinite"),
    ],
)
def test_bad_arrays(values: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_picture(values)


def test_a_picture_knows_its_size() -> None:
    found = Picture(PHOTO)
    assert (found.height, found.width, found.n_pixels) == (48, 64, 48 * 64)
    assert found.pixels.shape == (48 * 64, 3)
