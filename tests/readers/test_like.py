"""A second table becomes points as the first one did: its texts, its means, its columns."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kmosaic.errors import InputError
from kmosaic.readers import Column, Dataset, read

FIT = pd.DataFrame({"kg": [1.0, 2.0, 6.0], "kind": ["b", "c", "a"], "n": [1, 2, 3]})


@pytest.fixture(params=["csv", "parquet", "pandas"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "parquet":
        pytest.importorskip("pyarrow", reason="Parquet needs kmosaic[parquet]")

    def written(frame: pd.DataFrame) -> Any:
        path = tmp_path / f"t.{request.param}"
        if request.param == "csv":
            frame.to_csv(path, index=False)
        if request.param == "parquet":
            frame.to_parquet(path)
        return frame if request.param == "pandas" else path

    return written


def known(write: Any) -> Dataset:
    return read(write(FIT), one_hot=True)


def test_what_a_table_teaches(write: Any) -> None:
    assert known(write).columns == (
        Column("kg", mean=3.0),
        Column("kind", values=("a", "b", "c")),
        Column("n", mean=2.0),
    )


def test_a_new_table_gets_the_texts_and_the_means_of_the_first(write: Any) -> None:
    before = known(write)
    new = pd.DataFrame({"n": [5, 6], "more": [0, 0], "kind": ["c", "c"], "kg": [np.nan, 4]})
    data = read(write(new), like=before.columns, missing="mean")
    np.testing.assert_array_equal(data.X, [[3, 0, 0, 1, 5], [4, 0, 0, 1, 6]])
    assert data.feature_names == before.feature_names
    assert data.notes == (
        "1 value is missing and filled with the mean that the column had in the fit.",
    )


def test_a_missing_text_is_none_of_the_texts(write: Any) -> None:
    columns = (known(write).columns or ())[1:]
    new = pd.DataFrame({"n": [5, 6], "kind": ["c", None], "kg": [1.0, 4.0]})
    data = read(write(new), like=columns, missing="mean")
    np.testing.assert_array_equal(data.X, [[0, 0, 1, 5], [0, 0, 0, 6]])
    assert data.notes == (
        "1 text is missing and counted as none: 0 in each column of the text's values.",
    )


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (
            {"kg": [1.0, 2.0], "kind": ["a", "z"], "n": [1, 2]},
            r"'kind' holds 'z' in row 1 .* the fit had only 'a', 'b', 'c'\.",
        ),
        ({"kg": ["x", "y"], "kind": ["a", "b"], "n": [1, 2]}, "'kg' holds the text 'x'"),
        ({"kind": ["a", "b"], "n": [1, 2]}, "has no column 'kg'"),
        (
            {"kg": [None, 1.0], "kind": ["a", "b"], "n": [1, 2]},
            "'kg' has no value in row 0",
        ),
    ],
)
def test_what_the_first_did_not_have_is_refused(
    write: Any, new: dict[str, Any], words: str
) -> None:
    columns = known(write).columns
    with pytest.raises(InputError, match=words):
        read(write(pd.DataFrame(new)), like=columns)


def test_rows_are_counted_where_some_were_left_out(write: Any) -> None:
    columns = known(write).columns
    new = pd.DataFrame({"kg": [None, 1.0, 2.0], "kind": ["a", "b", "z"], "n": [1, 2, 3]})
    with pytest.raises(InputError, match="'z' in row 2 "):
        read(write(new), like=columns, missing="drop")


def test_texts_that_look_like_numbers(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,code\n1,7a\n2,08\n")
    (tmp_path / "b.csv").write_text("code,x\n08,3\n08,\n")
    columns = read(tmp_path / "a.csv", one_hot=True).columns
    data = read(tmp_path / "b.csv", like=columns, missing="drop")
    np.testing.assert_array_equal(data.X, [[3, 1, 0]])


def test_flags_with_gaps(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,ok\n1,true\n2,false\n")
    (tmp_path / "b.csv").write_text("x,ok\n1,true\n2,\n")
    data = read(
        tmp_path / "b.csv",
        like=read(tmp_path / "a.csv", one_hot=True).columns,
        missing="mean",
    )
    np.testing.assert_array_equal(data.X, [[1, 1], [2, 0.5]])


def test_tables_without_a_header_go_by_their_order(tmp_path: Path) -> None:
    (tmp_path / "named.csv").write_text("x,y\n1,2\n3,4\n")
    (tmp_path / "plain.csv").write_text("5,6\n7,8\n")
    named, plain = (read(tmp_path / name) for name in ("named.csv", "plain.csv"))
    for source, before in (("plain.csv", named), ("named.csv", plain)):
        data = read(tmp_path / source, like=before.columns)
        np.testing.assert_array_equal(data.X, read(tmp_path / source).X)
        assert "their order is taken as it is" in data.notes[0]
    (tmp_path / "wide.csv").write_text("5,6,1\n7,8,2\n")
    with pytest.raises(InputError, match=r"has 3 columns, and .* fitted on 2, called x, y"):
        read(tmp_path / "wide.csv", like=named.columns)


def test_texts_that_all_differ_are_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("who,x\nann,1\nbob,2\ncy,3\n")
    words = r"'who' holds .*Every row has another one, as names .*\(--columns x\)"
    with pytest.raises(InputError, match=words):
        read(tmp_path / "a.csv")
    with pytest.raises(InputError, match=words):
        read(pd.read_csv(tmp_path / "a.csv"))


@pytest.mark.parametrize("like", [[1], "kg"])
def test_like_is_of_columns(write: Any, like: Any) -> None:
    with pytest.raises(InputError, match=r"Pass the columns of a table .*data\.columns"):
        read(write(FIT), like=like)
