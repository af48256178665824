"""Home Assistant accepts the entity of an attribute with any name: classes, units, state classes.

`MEANINGS=25000 .venv/bin/python -m pytest --timeout=0 tests/pimatic/test_meanings.py` draws that many devices. Each is
tried four times, because drawing one takes three times as long as trying it: its units, types and words are rotated
from one attribute to the next.
"""

import json
import os
from pathlib import Path
from typing import Any

from homeassistant.components.number.const import DEVICE_CLASS_UNITS as NUMBER_UNITS, NumberDeviceClass
from homeassistant.components.sensor.const import DEVICE_CLASS_STATE_CLASSES, DEVICE_CLASS_UNITS
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.pimatic.api import Attribute, Device, Kind
from custom_components.pimatic.api.parse import parse_device
from custom_components.pimatic.common.client.secrets import is_secret_name
from custom_components.pimatic.common.client.wire import DropCounter
from custom_components.pimatic.meaning.features import AttributeFeature, Role
from custom_components.pimatic.meaning.flags import FLAG_NOUNS, LABEL_PAIRS
from custom_components.pimatic.meaning.measures import Measure, measure, possible_numbers
from custom_components.pimatic.meaning.profile import profile_of
from custom_components.pimatic.meaning.units import KNOWN, SPELLINGS, known_unit
from custom_components.pimatic.meaning.vocabulary import KNOWN_WORDS
from harness import what, what_pimatic

EXAMPLES = int(os.environ.get("MEANINGS", "300"))
WORDS = st.sampled_from(sorted(KNOWN_WORDS | FLAG_NOUNS.keys() | {"kitchen", "x1", "Küche", "thumb", "1"}))
NAMES = st.lists(WORDS, min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from(
        ["".join(words), "_".join(words), " ".join(words), words[0] + "".join(map(str.capitalize, words[1:]))]
    )
)
UNITS = st.sampled_from(
    [*sorted(KNOWN), *sorted(SPELLINGS), *("", " ", "C", "c", "F", "°", "pcs", "€/kWh", "/500", "Â°C")]
)
LABELS = st.sampled_from([*sorted(LABEL_PAIRS), ("true", "false"), ("yes", "no"), ("A b", "no a b"), ("", "")])
ACTIONS = (
    *(
        "turnOn",
        "turnOff",
        "toggle",
        "changeStateTo",
        "changeDimlevelTo",
        "setCT",
        "setColor",
        "changeHueSatTo",
        "setRGB",
    ),
    *("changeCtTo", "changeTemperatureTo", "changeModeTo", "changePowerTo", "moveUp", "moveDown", "stop", "play"),
    *("getState", "buttonPressed", "changeInputTo", "lockDoor", "unlockDoor", "changeArmTo", "away", "disarm"),
)
SPECIAL = ("state", "dimlevel", "power", "ct", "color", "hue", "sat", "white", "mode", "position", "contact",
           "presence",
           "temperatureSetpoint", "temperature", "input", "button", "running", "status", "psk")  # fmt: skip
ATTRIBUTES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"name": NAMES | st.sampled_from(SPECIAL), "type": st.sampled_from([one.value for one in Kind])},
    optional={
        "unit": UNITS,
        "label": NAMES,
        "acronym": NAMES,
        "labels": LABELS.map(list),
        "enum": st.lists(st.sampled_from(["auto", "manu", "off", "ok", "low", "disarmed", "locked", "unlocked"])),
        "value": st.sampled_from([None, 0, 1, 255, 327.67, "21,5", "n/a", "", True, "on", [], {}, "2026-11-21"]),
    },
)
PARAMETERS = st.dictionaries(
    st.sampled_from(["state", "mode", "colorCode", "hue", "sat", "r", "g", "b", "temperatureSetpoint"]),
    st.fixed_dictionaries({"type": st.sampled_from(["number", "string", "boolean"])}),
    max_size=3,
)
DEVICES = st.fixed_dictionaries(
    {
        "id": st.just("a"),
        "name": st.just("A"),
        "template": st.sampled_from(["device", "switch", "thermostat", "inputTime"]),
        "attributes": st.lists(ATTRIBUTES, max_size=6),
        "actions": st.lists(
            st.fixed_dictionaries({"name": st.sampled_from(ACTIONS), "params": PARAMETERS}), max_size=6
        ),
    }
)


TURNS = 4
ROTATED = ("type", "unit", "labels", "enum", "acronym", "label")


