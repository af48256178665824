"""What the values of a device are called: what they measure, whose they are, and which of several.

Source: docs/protocol/instathings.md#measured-keys.
"""

from collections import Counter
import json
from pathlib import Path

import pytest

from custom_components.instathings.names import QUANTITIES, _owner, humanized
from harness import what_instathings

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
def test_whose_a_quantity_is(quantity: str, path: str, paths: tuple[str, ...], owner: str) -> None:
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
def test_a_path_as_a_name(path: str, name: str) -> None:
    assert humanized(path, INPUTS) == name


def test_no_two_values_of_a_device_have_one_name() -> None:
    assert {file.stem: found for file in FILES if (found := repeated_names(file))} == {}


def repeated_names(file: Path) -> list[tuple[str, ...]]:
    """Return the names that several enabled entities of a device have: platform, translation key, placeholders."""
    rows = what_instathings.rows(json.loads(file.read_text()))
    counted = Counter(
        (row.platform, row.name_key, *row.placeholders.values()) for row in rows if row.enabled and row.name_key
    )
    return [name for name, count in counted.items() if count > 1]
