"""Values under the names that devices of many makers send them by, and what their owners expect.

A row of `wire_names.tsv` is one value: the family of devices, `http` or `bus` (any other protocol), its path (with `/`
between the levels) and the value as JSON, then the device class, unit and state class of the entity. A row without unit
and state class is a binary sensor. `off` is an entity that is disabled, because nothing says what the value is.
"""

from collections.abc import Iterable
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.instathings.api.data_point import DataPoint, DataPointKind
from custom_components.instathings.api.profile import DeviceProfile
from custom_components.instathings.api.readings import parse_values
from custom_components.instathings.common.client.wire import DropCounter
from custom_components.instathings.sensor import describe

ROWS = [
    line.split("\t") for line in (Path(__file__).parent / "wire_names.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


def data_points(payload: dict[str, Any], *, is_http: bool) -> list[DataPoint]:
    """Return what a device that takes no commands shows of a payload."""
    profile, dropped = DeviceProfile("a", can_be_set=False), DropCounter()
    profile.is_http = is_http
    profile.read(parse_values(payload, dropped, is_http=is_http), dropped)
    return profile.data_points()


def nested(path: str, value: Any) -> dict[str, Any]:
    """Return the payload that has a value at a path; a level that is a number is that of a list."""
    for name in reversed(path.split("/")):
        value = [value] if name.isdigit() else {name: value}
    assert isinstance(value, dict)
    return value


def entity(data_point: DataPoint) -> Iterable[str]:
    """Return device class, unit and state class of a data point as the table has them."""
    if not data_point.rule.enabled:
        return ["off"]
    if data_point.kind is not DataPointKind.SENSOR:
        return [data_point.rule.device_class or ""]
    row = describe(data_point)
    return [row.device_class or "", row.native_unit_of_measurement or "", row.state_class or ""]


@pytest.mark.parametrize("row", ROWS, ids=["-".join(row[:4]) for row in ROWS])
def test_a_name_is_what_its_owner_expects(row: list[str]) -> None:
    _, way, path, value, *wanted = row
    found, *_ = data_points(nested(path, json.loads(value)), is_http=way == "http")
    is_sensor = found.kind is DataPointKind.SENSOR and wanted != ["off"]
    assert entity(found) == [*wanted, "", ""][:3] if is_sensor else wanted


def test_the_unit_of_all_temperatures_is_stated_once() -> None:
    payload = {
        "BME280": {"Temperature": 71.2, "DewPoint": 51.2, "Pressure": 755.1, "Humidity": 44},
        "TempUnit": "F",
        "PressureUnit": "mmHg",
    }
    rules = {data_point.path: data_point.rule for data_point in data_points(payload, is_http=True)}
    assert [rules[f"BME280.{name}"].unit for name in payload["BME280"]] == ["°F", "°F", "mmHg", "%"]


def test_a_block_of_units_is_of_the_block_of_values() -> None:
    payload = {
        "current_units": {"temp_2m": "°F", "wind_speed_10m": "km/h"},
        "current": {"temp_2m": 61, "wind_speed_10m": 3},
    }
    rules = {data_point.path: data_point.rule for data_point in data_points(payload, is_http=True)}
    assert (rules["current.temp_2m"].device_class, rules["current.temp_2m"].unit) == ("temperature", "°F")
    assert (rules["current.wind_speed_10m"].device_class, rules["current.wind_speed_10m"].unit) == (
        "wind_speed",
        "km/h",
    )
    assert not rules["current_units.temp_2m"].enabled


@pytest.mark.parametrize("text", ["1.2 beta", "3 Nov", "12:30", "2026-11-21", "230 Volts AC", "4 ever", "1.14.0"])
def test_a_text_that_starts_with_a_number_is_a_text(text: str) -> None:
    [found] = data_points({"strange": text}, is_http=True)
    assert (found.path, found.is_number, found.rule.enabled) == ("strange", False, False)


def test_the_state_of_a_thing_is_no_measurement() -> None:
    [found] = data_points({"state": "21.5 °C"}, is_http=True)
    assert (found.path, found.is_number) == ("state", False)
