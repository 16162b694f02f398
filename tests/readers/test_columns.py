"""Columns of tables become points, the same from every kind of table."""

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from kmosaic.errors import InputError
from kmosaic.readers import read
from kmosaic.readers.tabular.options import TableOptions
from kmosaic.readers.tabular.table import as_dataset

pytest.importorskip("pyarrow", reason="Parquet needs kmosaic[parquet]")

FRAME = pd.DataFrame(
    {
        "kg": [1.0, 2.0, None, 4.0],
        "n": [1, 2, 3, 4],
        "kind": ["x", "y", "x", None],
        "ok": [True, False, True, True],
    }
)


@pytest.fixture(params=["csv", "tsv", "parquet", "pandas", "polars"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    path = tmp_path / f"t.{request.param}"
    match request.param:
        case "csv":
            FRAME.to_csv(path, index=False)
        case "tsv":
            FRAME.to_csv(path, index=False, sep="\t")
        case "parquet":
            FRAME.to_parquet(path)
        case "pandas":
            return FRAME
        case "polars":
            return pl.from_pandas(FRAME)
    return path


CASES: list[tuple[dict[str, Any], list[list[float]], tuple[str, ...]]] = [
    ({"columns": ["n"]}, [[1], [2], [3], [4]], ("n",)),
    ({"columns": ["ok", "n"]}, [[1, 1], [0, 2], [1, 3], [1, 4]], ("ok", "n")),
    (
        {"columns": ["kg", "n"], "missing": "drop"},
        [[1, 1], [2, 2], [4, 4]],
        ("kg", "n"),
    ),
    ({"columns": ["kg"], "missing": "mean"}, [[1], [2], [7 / 3], [4]], ("kg",)),
    (
        {"columns": ["kind"], "missing": "drop", "one_hot": True},
        [[1, 0], [0, 1], [1, 0]],
        ("kind=x", "kind=y"),
    ),
    (
        {"columns": ["kind"], "missing": "mean", "one_hot": True},
        [[1, 0], [0, 1], [1, 0], [0, 0]],
        ("kind=x", "kind=y"),
    ),
]


@pytest.mark.parametrize(("options", "X", "names"), CASES)
def test_what_is_chosen_is_read(
    source: Any, options: dict[str, Any], X: list[list[float]], names: tuple[str, ...]
) -> None:
    data = read(source, **options)
    np.testing.assert_allclose(data.X, X)
    assert data.feature_names == names


def test_a_column_of_labels_is_no_feature(source: Any) -> None:
    data = read(source, labels="ok", columns=["n"])
    assert data.labels is not None
    assert data.labels.tolist() == [1, 0, 1, 1]
    data = read(source, labels="n", missing="drop", one_hot=True)
    assert data.feature_names == ("kg", "kind=x", "kind=y", "ok")
    assert data.labels is not None
    assert data.labels.tolist() == [1, 2]


def test_rows_left_out_are_told_and_keep_their_numbers(source: Any, tmp_path: Path) -> None:
    (tmp_path / "l.txt").write_text("a\nb\nc\nd\n")
    data = read(source, columns=["kg"], missing="drop", labels=tmp_path / "l.txt")
    assert data.row_names is not None and data.labels is not None
    assert data.row_names.tolist() == [0, 1, 3]
    assert data.labels.tolist() == ["a", "b", "d"]
    assert data.notes == ("1 of 4 rows have a missing value and were left out.",)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"columns": ["kgs"]}, r"has no column 'kgs'. Did you mean 'kg'\?"),
        ({"columns": ["zzz"]}, "has no column 'zzz'. It has 'kg', 'n', 'kind', 'ok'."),
        ({"columns": ["kg"]}, r"'kg' has no value in row 2 .*--missing drop"),
        ({"columns": ["kind"]}, r"'kind' holds text \('x'\). Leave it out .--columns."),
        ({"columns": ["n"], "labels": "kind"}, "'kind' has no label in row 3"),
        ({"columns": []}, "Pass a list of names"),
        ({"missing": "median"}, 'missing is \'median\'. Pass "drop" or "mean"'),
    ],
)
def test_what_cannot_be_is_refused(
    source: Any, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        read(source, **options)


def test_texts_of_too_many_values_are_no_categories(tmp_path: Path) -> None:
    frame = pd.DataFrame({"name": [f"name {i}" for i in range(60)]})
    with pytest.raises(InputError, match="60 different texts, too many"):
        read(frame, one_hot=True)


def test_columns_without_any_value(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [np.nan, np.nan], "b": [1.0, 2.0]})
    with pytest.raises(InputError, match="'a' has no value at all"):
        read(frame, missing="mean")
    with pytest.raises(InputError, match="a missing value in every row"):
        read(frame, missing="drop")


