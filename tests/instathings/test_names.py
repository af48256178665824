"""The names of the entities of a device.

Source: docs/protocol/instathings.md#measured-keys.
"""

from collections import Counter
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.instathings.names import QUANTITIES, _owner, humanized
from harness import what, what_instathings

FILES = sorted((Path(__file__).parent / "devices").glob("*.json"))
INPUTS = ("input:0.state", "input:1.state", "em1:0.voltage", "em1:1.voltage", "panels.0.power", "panels.1.power")
TWINS = ("cct:0.apower", "rgb:0.apower")


@pytest.mark.parametrize(
    ("quantity", "path", "paths", "owner"),
    [
        ("power", "power_1", (), "1"),
        ("power", "power_pv1", (), "PV1"),
        ("voltage", "em1:1.voltage", INPUTS, "2"),
        ("voltage", "em1:1.voltage", ("em1:1.voltage",), ""),
        ("power", "panels.1.power", INPUTS, "Panels 2"),
        ("power", "cct:0.apower", TWINS, "Cct"),
        ("power", "meters.0.power", ("meters.0.power",), ""),
        ("voltage", "voltage_b", (), "Phase B"),
        ("voltage", "voltage_phase_r", (), "Phase R"),
        ("power", "pv_b_power", (), "PV b"),
        ("current", "compressor_a", (), "Compressor"),
        ("current", "em:0.n_current", (), "Neutral"),
        ("voltage", "BatteryVoltage", (), "Battery"),
        ("temperature", "tank.value", (), "Tank"),
        ("returned_energy", "emdata:0.a_total_act_ret_energy", (), "Phase A"),
        ("temperature", "temperature:101.tC", ("temperature:100.tC", "temperature:101.tC"), "101"),
    ],
)
def test_the_name_of_the_part_of_a_quantity(quantity: str, path: str, paths: tuple[str, ...], owner: str) -> None:
    assert _owner(path, QUANTITIES[quantity], paths) == owner


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("pump_1", "Pump 1"),
        ("relays.0.overpower", "Relay 1 overpower"),
        ("input:1.state", "Input 2"),
        ("inputs.0.input", "Input 1"),
        ("devicepower:0.external", "External"),
        ("blutrv:200.pos", "TRV position"),
        ("childLock", "Child lock"),
        ("led_indicator", "LED indicator"),
        ("power.#2", "Power 2"),
    ],
)
def test_a_path_becomes_a_name(path: str, name: str) -> None:
    assert humanized(path, INPUTS) == name


def test_no_two_values_of_a_device_have_the_same_name() -> None:
    # This one sends the voltage of its battery twice.
    assert {file.stem for file in FILES if repeated_names(file)} == {"dragino-lse01"}


def repeated_names(file: Path) -> list[tuple[str, ...]]:
    """Return the names that several enabled entities of a device have: platform, translation key, placeholders."""
    rows = what_instathings.rows(json.loads(file.read_text()))
    counted = Counter(
        (row.platform, row.name_key, *row.placeholders.values()) for row in rows if row.enabled and row.name_key
    )
    return [name for name, count in counted.items() if count > 1]


# Path, payload, and the English name, for keys that are in no table.
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
def test_a_name_consists_of_the_words_of_the_path(path: str, payload: dict[str, Any], name: str) -> None:
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


def test_all_energies_of_a_device_that_counts_in_wh_are_in_wh() -> None:
    payload = {"energy_imported": 934002.7, "energy_exported": 1820334.2, "solar_energy_kwh": 12.1}
    rows = {row.path: row.unit for row in what_instathings.rows({"type": "data", "message": {"data": payload}})}
    assert rows == {"energy_imported": "Wh", "energy_exported": "Wh", "solar_energy_kwh": "kWh"}


@pytest.mark.parametrize(("more", "enabled"), [({}, False), ({"linkquality": 81}, True)])
def test_zigbee_keys_of_other_devices_are_disabled(more: dict[str, Any], enabled: bool) -> None:
    rows = {row.path: row for row in what_instathings.rows({"error_code": 3, "alarm": False, **more})}
    assert rows["error_code"].enabled is enabled
    assert rows["alarm"].platform == ("switch" if more else "binary_sensor")
