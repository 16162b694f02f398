"""Tests that take seconds: `make test-fast` leaves them out.

Whole files, since what takes long in one (a browser, a process for each test, thousands of
rows, a compilation) most of its tests do. A single test is marked where it stands.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

SLOW = {
    "tests/benchmarks": "engines in processes of their own",
    "tests/cli/test_commands.py": "whole commands",
    "tests/cli/test_help.py": "every example of every command",
    "tests/cli/test_mistakes.py": "processes that are interrupted",
    "tests/cli/test_pictures.py": "whole commands",
    "tests/cli/test_predict.py": "whole commands",
    "tests/color/test_fidelity.py": "whole photographs",
    "tests/color/test_quantize.py": "whole photographs",
    "tests/color/test_segment.py": "whole photographs",
    "tests/estimators/test_callbacks.py": "scikit-learn's callbacks, in many settings",
    "tests/estimators/test_check_estimator.py": "scikit-learn's checks of each class",
    "tests/estimators/test_digits_figures.py": "t-SNE",
    "tests/estimators/test_interrupt.py": "waits for an interrupt",
    "tests/estimators/test_minibatch.py": "many fits beside scikit-learn's",
    "tests/estimators/test_same_as_sklearn.py": "many fits beside scikit-learn's",
    "tests/estimators/test_sklearn_suite.py": "scikit-learn's own tests",
    "tests/explore/test_assumptions.py": "many explorations",
    "tests/explore/test_diagnostics.py": "many fits",
    "tests/explore/test_drill_down.py": "whole runs",
    "tests/explore/test_explore.py": "whole explorations",
    "tests/explore/test_hierarchy.py": "trees beside scikit-learn's",
    "tests/explore/test_prepare.py": "whole explorations",
    "tests/explore/test_progress.py": "whole explorations",
    "tests/explore/test_projection.py": "t-SNE",
    "tests/explore/test_runs.py": "whole runs",
    "tests/explore/test_scores.py": "many samples",
    "tests/explore/test_sweep.py": "many fits",
    "tests/explore/test_tampered.py": "run folders damaged in many ways",
    "tests/fit/test_local_search.py": "many fits",
    "tests/kernels/assign/test_full.py": "processes without a compiler",
    "tests/kernels/simd/test_int8_dot.py": "processes without a compiler",
    "tests/kernels/simd/test_vectors.py": "processes without a compiler",
    "tests/kernels/test_compile.py": "processes that compile",
    "tests/kernels/test_hartigan.py": "kernels that are compiled for it",
    "tests/kernels/test_plain_python.py": "processes without a compiler",
    "tests/laws/test_algorithms.py": "many fits",
    "tests/laws/test_inputs.py": "every type and order of input",
    "tests/laws/test_memory.py": "processes whose memory is watched",
    "tests/laws/test_resume.py": "a process for each fit that goes on",
    "tests/laws/test_symmetry.py": "many fits",
    "tests/laws/test_threads.py": "enough rows for many threads",
    "tests/points/passes/test_bounded.py": "hostile rows, of every type",
    "tests/points/pruning": "hostile rows, in every type, number of features and seed",
    "tests/points/seeding": "draws beside scikit-learn's",
    "tests/points/test_many_blocks.py": "the conformance suite, in blocks of a few rows",
    "tests/points/test_memory.py": "the conformance suite, in several settings",
    "tests/points/test_sparse.py": "the conformance suite",
    "tests/points/test_stateful.py": "random requests, many in a row",
    "tests/readers/test_fuzz.py": "files damaged in many ways",
    "tests/report/test_comparison.py": "a browser",
    "tests/report/test_html.py": "a browser",
    "tests/report/test_in_browser.py": "a browser",
    "tests/report/test_json.py": "whole explorations",
    "tests/report/test_markdown.py": "whole explorations",
    "tests/report/test_plots.py": "matplotlib",
    "tests/report/test_script.py": "a browser",
    "tests/stepping": "a browser, and whole runs",
    "tests/test_docs_code.py": "every block of code and every example",
    "tests/test_gallery.py": "the gallery",
    "tests/test_import_time.py": "a process for each command",
    "tests/test_model_io.py": "files damaged in many ways",
}


def is_slow(path: Path) -> bool:
    """Tell whether a file is slow, or in a folder that is."""
    place = path.relative_to(ROOT)
    return any(str(part) in SLOW for part in (place, *place.parents))
