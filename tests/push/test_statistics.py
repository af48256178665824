"""How stored readings become hours."""

import pytest

from common.history.statistics import Checkpoint, HourlyAggregator, Point, growth_between

HOUR = 3600.0


@pytest.mark.parametrize(
    ("last", "value", "growth"),
    [
        pytest.param(10.0, 12.5, 2.5, id="it counts"),
        pytest.param(42255.67, 42255.63, -0.04, id="a small dip is an inexact reading"),
        pytest.param(100.0, 90.0, -10.0, id="nine tenths are a dip still"),
        pytest.param(100.0, 89.9, 89.9, id="less is a meter that began again"),
        pytest.param(100.0, 0.0, 0.0, id="at nought"),
        pytest.param(0.0, 0.0, 0.0, id="nothing happens"),
    ],
)
def test_growth_of_a_meter(last: float, value: float, growth: float) -> None:
    assert growth_between(last, value) == pytest.approx(growth)


def test_a_dip_does_not_count_the_meter_twice() -> None:
    hours = HourlyAggregator(Checkpoint(position=0.0))
    readings = [(600.0, 42255.67), (1200.0, 42255.63), (1800.0, 42255.70), (HOUR + 1, 42255.70)]
    done = [hour for at, value in readings for hour in hours.add(Point(at, value))]
    assert [round(hour.growth, 2) for hour in done] == [0.03]
