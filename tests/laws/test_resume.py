"""A run that goes on in another process does what the undisturbed one would have done."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from kmosaic.fit import (
    Fit,
    LocalSearchState,
    MiniBatchState,
    State,
    local_search,
    run,
    run_minibatch,
)
from kmosaic.points import MemoryPoints, SparsePoints
from kmosaic.points.parts import PartedPoints
from tests.data import blobs

KINDS = {"lloyd": State, "minibatch": MiniBatchState, "local": LocalSearchState}


def points_of(name: str) -> Any:
    """Points whose sums depend on their labels alone, by name; the same in each process."""
    X = blobs(4_000, 3 if name == "boxes" else 20, 25)
    weight = np.random.default_rng(0).exponential(size=len(X))
    if name == "sparse":
        return SparsePoints(sp.csr_array(X * (X > 0.5)), weight, incremental_sums=False)
    skip: Any = "never" if name == "full" else "always"
    if name == "parts":
        return PartedPoints(
            [
                MemoryPoints(X[rows], weight[rows], skip=skip, incremental_sums=False)
                for rows in (slice(0, 900), slice(900, 901), slice(901, None))
            ]
        )
    return MemoryPoints(X, weight, skip=skip, incremental_sums=False)


def go_on(kind: str, points: Any, state: Any, keep: Any = None) -> dict[str, Any]:
    """Run to the end from a state; what must be the same to the last bit."""
    if kind == "lloyd":
        fit = run(points, state, max_iter=30, tol=0.0, keep=keep)
        return of_fit(fit)
    random_state = np.random.RandomState(7)
    if kind == "minibatch":
        result = run_minibatch(
            points,
            state,
            random_state,
            batch_size=100,
            n_steps=40,
            tol=0.0,
            max_no_improvement=15,
            reassignment_ratio=0.05,
            keep=keep,
        )
        end = result.state
        values = [end.iteration, end.inertia, end.lowest, end.in_vain, end.converged]
        arrays = end.centers.tobytes().hex(), end.weights.tobytes().hex()
        return {"arrays": arrays, "values": values, "ended": result.termination.value}

    def fit_from(centers: np.ndarray) -> Fit:
        return run(points, centers, max_iter=10, tol=0.0)

    for after in local_search(points, state, random_state, fit_from, max_failed=4):
        if keep is not None:
            keep(after)
        state = after
    return of_fit(state.fit) | {"failed": state.n_failed}


def of_fit(fit: Fit) -> dict[str, Any]:
    """What of a fit must be the same to the last bit."""
    history = [[r.iteration, r.inertia, r.moved, r.center_shift] for r in fit.history]
    return {
        "centers": fit.centers.tobytes().hex(),
        "inertia": fit.inertia,
        "history": history,
        "ended": fit.termination.value,
    }


def begin(kind: str, points: Any) -> Any:
    """The state before anything has been done."""
    start = blobs(4_000, points.n_features, 25)[:25].astype(points.dtype)
    if kind == "lloyd":
        return State(start)
    if kind == "minibatch":
        return MiniBatchState.starting_at(start)
    return LocalSearchState(run(points, start, max_iter=10, tol=0.0))


def main(folder: Path) -> None:
    """Go on from what lies in a folder: what the other process does."""
    values = json.loads((folder / "state.json").read_text())
    with np.load(folder / "state.npz", allow_pickle=False) as file:
        arrays = dict(file)
    given = json.loads((folder / "task.json").read_text())
    state = KINDS[given["kind"]].from_plain(arrays, values)  # type: ignore[attr-defined]  # each has it
    result = go_on(given["kind"], points_of(given["points"]), state)
    (folder / "result.json").write_text(json.dumps(result))


CASES = [
    *(("lloyd", name) for name in ("full", "bounds", "boxes", "sparse", "parts")),
    ("minibatch", "full"),
    ("minibatch", "parts"),
    ("local", "bounds"),
]


@pytest.mark.parametrize(("kind", "name"), CASES, ids="-".join)
def test_a_new_process_goes_on_bit_for_bit(kind: str, name: str, tmp_path: Path) -> None:
    points, kept = points_of(name), []
    expected = go_on(kind, points, begin(kind, points), kept.append)
    assert len(kept) > 4
    arrays, values = kept[len(kept) // 2].to_plain()
    np.savez(tmp_path / "state.npz", **arrays)
    (tmp_path / "state.json").write_text(json.dumps(values, allow_nan=False))
    (tmp_path / "task.json").write_text(json.dumps({"kind": kind, "points": name}))
    subprocess.run(
        [sys.executable, "-m", "tests.laws.test_resume", str(tmp_path)], check=True
    )
    result = json.loads((tmp_path / "result.json").read_text())
    assert result == json.loads(json.dumps(expected))


def test_every_state_leads_to_the_same_end() -> None:
    points, kept = points_of("bounds"), []
    expected = go_on("lloyd", points, begin("lloyd", points), kept.append)
    for state in kept:
        arrays, values = state.to_plain()
        again = State.from_plain(arrays, json.loads(json.dumps(values)))
        assert go_on("lloyd", points_of("bounds"), again) == expected


def test_the_state_of_another_algorithm_is_refused() -> None:
    arrays, values = State(np.zeros((2, 2))).to_plain()
    with pytest.raises(ValueError, match="a state of 'lloyd'"):
        MiniBatchState.from_plain(arrays, values)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
