"""The cost model's constants can be fitted to times: on known times, and on tiny data."""

import numpy as np
import pytest
from benchmarks.calibrate import Fit

from benchmarks import calibrate
from kmosaic.points.pruning import cost_model


def test_known_constants_are_found_again() -> None:
    rng = np.random.default_rng(0)
    fit, unit = Fit(("ROW", "DISTANCE")), 2e-11
    for _ in range(30):
        row, distance, multiplications = rng.integers(1, 10**6, 3)
        seconds = unit * (multiplications + 120.0 * row + 2.5 * distance)
        fit.add(seconds, row, distance, multiplications=multiplications)
    found_unit, constants = fit.with_unit()
    assert found_unit == pytest.approx(unit)
    assert constants == pytest.approx({"ROW": 120.0, "DISTANCE": 2.5})
    assert fit.constants(unit) == pytest.approx({"ROW": 120.0, "DISTANCE": 2.5})
    assert fit.median_error(unit, constants) == pytest.approx(0.0, abs=1e-9)


def test_constants_are_printed_beside_those_in_use(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = vars(cost_model).copy()
    assert calibrate.main(["--quick"]) == 0
    printed = capsys.readouterr().out
    for name in ("READ_VALUE", "BOX_TEST", "SECOND_NEAREST", "GROUP_DISTANCE", "SORT_ROW"):
        line = next(line for line in printed.splitlines() if f" {name} " in line)
        assert f"{getattr(cost_model, name):,}" in line
        assert float(line.split()[-1].replace(",", "")) >= 0.0
    assert vars(cost_model) == before  # it only prints
