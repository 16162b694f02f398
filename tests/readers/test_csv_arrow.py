"""The quick path of tables gives the bits of the slow one, or nothing."""

import math
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmosaic.errors import InputError
from kmosaic.readers import read
from kmosaic.readers.formats.csv import arrow, table
from kmosaic.readers.formats.csv.cells import read_columns
from kmosaic.readers.formats.csv.layout import find_layout
from tests.examples import examples

pytest.importorskip("pyarrow")

settings.register_profile(
    "tables", parent=settings.get_profile("kmosaic"), max_examples=examples(100)
)
many = settings(
    settings.get_profile("tables"),
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # one file, written anew
)


@pytest.fixture(autouse=True)
def _short_files_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow, "FEWEST_BYTES", 0)


def written(folder: Path, text: str) -> Path:
    path = folder / "t.csv"
    path.write_bytes(text.encode())
    return path


def quick(path: Path, *, gaps: bool = False) -> np.ndarray | None:
    layout = find_layout(path)
    return arrow.read_numbers(path, layout, range(layout.n_columns), gaps=gaps)


def same_bits(first: np.ndarray, second: np.ndarray) -> bool:
    return first.shape == second.shape and first.tobytes() == second.tobytes()


floats = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(2**80), 2**80).map(str),
    # More digits than a double has, near the middle between two of them.
    st.tuples(st.integers(0, 10**25), st.integers(-340, 300)).map(
        lambda parts: f"{parts[0]}e{parts[1]}"
    ),
    st.decimals(allow_nan=False, allow_infinity=False, places=30).map(str),
)


@many
@given(numbers=st.lists(floats, min_size=1, max_size=20))
def test_a_number_is_rounded_as_float_rounds_it(tmp_path: Path, numbers: list[str]) -> None:
    path = written(tmp_path, "".join(f"{text}\n" for text in ["1", *numbers]))
    X = quick(path)
    expected = [float(text) for text in numbers]
    if X is None:  # beyond what a double can hold, or too small for it
        assert any(math.isinf(x) or abs(x) < sys.float_info.min for x in expected)
    else:
        assert [struct.pack("d", x) for x in X[1:, 0]] == [
            struct.pack("d", x) for x in expected
        ]


@many
@given(text=st.text(alphabet='0123456789.,;\t\n"-+eEnaif x_\r', min_size=1, max_size=60))
def test_what_the_quick_path_takes_numpy_reads_the_same(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    try:
        layout = find_layout(path)
    except InputError:
        return
    X = quick(path)
    if X is not None:
        assert same_bits(X, table._load_by_numpy(path, layout))


cells = st.sampled_from(
    [
        *("1", "-2.5", "1e-3", "-0.0", '"7"', " 3", "+4", "0x1", "1_0", "inf", "-nan"),
        *("", '""', " ", "NA", "nan", "None", "?", "n/a", "nA", "true", "x"),
    ]
)


@many
@given(
    rows=st.lists(st.lists(cells, min_size=2, max_size=3), min_size=1, max_size=6),
    end=st.sampled_from(["\n", "\r\n", "\n\n"]),
)
def test_gaps_are_those_of_the_slow_path(
    tmp_path: Path, rows: list[list[str]], end: str
) -> None:
    lines = ["a,b", *(",".join(row) for row in rows)]
    path = written(tmp_path, end.join(lines) + end)
    layout = find_layout(path)
    X = quick(path, gaps=True)
    if X is not None:
        slow = read_columns(path, layout, range(layout.n_columns))
        np.testing.assert_array_equal(X, np.column_stack(slow))


@pytest.mark.parametrize(
    "text",
    [
        "1,2.5\n3,-4e3\n",
        "1;2.5\r\n3;-4e3\r\n",
        "\ufeffwidth,height\n1,2.5\n3,-4e3\n",
        "\ufeff1,2.5\n3,-4e3",
        '"a, b","c\nd"\n"1","2.5"\n3,-4e3\n',
        "\n a\tb \n\n1\t2.5\n\n3\t-4e3\n\n",
    ],
)
def test_tables_as_people_write_them_are_read_quickly(tmp_path: Path, text: str) -> None:
    X = quick(written(tmp_path, text))
    assert X is not None
    assert X.tolist() == [[1.0, 2.5], [3.0, -4e3]]
    assert X.flags.c_contiguous


def test_options_go_the_quick_way_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "a,b,kind,y\n1,,x,0\n3,4,y,1\n5,6,x,0\n")
    slow = read_columns(path, find_layout(path), [0, 1, 3])
    monkeypatch.setattr(table, "read_columns", None)  # not called
    data = read(path, columns=["b", "a"], labels="y", missing="mean")
    assert data.X.tolist() == [[5, 1], [4, 3], [6, 5]]
    assert data.labels is not None
    assert data.labels.tolist() == slow[2].tolist() == [0, 1, 0]


def test_blocks_of_a_long_table_keep_their_order(tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(2_000, 40))  # more than a block
    path = tmp_path / "t.csv"
    np.savetxt(path, X, delimiter=",", fmt="%.17g")
    assert path.stat().st_size > arrow._BLOCK_BYTES
    found = quick(path)
    assert found is not None
    assert same_bits(found, X)


@pytest.mark.parametrize("text", ["a,b\n1,2\n3,cat\n", "a,b\n1,2\n3\n", "a,b\n1,nan\n"])
def test_faults_are_named_as_ever(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, text)
    assert quick(path) is None
    with pytest.raises(InputError) as refusal:
        read(path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not installed
    with pytest.raises(InputError) as alone:
        read(path)
    assert str(refusal.value) == str(alone.value)


def test_without_pyarrow_tables_are_read_by_numpy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "1,2.5\n3,-4e3\n")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert quick(path) is None
    assert read(path).X.tolist() == [[1.0, 2.5], [3.0, -4e3]]


@pytest.mark.parametrize(("n_threads", "expected"), [("1", False), ("1000", True)])
def test_threads_of_pyarrow_keep_to_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_threads: str, expected: bool
) -> None:
    from pyarrow import csv

    asked: list[bool] = []

    def options(**given: object) -> object:
        asked.append(bool(given["use_threads"]))
        return csv_options(**given)

    csv_options = csv.ReadOptions
    monkeypatch.setattr(csv, "ReadOptions", options)
    monkeypatch.setenv("KMOSAIC_NUM_THREADS", n_threads)
    monkeypatch.setattr("pyarrow.cpu_count", lambda: 2)
    assert quick(written(tmp_path, "1,2.5\n3,-4e3\n")) is not None
    assert asked == [expected]
