"""A run folder that someone changed is refused in one sentence, or is right."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmosaic.errors import InputError
from kmosaic.explore import drill_down, merge, open_run
from kmosaic.explore.runs.record import read_record
from tests.examples import examples
from tests.explore.made import X, explored, folder

__all__ = ["folder"]  # a fixture, found by its name


def spoil(**changes: Any) -> Callable[[Path], None]:
    """Change entries of run.json."""

    def change(folder: Path) -> None:
        path = folder / "run.json"
        record = json.loads(path.read_text())
        path.write_text(json.dumps({**record, **changes}))

    return change


def spoil_history(**changes: Any) -> Callable[[Path], None]:
    """Change entries of the first iteration in report.json."""

    def change(folder: Path) -> None:
        path = folder / "report.json"
        report = json.loads(path.read_text())
        report["run"]["history"][0].update(changes)
        path.write_text(json.dumps(report))

    return change


TAMPERED: list[tuple[str, Callable[[Path], None], str]] = [
    (
        "leads out",
        spoil(children=[{"group": 0, "folder": "../x", "title": "t"}]),
        "leads out",
    ),
    ("many", spoil(n_samples=10**30, settings={"n_clusters": 10**30}), "clusters of"),
    ("root", spoil(children=[{"group": 0, "folder": "/etc", "title": "t"}]), "leads out"),
    ("entry", spoil(children=[{"group": 0}]), "is damaged or was changed"),
    ("newer", spoil(schema_version=4), "was written by a newer kmosaic"),
    ("older", spoil(schema_version=0), "schema_version is 0"),
    ("unknown", spoil(surprise=1), "is damaged or was changed"),
    ("sizes", spoil(n_samples=299), "holds other numbers|is of 299 rows"),
    ("huge", spoil(n_samples=10**15), "is of 1,000,000,000,000,000 rows"),
    ("reduce", spoil(settings={"n_clusters": 6, "reduce": "all"}), "reduce is 'all'"),
    ("edits", spoil(edits=[{"op": "merge", "groups": [1, 9], "name": ""}]), "no group 9"),
    ("edit", spoil(edits=[{"op": "delete"}]), "an unknown edit"),
    ("list", lambda f: (f / "run.json").write_text("[1]"), "is damaged"),
    ("text", lambda f: (f / "run.json").write_text("hello"), "is damaged"),
    ("cut", lambda f: np.save(f / "clusters.npy", np.zeros(5, np.int32)), "other numbers"),
    (
        "range",
        lambda f: np.save(f / "clusters.npy", np.full(300, 6, np.int32)),
        "other numbers",
    ),
    ("floats", lambda f: np.save(f / "clusters.npy", np.zeros(300)), "other numbers"),
    ("rows", lambda f: np.save(f / "rows.npy", np.arange(301)), "other numbers"),
    ("model", lambda f: (f / "model.safetensors").write_bytes(b"no"), "not a model"),
    ("report", lambda f: (f / "report.json").write_text("{}"), "is damaged"),
    ("moved", spoil_history(moved="<b>"), "'<b>' is no whole number"),
    ("iteration", spoil_history(iteration=[]), "no whole number"),
    ("seconds", spoil_history(seconds="1"), "'1' is no number"),
    ("infinite", spoil_history(inertia=float("inf")), "inf is no number"),
    ("deep", lambda f: (f / "report.json").write_text("[" * 10**5), "is damaged"),
]


@pytest.mark.parametrize(
    ("spoiled", "words"),
    [case[1:] for case in TAMPERED],
    ids=[case[0] for case in TAMPERED],
)
def test_a_folder_that_was_tampered_with(
    folder: Path, spoiled: Callable[[Path], None], words: str
) -> None:
    spoiled(folder)
    with pytest.raises(InputError, match=words):
        open_run(folder)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give the way to every entry of a JSON object."""
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    return [at, *(place for key, its in inner for place in places(its, (*at, key)))]


def test_anything_in_the_place_of_anything(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", X)
    assert explored(tmp_path / "x.npy", tmp_path, "--method", "bisecting") == 0
    merge(tmp_path, [0, 1], "a")
    record = json.loads((tmp_path / "run.json").read_text())
    record["children"] = [{"clusters": [0], "folder": "group-0-k2", "title": "2 groups"}]
    record["parent"] = {"group": 0, "name": "x", "linked": False}
    text = json.dumps(record)
    strange = [None, -1, 10**30, float("inf"), 0.5, "", "../x", [], [0, 0], {}, True]
    for place in places(record)[1:]:
        for value in strange:
            spoiled = entry = json.loads(text)
            for key in place[:-1]:
                entry = entry[key]
            entry[place[-1]] = value
            (tmp_path / "run.json").write_text(json.dumps(spoiled))
            try:
                found = read_record(tmp_path)
            except InputError as error:
                assert "\n" not in str(error)
            else:
                assert len(found.groups[0]) == found.settings["n_clusters"]
                assert found.splits is None or len(found.splits.merges) == 5


def test_scripts_in_names_stay_text(folder: Path) -> None:
    drill_down(folder, 0, 2, output=folder / "x")
    script = "<script>alert(1)</script>"
    children = [{"clusters": [0], "folder": "x", "title": script}]
    spoil(children=children, parent={"group": 0, "name": script, "linked": False})(folder)
    page = merge(folder, [1, 2], script).html()
    assert script not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4


@pytest.fixture(scope="module")
def worked_on(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a run with edits, and one on a group of it."""
    made = tmp_path_factory.mktemp("runs")
    np.save(made / "x.npy", X[:40])
    assert explored(made / "x.npy", made / "run", "--method", "bisecting") == 0
    drill_down(made / "run", 1, 2, output=made / "run" / "inner")
    merge(made / "run", [0, 1], "a")
    return made / "run"


ATOMS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["tsne", "minmax", "spectral", "pca:2", "digits", "..", "/"])
)
FEW = st.lists(ATOMS, max_size=3) | st.dictionaries(st.text(), ATOMS, max_size=3)
ANYTHING = ATOMS | FEW | st.lists(FEW, max_size=2)


@settings(
    settings.get_profile("kmosaic"),
    max_examples=examples(150),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_opening_a_tampered_run_gives_a_sentence(
    worked_on: Path, data: st.DataObject
) -> None:
    folder = data.draw(st.sampled_from([worked_on, worked_on / "inner"]))
    path = folder / "run.json"
    text = path.read_text()
    record = entry = json.loads(text)
    place = data.draw(st.sampled_from(places(record)[1:]))
    for key in place[:-1]:
        entry = entry[key]
    if data.draw(st.booleans()):
        del entry[place[-1]]
    else:
        entry[place[-1]] = data.draw(ANYTHING)
    try:
        path.write_text(json.dumps(record))
        found = open_run(folder)
    except InputError as error:
        assert "\n" not in str(error) and "Error" not in str(error)
    else:
        assert len(found.labels) == found.data.n_samples
    finally:
        path.write_text(text)