def test_choices_are_for_tables(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.eye(3))
    for source in (tmp_path / "x.npy", np.eye(3), "digits"):
        with pytest.raises(InputError, match=r"choose from tables, and .* is none"):
            read(source, missing="drop")


def test_other_kinds_of_column(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2020-01-01", "2021-01-01"]),
            "kind": pd.Categorical(["a", "b"]),
            "count": pd.array([1, None], dtype="Int64"),
            "list": [[1, 2], [3]],
        }
    )
    frame.to_parquet(tmp_path / "t.parquet")
    for source in (frame, tmp_path / "t.parquet"):
        with pytest.raises(InputError, match="'day' holds datetime64"):
            read(source, columns=["day"])
        data = read(source, columns=["kind", "count"], one_hot=True, missing="mean")
        np.testing.assert_array_equal(data.X, [[1, 0, 1], [0, 1, 1]])
    with pytest.raises(InputError, match="'list' holds list<"):
        read(tmp_path / "t.parquet", columns=["list"])


def test_a_decimal_comma_is_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a;b\n1;2,5\n")
    with pytest.raises(InputError, match=r"a decimal comma. Write numbers .*: 2\.5\."):
        read(tmp_path / "t.csv")


def test_small_types_stay_small() -> None:
    frame = pl.DataFrame({"a": [1, 2], "b": [3, 4]}, schema={"a": pl.UInt8, "b": pl.UInt8})
    assert read(frame).X.dtype == np.uint8


def test_rows_without_a_label_are_left_out_too(source: Any) -> None:
    data = read(source, columns=["n"], labels="kind", missing="drop")
    assert data.labels is not None
    assert (data.X.ravel().tolist(), data.labels.tolist()) == ([1, 2, 3], ["x", "y", "x"])


def test_all_that_a_table_asks_for_is_said_at_once(tmp_path: Path) -> None:
    frame = pd.concat([FRAME] * 3).assign(who=[f"no. {i}" for i in range(12)])
    frame.insert(0, "id", range(12))
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_parquet(tmp_path / "t.parquet")
    way = "To read the whole table: --columns kg,n,kind,ok --one-hot --missing mean."
    for source in (frame, tmp_path / "t.csv", tmp_path / "t.parquet"):
        with pytest.raises(InputError, match=way):
            read(source)
        data = read(source, columns=["kg", "n", "kind", "ok"], one_hot=True, missing="mean")
        assert data.X.shape == (12, 5)


@pytest.mark.parametrize("columns", ["width", [], [1]])
def test_columns_are_a_list_of_names(source: Any, columns: Any) -> None:
    with pytest.raises(InputError, match="Pass a list of names of columns"):
        read(source, columns=columns)


def test_a_long_text_takes_no_memory_in_other_rows() -> None:
    kinds = np.array(["a", "b" * 10**6] * 2000, dtype=object)
    tracemalloc.start()
    data = as_dataset({"kind": kinds}, TableOptions(one_hot=True), "t", "t")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert data.X.sum(axis=0).tolist() == [2000, 2000]
    assert peak < 10**8
