"""Values with the names that devices of many makers use, and the entities that their owners expect.

A row of `wire_names.tsv` is one value: the family of devices, `http` or `bus` (any other protocol), its path (with `/`
between the levels) and the value as JSON, then the device class, unit and state class of the entity. A row without unit
and state class is a binary sensor. `off` is an entity that is disabled, because the meaning of its value is unknown.
"""

from collections.abc import Iterable
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.instathings.api.meaning.data_points import DataPoint, DataPointKind
from custom_components.instathings.api.meaning.profile import DeviceProfile
from custom_components.instathings.api.readings import parse_values
from custom_components.instathings.common.client.wire import DropCounter
from custom_components.instathings.sensor import describe

ROWS = [
    line.split("\t") for line in (Path(__file__).parent / "wire_names.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


def data_points(payload: dict[str, Any], *, is_http: bool) -> list[DataPoint]:
    """Return the data points of a payload for a device without commands."""
    profile, dropped = DeviceProfile("a", can_be_set=False), DropCounter()
    assert profile.fits(is_http=is_http)
    profile.read(parse_values(payload, dropped, is_http=is_http), dropped)
    return profile.data_points()


def nested(path: str, value: Any) -> dict[str, Any]:
    """Return a payload with a value at a path; a number in the path is the index of a list."""
    for name in reversed(path.split("/")):
        value = [value] if name.isdigit() else {name: value}
    assert isinstance(value, dict)
    return value


def entity(data_point: DataPoint) -> Iterable[str]:
    """Return device class, unit and state class of a data point in the format of the table."""
    if not data_point.rule.enabled:
        return ["off"]
    if data_point.kind is not DataPointKind.SENSOR:
        return [data_point.rule.device_class or ""]
    row = describe(data_point)
    return [row.device_class or "", row.native_unit_of_measurement or "", row.state_class or ""]


@pytest.mark.parametrize("row", ROWS, ids=["-".join(row[:4]) for row in ROWS])
def test_a_name_has_the_expected_entity(row: list[str]) -> None:
    _, way, path, value, *wanted = row
    found, *_ = data_points(nested(path, json.loads(value)), is_http=way == "http")
    is_sensor = found.kind is DataPointKind.SENSOR and wanted != ["off"]
    assert entity(found) == [*wanted, "", ""][:3] if is_sensor else wanted


def test_a_unit_key_applies_to_all_temperatures() -> None:
    payload = {
        "BME280": {"Temperature": 71.2, "DewPoint": 51.2, "Pressure": 755.1, "Humidity": 44},
        "TempUnit": "F",
        "PressureUnit": "mmHg",
    }
    rules = {data_point.path: data_point.rule for data_point in data_points(payload, is_http=True)}
    assert [rules[f"BME280.{name}"].unit for name in payload["BME280"]] == ["°F", "°F", "mmHg", "%"]


def test_a_block_of_units_applies_to_the_block_of_values() -> None:
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


def test_a_state_has_no_class() -> None:
    [found] = data_points({"state": "21.5 °C"}, is_http=True)
    assert (found.path, found.is_number) == ("state", False)
