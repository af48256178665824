"""The rule table, readings and shapes: what data keys mean (docs/protocol/instathings.md#data-keys)."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.instathings.api.models import Reading
from custom_components.instathings.api.parse import parse_event, parse_page, parse_row, parse_status, parse_time
from custom_components.instathings.api.rules import RULES, Kind, rule_of
from custom_components.instathings.api.shape import Control, Shape
from custom_components.instathings.api.values import MAX_PATHS, Values, parse_values, unwrapped
from custom_components.instathings.common.client.wire import DropCounter

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


def _values(payload: Any, dropped: DropCounter) -> Values:
    return parse_values(unwrapped(payload), dropped)


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
            dropped = DropCounter()
            assert _values({paths[kind]: value}, dropped) == {paths[kind]: None}
            assert dropped.as_dict() == {f"unusable {kind.value}": 1}
    assert _values({"contact": "ON", "smoke": 0, "gas": None}, DropCounter()) == {
        "contact": True, "smoke": False, "gas": None,
    }  # fmt: skip


def test_the_time_of_a_reading_is_one_that_can_be_told() -> None:
    for ts in ("9999-12-31T23:59:59-23:00", "1969-12-31T23:59:59Z", 253402300800000, -1, True, "soon"):
        assert parse_row({"deviceId": "a", "ts": ts, "data": {}}, DropCounter(), Reading) is None
    for ts in ("2026-11-21T00:09:03.251Z", "2026-11-21T00:09:03.251", "2026-11-21T01:09:03.251+01:00", 1795219743251):
        reading = parse_row({"deviceId": "a", "ts": ts, "data": {}}, DropCounter(), Reading)
        assert reading is not None
        assert reading.time.isoformat() == "2026-11-21T00:09:03.251000+00:00"


def test_odd_readings() -> None:
    dropped = DropCounter()
    for said in ([1], "x", None, 7):
        assert parse_row({"deviceId": "a", "ts": 1, "data": said}, dropped, Reading) is None
    assert dropped.as_dict() == {"malformed reading": 4}
    assert _values({"type": "data", "message": {"data": 7}}, dropped) == {"data": 7}
    many = _values({f"key{number}": number for number in range(MAX_PATHS + 50)}, dropped)
    assert len(many) == MAX_PATHS
    assert _values({"": 1, "a" * 101: 2, "a\nb": 3}, dropped) == {}


def _shape(values: dict[str, Any], *, controls: bool = True) -> Shape:
    shape = Shape("a", controls=controls)
    parsed = _values(values, DropCounter())
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


def _read(shape: Shape, said: dict[str, Any], dropped: DropCounter | None = None) -> dict[str, Any]:
    """Return what a shape makes of this, without the device's id."""
    return {path: value for (_, path), value in shape.read(said, dropped or DropCounter()).items()}


def test_a_value_of_another_kind_is_unknown() -> None:
    shape, dropped = Shape("a", controls=True), DropCounter()
    _read(shape, {"data": 81, "value": True, "thing": "a"})
    told = {"data": 80.5, "value": False, "thing": "b"}
    assert _read(shape, told, dropped) == told
    assert _read(shape, {"data": None, "value": None, "new": 1}, dropped) == {"data": None, "value": None, "new": 1}
    assert dropped.as_dict() == {}
    for told in ({"data": "80", "value": 1, "thing": 1}, {"data": True, "value": "a", "thing": True}):
        assert _read(shape, told, dropped) == {"data": None, "value": None, "thing": None}
    assert dropped.as_dict() == {"value of another kind than before": 6}


@pytest.mark.parametrize(
    "said",
    [
        {"contact": True, "battery": 90},
        {"state": "ON", "brightness": 254, "color": {"x": 0.4, "y": 0.5}},
        {"relays": [{"ison": True}, {"ison": False}], "meters": [{"total": 60}]},
        {"voltage": 230, "power": 4.5, "linkquality": 80},
        {"contact": "ON", "occupancy": 1, "temperature": 20.5},
        {"position": 4, "state": "weird", "ssid": "home"},
    ],
)
def test_a_thing_said_again_is_read_as_the_first_time(said: dict[str, Any]) -> None:
    """What was said before is read a shorter way."""
    shape = Shape("a", controls=True)
    known = dict(_read(shape, said))
    assert known == shape.named(_values(said, DropCounter()))
    moved = {key: value + 1 if type(value) is int else value for key, value in said.items()} | {"new": 1}
    unknown = {key: None for key, value in said.items() if not isinstance(value, dict | list)}
    for told in (moved, said, {**said, "new": 2}, said, unknown, said):
        for _ in range(2):
            known |= _read(shape, told)
            assert known == known | shape.named(_values(told, DropCounter()))


