"""The leaves of payloads, their kinds, and the meanings of their names."""

from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.iottly.api import (
    LeafKind,
    as_kind,
    flag_meaning,
    leaf_kind,
    number_meaning,
)
from custom_components.iottly.api.payload import parse_leaves
from custom_components.iottly.common.client.wire import DropCounter

from .samples import THEN


def test_leaves_of_a_payload() -> None:
    dropped = DropCounter()
    payload = {
        "a": {"b": {"c": {"d": 1, "e": {"f": 2}}}},
        "flag": True,
        "text": "eco",
        "long": "x" * 256,
        "null": None,
        "list": [1, 2],
        "": 3,
        "temperature": "21.5",
        "mode": "21.5",
        "huge": 10**20,
        "time": "2017-04-19T10:47:58+02:00",
    }
    assert parse_leaves(payload, dropped) == {
        "a.b.c.d": 1,
        "flag": True,
        "text": "eco",
        "long": None,
        "null": None,
        "temperature": 21.5,
        "mode": "21.5",
        "huge": None,
        "time": datetime(2017, 4, 19, 8, 47, 58, tzinfo=UTC),
    }
    assert sum(dropped.as_dict().values()) == 2


def test_the_number_of_leaves_is_limited() -> None:
    dropped = DropCounter()
    assert len(parse_leaves({f"k{number}": number for number in range(1000)}, dropped)) == 100
    assert dropped.as_dict() == {"payload with more than a hundred leaves": 1}


@pytest.mark.parametrize(
    ("value", "kind", "result"),
    [
        (1, LeafKind.FLAG, True),
        (2, LeafKind.FLAG, None),
        ("On", LeafKind.FLAG, True),
        ("maybe", LeafKind.FLAG, None),
        (True, LeafKind.NUMBER, 1),
        ("3.5", LeafKind.NUMBER, 3.5),
        ("nan", LeafKind.NUMBER, None),
        ("x", LeafKind.NUMBER, None),
        (3.5, LeafKind.TEXT, "3.5"),
        (THEN, LeafKind.TEXT, THEN.isoformat()),
        ("x", LeafKind.MOMENT, None),
        (None, LeafKind.TEXT, None),
        ("x", LeafKind.TEXT, "x"),
    ],
)
def test_a_leaf_keeps_its_kind(value: Any, kind: LeafKind, result: Any) -> None:
    assert as_kind(value, kind) == result


def test_the_kind_of_a_leaf() -> None:
    assert [leaf_kind(value) for value in (True, 1, 1.5, THEN, "x")] == [
        LeafKind.FLAG,
        LeafKind.NUMBER,
        LeafKind.NUMBER,
        LeafKind.MOMENT,
        LeafKind.TEXT,
    ]


@pytest.mark.parametrize(
    ("path", "device_class", "unit"),
    [
        ("temperature", "temperature", "°C"),
        ("room.TempF", "temperature", "°F"),
        ("outdoorTemp_c", "temperature", "°C"),
        ("temperature.value", "temperature", "°C"),
        ("battery.level.value", "battery", "%"),
        ("tank.level", None, "-"),
        ("temperature.current", "temperature", "°C"),
        ("pump.current", "current", "A"),
        ("battery", "battery", "%"),
        ("battery.voltage_mv", "voltage", "mV"),
        ("power_kw", "power", "kW"),
        ("air.CO2", "carbon_dioxide", "ppm"),
        ("pm2_5", "pm25", "μg/m³"),
        ("wifi_rssi", "signal_strength", "dBm"),
        ("cpu", None, "%"),
        ("pH", "ph", None),
        ("state", None, "-"),
        ("contemporary", None, "-"),
    ],
)
def test_the_meaning_of_a_number(path: str, device_class: str | None, unit: str | None) -> None:
    meaning = number_meaning(path)
    if unit == "-":
        assert meaning is None
    else:
        assert meaning is not None
        assert (meaning.device_class, meaning.unit) == (device_class, unit)


@pytest.mark.parametrize(
    ("path", "device_class"),
    [
        ("frontDoor", "door"),
        ("battery_low", "battery"),
        ("motion.value", "motion"),
        ("water_leak", "moisture"),
        ("fault", "problem"),
        ("anything", None),
    ],
)
def test_the_meaning_of_a_flag(path: str, device_class: str | None) -> None:
    assert flag_meaning(path) == device_class
