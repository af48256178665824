"""What the values of devices are called that no table has: by their own words, without units and containers."""

from typing import Any

import pytest

from harness import what, what_instathings

# Path, value, the other keys, and the name in English.
NAMES = [
    ("BatteryVoltage", {"BatteryVoltage": 12.1}, "Battery voltage"),
    ("total_energy_kwh", {"total_energy_kwh": 12.1}, "Energy"),
    ("pump_power_w", {"pump_power_w": 12.1}, "Pump power"),
    ("engine_rpm", {"engine_rpm": 1200}, "Engine rpm"),
    ("current_phase_2", {"current_phase_1": 4.1, "current_phase_2": 4.2}, "Phase 2 current"),
    ("Abgastemperatur", {"Abgastemperatur": 142}, "Abgastemperatur"),
    ("MT175.P1", {"MT175": {"U1": 231, "I1": 4.1, "P1": 940}}, "MT175 P1 power"),
    (
        "sensors.1.temp",
        {"sensors": [{"name": "Attic", "temp": 1}, {"name": "Cellar", "temp": 2}]},
        "Cellar temperature",
    ),
    ("sensors.1.temp", {"sensors": [{"name": "x", "temp": 1}, {"name": "x", "temp": 2}]}, "Sensors 2 temperature"),
    ("data.0.value", {"data": [{"value_type": "BME280_humidity", "value": "41"}]}, "BME280 humidity"),
    ("features.power.properties.value", {"features": {"power": {"properties": {"value": 1, "unit": "kW"}}}}, "Power"),
    ("openWindow", {"openWindow": True}, "Open window"),
]


@pytest.mark.parametrize(("path", "payload", "name"), NAMES)
def test_a_value_is_called_by_its_words(path: str, payload: dict[str, Any], name: str) -> None:
    rows = what_instathings.rows({"type": "data", "message": {"data": payload}})
    row = next(row for row in rows if row.path == path)
    assert what.names("instathings", row)[0] == name


def test_a_date_is_a_timestamp_and_that_of_a_message_is_disabled() -> None:
    payload = {"last_opened": "2026-11-28T03:12:00Z", "received_at": "2026-11-28T03:12:00+01:00", "last": "2026-11-28"}
    rows = {row.path: row for row in what_instathings.rows({"type": "data", "message": {"data": payload}})}
    found = {path: (row.platform, row.device_class, row.enabled) for path, row in rows.items()}
    assert found == {
        "last_opened": ("sensor", "timestamp", True),
        "received_at": ("sensor", "timestamp", False),
        "last": ("sensor", None, False),
    }


def test_a_device_that_counts_in_wh_counts_all_in_wh() -> None:
    payload = {"energy_imported": 934002.7, "energy_exported": 1820334.2, "solar_energy_kwh": 12.1}
    rows = {row.path: row.unit for row in what_instathings.rows({"type": "data", "message": {"data": payload}})}
    assert rows == {"energy_imported": "Wh", "energy_exported": "Wh", "solar_energy_kwh": "kWh"}


@pytest.mark.parametrize(("more", "enabled"), [({}, False), ({"linkquality": 81}, True)])
def test_what_only_a_zigbee_device_says_is_disabled_of_others(more: dict[str, Any], enabled: bool) -> None:
    rows = {row.path: row for row in what_instathings.rows({"error_code": 3, "alarm": False, **more})}
    assert rows["error_code"].enabled is enabled
    assert rows["alarm"].platform == ("switch" if more else "binary_sensor")
