"""What is said of measurements, held to figures worked out by hand."""

from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.engines import ENGINES
from benchmarks.readme import BEGIN, END, RESULTS, with_block
from benchmarks.results import (
    Comparison,
    LeftOut,
    Machine,
    Measurement,
    Passes,
    Results,
    Scaling,
    from_json,
)
from benchmarks.tables import markdown, summary

from benchmarks import standing
from tests.data import ROOT

OURS = Measurement("kmosaic", (0.5, 0.25, 0.75), 10, 100.0, 200_000_000, 2.0)
REFERENCE = Measurement("scikit-learn", (2.0, 1.0, 3.0), 20, 100.0, 90_000_000, 2.0)
FAISS = Measurement("faiss", (0.5,), 20, 100.05, 4_000_000, 2.0)
WRONG = Measurement("fastkmeanspp", (0.1,), 20, 101.0, 400_000, 2.0)
INEXACT = Measurement("superkmeans", (0.125,), 20, 99.0, 0, 2.0)
OPENCV = Measurement("opencv", (4.0,), None, 100.0, 0, 2.0)

FIT = Comparison(
    workload="x-4",
    title="an x",
    kind="fit",
    n_samples=1_000_000,
    n_features=100,
    n_clusters=4,
    dtype="float32",
    max_iter=20,
    measurements=(REFERENCE, OURS, FAISS, WRONG, INEXACT, OPENCV),
    # A plain pass: 0.8 GFLOP and 0.4 GB in 10 ms. Those that skip: 8 of them in 16 ms,
    # 1 % of 4 million distances each.
    passes=Passes(160.0, 0.01, 8, 10, 0.016, 8 * 40_000),
)
SEED = replace(
    FIT,
    workload="seed-x-4",
    kind="seed",
    measurements=(replace(REFERENCE, n_iter=None), replace(OURS, n_iter=None)),
    passes=None,
)
SCALING = Scaling(
    axis="scale-n",
    title="points n",
    sizes=(100, 1000, 10_000),
    shape="d = 2, k = 3",
    seconds={"kmosaic": (0.1, 1.0, 10.0), "faiss": (0.001, 0.1, 10.0)},
)
RESULTS_BY_HAND = Results(
    machine=Machine(
        processor="a processor",
        vector_units="AVX2",
        n_cores=8,
        memory_bytes=2**35,
        system="Linux 1",
        python="3.11",
        packages={"numpy": "2"},
        load=0.25,
        sgemm_gflops=(200.0, 150.0),
        read_gb_per_second=50.0,
        triad_gb_per_second=40.0,
    ),
    n_threads=2,
    repeats=3,
    quick=False,
    minutes=12.0,
    comparisons=(FIT, SEED),
    scalings=(SCALING,),
    left_out=(
        LeftOut("", "opencv", "not installed"),
        LeftOut("x-4", "faiss", "stopped after 9 s"),
        LeftOut("y-5", "faiss", "stopped after 9 s"),
        LeftOut("z-6", "", "no data"),
    ),
)


def test_peers_are_exact_did_the_same_and_are_others() -> None:
    assert standing.peers(FIT) == [FAISS, REFERENCE, OPENCV]
    assert standing.speed(FIT, OURS) == pytest.approx(2.0)  # 0.5 s / 0.25 s
    assert standing.speed(FIT, REFERENCE) == pytest.approx(0.5)
    assert standing.speed(replace(FIT, measurements=(OURS,)), OURS) is None


def test_inertia_relative_to_the_reference_s() -> None:
    assert standing.excess(FIT, FAISS) == pytest.approx(5e-4)
    assert standing.excess(FIT, REFERENCE) == 0.0
    assert standing.excess(replace(FIT, measurements=(OURS,)), OURS) is None


def test_passes() -> None:
    assert standing.plain_gflops(FIT) == pytest.approx(80.0)
    assert standing.plain_gb_per_second(FIT) == pytest.approx(40.0)
    assert standing.computed_share(FIT) == pytest.approx(0.01)
    assert standing.pruned_gflops(FIT) == pytest.approx(4.0)
    assert standing.pruned_gb_per_second(FIT) == pytest.approx(200.0)


