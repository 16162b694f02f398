"""Color quantizers side by side: ``python -m benchmarks.color``.

Each peer works in a process of its own, in turns with the others, on the Kodak pictures
(``KMOSAIC_DATA``, or ../shared/data beside the checkout); without them on scikit-learn's
two sample photographs; with ``--large`` on all of them as one mosaic of 24 megapixels. What
is not installed is left out and named. imagequant and pngquant are GPL: they are measured
here, and never imported by the package.
"""

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import mean
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import ROOT
from benchmarks.machine import describe
from kmosaic.report.numbers import counted

Pixels = NDArray[np.uint8]  # (h, w, 3)
KS: Final = (4, 16, 64, 256)
LARGE_KS: Final = (16, 256)
RESULTS: Final = ROOT / "benchmarks" / "results"


@dataclass(frozen=True)
class Reduced:
    """What a peer made of a picture, and how long that took, its file apart."""

    rgb: Pixels
    seconds: float
    png: bytes


@dataclass(frozen=True)
class Measured:
    """One peer on one picture in k colors."""

    peer: str
    picture: str
    k: int
    milliseconds: float
    mse: float
    ssim: float
    delta_e: float
    n_bytes: int


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """What a call gives, and its seconds."""
    start = time.perf_counter()
    result = call()
    return result, time.perf_counter() - start


def _kmosaic(space: str, lightness: float, pixels: Pixels, k: int, _: Path) -> Reduced:
    from kmosaic.color import quantize

    found, seconds = _timed(lambda: quantize(pixels, k, space=space, lightness=lightness))
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
    line: Callable[[int, Path, Path], list[str]], k_of: Pixels, k: int, folder: Path
) -> Reduced:
    """A program of its own: reading, writing and starting it are in its time."""
    from PIL import Image

    source, target = folder / "source.png", folder / "target.png"
    Image.fromarray(k_of).save(source, compress_level=1)
    target.unlink(missing_ok=True)
    _done, seconds = _timed(lambda: subprocess.run(line(k, source, target), check=True))
    with Image.open(target) as image:
        return Reduced(np.asarray(image.convert("RGB")), seconds, target.read_bytes())


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


def _bound(
    function: Callable[..., Reduced], *first: Any
) -> Callable[[Pixels, int, Path], Reduced]:
    """The function with its first arguments given."""
    return lambda pixels, k, folder: function(*first, pixels, k, folder)


PEERS: Final = (
    Peer("kmosaic", "kmosaic", None, _bound(_kmosaic, "srgb", 1.0), on_large=True),
    Peer("kmosaic, oklab", "kmosaic", None, _bound(_kmosaic, "oklab", 1.0)),
    Peer("kmosaic, lab, lightness 3", "kmosaic", None, _bound(_kmosaic, "lab", 3.0)),
    Peer("imagequant", "imagequant", None, _imagequant, on_large=True),
    Peer("pngquant", None, "pngquant", _bound(_program, _pngquant)),
    Peer("Pillow, median cut", "PIL", None, _bound(_pillow, 0, 0), on_large=True),
    Peer("Pillow, median cut, kmeans=1", "PIL", None, _bound(_pillow, 0, 1)),
    Peer("Pillow, octree", "PIL", None, _bound(_pillow, 2, 0), on_large=True),
    Peer("OpenCV kmeans", "cv2", None, _opencv),
    Peer("scikit-learn KMeans", "sklearn", None, _bound(_sklearn, "KMeans")),
    Peer(
        "scikit-learn MiniBatchKMeans", "sklearn", None, _bound(_sklearn, "MiniBatchKMeans")
    ),
    Peer("ImageMagick -colors", None, "convert", _bound(_program, _magick)),
    Peer("ImageMagick -kmeans", None, "magick", _bound(_program, _magick_kmeans)),
)


def serve(name: str, folder: Path) -> None:
    """Be the process of a peer: a line of JSON in, one out, until stdin ends."""
    peer = next(peer for peer in PEERS if peer.name == name)
    for line in sys.stdin:
        task = json.loads(line)
        found = peer.reduce(np.load(task["picture"]), task["k"], folder)
        np.save(folder / "rgb.npy", found.rgb)
        (folder / "file.png").write_bytes(found.png)
        print(json.dumps({"seconds": found.seconds}), flush=True)