def test_what_is_said_again_is_nothing_new_but_for_events() -> None:
    shape = Shape("a", controls=True)
    for _ in range(2):
        _read(shape, {"contact": True, "battery": 90})
    assert _read(shape, {"contact": True, "battery": 90}) == {}
    assert _read(shape, {"contact": False, "battery": 90}) == {"contact": False}
    assert _read(shape, {"contact": False}) == {}
    for _ in range(3):
        assert _read(shape, {"click": "single"}) == {"click": "single"}
        assert shape.events == {("a", "click"): "single"}
        shape.events.clear()


def test_what_a_value_may_still_tell_is_not_passed_over() -> None:
    shape = _shape({"state": "weird", "voltage": 230})
    assert [control.kind for control in shape.controls()] == []
    _read(shape, {"state": "weird", "voltage": 229})
    assert not shape.learn({"state": "weird", "voltage": 229})
    shape.has_grown = False
    assert _read(shape, {"state": "ON", "voltage": 2995}) == {"state": "ON", "voltage": 2995}
    assert shape.has_grown
    assert [control.kind for control in shape.controls()] == ["switch"]
    assert {shown.path: shown.rule.unit for shown in shape.shown()} == {"voltage": "mV"}


def test_a_number_out_of_bounds_is_unknown_also_later() -> None:
    shape, dropped = Shape("a", controls=True), DropCounter()
    _read(shape, {"temperature": 20})
    assert _read(shape, {"temperature": 10**17}, dropped) == {"temperature": None}
    assert dropped.as_dict() == {"unusable number": 1}
    assert _read(shape, {"temperature": 21}, dropped) == {"temperature": 21}


@pytest.mark.parametrize("between", [{"temperature": 10**17}, {"temperature": None}, {"temperature": "warm"}])
def test_a_value_that_was_unknown_for_a_while_is_news(between: dict[str, Any]) -> None:
    shape = Shape("a", controls=True)
    for _ in range(2):
        _read(shape, {"temperature": 20})
    assert _read(shape, between) == {"temperature": None}
    assert _read(shape, {"temperature": 20}) == {"temperature": 20}


def test_what_is_said_beside_something_new_is_read_with_it() -> None:
    shape = Shape("a", controls=True)
    for _ in range(2):
        _read(shape, {"contact": True})
    assert _read(shape, {"contact": False, "battery": 90}) == {"contact": False, "battery": 90}
    assert _read(shape, {"contact": True}) == {"contact": True}


def test_a_value_that_was_wrong_at_first_is_read_again_closely() -> None:
    shape, dropped = Shape("a", controls=True), DropCounter()
    _read(shape, {"voltage": 230})
    for _ in range(2):
        assert _read(shape, {"voltage": "x"}, dropped) == {"voltage": None}
    assert dropped.as_dict() == {"unusable number": 2}


def test_a_device_of_endless_keys_has_an_end() -> None:
    shape, dropped = Shape("a", controls=True), DropCounter()
    for number in range(MAX_PATHS + 5):
        _read(shape, {f"key{number}": number}, dropped)
    assert len(list(shape.paths)) == MAX_PATHS
    assert _read(shape, {"key1": 2, "more": 1}, dropped) == {"key1": 2}
    assert dropped.as_dict() == {"device with too many keys": 6}


def test_every_row_is_used_by_its_own_pattern() -> None:
    assert len({rule.paths for rule in RULES}) == len(RULES)


@given(st.dictionaries(st.sampled_from(KNOWN_KEYS), JSON, max_size=8))
def test_any_payload_makes_a_shape(payload: dict[str, Any]) -> None:
    dropped = DropCounter()
    for wrapped in (payload, {"type": "data", "message": {"data": payload}}):
        values = _values(wrapped, dropped)
        for controls in (True, False):
            shape = Shape("a", controls=controls)
            named = shape.named(values)
            shape.learn(named)
            assert not shape.learn(named)
            shape.controls()


@given(JSON, st.sampled_from(["data", "status", "log", "connected", "paired", "installation_failed", "x"]))
def test_any_message_is_parsed_or_dropped(payload: Any, action: str) -> None:
    dropped = DropCounter()
    parse_event({"action": action, "payload": payload}, dropped, Reading)
    parse_event(payload, dropped, Reading)
    parse_row({"deviceId": "a", "ts": payload, "data": payload}, dropped, Reading)
    parse_page({"data": [payload], "totalItems": payload}, dropped)
    parse_status(payload, dropped)
    parse_time(payload)