def test_no_pass_skipped() -> None:
    none = replace(FIT, passes=Passes(160.0, 0.01, 0, 10, 0.0, 0))
    assert standing.computed_share(none) is None
    assert standing.pruned_gflops(none) is None
    assert standing.pruned_gb_per_second(none) is None
    assert "| 0 of 10 | – | – | – | – |" in markdown(
        replace(RESULTS_BY_HAND, comparisons=(none,))
    )


def test_slopes() -> None:
    assert SCALING.slope("kmosaic") == pytest.approx(1.0)
    assert SCALING.slope("faiss") == pytest.approx(2.0)


def test_a_table_by_hand() -> None:
    page = markdown(RESULTS_BY_HAND)
    for line in (
        "| kmosaic | 250 ms | 500 ms | 3 | 10 | 25.0 ms | 100 | same | 200 MB | 50% | "
        "200 B | 2.00 × |",
        "| faiss | 500 ms | 500 ms | 1 | 20 (limit) | 25.0 ms | 100.05 | +0.0500% | "
        "4.0 MB | 1% | 4 B | 1.00 × |",
        "| *superkmeans* (not exact) | 125 ms | 125 ms | 1 | 20 (limit) | 6.25 ms | 99 | "
        "-1.0000% | 0.0 MB | 0% | 0 B | (4.00 ×) |",
        "| opencv | 4.00 s | 4.00 s | 1 | ? | ? | 100 | same | 0.0 MB | 0% | 0 B | "
        "0.12 × |",
        "| an x, 1,000,000 × 100 float32 | 4 | 160 | 80 | 50% | 40.0 | 80% | 8 of 10 "
        "| 1.0% | 4 | 2% | 200.0 |",
        "| points n | 100 to 10,000 | d = 2, k = 3 | 1.00 | 2.00 |",
        "- faiss (x-4, y-5): stopped after 9 s.",
        "- opencv: not installed.",
        "- All engines (z-6): no data.",
    ):
        assert line in page.splitlines()
    assert "large float32 matrix products 200 GFLOP/s (at the end 150)" in page
    assert page.index("| opencv | 4.00 s") < page.index("*superkmeans*")  # exact ones first


def test_a_summary_by_hand() -> None:
    assert summary(RESULTS_BY_HAND).splitlines()[2:] == [
        "| an x, 1,000,000 × 100 float32 | 4 | 10 | 250 ms | faiss | 500 ms | **2.00 ×** | "
        "same | 200 MB |",
        "| k-means++: an x, 1,000,000 × 100 float32 | 4 | – | 250 ms | scikit-learn "
        "| 1.00 s | **4.00 ×** | same | 200 MB |",
    ]


def test_json_and_back() -> None:
    assert from_json(RESULTS_BY_HAND.to_json()) == RESULTS_BY_HAND


def test_a_page_without_a_place_for_the_summary() -> None:
    with pytest.raises(ValueError, match="no place for it"):
        with_block(f"# A page\n{BEGIN}\n", RESULTS_BY_HAND)
    page = with_block(f"before\n{BEGIN}\nold\n{END}\nafter\n", RESULTS_BY_HAND)
    assert page.startswith("before\n") and page.endswith(f"{END}\nafter\n")
    assert "old" not in page
    assert with_block(page, RESULTS_BY_HAND) == page


def test_the_readme_says_what_was_measured() -> None:
    page = (ROOT / "README.md").read_text()
    results = from_json(RESULTS.read_text())
    assert with_block(page, results) == page, (
        "python -m benchmarks.readme brings it up to date"
    )
    assert not results.quick
    assert (RESULTS.parent / "results.md").read_text() == markdown(results)


def test_plots(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: make test-bench")
    from benchmarks.plots import _STYLES, draw
    from PIL import Image

    paths = draw(RESULTS_BY_HAND, tmp_path)
    names = ["speed", "memory", "passes", "scaling"]
    assert [path.name for path in paths] == [f"{name}.png" for name in names]
    for path in paths:
        with Image.open(path) as picture:
            assert picture.width > 400
            assert len(picture.convert("RGB").getcolors(1 << 20)) > 10  # something is drawn
    exact = {engine.name for engine in ENGINES if engine.exact}
    assert exact <= set(_STYLES)
    nothing = replace(RESULTS_BY_HAND, comparisons=(), scalings=())
    assert draw(nothing, tmp_path) == []
