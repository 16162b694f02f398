"""Damaged files of every kind: a clear refusal or a right answer, in little memory."""

import contextlib
import gzip
import io
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.numpy import save

from kmosaic.errors import InputError
from kmosaic.readers import Dataset, read, read_labels
from tests.examples import examples
from tests.readers.test_idx import idx

RNG = np.random.default_rng(0)
POINTS = RNG.integers(256, size=(6, 4, 5), dtype=np.uint8)
FLOATS = RNG.normal(size=(6, 4))
LABELS = np.arange(6)


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def _npz(compressed: bool) -> bytes:
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, X=POINTS, y=LABELS)
    return buffer.getvalue()


def _csv() -> bytes:
    buffer = io.StringIO()
    np.savetxt(buffer, FLOATS, delimiter=",", header="a,b,c,d", comments="")
    return buffer.getvalue().encode()


def _parquet() -> bytes:
    buffer = io.BytesIO()
    table = {"a": FLOATS[:, 0], "b": np.arange(6), "c": np.arange(6) / 7}
    pyarrow.parquet.write_table(pyarrow.table(table), buffer, write_page_checksum=True)
    return buffer.getvalue()


def _picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(POINTS[0]).save(buffer, kind)
    return buffer.getvalue()


FILES = {
    "x.npy": _npy(FLOATS),
    "y.npy": _npy(POINTS),
    "x.npz": _npz(compressed=False),
    "y.npz": _npz(compressed=True),
    "x.csv": _csv(),
    "x.tsv": _csv().replace(b",", b"\t"),
    "x.idx": idx(POINTS),
    "x-images-idx3-ubyte.gz": gzip.compress(idx(POINTS)),
    "x.safetensors": save({"X": FLOATS, "y": LABELS}),
    "x.parquet": _parquet(),
}
PICTURES = {kind: _picture(kind) for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")}
# These carry a checksum, so that an answer can only be the right one.
CHECKED = {"x.npz", "y.npz", "x-images-idx3-ubyte.gz"}

settings.register_profile(
    "files", parent=settings.get_profile("kmosaic"), max_examples=examples(60)
)
fuzz = settings(
    settings.get_profile("files"),
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # one file, written anew
)
many_names = pytest.mark.parametrize("name", FILES)


def read_or_refuse(path: Path, raw: bytes) -> Dataset | None:
    """Read damaged bytes within little memory; any error but InputError escapes."""
    path.write_bytes(raw)
    tracemalloc.start()
    try:
        data = read(path)
    except InputError as error:
        assert 20 < len(str(error)) < 600
        assert "\n" not in str(error)
        return None
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 8_000_000
    assert data.X.ndim == 2
    assert data.X.size > 0
    assert np.isfinite(data.X).all()
    assert data.labels is None or len(data.labels) == len(data.X)
    if path.name in CHECKED:
        np.testing.assert_array_equal(data.X, POINTS.reshape(6, -1))
    return data


@many_names
def test_whole_files_are_read(tmp_path: Path, name: str) -> None:
    data = read_or_refuse(tmp_path / name, FILES[name])
    assert data is not None
    assert len(data.X) == 6


@many_names
def test_cut_files(tmp_path: Path, name: str) -> None:
    raw = FILES[name]
    for left in range(0, len(raw), max(1, len(raw) // 200)):
        data = read_or_refuse(tmp_path / name, raw[:left])
        # Only a table may lose rows without anyone being able to tell.
        assert data is None or name.endswith(("csv", "tsv"))


@many_names
@fuzz
@given(data=st.data())
def test_flipped_bits(tmp_path: Path, name: str, data: st.DataObject) -> None:
    raw = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    read_or_refuse(tmp_path / name, bytes(raw))


@many_names
@fuzz
@given(data=st.data())
def test_spliced_bytes(tmp_path: Path, name: str, data: st.DataObject) -> None:
    raw = FILES[name]
    start = data.draw(st.integers(0, min(len(raw), 200)))
    end = data.draw(st.integers(start, min(len(raw), start + 20)))
    read_or_refuse(
        tmp_path / name, raw[:start] + data.draw(st.binary(max_size=20)) + raw[end:]
    )


@many_names
@fuzz
@given(raw=st.binary(min_size=1, max_size=60))
def test_anything_behind_the_right_beginning(tmp_path: Path, name: str, raw: bytes) -> None:
    read_or_refuse(tmp_path / name, FILES[name][:8] + raw)
    read_or_refuse(tmp_path / name, raw)


@fuzz
@given(
    sides=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4), packed=st.booleans()
)
def test_idx_headers_that_promise_anything(
    tmp_path: Path, sides: list[int], packed: bool
) -> None:
    raw = struct.pack(f">HBB{len(sides)}I", 0, 8, len(sides), *sides) + bytes(50)
    path = tmp_path / ("x.idx.gz" if packed else "x.idx")
    path.write_bytes(gzip.compress(raw) if packed else raw)
    with contextlib.suppress(InputError):
        assert read(path).X.size == 50


@fuzz
@given(
    shape=st.lists(st.integers(-(2**70), 2**70), max_size=40),
    descr=st.sampled_from(
        ["<f8", "|u1", ">i4", "|O", "<c16", "|V9999999", "<U900000000", "?"]
    ),
)
def test_npy_headers_that_promise_anything(
    tmp_path: Path, shape: list[int], descr: str
) -> None:
    header = repr({"descr": descr, "fortran_order": False, "shape": tuple(shape)}).encode()
    raw = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(100)
    read_or_refuse(tmp_path / "x.npy", raw)


@fuzz
@given(text=st.text(alphabet='0123456789.,;\t\n"-eEnaif x_é\x00\r', max_size=60))
def test_tables_of_anything(tmp_path: Path, text: str) -> None:
    if text:
        read_or_refuse(tmp_path / "x.csv", text.encode())


@pytest.mark.parametrize("kind", PICTURES)
@fuzz
@given(data=st.data())
def test_damaged_pictures(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    raw = bytearray(PICTURES[kind])
    for _ in range(data.draw(st.integers(0, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (tmp_path / "a.png").write_bytes(raw[: data.draw(st.integers(1, len(raw)))])
    with contextlib.suppress(InputError):
        assert read(tmp_path).X.dtype == np.uint8


@pytest.mark.parametrize("name", ["l.npy", "l.csv", "l.txt", "l.idx", "l.gz"])
@fuzz
@given(data=st.data())
def test_files_of_labels(tmp_path: Path, name: str, data: st.DataObject) -> None:
    text = b"1\n2\n3\n4\n5\n6\n"
    whole = {
        "l.npy": _npy(LABELS),
        "l.idx": idx(LABELS.astype(np.uint8)),
        "l.gz": gzip.compress(idx(LABELS.astype(np.uint8))),
    }.get(name, text)
    raw = bytearray(whole)
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (tmp_path / name).write_bytes(raw[: data.draw(st.integers(1, len(raw)))])
    with contextlib.suppress(InputError):
        assert len(read_labels(tmp_path / name, 6)) == 6
