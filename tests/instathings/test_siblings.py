"""The meanings of values that depend on the other values of a device."""

from typing import Any

import pytest

from custom_components.instathings.api.meaning.data_points import DataPoint, DataPointKind
from custom_components.instathings.api.meaning.profile import DeviceProfile
from custom_components.instathings.api.readings import parse_values
from custom_components.instathings.common.client.wire import DropCounter


def data_points(*payloads: dict[str, Any], is_http: bool = False) -> dict[str, DataPoint]:
    """Return the data points of a device that has sent some payloads, by path."""
    dropped = DropCounter()
    profile = DeviceProfile("device", can_be_set=True)
    for payload in payloads:
        assert profile.fits(is_http=is_http)
        profile.read(parse_values(payload, dropped, is_http=is_http), dropped)
    return {one.path: one for one in profile.data_points()}


def facts(data_point: DataPoint) -> tuple[str | None, str | None, str | None]:
    rule = data_point.rule
    return rule.device_class, rule.unit, rule.state_class


def test_rain_beside_the_rain_of_a_day_is_that_of_the_last_message() -> None:
    found = data_points({"rain_mm": 0.2, "dayRain_mm": 4.1, "rain24_mm": 6.2})
    assert facts(found["rain_mm"]) == ("precipitation", "mm", "measurement")
    assert facts(found["dayRain_mm"]) == ("precipitation", "mm", "total_increasing")
    assert facts(found["rain24_mm"]) == ("precipitation", "mm", None)


def test_rain_alone_is_counted() -> None:
    assert facts(data_points({"rain_mm": 0.2})["rain_mm"]) == ("precipitation", "mm", "total_increasing")


def test_the_highest_value_beside_an_average_is_measured() -> None:
    found = data_points({"average_amps": 4.2, "maximum_amps": 8.1, "minimum_amps": 0.1, "max_power": 900})
    assert facts(found["maximum_amps"]) == facts(found["minimum_amps"]) == ("current", "A", "measurement")
    assert found["maximum_amps"].rule.category is None
    assert found["max_power"].rule.category == "config"


@pytest.mark.parametrize(
    ("payloads", "unit"),
    [
        # The machine has used much, so that its power is rather in kW.
        (({"pump_power": 7.21, "pump_total_kwh": 4121.0},), None),
        # A small counter, a power without decimals, and another power that is in W.
        (({"pump_power": 7.21, "pump_total_kwh": 41.0},), "W"),
        (({"pump_power": 7, "pump_total_kwh": 4121.0},), "W"),
        (({"pump_power": 7.21, "fan_power": 412.5, "pump_total_kwh": 4121.0},), "W"),
        # A later value is in W.
        (({"pump_power": 7.21, "pump_total_kwh": 4121.0}, {"pump_power": 812.5}), "W"),
        # The name says it.
        (({"pump_power_w": 7.21, "pump_total_kwh": 4121.0},), "W"),
    ],
)
def test_a_small_power_of_a_large_machine_has_no_unit(payloads: tuple[dict[str, Any], ...], unit: str | None) -> None:
    found = data_points(*payloads)
    path = next(path for path in found if path.startswith("pump_power"))
    assert found[path].rule.unit == unit


@pytest.mark.parametrize(
    ("path", "value", "device_class"),
    [("POWER", "ON", "power"), ("alarm_status", "OFF", "problem"), ("alarm_state", "OFF", "problem")],
)
def test_a_word_for_on_or_off_is_a_flag(path: str, value: str, device_class: str) -> None:
    found = data_points({path: value, "linkquality": 80})[path]
    assert (found.kind, found.rule.device_class) == (DataPointKind.BINARY_SENSOR, device_class)
    assert found.is_on(value) is (value == "ON")


def test_a_state_in_words_is_no_flag() -> None:
    found = data_points({"running_status": "Normal", "alarm_status": "Normal"}, is_http=True)
    assert found["running_status"].kind is DataPointKind.SENSOR
    assert found["alarm_status"].kind is DataPointKind.BINARY_SENSOR


def test_an_echo_of_a_relay_and_the_place_of_a_shelly_have_no_entity() -> None:
    assert "state" not in data_points({"state": "ON", "state_l1": "ON", "state_l2": "OFF"})
    assert "lat" in data_points({"lat": 45.1}, is_http=True)
    found = data_points(
        {"relays": [{"ison": True}], "lat": 45.1, "lng": 9.2, "login": {"username": "admin"}}, is_http=True
    )
    assert not {"lat", "lng", "login.username"} & found.keys()


@pytest.mark.parametrize(("value", "unit"), [(0.31, None), (31, "%"), (0, "%")])
def test_a_share_of_one_is_no_percentage(value: float, unit: str | None) -> None:
    assert data_points({"soil_moisture_1": value}, is_http=True)["soil_moisture_1"].rule.unit == unit


def test_a_charger_with_its_voltage_in_mv_has_its_current_in_ma() -> None:
    found = data_points({"V": 13250, "I": 430, "VPV": 34560, "PPV": 61}, is_http=True)
    assert [found[path].rule.unit for path in found] == ["mV", "mA", "mV", "W"]
    found = data_points({"V": 13.25, "I": 4.3, "VPV": 34.56, "PPV": 61}, is_http=True)
    assert [found[path].rule.unit for path in found] == ["V", "A", "V", "W"]


@pytest.mark.parametrize("value", [13250, 3.7])
def test_a_voltage_alone_is_no_letter(value: float) -> None:
    assert data_points({"V": value, "p": 1013}, is_http=True)["V"].rule.unit is None


def test_a_volume_beside_a_level_is_stored() -> None:
    found = data_points({"level_percent": 61, "volume_l": 1812, "volume_total_l": 41212}, is_http=True)
    assert facts(found["volume_l"]) == ("volume_storage", "L", "measurement")
    assert facts(found["volume_total_l"]) == ("volume", "L", "total_increasing")
    assert facts(data_points({"volume_l": 1812}, is_http=True)["volume_l"]) == ("volume", "L", "total_increasing")


def test_a_mode_is_no_flag() -> None:
    assert data_points({"mode": "auto"}, is_http=True)["mode"].kind is DataPointKind.SENSOR
