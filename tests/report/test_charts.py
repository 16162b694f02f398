"""Coordinates: what is drawn is what the numbers say."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kmosaic.report.views.charts import (
    LABEL_BOX,
    MAP_WIDTH,
    dots_path,
    label_spots,
    line_chart,
    map_chart,
    round_ticks,
    tick_text,
)

WHOLE = st.integers(0, 999)


def drawn_dots(path: str) -> set[tuple[int, int]]:
    """Follow the pen: the places where it draws a stroke without length."""
    pen = np.zeros(2, dtype=int)
    places = set()
    for command, x, y in re.findall(r"([Mm])(-?\d+) ?([+-]?\d+)h0", path):
        pen = (pen if command == "m" else 0) + np.array([int(x), int(y)])
        places.add((int(pen[0]), int(pen[1])))
    return places


@given(st.lists(st.tuples(WHOLE, WHOLE), min_size=1, max_size=60))
def test_a_path_draws_every_dot_and_no_other(places: list[tuple[int, int]]) -> None:
    assert drawn_dots(dots_path(np.array(places))) == set(places)


def test_a_map_by_hand() -> None:
    points = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 5.0]])
    chart = map_chart(
        points, np.array([0, 1, 1]), np.array([[0.0, 0.0], [10.0, 2.5]]), [0, 1]
    )
    # 952 units for a span of 10; y points up; the drawing is as high as it needs to be.
    assert chart.height == 476 + 48
    assert [drawn_dots(dots.path) for dots in chart.dots] == [
        {(24, 500)},
        {(976, 500), (976, 24)},
    ]
    assert [(mark.x, mark.y) for mark in chart.marks] == [(24, 500), (976, 262)]


def test_one_point_stands_in_the_middle() -> None:
    chart = map_chart(np.zeros((1, 2)), np.array([0]), np.zeros((1, 2)), [0])
    assert drawn_dots(chart.dots[0].path) == {(500, chart.height // 2)}


def test_a_center_that_is_nowhere_is_not_marked() -> None:
    centers = np.array([[0.0, 0.0], [np.nan, np.nan]])
    chart = map_chart(np.eye(2), np.array([0, 0]), centers, [0, 1])
    assert [mark.index for mark in chart.marks] == [0]


@given(st.lists(st.tuples(st.integers(300, 700), st.integers(300, 600)), max_size=15))
def test_labels_do_not_overlap(centers: list[tuple[int, int]]) -> None:
    spots = label_spots(np.array(centers, dtype=float).reshape(-1, 2), 900)
    width, height = LABEL_BOX
    for i, (x, y) in enumerate(spots):
        assert 0 <= x <= MAP_WIDTH and 0 <= y <= 900
        for u, v in spots[:i]:
            assert abs(x - u) > 0.85 * width or abs(y - v) > 0.85 * height


@given(st.floats(-1e12, 1e12), st.floats(1e-6, 1e12), st.integers(2, 8))
def test_ticks_are_few_round_and_around(low: float, span: float, n: int) -> None:
    high = low + span
    if high - low < 1e-9 * abs(low):
        return
    ticks = round_ticks(low, high, n)
    step = ticks[1] - ticks[0]
    slack = 1e-6 * step + 1e-12 * abs(low)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    assert 2 <= len(ticks) <= n + 3
    np.testing.assert_allclose(np.diff(ticks), step, rtol=1e-3)


def test_tick_texts_tell_ticks_apart() -> None:
    ticks = round_ticks(1_165_256.0, 1_210_000.0, 4)
    texts = [tick_text(tick, ticks[1] - ticks[0]) for tick in ticks]
    assert texts == ["1.16 M", "1.18 M", "1.20 M", "1.22 M"]


def test_a_line_goes_from_corner_to_corner() -> None:
    chart = line_chart((40.0, 30.0, 20.0))
    assert chart.dots == ((0, 0), (50, 50), (100, 100))
    assert [tick.text for tick in chart.x_ticks] == ["1", "2", "3"]
    assert [tick.text for tick in chart.y_ticks] == ["20", "25", "30", "35", "40"]


def test_a_single_iteration_is_a_dot() -> None:
    assert len(line_chart((7.0,)).dots) == 1
    assert len(line_chart((0.0,)).dots) == 1


def test_many_iterations_have_few_ticks() -> None:
    assert len(line_chart(tuple(range(300, 0, -1))).x_ticks) <= 12


def test_values_that_are_nothing_but_rounding() -> None:
    chart = line_chart((4e-28, 3e-29, 2.9e-29))
    assert [tick.text for tick in chart.y_ticks][:2] == ["0", "1e-28"]
    assert len({tick.at for tick in chart.y_ticks}) == len(chart.y_ticks)