class Worker:
    """The process of one peer, which works only when told."""

    def __init__(self, peer: Peer, folder: Path, n_threads: int) -> None:
        self.peer = peer
        self.folder = folder
        folder.mkdir()
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "KMOSAIC_NUM_THREADS")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.color", "--serve", peer.name, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | dict.fromkeys(names, str(n_threads)),
        )

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.__exit__(None, None, None)

    def reduce(self, picture: Path, k: int) -> float:
        """Let the peer work once; its seconds."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(
            json.dumps({"picture": str(picture), "k": k}),
            file=self._process.stdin,
            flush=True,
        )
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.peer.name} ended before it was told to.")
        return float(json.loads(line)["seconds"])


def photographs(quick: bool) -> dict[str, Pixels]:
    """The pictures by name."""
    from PIL import Image

    folder = Path(os.environ.get("KMOSAIC_DATA") or ROOT.parent / "shared" / "data")
    kodak = sorted((folder / "kodak").glob("*.png"))
    if kodak and not quick:
        return {path.stem: np.asarray(Image.open(path).convert("RGB")) for path in kodak}
    from sklearn.datasets import load_sample_image

    names = ("china", "flower")
    found = {name: np.asarray(load_sample_image(f"{name}.jpg")) for name in names}
    return {"china": found["china"][:64, :96]} if quick else found


def mosaic(pictures: dict[str, Pixels]) -> Pixels:
    """24 megapixels: the pictures side by side, again and again."""
    tiles = [
        p if p.shape[0] < p.shape[1] else p.transpose(1, 0, 2) for p in pictures.values()
    ]
    height, width = np.min([tile.shape[:2] for tile in tiles], axis=0)
    down, right = -(-4000 // height), -(-6000 // width)
    rows = [
        np.concatenate(
            [tiles[(i * 5 + j) % len(tiles)][:height, :width] for j in range(right)], axis=1
        )
        for i in range(down)
    ]
    return np.ascontiguousarray(np.concatenate(rows)[:4000, :6000])


def judge(
    peer: str, picture: str, k: int, seconds: float, original: Pixels, folder: Path
) -> Measured:
    """Hold what a peer made against the original."""
    from kmosaic.color import fidelity

    found = fidelity(original, np.load(folder / "rgb.npy"))
    n_bytes = (folder / "file.png").stat().st_size
    return Measured(
        peer,
        picture,
        k,
        1e3 * seconds,
        found.mse,
        found.ssim or 1.0,
        found.delta_e,
        n_bytes,
    )


def compare(
    peers: list[Peer],
    pictures: dict[str, Pixels],
    ks: tuple[int, ...],
    repeats: int,
    n_threads: int,
) -> list[Measured]:
    """Take all pictures to all peers, in turns: a machine that drifts is fair to all."""
    found = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        workers = [
            stack.enter_context(Worker(peer, folder / str(i), n_threads))
            for i, peer in enumerate(peers)
        ]
        for i, (picture, pixels) in enumerate(pictures.items()):
            np.save(folder / "picture.npy", pixels)
            for k in ks:
                # The first picture warms up: compilation, caches.
                n = repeats + 2 * (i == 0 and k == ks[0])
                turns = [
                    [w.reduce(folder / "picture.npy", k) for w in workers] for _ in range(n)
                ]
                for worker, seconds in zip(workers, zip(*turns, strict=True), strict=True):
                    best = min(seconds)
                    found.append(
                        judge(worker.peer.name, picture, k, best, pixels, worker.folder)
                    )
    return found


def table(found: list[Measured]) -> list[str]:
    """Means over the pictures, as Markdown."""
    lines = [
        "| k | quantizer | MSE | SSIM | ΔE | ms | PNG bytes |",
        "|--:|---|--:|--:|--:|--:|--:|",
    ]
    for k in sorted({one.k for one in found}):
        for peer in dict.fromkeys(one.peer for one in found):
            own = [one for one in found if one.k == k and one.peer == peer]
            cells = [
                str(k),
                peer,
                f"{mean(one.mse for one in own):.1f}",
                f"{mean(one.ssim for one in own):.4f}",
                f"{mean(one.delta_e for one in own):.3f}",
                f"{mean(one.milliseconds for one in own):.0f}",
                f"{mean(one.n_bytes for one in own):,.0f}",
            ]
            lines.append("| " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    """Measure, print, and write results/color.md and color.json, or color-large."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.color", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny: shows that it runs")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peer", action="append", help="only these; may be repeated")
    parser.add_argument(
        "--large", action="store_true", help="the pictures as one mosaic of 24 megapixels"
    )
    parser.add_argument("-o", "--output", type=Path, default=RESULTS)
    parser.add_argument(
        "--serve", nargs=2, metavar=("PEER", "FOLDER"), help=argparse.SUPPRESS
    )
    given = parser.parse_args()
    if given.serve:
        serve(given.serve[0], Path(given.serve[1]))
        return
    wanted = [p for p in PEERS if not given.peer or p.name in given.peer]
    peers = [peer for peer in wanted if peer.missing() is None]
    pictures = photographs(given.quick)
    ks = (4, 16) if given.quick else KS
    if given.large:
        peers = [peer for peer in peers if peer.on_large]
        pictures, ks = {"mosaic": mosaic(pictures)}, LARGE_KS
    found = compare(peers, pictures, ks, given.repeats, given.threads)
    machine = describe({"scikit-learn", "pillow"}, quick=given.quick)
    head = (
        f"{machine.processor}, {machine.n_cores} cores, {given.threads} threads. Means of "
        f"{counted(len(pictures), 'pictures')}, undithered; MSE summed over the channels; "
        f"fastest of {counted(given.repeats, 'runs')} in turns, files apart; the times of "
        "pngquant and ImageMagick hold their start, reading and writing."
    )
    lines = [head, "", *table(found)]
    lines += [f"\nLeft out: {p.name}: {p.missing()}." for p in wanted if p.missing()]
    name = "color-large" if given.large else "color"
    given.output.mkdir(parents=True, exist_ok=True)
    (given.output / f"{name}.md").write_text("\n".join(lines) + "\n")
    facts = [asdict(one) for one in found]
    (given.output / f"{name}.json").write_text(json.dumps(facts, indent=1) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
