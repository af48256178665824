"""The hourly statistics of stored readings."""

import pytest

from common.history.statistics import Checkpoint, HourlyAggregator, Point, growth_between

HOUR = 3600.0


@pytest.mark.parametrize(
    ("last", "value", "growth"),
    [
        pytest.param(10.0, 12.5, 2.5, id="it grows"),
        pytest.param(42255.67, 42255.63, -0.04, id="a small decrease is an inexact reading"),
        pytest.param(100.0, 90.0, -10.0, id="nine tenths are still a small decrease"),
        pytest.param(100.0, 89.9, 89.9, id="less is a meter that was reset"),
        pytest.param(100.0, 0.0, 0.0, id="reset to zero"),
        pytest.param(0.0, 0.0, 0.0, id="no change"),
    ],
)
def test_growth_of_a_meter(last: float, value: float, growth: float) -> None:
    assert growth_between(last, value) == pytest.approx(growth)


def test_a_small_decrease_is_no_reset_of_the_meter() -> None:
    hours = HourlyAggregator(Checkpoint(position=0.0))
    readings = [(600.0, 42255.67), (1200.0, 42255.63), (1800.0, 42255.70), (HOUR + 1, 42255.70)]
    done = [hour for at, value in readings for hour in hours.add(Point(at, value))]
    assert [round(hour.growth, 2) for hour in done] == [0.03]
