"""Text becomes numbers, or the cell that is not one is named."""

from pathlib import Path

import numpy as np
import pytest

from kmosaic.errors import InputError
from kmosaic.readers import read


def table(tmp_path: Path, text: str | bytes, name: str = "t.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


NUMBERS = [[1.0, 2.5], [3.0, -4e3]]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1,2.5\n3,-4e3\n", None),
        ("1,2.5\n3,-4e3", None),
        ("1;2.5\r\n3;-4e3\r\n", None),
        ("width,height\n1,2.5\n3,-4e3\n", ("width", "height")),
        ("\n width , height \n\n1,2.5\n\n3,-4e3\n\n", ("width", "height")),
        ('"a, b","c\nd"\n"1","2.5"\n3,-4e3\n', ("a, b", "c\nd")),
        ("\ufeffwidth,height\n1,2.5\n3,-4e3\n", ("width", "height")),
        ("\ufeff1,2.5\n3,-4e3\n", None),
        ("5,height\n1,2.5\n3,-4e3\n", ("5", "height")),
        ("0,1\n1,2.5\n3,-4e3\n", ("0", "1")),
        ("# width\theight\n1\t2.5\n3\t-4e3\n", ("# width", "height")),
    ],
)
def test_numbers_and_their_names(
    tmp_path: Path, text: str, names: tuple[str, ...] | None
) -> None:
    data = read(table(tmp_path, text))
    assert data.X.tolist() == NUMBERS
    assert data.X.dtype == np.float64
    assert data.feature_names == names
    assert data.name == "t"


def test_tabs_and_one_column(tmp_path: Path) -> None:
    assert read(table(tmp_path, "a\tb\n1\t2.5\n3\t-4e3\n", "t.tsv")).X.tolist() == NUMBERS
    assert read(table(tmp_path, "a\n1\n2\n")).X.tolist() == [[1], [2]]
    assert read(table(tmp_path, "7\n")).X.tolist() == [[7]]


def test_column_numbers_are_a_header_and_small_counts_are_points(tmp_path: Path) -> None:
    wide = ",".join(map(str, range(10)))
    data = read(table(tmp_path, f"{wide}\n{wide}\n"))
    assert data.X.shape == (1, 10)
    assert read(table(tmp_path, "0,1\n2,3\n")).X.tolist() == [[0, 1], [2, 3]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "a,b\n1,2\n3,cat\n",
            r"t\.csv, line 3, column 'b' holds the text 'cat'.*Leave it",
        ),
        ("a,b\n1,cat\n3,dog\n", "line 2, column 'b' holds the text 'cat'"),
        ("1,cat\n3,dog\n", r"line 1, column 1 \(counted from 0\) holds the text 'cat'"),
        ("a,b\n1,2\n\n3,\n", "line 4, column 'b' has no value. Fill it in"),
        ("1,2\n3, \n", r"line 2, column 1 \(counted from 0\) has no value"),
        ("a,b\n1,nan\n", "line 2, column 'b' is nan, not a finite number"),
        ("a,b\n1,2\n-inf,1\n", "line 3, column 'a' is -inf"),
        ("a,b\n1,2\n1e999,1\n", "line 3, column 'a' is 1e999"),
        ("a;b\n1;2,5\n", "line 2, column 'b' holds the text '2,5'"),
        ("a,b\n1,1_000\n", "column 'b' holds the text '1_000'"),
        ("1,2\n3\n", "line 2 has 1 cells where the first line has 2"),
        ("a,b\n1,2,3\n", "line 2 has 3 cells where the first line has 2"),
        (",a,b\n0,1,2\n", "a first column without a name, which looks like row numbers"),
        ("a,b\n", "has a header and no rows"),
        ("\n\n", "has no rows"),
        ("a,b\n1,2\n".encode("utf-16"), "not a table in UTF-8"),
        (b"PK\x03\x04\xff\xff\xff", "is a zip file, not a table"),
    ],
)
def test_a_fault_is_named_with_its_place(
    tmp_path: Path, text: str | bytes, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        read(table(tmp_path, text))


def test_lines_are_counted_through_quoted_line_breaks(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 4, column 'c' has no value"):
        read(table(tmp_path, '"a\nb",c\n1,2\n3,\n'))


@pytest.mark.parametrize(
    ("text", "n_rows"),
    [
        ("1,,40,senior\n2,31,50,basic\n", 2),  # a gap above a number is no name
        ("1,NA\n2,3\n", 2),
        (",x,y\n0,1,2\n1,3,4\n", 2),
        ("name,\na,b\n", 1),
        ("a,1\nb,2\n", 2),
    ],
)
def test_a_first_row_with_gaps_is_data(tmp_path: Path, text: str, n_rows: int) -> None:
    (tmp_path / "t.csv").write_text(text)
    options = {"one_hot": True, "without_row_numbers": True, "missing": "mean"}
    assert len(read(tmp_path / "t.csv", **options).X) == n_rows  # type: ignore[arg-type] # any of its
