"""The rule table, readings and shapes: what data keys mean."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.instathings.api.parse import parse_event, parse_page, parse_row, parse_status, parse_time
from custom_components.instathings.api.rules import RULES, Kind, rule_of
from custom_components.instathings.api.shape import Control, Shape
from custom_components.instathings.api.values import (
    MAX_PATHS,
    MAX_REMEMBERED,
    MAX_REMEMBERED_PATHS,
    Bodies,
    Values,
    parse_body,
)
from custom_components.instathings.push.wire import Dropped

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
KNOWN_KEYS = [
    *("state", "brightness", "color_temp", "color", "position", "tilt", "temperature", "humidity", "pressure"),
    *("illuminance", "battery", "voltage", "current", "power", "energy", "occupancy", "contact", "action", "click"),
    *("linkquality", "rssi", "data", "value", "relays", "meters", "ison", "fault1", "system_mode"),
    *("occupied_heating_setpoint", "local_temperature"),
]


@pytest.mark.parametrize(
    ("path", "key", "device_class", "unit"),
    [
        ("temperature", "temperature", "temperature", "°C"),
        ("local_temperature", "temperature", "temperature", "°C"),
        ("cpu_temperature", "temperature", "temperature", "°C"),
        ("temperature_env_bat1", "temperature", "temperature", "°C"),
        ("temp", "temperature", "temperature", "°C"),
        ("hum", "humidity", "humidity", "%"),
        ("external_humidity", "humidity", "humidity", "%"),
        ("pres", "pressure", "atmospheric_pressure", "hPa"),
        ("illuminance_lux", "illuminance", "illuminance", "lx"),
        ("lux", "illuminance", "illuminance", "lx"),
        ("soc_bat1", "battery", "battery", "%"),
        ("status_of_charge", "battery", "battery", "%"),
        ("battery_low", "battery_low", "battery", None),
        ("voltage", "voltage", "voltage", "V"),
        ("current", "current", "current", "A"),
        ("import_current", "current", "current", "A"),
        ("power", "power", "power", "W"),
        ("active_power", "power", "power", "W"),
        ("power_pv1", "power", "power", "kW"),
        ("activepower_grid", "power", "power", "kW"),
        ("meters.0.power", "power", "power", "W"),
        ("apparent_power", "apparent_power", "apparent_power", "VA"),
        ("reactive_power", "reactive_power", "reactive_power", "var"),
        ("power_factor", "power_factor", "power_factor", None),
        ("grid_frequency", "frequency", "frequency", "Hz"),
        ("frequency", "frequency", "frequency", "Hz"),
        ("energy", "energy", "energy", "kWh"),
        ("import_active_energy", "energy", "energy", "kWh"),
        ("energy_today", "energy", "energy", "kWh"),
        ("daily_energy_pv", "energy", "energy", "kWh"),
        ("meters.1.total", "energy", "energy", "Wh"),
        ("emeters.0.total", "energy", "energy", "Wh"),
        ("voc", "voc", "volatile_organic_compounds_parts", "ppb"),
        ("gas_density", "density", None, None),
        ("linkquality", "linkquality", None, "lqi"),
        ("wifi_sta.rssi", "rssi", "signal_strength", "dBm"),
        ("rssi", "rssi", "signal_strength", "dBm"),
        ("uptime", "uptime", "duration", "s"),
        ("fs_free", "memory", "data_size", "B"),
        ("temperature_correction", "setting", None, None),
        ("contact", "contact", "door", None),
        ("water_leak", "water_leak", "moisture", None),
        ("vibration", "vibration", "vibration", None),
        ("relays.0.overpower", "problem", "problem", None),
        ("overtemperature", "overtemperature", "heat", None),
        ("ac_status", "mains", "plug", None),
        ("click", "action", None, None),
        ("gyro.x", "axis", None, None),
        ("angle_z", "axis", None, None),
        ("fault18", "code", None, None),
        ("sysstate", "code", None, None),
        ("data", "value", None, None),
        ("occupied_heating_setpoint", "setpoint", "temperature", "°C"),
        ("state_left", "state", None, None),
        ("relays.1.ison", "relay", "power", None),
        ("something_else", "unknown", None, None),
    ],
)
def test_every_row_of_the_table(path: str, key: str, device_class: str | None, unit: str | None) -> None:
    rule = rule_of(path)
    assert (rule.key, rule.device_class, rule.unit) == (key, device_class, unit)


@pytest.mark.parametrize("path", ["isVirtualData", "wifi_sta.ssid", "mac", "relays.0.has_timer", "mqtt.connected"])
def test_what_is_ignored(path: str) -> None:
    assert rule_of(path).kind is Kind.IGNORED


def _values(payload: Any, dropped: Dropped) -> Values | None:
    body = parse_body(payload, dropped)
    return None if body is None else body.values


def test_wrong_types_are_unknown_and_counted() -> None:
    wrong: dict[Kind, tuple[Any, ...]] = {
        Kind.NUMBER: ("x", True, 1e300, -(10**17)),
        Kind.FLAG: ("x", 7, 0.5),
        Kind.TEXT: (7, True, "x" * 256),
        Kind.EVENT: (7, True),
        Kind.ANY: ("x" * 256, 1e300),
    }
    paths = {
        Kind.NUMBER: "temperature", Kind.FLAG: "contact", Kind.TEXT: "state", Kind.EVENT: "click", Kind.ANY: "data",
    }  # fmt: skip
    for kind, values in wrong.items():
        for value in values:
            dropped = Dropped()
            assert _values({paths[kind]: value}, dropped) == {paths[kind]: None}
            assert dropped.as_dict() == {f"unusable {kind.value}": 1}
    assert _values({"contact": "ON", "smoke": 0, "gas": None}, Dropped()) == {
        "contact": True, "smoke": False, "gas": None,
    }  # fmt: skip


def test_readings_that_are_none() -> None:
    dropped = Dropped()
    assert _values([1], dropped) is None
    assert _values("x", dropped) is None
    assert _values({"type": "data", "message": {"data": 7}}, dropped) == {"data": 7}
    many = _values({f"key{number}": number for number in range(MAX_PATHS + 50)}, dropped)
    assert many is not None
    assert len(many) == MAX_PATHS
    assert _values({"": 1, "a" * 101: 2, "a\nb": 3}, dropped) == {}


def _shape(values: dict[str, Any], *, controls: bool = True) -> Shape:
    shape = Shape(controls=controls)
    parsed = _values(values, Dropped())
    assert parsed is not None
    assert shape.learn(shape.named(parsed))
    assert not shape.learn(shape.named(parsed))
    return shape


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"state": "ON", "brightness": 3}, [("light", "")]),
        ({"state": "OFF"}, [("switch", "")]),
        ({"state_left": "OFF", "state_right": "ON"}, [("switch", "_left"), ("switch", "_right")]),
        ({"state_l1": "OFF", "brightness_l1": 4, "state_l2": "ON"}, [("light", "_l1"), ("switch", "_l2")]),
        ({"state": "LOCK"}, [("lock", "")]),
        ({"state": "OPEN", "position": 40}, [("cover", "")]),
        ({"position": 40, "tilt": 3}, [("cover", "")]),
        ({"occupied_heating_setpoint": 20, "local_temperature": 19, "system_mode": "heat"}, [("climate", "")]),
        ({"relays": [{"ison": True}, {"ison": False}]}, [("relay", "0"), ("relay", "1")]),
        ({"ison": True}, [("relay", "0")]),
        ({"state": "strange"}, []),
        ({"temperature": 3}, []),
    ],
)
def test_controls(values: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    shape = _shape(values)
    assert [(control.kind, control.endpoint) for control in shape.controls()] == expected
    # What a control shows is not shown twice; behind a gateway nothing is controlled and all is shown.
    taken = {path for control in shape.controls() for path in control.paths} - {"local_temperature"}
    assert not taken & {shown.path for shown in shape.shown()}
    local = _shape(values, controls=False)
    assert local.controls() == []
    assert {shown.path for shown in local.shown()} == set(local.paths)


def test_a_plug_that_turns_out_to_be_a_lamp() -> None:
    shape = _shape({"state": "ON"})
    assert shape.controls() == [Control("switch", "", frozenset({"state"}))]
    assert shape.learn({"brightness": 7})
    assert [control.kind for control in shape.controls()] == ["light"]


def test_read_only_states_are_flags() -> None:
    shape = _shape({"state": "OFF", "power": 3}, controls=False)
    assert {shown.path: shown.platform for shown in shape.shown()} == {"state": "binary_sensor", "power": "sensor"}


def test_the_answer_of_one_relay() -> None:
    one = _shape({"relays": [{"ison": False}]})
    assert one.named({"ison": True, "overpower": False}) == {"relays.0.ison": True, "relays.0.overpower": False}
    two = _shape({"relays": [{"ison": False}, {"ison": False}]})
    assert two.named({"ison": True}) == {}


def test_voltage_in_millivolts_of_battery_devices() -> None:
    def unit(shape: Shape) -> str | None:
        return next(shown.rule.unit for shown in shape.shown() if shown.path == "voltage")

    assert unit(_shape({"voltage": 231})) == "V"
    assert unit(_shape({"voltage": 2995})) == "mV"
    shape = _shape({"voltage": 230})
    assert shape.learn({"battery": 90})
    assert unit(shape) == "mV"


def test_a_value_of_another_kind_does_not_fit() -> None:
    shape = _shape({"data": 81, "value": True, "thing": "a"})
    assert shape.misfits({"data": 80.5, "value": False, "thing": "b", "new": 1}) == []
    assert shape.misfits({"data": None, "value": None, "thing": None}) == []
    assert shape.misfits({"data": "80", "value": 1, "thing": 1}) == ["data", "value", "thing"]
    assert shape.misfits({"data": True, "value": "a", "thing": True}) == ["data", "value", "thing"]


def test_who_repeats_itself_is_read_once() -> None:
    bodies = Bodies(Dropped())
    first = bodies.read("a", {"contact": True, "color": {"x": 0.4}})
    assert first is not None
    assert bodies.read("a", {"contact": True, "color": {"x": 0.4}}) is first
    assert bodies.read("b", {"contact": True, "color": {"x": 0.4}}) is not first
    changed = bodies.read("a", {"contact": False, "color": {"x": 0.4}})
    assert changed is not None
    assert changed.values == {"contact": False, "color.x": 0.4}
    again = bodies.read("a", {"contact": True, "color": {"x": 0.4}})
    assert again is not first
    assert again == first


@pytest.mark.parametrize(
    "said",
    [
        {"contact": True, "state": "x" * 256},
        {"contact": True, "a" * 101: 1},
        {"contact": True, "list": [1] * 1000},
        {"contact": True, "colour": {"list": [[1], {}]}},
        {"contact": True, "temperature": "x"},
        {"wifi_sta": {"ssid": "x" * 1000}},
        {f"key{number}": number for number in range(MAX_REMEMBERED_PATHS + 1)},
    ],
)
def test_what_is_left_out_is_not_remembered(said: dict[str, Any]) -> None:
    bodies = Bodies(Dropped())
    first = bodies.read("a", said)
    assert first is not None
    assert bodies.read("a", said) is not first


def test_what_is_remembered_has_an_end() -> None:
    bodies = Bodies(Dropped())
    first = bodies.read("device0", {"contact": True})
    for number in range(1, MAX_REMEMBERED):
        bodies.read(f"device{number}", {"contact": True})
    assert bodies.read("device0", {"contact": True}) is first
    bodies.read("one more", {"contact": True})
    assert bodies.read("device0", {"contact": True}) is not first


def test_every_row_is_used_by_its_own_pattern() -> None:
    assert len({rule.paths for rule in RULES}) == len(RULES)


@given(st.dictionaries(st.sampled_from(KNOWN_KEYS), JSON, max_size=8))
def test_any_payload_makes_a_shape(payload: dict[str, Any]) -> None:
    dropped = Dropped()
    for wrapped in (payload, {"type": "data", "message": {"data": payload}}):
        values = _values(wrapped, dropped)
        assert values is not None
        for controls in (True, False):
            shape = Shape(controls=controls)
            named = shape.named(values)
            shape.learn(named)
            assert not shape.learn(named)
            assert shape.misfits(named) == []
            shape.controls()


@given(JSON, st.sampled_from(["data", "status", "log", "connected", "paired", "installation_failed", "x"]))
def test_any_message_is_parsed_or_dropped(payload: Any, action: str) -> None:
    dropped = Dropped()
    parse_event({"action": action, "payload": payload}, dropped)
    parse_event(payload, dropped)
    parse_row({"deviceId": "a", "ts": payload, "data": payload}, dropped)
    parse_page({"data": [payload], "totalItems": payload}, dropped)
    parse_status(payload, dropped)
    parse_time(payload)
