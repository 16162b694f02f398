"""Patterns mean what shells would mean by them, in the order of names."""

from pathlib import Path

import pytest

from kmosaic.files import is_pattern, paths_matching


def test_what_is_meant_comes_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("b.png", "a.png", ".hidden.png", "in/c.png", "in/deep/d.png", "e.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "folder.png").mkdir()
    monkeypatch.chdir(tmp_path)
    assert paths_matching("*.png") == [Path("a.png"), Path("b.png"), Path("folder.png")]
    assert paths_matching("[b-z].png") == [Path("b.png")]
    assert paths_matching("in/**/*.png") == [Path("in/c.png"), Path("in/deep/d.png")]
    assert paths_matching(f"{tmp_path}/a.*") == [tmp_path / "a.png"]
    assert paths_matching("x*") == []


def test_a_file_whose_own_name_has_a_sign_is_no_pattern(tmp_path: Path) -> None:
    path = tmp_path / "a[1].png"
    assert is_pattern(str(path))
    path.touch()
    assert not is_pattern(str(path))
