"""Without Numba's compiler kernels are plain Python, and find the same."""

import os
import subprocess
import sys

from tests.data import ROOT

# Every folder of kernels, on sizes that take a moment in Python.
TESTS = [
    "tests/kernels/test_boxes.py",
    "tests/kernels/test_centers.py",
    "tests/kernels/test_sparse.py",
    "tests/kernels/test_zorder.py",
    "tests/kernels/assign/test_bounds.py",
    "tests/kernels/assign/test_hamerly.py",
    "tests/kernels/assign/test_sums.py",
    "tests/kernels/assign/test_quantized.py::test_bytes_of_rows",
    "tests/kernels/assign/test_yinyang.py::test_equal_distances_go_to_the_first_center_of_any_group",
    "tests/kernels/assign/test_boxes.py::test_only_the_boxes_asked_for_are_labeled",
    "tests/kernels/color/test_color.py::test_error_diffusion",
    "tests/kernels/seeding/test_seeding.py::test_sums_and_searches",
]


def test_kernels_run_as_plain_python() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *TESTS],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
