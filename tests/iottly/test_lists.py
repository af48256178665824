"""Lists in payloads: the parts of a board are told apart by what it calls them, and what has happened is left out."""

from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.iottly.api import LeafKind, Message, MessageKind
from custom_components.iottly.api.payload import parse_leaves, parse_payload
from custom_components.iottly.common.client.wire import DropCounter
from custom_components.iottly.message_store import Key, MessageStore
from custom_components.iottly.sensor import describe_leaf


def leaves(payload: dict[str, Any]) -> dict[str, Any]:
    return parse_leaves(payload, DropCounter())


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        (
            {"probes": [{"name": "oven", "temp": 181}, {"name": "meat", "temp": 61}]},
            {"oven.temp": 181, "meat.temp": 61},
        ),
        ({"probes": [{"id": 7, "temp": 18}, {"id": 9, "temp": 19}]}, {"7.temp": 18, "9.temp": 19}),
        ({"probes": [{"room": "A1", "temp": 18}, {"room": "A2", "temp": 19}]}, {"A1.temp": 18, "A2.temp": 19}),
        # What does not tell them apart is a value.
        (
            {"probes": [{"name": "x", "temp": 18}, {"name": "x", "temp": 19}]},
            {"1.name": "x", "1.temp": 18, "2.name": "x", "2.temp": 19},
        ),
        ({"probes": [{"state": "run", "temp": 18}]}, {"1.state": "run", "1.temp": 18}),
    ],
)
def test_items_have_the_paths_of_their_names(payload: dict[str, Any], found: dict[str, Any]) -> None:
    assert leaves(payload) == {f"probes.{path}": value for path, value in found.items()}


def test_numbers_of_a_quantity_are_those_of_its_parts() -> None:
    assert leaves({"temps": [21.1, 22.4]}) == {"temps.1": 21.1, "temps.2": 22.4}
    # No quantity, one number, too many.
    assert leaves({"load": [0.1, 0.2], "temp": [21.1], "voltage": [230] * 9}) == {}


@pytest.mark.parametrize(
    "payload",
    [
        {"history": [{"temp": 1}]},
        {"alarms": [{"code": 3}]},
        {"batch": [{"ts": 1795946400, "temp": 1}, {"ts": 1795946460, "temp": 2}]},
        {"names": ["a", "b"]},
        {"mixed": [{"temp": 1}, 2]},
        {"empty": []},
        {"many": [{"temp": number} for number in range(17)]},
    ],
)
def test_what_is_of_several_times_is_left_out(payload: dict[str, Any]) -> None:
    assert leaves(payload) == {}


def test_a_secret_in_a_list_is_left_out() -> None:
    assert leaves({"users": [{"name": "a", "password": "x", "age": 3}]}) == {"users.a.age": 3}


@pytest.mark.parametrize("key", ["wifi_ssid", "bssid", "codice_porta", "door_code"])
def test_names_of_networks_and_codes_of_doors_are_left_out(key: str) -> None:
    assert leaves({key: "4711-home", "level": 3}) == {"level": 3}


def test_a_unit_belongs_to_its_value() -> None:
    found = parse_payload(
        {
            "tank": {"value": "812,5", "unit": "L"},
            "flow": "12.4 m3/h",
            "batt": 3.58,
            "meter": {"u": 231, "i": 4, "p": 9},
        },
        DropCounter(),
    )
    assert found.values == {
        "tank.value": 812.5, "tank.unit": "L", "flow": 12.4, "batt": 3.58, "meter.u": 231, "meter.i": 4, "meter.p": 9,
    }  # fmt: skip
    assert found.units == {
        "tank.value": "L", "tank.unit": "", "flow": "m³/h", "batt": "V", "meter.u": "V", "meter.i": "A", "meter.p": "W",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("starts", "4123", 4123.0),
        ("pump.level_x", "12,4", 12.4),
        ("fw", "2.1", "2.1"),
        ("sn", "00017", "00017"),
        ("seriennummer", "12121", "12121"),
        ("starts", "0042", "0042"),
        ("starts", "12345678901", "12345678901"),
        ("mode", "3", "3"),
    ],
)
def test_figures_are_a_number_unless_they_name_something(path: str, text: str, value: Any) -> None:
    payload: Any = text
    for key in reversed(path.split(".")):
        payload = {key: payload}
    assert leaves(payload) == {path: value}


def test_a_text_of_an_earlier_version_becomes_a_number_with_its_unit() -> None:
    store = MessageStore(DropCounter())
    store.add_leaf("board", "flow", LeafKind.TEXT)
    store.add_leaf("board", "mode", LeafKind.TEXT)
    found = parse_payload({"flow": "12.4 m3/h", "mode": "auto", "starts": "41"}, DropCounter())
    changes = store.read(
        Message(
            board="board",
            kind=MessageKind.USER,
            payload={},
            leaves=found.values,
            units=found.units,
            timestamp=datetime.now(UTC),
        )
    )
    assert changes[Key("board", "flow")] == 12.4
    assert store.leaf_kinds("board") == {
        "flow": LeafKind.NUMBER,
        "mode": LeafKind.TEXT,
        "starts": LeafKind.NUMBER,
    }
    assert store.unit_of("board", "flow") == "m³/h"
    row = describe_leaf("flow", LeafKind.NUMBER, unit_beside="m³/h")
    assert (row.device_class, row.native_unit_of_measurement) == ("volume_flow_rate", "m³/h")
    assert [*store.forget("board")] != []
    assert store.unit_of("board", "flow") is None


def test_a_unit_is_no_entity_that_is_enabled() -> None:
    assert not describe_leaf("tank.unit", LeafKind.TEXT, unit_beside="").entity_registry_enabled_default
    assert describe_leaf("tank.unit", LeafKind.TEXT).entity_registry_enabled_default


@pytest.mark.parametrize("path", ["Uhrzeit", "plc.ora", "time"])
def test_the_clock_of_a_board_is_no_entity_that_is_enabled(path: str) -> None:
    """Its text changes with each message, and Home Assistant knows when the message came."""
    assert not describe_leaf(path, LeafKind.TEXT).entity_registry_enabled_default
    assert describe_leaf(path, LeafKind.NUMBER).entity_registry_enabled_default
    assert describe_leaf("tank.value", LeafKind.NUMBER, unit_beside="L").name == "Tank"
