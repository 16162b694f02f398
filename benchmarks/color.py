"""Color quantizers side by side: ``python -m benchmarks.color``.

Each peer works in a process of its own, in turns with the others, on the Kodak pictures
(``KMOSAIC_DATA``, or ../shared/data beside the checkout); without them on scikit-learn's
two sample photographs; with ``--large`` on all of them as one mosaic of 24 megapixels. What
is not installed is left out and named. The table in docs/color.md comes from here, too.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from typing import Final

import numpy as np

from benchmarks.data import ROOT
from benchmarks.machine import describe
from benchmarks.quantizers import PEERS, Peer, Pixels
from benchmarks.readme import put_between
from kmosaic.wording import counted

KS: Final = (4, 16, 64, 256)
LARGE_KS: Final = (16, 256)
IN_DOCS: Final = (16, 256)
_LONG: Final = 2.0  # seconds; what takes so long is not repeated
RESULTS: Final = ROOT / "benchmarks" / "results"
DOCS: Final = ROOT / "docs" / "color.md"
BEGIN: Final = "<!-- quantizers: written by python -m benchmarks.color -->"
END: Final = "<!-- end of quantizers -->"


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
                seconds: list[list[float]] = [[] for _ in workers]
                for _ in range(n):
                    for worker, own in zip(workers, seconds, strict=True):
                        if not own or min(own) < _LONG:
                            own.append(worker.reduce(folder / "picture.npy", k))
                found += [
                    judge(w.peer.name, picture, k, min(own), pixels, w.folder)
                    for w, own in zip(workers, seconds, strict=True)
                ]
    return found


def means(found: list[Measured], k: int, peer: str) -> Measured:
    """One peer at one k, over all pictures."""
    own = [one for one in found if (one.k, one.peer) == (k, peer)]
    return Measured(
        peer,
        "mean",
        k,
        mean(one.milliseconds for one in own),
        mean(one.mse for one in own),
        mean(one.ssim for one in own),
        mean(one.delta_e for one in own),
        round(mean(one.n_bytes for one in own)),
    )


def table(found: list[Measured]) -> list[str]:
    """Means over the pictures, as Markdown."""
    lines = [
        "| k | quantizer | MSE | SSIM | ΔE | ms | PNG bytes |",
        "|--:|---|--:|--:|--:|--:|--:|",
    ]
    for k in sorted({one.k for one in found}):
        for peer in dict.fromkeys(one.peer for one in found):
            own = means(found, k, peer)
            lines.append(
                f"| {k} | {peer} | {own.mse:.1f} | {own.ssim:.4f} | {own.delta_e:.3f} | "
                f"{own.milliseconds:.0f} | {own.n_bytes:,} |"
            )
    return lines


def short_table(found: list[Measured]) -> list[str]:
    """The same for the docs: some numbers of colors side by side."""
    names = ("MSE", "SSIM", "ΔE", "ms", "kB")
    lines = [
        "| | "
        + " | ".join(f"{k} colors" + " |" * (len(names) - 1) for k in IN_DOCS)
        + " |",
        "|---|" + "--:|" * (len(names) * len(IN_DOCS)),
        "| | " + " | ".join(names * len(IN_DOCS)) + " |",
    ]
    for peer in dict.fromkeys(one.peer for one in found):
        cells = [peer]
        for k in IN_DOCS:
            own = means(found, k, peer)
            cells += [
                f"{own.mse:.1f}",
                f"{own.ssim:.3f}",
                f"{own.delta_e:.2f}",
                f"{own.milliseconds:.0f}",
                f"{own.n_bytes / 1000:.0f}",
            ]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    """Measure and print; without --peer write it down too."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.color", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny: shows that it runs")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--peer",
        action="append",
        help="only these, printed alone; may be repeated",
    )
    parser.add_argument(
        "--large", action="store_true", help="the pictures as one mosaic of 24 megapixels"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        help="a folder for color.md and color.json, or color-large; results/ if not given, "
        "and the table in docs/color.md then",
    )
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
        f"fastest of {counted(given.repeats, 'runs')} in turns (one, where it takes over "
        f"{_LONG:g} s), files apart; but the times of pngquant and ImageMagick hold their "
        "start, reading and writing."
    )
    lines = [head, "", *table(found)]
    lines += [f"\nLeft out: {p.name}: {p.missing()}." for p in wanted if p.missing()]
    print("\n".join(lines))
    if given.peer and given.output is None:
        return
    folder = RESULTS if given.output is None else given.output
    name = "color-large" if given.large else "color"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text("\n".join(lines) + "\n")
    facts = [asdict(one) for one in found]
    (folder / f"{name}.json").write_text(json.dumps(facts, indent=1) + "\n")
    if given.output is None and not (given.quick or given.large):
        text = "\n".join(short_table(found))
        DOCS.write_text(put_between(DOCS.read_text(), BEGIN, END, text))


if __name__ == "__main__":
    main()
