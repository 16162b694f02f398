"""The color quantizers that are measured: what each makes of a picture.

imagequant and pngquant are GPL: they are measured here, and never imported by the package.
"""

import io
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # (h, w, 3)


@dataclass(frozen=True)
class Reduced:
    """What a peer made of a picture, and how long that took, its file apart."""

    rgb: Pixels
    seconds: float
    png: bytes


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """What a call gives, and its seconds."""
    start = time.perf_counter()
    result = call()
    return result, time.perf_counter() - start


def _kmosaic(space: str, pixels: Pixels, k: int, _: Path) -> Reduced:
    from kmosaic.color import quantize

    found, seconds = _timed(lambda: quantize(pixels, k, space=space))
    return Reduced(found.rgb, seconds, found.encode())


def _pillow(method: int, kmeans: int, pixels: Pixels, k: int, _: Path) -> Reduced:
    from PIL import Image

    image = Image.fromarray(pixels)
    found, seconds = _timed(
        lambda: image.quantize(k, method=method, kmeans=kmeans, dither=Image.Dither.NONE)
    )
    return Reduced(np.asarray(found.convert("RGB")), seconds, _saved(found))


def _imagequant(pixels: Pixels, k: int, _: Path) -> Reduced:
    import imagequant
    from PIL import Image

    image = Image.fromarray(pixels).convert("RGBA")
    found, seconds = _timed(
        lambda: imagequant.quantize_pil_image(image, dithering_level=0.0, max_colors=k)
    )
    return Reduced(np.asarray(found.convert("RGB")), seconds, _saved(found))


def _of_centers(pixels: Pixels, centers: Any, labels: Any, seconds: float) -> Reduced:
    """A picture of rounded centers."""
    from PIL import Image

    colors = np.clip(np.rint(centers), 0, 255).astype(np.uint8)
    flat = np.asarray(labels).ravel()
    image = Image.fromarray(flat.astype(np.uint8).reshape(pixels.shape[:2]))
    image.putpalette(colors.tobytes())
    return Reduced(colors[flat].reshape(pixels.shape), seconds, _saved(image))


def _opencv(pixels: Pixels, k: int, _: Path) -> Reduced:
    import cv2

    rows = pixels.reshape(-1, 3).astype(np.float32)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 100, 0.1)
    cv2.setRNGSeed(0)
    start = np.empty((len(rows), 1), np.int32)  # where the labels go
    (_error, labels, centers), seconds = _timed(
        lambda: cv2.kmeans(rows, k, start, stop, 1, cv2.KMEANS_PP_CENTERS)
    )
    return _of_centers(pixels, centers, labels, seconds)


def _sklearn(name: str, pixels: Pixels, k: int, _: Path) -> Reduced:
    from sklearn import cluster

    rows = pixels.reshape(-1, 3).astype(np.float32)
    model = getattr(cluster, name)(k, n_init=1, random_state=0)
    _fitted, seconds = _timed(lambda: model.fit(rows))
    return _of_centers(pixels, model.cluster_centers_, model.labels_, seconds)


def _program(
    line: Callable[[int, Path, Path], list[str]], pixels: Pixels, k: int, folder: Path
) -> Reduced:
    """A program of its own: reading, writing and starting it are in its time."""
    from PIL import Image

    source, target = folder / "source.png", folder / "target.png"
    Image.fromarray(pixels).save(source, compress_level=1)
    target.unlink(missing_ok=True)
    _done, seconds = _timed(lambda: subprocess.run(line(k, source, target), check=True))
    with Image.open(target) as image:
        return Reduced(np.asarray(image.convert("RGB")), seconds, target.read_bytes())


def _pngquant_packed(pixels: Pixels, k: int, folder: Path) -> Reduced:
    """The file of pngquant, written anew: the same pixels, so equal fidelity."""
    from PIL import Image

    from kmosaic.images.encode import encode, indexed_image

    found = _program(_pngquant, pixels, k, folder)
    with Image.open(io.BytesIO(found.png)) as image:
        labels = np.array(image)
        colors = np.array(image.getpalette(), np.uint8).reshape(-1, 3)[
            : int(labels.max()) + 1
        ]
    opaque = np.full(len(colors), 255, np.uint8)
    png, seconds = _timed(lambda: encode(indexed_image(labels, colors, opaque), "PNG"))
    return Reduced(found.rgb, found.seconds + seconds, png)


def _saved(image: Any) -> bytes:
    """The bytes of Pillow's best PNG."""
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _magick(k: int, source: Path, target: Path) -> list[str]:
    return ["convert", str(source), "+dither", "-colors", str(k), f"PNG8:{target}"]


def _magick_kmeans(k: int, source: Path, target: Path) -> list[str]:
    return ["magick", str(source), "+dither", "-kmeans", str(k), f"PNG8:{target}"]


def _pngquant(k: int, source: Path, target: Path) -> list[str]:
    return [
        "pngquant",
        "--nofs",
        "--strip",
        "--force",
        "-o",
        str(target),
        str(k),
        str(source),
    ]


@dataclass(frozen=True)
class Peer:
    """A quantizer, and what must be there for it to run."""

    name: str
    module: str | None
    program: str | None
    reduce: Callable[[Pixels, int, Path], Reduced]
    on_large: bool = False  # whether it is asked for the picture of 24 megapixels

    def missing(self) -> str | None:
        """What is not installed; None where it can run."""
        if self.module is not None and find_spec(self.module) is None:
            return f"the package {self.module} is not installed"
        if self.program is not None and shutil.which(self.program) is None:
            return f"there is no program {self.program}"
        return None


PEERS: Final = (
    Peer("kmosaic", "kmosaic", None, partial(_kmosaic, "srgb"), on_large=True),
    Peer("kmosaic, lab", "kmosaic", None, partial(_kmosaic, "lab")),
    Peer("kmosaic, oklab", "kmosaic", None, partial(_kmosaic, "oklab")),
    Peer("imagequant", "imagequant", None, _imagequant, on_large=True),
    Peer("pngquant", None, "pngquant", partial(_program, _pngquant)),
    Peer("pngquant, packed by kmosaic", None, "pngquant", _pngquant_packed),
    Peer("Pillow, median cut", "PIL", None, partial(_pillow, 0, 0), on_large=True),
    Peer("Pillow, median cut, kmeans=1", "PIL", None, partial(_pillow, 0, 1)),
    Peer("Pillow, octree", "PIL", None, partial(_pillow, 2, 0), on_large=True),
    Peer("OpenCV kmeans", "cv2", None, _opencv),
    Peer("scikit-learn KMeans", "sklearn", None, partial(_sklearn, "KMeans")),
    Peer(
        "scikit-learn MiniBatchKMeans",
        "sklearn",
        None,
        partial(_sklearn, "MiniBatchKMeans"),
    ),
    Peer("ImageMagick -colors", None, "convert", partial(_program, _magick)),
    Peer("ImageMagick -kmeans", None, "magick", partial(_program, _magick_kmeans)),
)
