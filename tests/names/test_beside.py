"""Units that are not in a name: behind the value, beside it, as letters of electricity, or shown by its size."""

from typing import Any

import pytest

from custom_components.iottly.common.names.beside import measured, units_beside
from custom_components.iottly.common.names.letters import units_of_letters
from custom_components.iottly.common.names.numbers import noun_in
from custom_components.iottly.common.names.sizes import unit_by_size
from custom_components.iottly.common.names.units import without_unit


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("21.5 °C", ("21.5", "°C")),
        ("38,2℃", ("38,2", "°C")),
        ("12.4 m3/h", ("12.4", "m³/h")),
        ("0 kWh", ("0", "kWh")),
        ("Room 4 m", None),
        ("12.4", None),
        ("4 cats", None),
    ],
)
def test_a_text_may_be_a_number_and_its_unit(text: str, found: tuple[str, str] | None) -> None:
    assert measured(text) == found


@pytest.mark.parametrize(
    ("block", "units"),
    [
        ({"value": 812, "unit": "L"}, {"value": "L", "unit": ""}),
        ({"temperature": 51.4, "temperature_unit": "F"}, {"temperature": "°F", "temperature_unit": ""}),
        ({"tempUnit": "C", "water_temp": 7, "ph": 7}, {"water_temp": "°C", "tempUnit": ""}),
        ({"water_temp_f": 70, "temp_unit": "C"}, {"temp_unit": ""}),
        ({"weight": 412.3, "stable": True, "unit": "g"}, {"weight": "g", "unit": ""}),
        ({"out_v": 12, "out_a": 1.2, "set_v": 12}, {"out_v": "V", "out_a": "A"}),
        ({"unit": "A3", "value": 2}, {}),
        ({"community": "W", "power": 12}, {}),
    ],
)
def test_a_unit_may_stand_beside_a_value(block: dict[str, Any], units: dict[str, str]) -> None:
    assert units_beside(block) == units


def test_letters_are_of_electricity_where_several_of_them_are() -> None:
    assert units_of_letters(("U1", "I1", "P", "Serial")) == {"U1": "V", "I1": "A", "P": "W"}
    assert units_of_letters(("V", "I", "VPV", "PPV")) == {"V": "V", "I": "A"}
    assert units_of_letters(("PhVphA", "AphA", "W", "VA", "VAr", "Hz")) == {
        "PhVphA": "V", "AphA": "A", "W": "W", "VA": "VA", "VAr": "var", "Hz": "Hz",
    }  # fmt: skip
    # An index and a value, a pressure and a voltage, seconds.
    assert units_of_letters(("i", "v")) == {}
    assert units_of_letters(("t", "h", "p", "v")) == {}
    assert units_of_letters(("s", "p", "q")) == {}


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("battery", 3.61, "V"),
        ("battery", 12.7, "V"),
        ("battery", 3610, "mV"),
        ("battery", 4.5, None),
        ("battery", 87, None),
        ("batt", 71, "%"),
        ("batt", 12, None),
        ("vdd", 3601, "mV"),
        ("soil_conductivity", 412, "μS/cm"),
        ("soil_conductivity", 1.4, None),
        ("current", 3520, "mA"),
        ("air_pressure", 98712, "Pa"),
        ("air_pressure", 29.92, "inHg"),
        ("power_factor", 97.2, "%"),
        ("power_factor", 0.97, None),
        ("noise", 41, "dB"),
        ("noise", 812, None),
        ("signal_strength", -61, "dBm"),
        ("signal_strength", 61, None),
        ("temperature", 41, None),
        ("colour", 41, None),
    ],
)
def test_the_size_of_a_value_may_show_its_unit(name: str, value: float, unit: str | None) -> None:
    assert unit_by_size(noun_in(name), value) == unit


def test_a_name_is_written_without_its_unit() -> None:
    assert without_unit(["total", "energy", "kWh"], "kWh") == ["total", "energy"]
    assert without_unit(["flow", "l", "min"], "L/min") == ["flow"]
    assert without_unit(["inverters", "w", "now"], "W") == ["inverters", "now"]
    assert without_unit(["kWh"], "kWh") == ["kWh"]