def rotated(raw: dict[str, Any], by: int) -> dict[str, Any]:
    """Return a device in which each property of ROTATED is moved to another attribute, by different distances."""
    attributes = raw["attributes"]
    found = [{key: value for key, value in one.items() if key not in ROTATED} for one in attributes]
    for distance, key in enumerate(ROTATED, start=1):
        for number, one in enumerate(found):
            other = attributes[(number + by * distance) % len(attributes)]
            if key in other:
                one[key] = other[key]
    return {**raw, "attributes": found}


def parsed(raw: Any) -> Device:
    found = parse_device(raw, DropCounter())
    assert found is not None
    return found.device


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(DEVICES)
def test_home_assistant_accepts_every_entity(raw: dict[str, Any]) -> None:
    for by in range(TURNS if raw["attributes"] else 1):
        _check_device(rotated(raw, by))


def test_rotating_a_device_changes_its_attributes() -> None:
    raw = {"attributes": [{"name": "a", "type": "number", "unit": "W"}, {"name": "b", "type": "string"}]}
    assert rotated(raw, 0) == raw
    assert rotated(raw, 1)["attributes"] == [
        {"name": "a", "type": "string", "unit": "W"},
        {"name": "b", "type": "number"},
    ]


def _check_device(raw: dict[str, Any]) -> None:
    device = parsed(raw)
    profile = profile_of(device)
    own = [one for one in profile.features if isinstance(one, AttributeFeature)]
    for feature in own:
        assert not is_secret_name(feature.attribute.name)
        _check(feature)
    names = [one.attribute.name for one in own]
    assert len(names) == len(set(names)), "each attribute has one entity"
    # The entities of a device depend on its definition only, not on its values.
    without = {**raw, "attributes": [{**one, "value": None} for one in raw["attributes"]]}
    assert profile_of(parsed(without)).features == profile.features


def _check(feature: AttributeFeature) -> None:
    device_class, unit, state_class, *_ = measured = feature.measure
    if feature.role is Role.NUMBER:
        if device_class is not None:
            assert unit in DEVICE_CLASS_UNITS.get(device_class, {unit})
            assert state_class is None or state_class in DEVICE_CLASS_STATE_CLASSES[device_class]
        possible = possible_numbers(measured)
        assert possible is None or possible.has(7.0)
    elif feature.role is Role.SETTABLE_NUMBER and device_class is not None:
        assert unit in NUMBER_UNITS.get(NumberDeviceClass(device_class.value), {unit})
    elif feature.role not in (Role.NUMBER, Role.SETTABLE_NUMBER):
        assert measured == Measure(state_class=None)


@pytest.mark.parametrize("word", ["price", "cycles", "cost", "trend", "count"])
@pytest.mark.parametrize("key", ["battery", "humidity", "co2", "rain"])
def test_a_word_after_the_quantity_changes_the_meaning(key: str, word: str) -> None:
    unit = {"battery": "%", "humidity": "%", "co2": "ppm", "rain": "%"}[key]
    for name in (f"{key}_{word}", f"{key}{word.capitalize()}", f"{key}{word}"):
        assert measure(Attribute(name, Kind.NUMBER, name, unit)).device_class is None


@pytest.mark.parametrize(
    ("name", "state_class"),
    [
        ("energyGenerated", "total_increasing"),
        ("rate1totalusage", "total_increasing"),
        ("energyPrice", None),
        ("averageConsumption", None),
        ("netBalance", "total"),
        ("Strom Bezug", "total_increasing"),
    ],
)
def test_only_a_meter_is_total_increasing(name: str, state_class: str | None) -> None:
    assert measure(Attribute(name, Kind.NUMBER, name, "kWh")).state_class == state_class


@pytest.mark.parametrize(
    ("announced", "unit"),
    [
        ("mW", "mW"),
        ("MW", "MW"),
        ("Mbar", "mbar"),
        ("MPa", None),
        ("St", None),
        ("° C", "°C"),
        ("µg/m³", "μg/m³"),
        ("m3", "m³"),
    ],
)
def test_a_spelling_of_a_unit_has_the_unit(announced: str, unit: str | None) -> None:
    assert known_unit(announced) == unit


def test_script_what_prints_the_entities_and_their_rules() -> None:
    content = json.loads((Path(__file__).parent / "devices" / "src-fritz-wlan.json").read_text())
    content["device"]["attributes"].append({"name": "batt", "type": "number", "unit": "V", "value": 2.9})
    text = "\n".join(what.lines("pimatic", what_pimatic.rows(content)))
    assert "switch  state" in text
    assert "class voltage, unit V, state class measurement, category diagnostic, enabled yes, value 2.9" in text
    assert 'why: the word "batt" with the unit V' in text
    assert "not-a-secret" not in text
    assert "psk: a secret or a name of a network" in text
