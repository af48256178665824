"""The payloads of boards, and the expected entities: a file in `devices/` for each kind of payload."""

import json
import os
from pathlib import Path
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import DEVICE_CLASS_STATE_CLASSES, DEVICE_CLASS_UNITS, SensorDeviceClass
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.iottly.api import LeafKind, flag_meaning, leaf_name, number_meaning
from custom_components.iottly.api.answers import decode_answer
from custom_components.iottly.api.payload import parse_leaves
from custom_components.iottly.binary_sensor import describe_leaf as flag_row
from custom_components.iottly.common.client.wire import DropCounter
from custom_components.iottly.common.names.quantities import COUNTED
from custom_components.iottly.common.names.words import KNOWN
from custom_components.iottly.const import DOMAIN
from custom_components.iottly.sensor import describe_leaf as sensor_row
from harness import what, what_iottly
from simulators.iottly.cloud import IottlyCloud
from tests.entries import set_up

FILES = sorted((Path(__file__).parent / "devices").glob("*.json"))
# `MEANINGS=5000 .venv/bin/python -m pytest tests/iottly/test_devices.py` draws that many names.
EXAMPLES = int(os.environ.get("MEANINGS", "100"))
WORDS = sorted(
    KNOWN | {"a", "b", "l1", "2", "price", "hours", "cycles", "closed", "rate", "esterna", "außen", "температура"}
)
# The device classes of quantities that can be summed.
COUNTERS = {"energy", "reactive_energy", "gas", "water", "volume", "precipitation", "duration", None}


def described(hass: HomeAssistant, entity_id: str, state: State) -> dict[str, Any]:
    known = er.async_get(hass).async_get(entity_id)
    assert known is not None
    return {
        "platform": known.domain,
        "state": state.state,
        "device_class": state.attributes.get("device_class"),
        "unit": state.attributes.get("unit_of_measurement"),
        "state_class": state.attributes.get("state_class"),
        "name": known.original_name,
    }


async def test_entities_of_a_board_are_as_expected(
    hass: HomeAssistant, cloud: IottlyCloud, entry: Any, everything_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    boards: dict[str, dict[str, Any]] = {}
    for file in FILES:
        device = json.loads(file.read_text())
        board = cloud.do_add_board(file.stem)
        cloud.project.boards[board].values = {}
        boards[board] = device
        for number, message in enumerate(device["messages"]):
            # JSON has no NaN: a file has the text "@NaN@" instead.
            payload = json.loads(json.dumps(message).replace('"@NaN@"', "NaN"))
            cloud.do_message(board, payload, hours_ago=1 - number / 10)
    await set_up(hass, entry)
    registry = er.async_get(hass)
    wrong: list[str] = []
    for board, device in boards.items():
        slug = cloud.project.boards[board].name
        for wanted in device["entities"]:
            path, platform = wanted.pop("path"), wanted["platform"]
            entity_id = registry.async_get_entity_id(platform, DOMAIN, f"{board}_payload_{path}")
            state = hass.states.get(entity_id) if entity_id else None
            if entity_id is None or state is None:
                wrong.append(f"{slug} {path}: missing")
                continue
            found = described(hass, entity_id, state)
            # Home Assistant converts temperatures to its own unit.
            differing = {
                name: found[name]
                for name, value in wanted.items()
                if value != found[name] and not (path == "tank_temp_f" and name in ("state", "unit"))
            }
            if differing:
                wrong.append(f"{slug} {path}: {differing}, wanted {wanted}")
        for path in device["never"]:
            wrong += [
                f"{slug} {path}: is a state"
                for platform in ("sensor", "binary_sensor")
                if registry.async_get_entity_id(platform, DOMAIN, f"{board}_payload_{path}")
            ]
    assert wrong == []


def test_a_reading_that_is_no_number_is_unknown() -> None:
    body = rb'{"a": NaN, "b": -Infinity, "c": "NaN and \"Infinity\"", "d": 1, "e": [NaN]}'
    assert decode_answer(body, DropCounter(), 1000) == {
        "a": None, "b": None, "c": 'NaN and "Infinity"', "d": 1, "e": [None],
    }  # fmt: skip
    assert decode_answer(b'{"a": "NaN' + b'"\\' * 50_000, DropCounter(), 1_000_000) is None


@settings(deadline=None, max_examples=EXAMPLES)
@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5),
    st.sampled_from(["_", ".", "-", " ", ""]),
    st.booleans(),
    st.sampled_from(list(LeafKind)),
)
def test_home_assistant_accepts_the_entity_of_any_name(
    words: list[str], joint: str, is_camel: bool, kind: LeafKind
) -> None:
    path = joint.join(word.capitalize() if is_camel and number else word for number, word in enumerate(words))
    row = sensor_row(path, kind)
    assert row.name
    if row.device_class is not None:
        device_class = SensorDeviceClass(row.device_class)
        assert row.native_unit_of_measurement in DEVICE_CLASS_UNITS.get(device_class, {None})
        assert row.state_class is None or row.state_class in DEVICE_CLASS_STATE_CLASSES.get(device_class, ())
    flag = flag_row(path).device_class
    assert flag is None or flag in BinarySensorDeviceClass
    meaning = number_meaning(path)
    if meaning is not None and meaning.state_class == COUNTED:
        assert meaning.device_class in COUNTERS


@settings(deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_the_entity_of_any_name_has_a_name(path: str) -> None:
    assert isinstance(leaf_name(path), str)
    number_meaning(path)
    flag_meaning(path)


_tree = st.recursive(
    st.integers(0, 9), lambda inner: st.dictionaries(st.text("ab.\\%/_", min_size=1, max_size=4), inner, max_size=3)
)


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.text("ab.\\%/_", min_size=1, max_size=4), _tree, max_size=4))
def test_two_leaves_have_different_paths(payload: dict[str, Any]) -> None:
    def count(level: dict[str, Any], depth: int) -> int:
        return sum(
            (count(inner, depth - 1) if depth > 1 else 0) if isinstance(inner, dict) else 1 for inner in level.values()
        )

    assert len(parse_leaves(payload, DropCounter())) == min(count(payload, 4), 100)


def test_script_what_prints_the_entities_of_a_payload() -> None:
    text = "\n".join(what.lines("iottly", what_iottly.rows([{"speed_rpm": "n/a"}, {"speed_rpm": 8, "porta": True}])))
    assert "sensor  speed_rpm\n    unit rpm, state class measurement, enabled yes, value 8" in text
    assert "binary_sensor  porta\n    class door, enabled yes, value True" in text
