"""Pictures made for tests: small, and with something of a photograph in them."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def photo(height: int = 48, width: int = 64, seed: int = 0) -> NDArray[np.uint8]:
    """Smooth shades, an edge, a small red area, and some noise."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    shades = np.stack([60 + 120 * x, 80 + 100 * y, 150 - 90 * x * y], axis=2)
    shades[y > 0.6] *= 0.5
    shades[(np.hypot(x - 0.3, y - 0.3) < 0.08)] = 220, 20, 30
    return np.clip(shades + random.normal(0, 4, shades.shape), 0, 255).astype(np.uint8)


def save_photo(path: Path) -> None:
    """Write the photo as a file."""
    Image.fromarray(photo()).save(path)


def n_colors_of(pixels: NDArray[np.uint8]) -> int:
    """Different colors of a picture (h, w, c)."""
    return len(np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0))


def linear_profile(name: bytes = b"linear\0") -> bytes:
    """A profile of sRGB's primaries with linear channels, written by hand."""
    fixed = lambda *xs: b"".join(struct.pack(">i", round(x * 65536)) for x in xs)  # noqa: E731
    xyz = lambda *v: b"XYZ \0\0\0\0" + fixed(*v)  # noqa: E731
    curve = b"curv\0\0\0\0" + struct.pack(">I", 0)
    desc = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(79)
    tags = [
        (b"desc", desc),
        (b"cprt", b"text\0\0\0\0none\0"),
        (b"wtpt", xyz(0.9642, 1.0, 0.8249)),
        (b"rXYZ", xyz(0.4360, 0.2225, 0.0139)),
        (b"gXYZ", xyz(0.3851, 0.7169, 0.0971)),
        (b"bXYZ", xyz(0.1431, 0.0606, 0.7139)),
        *((name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")),
    ]
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for tag, data in tags:
        table += tag + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = bytearray(128)
    struct.pack_into(">I", head, 0, start + len(body))
    head[8:12] = b"\x02\x10\0\0"
    head[12:24] = b"mntrRGB XYZ "
    head[36:40] = b"acsp"
    head[68:80] = fixed(0.9642, 1.0, 0.8249)
    return bytes(head) + struct.pack(">I", len(tags)) + table + body
