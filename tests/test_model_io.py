"""A saved model gives the same answers, and what is not a model is refused."""

import hashlib
import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save, save_file
from sklearn.exceptions import NotFittedError

import kmosaic
from kmosaic import KMeans, load_model, save_model
from kmosaic.errors import InputError
from kmosaic.explore import load_predictor
from kmosaic.model_io import VERSION, pack_model
from tests.data import blobs
from tests.examples import examples

FIXTURES = Path(__file__).parent / "fixtures"
FIXTURE = FIXTURES / "model-v1.safetensors"


def fitted(**params: Any) -> KMeans:
    return KMeans(**{"n_clusters": 3, "random_state": 0, **params}).fit(blobs(60, 4, 3))


def header_of(path: Path) -> dict[str, Any]:
    """Read the header without help from the package."""
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header: dict[str, Any] = json.loads(
        json.loads(raw[8 : 8 + length])["__metadata__"]["kmosaic.model"]
    )
    return header


def write_model(path: Path, header: Any, centers: np.ndarray) -> None:
    """Write a model file without help from the package, its checksum right."""
    text = header if isinstance(header, str) else json.dumps(header)
    digest = hashlib.sha256(text.encode() + centers.tobytes()).digest()
    tensors = {"cluster_centers": centers, "sha256": np.frombuffer(digest, dtype=np.uint8)}
    save_file(tensors, path, metadata={"kmosaic.model": text})


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.uint8, np.float16])
def test_the_same_answers_bit_for_bit(tmp_path: Path, dtype: type) -> None:
    X = np.abs(blobs(2000, 7, 5) * 10).astype(dtype)
    model = KMeans(n_clusters=5, random_state=1).fit(X)
    save_model(model, tmp_path / "m.safetensors")
    loaded = load_model(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(loaded.cluster_centers_, model.cluster_centers_)
    assert loaded.cluster_centers_.dtype == model.cluster_centers_.dtype
    np.testing.assert_array_equal(loaded.predict(X), model.labels_)
    np.testing.assert_array_equal(loaded.transform(X), model.transform(X))
    assert loaded.score(X) == model.score(X)
    assert (loaded.inertia_, loaded.n_iter_) == (model.inertia_, model.n_iter_)
    assert loaded.n_features_in_ == 7


def test_parameters_that_are_plain_come_back(tmp_path: Path) -> None:
    params = {
        **{"n_clusters": np.int64(3), "init": "random", "n_init": 2, "max_iter": 50},
        **{"tol": 1e-7, "random_state": 7, "algorithm": "lloyd", "n_threads": 1},
    }
    save_model(fitted(**params), tmp_path / "m.safetensors")
    assert load_model(tmp_path / "m.safetensors").get_params() == {
        **KMeans().get_params(),
        **params,
        "n_threads": None,  # a matter of the machine
    }


def test_a_subclass_is_stored_as_what_it_is_built_on(tmp_path: Path) -> None:
    class Named(KMeans):
        def __init__(self, n_clusters: int = 8, name: str = "") -> None:
            super().__init__(n_clusters)
            self.name = name

    X = blobs(300, 3, 4)
    model = Named(4, "mine").fit(X)
    save_model(model, tmp_path / "m.safetensors")
    np.testing.assert_array_equal(
        load_model(tmp_path / "m.safetensors").predict(X), model.labels_
    )


def test_parameters_that_are_not_plain_come_back_as_defaults(tmp_path: Path) -> None:
    start = blobs(60, 4, 3)[:3]
    generator = np.random.RandomState(0)
    save_model(fitted(init=start, n_init=1, random_state=generator), tmp_path / "m")
    loaded = load_model(tmp_path / "m")
    assert (loaded.init, loaded.random_state, loaded.n_init) == ("k-means++", None, 1)


def test_names_of_features_come_back(tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas", reason="data frames are what brings names along")
    frame = pd.DataFrame(blobs(60, 2, 3), columns=["width", "höhe"])
    save_model(KMeans(n_clusters=3, random_state=0).fit(frame), tmp_path / "m")
    loaded = load_model(tmp_path / "m")
    assert loaded.feature_names_in_.tolist() == ["width", "höhe"]
    assert len(loaded.predict(frame)) == 60
    with pytest.raises(ValueError, match="feature names should match"):
        loaded.predict(frame.rename(columns={"width": "depth"}))


def test_what_belongs_to_the_data_is_not_stored(tmp_path: Path) -> None:
    save_model(fitted(), tmp_path / "m")
    loaded = load_model(tmp_path / "m")
    assert not hasattr(loaded, "labels_")
    assert set(load_file(tmp_path / "m")) == {"cluster_centers", "sha256"}


def test_an_infinite_inertia_comes_back(tmp_path: Path) -> None:
    model = fitted()
    model.inertia_ = np.inf
    save_model(model, tmp_path / "m")
    assert load_model(tmp_path / "m").inertia_ == np.inf


def test_the_same_model_gives_the_same_bytes() -> None:
    assert len({pack_model(fitted()) for _ in range(5)}) == 1


def test_a_model_of_version_1_loads() -> None:
    model = load_model(FIXTURE)
    assert header_of(FIXTURE)["version"] == 1
    assert model.cluster_centers_.tolist() == [[0.5, 1.0], [9.5, 2.0]]
    assert (model.inertia_, model.n_iter_, model.n_clusters) == (1.0, 2, 2)
    assert model.feature_names_in_.tolist() == ["width", "height"]
    assert model.get_params()["max_iter"] == 200


def test_a_model_of_version_2_loads_with_its_pipeline() -> None:
    path = FIXTURES / "model-v2.safetensors"
    assert header_of(path)["version"] == 2
    known = load_predictor(path)
    X = np.array([[0.0, 1.0], [9.0, 2.0], [21.0, 3.0]])
    assert known.predict(X).tolist() == [0, 0, 1]
    assert known.names == ("low", "high")
    assert known.preparation is not None
    assert known.preparation.scale == "standard"
    assert "n_swaps" in header_of(path)["params"]
    params = known.model.get_params()
    assert params.get("max_failed_swaps", params.get("n_swaps")) == 0
    assert known.columns is not None
    assert [column.mean for column in known.columns] == [10.0, None]
    with pytest.raises(InputError, match="holds more than a KMeans"):
        load_model(path)


def test_a_model_of_version_3_loads_with_its_tree() -> None:
    path = FIXTURES / "model-v3.safetensors"
    assert header_of(path)["version"] == 3
    model = load_model(path)
    assert model.predict([[0.0, 0.0], [9.0, 2.0], [30.0, 3.0]]).tolist() == [1, 0, 2]
    assert model.cluster_centers_.tolist() == [[9.5, 2.0], [0.5, 1.0], [20.5, 3.0]]


def test_earlier_models_are_saved_again_in_this_version(tmp_path: Path) -> None:
    for version in (1, 2, 3):
        known = load_predictor(FIXTURES / f"model-v{version}.safetensors")
        (tmp_path / "m").write_bytes(known.pack())
        header = header_of(tmp_path / "m")
        assert header["version"] == VERSION
        assert "way" not in header
        assert ("pipeline" in header) == (version == 2)
        again = load_predictor(tmp_path / "m")
        assert again.pack() == known.pack()


def test_only_fitted_models_of_ours_are_saved(tmp_path: Path) -> None:
    with pytest.raises(NotFittedError):
        save_model(KMeans(), tmp_path / "m")
    with pytest.raises(InputError, match=r"A builtins\.dict cannot be saved as a model"):
        save_model({}, tmp_path / "m")  # type: ignore[arg-type] # the error asked for
    assert list(tmp_path.iterdir()) == []


class _Bomb:
    """An object that leaves a trace when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path("unpickled"),)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (
            save({"X": np.eye(2)}),
            "is a safetensors file, but not a model that kmosaic saved",
        ),
        (pickle.dumps(_Bomb()), "is a Python pickle, not a model"),
        (
            b"hello there, reader",
            r"is a text file \(it begins 'hello there,'\), not a model",
        ),
        (b"\x00" * 40, "is something else .*, not a model"),
        (b"", r"is empty \(0 bytes\)"),
    ],
    ids=["safetensors", "pickle", "text", "zeros", "empty"],
)
def test_what_is_not_a_model_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raw: bytes, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.safetensors").write_bytes(raw)
    with pytest.raises(InputError, match=words):
        load_model("m.safetensors")
    assert not Path("unpickled").exists()


def test_a_missing_model_is_refused() -> None:
    with pytest.raises(InputError, match=r"There is no file lost\.safetensors"):
        load_model("lost.safetensors")


def test_a_newer_version_is_refused_whatever_else_it_holds(tmp_path: Path) -> None:
    write_model(tmp_path / "m", {"version": VERSION + 1, "new": [1]}, np.eye(2))
    with pytest.raises(InputError, match=r"newer kmosaic \(its format is 5, and this one"):
        load_model(tmp_path / "m")


GOOD = {
    **{
        "version": 1,
        "kmosaic": "0.1.0",
        "estimator": "KMeans",
        "params": {"n_clusters": 2},
    },
    **{"inertia": 1.0, "n_iter": 2, "n_features_in": 2, "feature_names_in": None},
}


@pytest.mark.parametrize(
    ("header", "centers"),
    [
        ("not json", np.eye(2)),
        ("[" * 100_000, np.eye(2)),
        ([1, 2], np.eye(2)),
        ({}, np.eye(2)),
        ({**GOOD, "version": "1"}, np.eye(2)),
        ({**GOOD, "estimator": "DBSCAN"}, np.eye(2)),
        ({**GOOD, "params": {"eps": 3}}, np.eye(2)),
        ({**GOOD, "params": None}, np.eye(2)),
        ({**GOOD, "inertia": "much"}, np.eye(2)),
        ({**GOOD, "n_features_in": 3}, np.eye(2)),
        ({**GOOD, "feature_names_in": ["a"]}, np.eye(2)),
        (GOOD, np.zeros(2)),
        (GOOD, np.eye(2, dtype=np.int64)),
        (GOOD, np.array([[1.0, np.nan]])),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(
    tmp_path: Path, header: Any, centers: np.ndarray
) -> None:
    write_model(tmp_path / "m", GOOD, np.eye(2))
    assert load_model(tmp_path / "m").n_iter_ == 2
    write_model(tmp_path / "m", header, centers)
    with pytest.raises(InputError, match="is damaged or cut short"):
        load_model(tmp_path / "m")


def test_a_cut_model_is_refused_at_every_length(tmp_path: Path) -> None:
    raw = FIXTURE.read_bytes()
    for left in range(len(raw)):
        (tmp_path / "m").write_bytes(raw[:left])
        with pytest.raises(InputError):
            load_model(tmp_path / "m")


@settings(
    settings.get_profile("kmosaic"),
    max_examples=examples(300),
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # one file, written anew
)
@given(data=st.data())
def test_a_flipped_bit_never_goes_through_unseen(
    tmp_path: Path, data: st.DataObject
) -> None:
    raw = bytearray(FIXTURE.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (tmp_path / "m").write_bytes(raw)
    try:
        loaded = load_model(tmp_path / "m")
    except InputError:
        return
    # Spaces that pad the header are not checked, for they say nothing.
    assert pack_model(loaded) == pack_model(load_model(FIXTURE))


@pytest.mark.parametrize("name", ["MiniBatchKMeans", "SphericalKMeans"])
def test_the_rest_of_the_family(name: str, tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(200, 5))
    fitted = getattr(kmosaic, name)(3, random_state=0).fit(X)
    save_model(fitted, tmp_path / "model.safetensors")
    loaded = load_model(tmp_path / "model.safetensors")
    assert type(loaded) is type(fitted)
    np.testing.assert_array_equal(loaded.predict(X), fitted.labels_)
    np.testing.assert_array_equal(loaded.transform(X), fitted.transform(X))


def test_a_loaded_model_does_not_go_on_with_batches(tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(200, 5))
    save_model(kmosaic.MiniBatchKMeans(3).fit(X), tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match="Fit a new one"):
        load_model(tmp_path / "model.safetensors").partial_fit(X)


@pytest.mark.parametrize("n_clusters", [1, 2, 7])
def test_a_tree_is_saved_whole(tmp_path: Path, n_clusters: int) -> None:
    X = np.random.default_rng(0).normal(size=(200, 5))
    fitted = kmosaic.BisectingKMeans(n_clusters, random_state=0).fit(X)
    save_model(fitted, tmp_path / "model.safetensors")
    loaded = load_model(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(loaded.predict(X), fitted.labels_)
    assert str(loaded.tree_) == str(fitted.tree_)
    assert pack_model(loaded) == pack_model(fitted)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("children", [[1, 2], [0, 1], [-1, -1], [-1, -1], [-1, -1]]),  # a circle
        ("children", [[1, 2], [3, 9], [-1, -1], [-1, -1], [-1, -1]]),
        ("children", [[1, 2], [-1, -1], [-1, -1]]),
        ("labels", [-1, -1, 0, 1, 1]),
        ("labels", [0.5] * 5),
        ("centers", [[9.0]] * 5),
        ("centers", [[np.nan]] * 5),
    ],
)
def test_a_tree_that_is_none_is_refused(tmp_path: Path, name: str, value: Any) -> None:
    fitted = kmosaic.BisectingKMeans(3, random_state=0).fit([[0.0], [1.0], [5.0], [6.0]])
    fitted.tree_ = replace(fitted.tree_, **{name: np.array(value)})
    save_model(fitted, tmp_path / "model.safetensors")
    with pytest.raises(InputError, match="is damaged or cut short"):
        load_model(tmp_path / "model.safetensors")
