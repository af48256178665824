"""The rule table, readings and profiles: the meanings of keys (docs/protocol/instathings.md#data-keys)."""

from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.instathings.api.cloud_socket import PARSERS
from custom_components.instathings.api.meaning.control import Control, ControlKind
from custom_components.instathings.api.meaning.profile import DeviceProfile
from custom_components.instathings.api.meaning.rules import HTTP, IGNORED, UNKNOWN, ZIGBEE, Kind, rule_of
from custom_components.instathings.api.model import Values
from custom_components.instathings.api.readings import (
    MAX_PATHS,
    parse_page,
    parse_reading,
    parse_status,
    parse_timestamp,
    parse_values,
    unwrapped,
)
from custom_components.instathings.common.client.wire import DropCounter

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
# The first text of Hypothesis takes seconds on a busy machine.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
KNOWN_KEYS = [
    *("state", "brightness", "color_temp", "color", "position", "tilt", "temperature", "humidity", "pressure"),
    *("illuminance", "battery", "voltage", "current", "power", "energy", "occupancy", "contact", "action", "click"),
    *("linkquality", "rssi", "data", "value", "relays", "meters", "ison", "fault1", "system_mode"),
    *("occupied_heating_setpoint", "local_temperature"),
]


# Path, device class, unit and state class: at least one key for each kind of lookup.
MEANINGS = [
    ("temperature", "temperature", "°C", "measurement"),
    ("local_temperature", "temperature", "°C", "measurement"),
    ("temperature_env_bat1", "temperature", "°C", "measurement"),
    ("temperature_l2", "temperature", "°C", "measurement"),
    ("temp", "temperature", "°C", "measurement"),
    ("pres", "atmospheric_pressure", "hPa", "measurement"),
    ("battery", "battery", "%", "measurement"),
    ("current_phase_c", "current", "A", "measurement"),
    ("power_l1", "power", "W", "measurement"),
    ("power_phase_b", "power", "W", "measurement"),
    ("energy_l3", "energy", "kWh", "total_increasing"),
    ("r_phase_voltage", "voltage", "V", "measurement"),
    ("power_pv1", "power", "kW", "measurement"),
    ("import_active_energy", "energy", "kWh", "total_increasing"),
    ("import_reactive_energy", "reactive_energy", "kvarh", "total_increasing"),
    ("power_factor", "power_factor", None, "measurement"),
    ("contact", "door", None, None),
    ("occupancy", "occupancy", None, None),
    ("color_left.x", None, None, "measurement"),
    # The head noun decides, and no class is better than a wrong one.
    ("rain_today", None, None, None),
    ("energy_price", None, None, None),
    ("power_on_hours", "duration", "h", "total_increasing"),
    ("temperature_trend", None, None, None),
    ("something_total", None, None, None),
    ("battery_cycles", None, None, "measurement"),
]
HTTP_MEANINGS = [
    ("meters.0.power", "power", "W", "measurement"),
    ("meters.1.total", "energy", "Wh", "total_increasing"),
    ("switch:3.aenergy.total", "energy", "Wh", "total_increasing"),
    ("em1:0.act_power", "power", "W", "measurement"),
    ("em:0.b_aprt_power", "apparent_power", "VA", "measurement"),
    ("temperature:100.tC", "temperature", "°C", "measurement"),
    ("wifi_sta.rssi", "signal_strength", "dBm", "measurement"),
    ("sensor.state", "opening", None, None),
    ("energy_l3", "energy", "kWh", "total_increasing"),
    # All keys of a Shelly are known, so words do not decide their meanings.
    ("lights.0.temp", None, None, None),
]


@pytest.mark.parametrize(("path", "device_class", "unit", "state_class"), MEANINGS)
def test_the_meaning_of_a_key(path: str, device_class: str | None, unit: str | None, state_class: str | None) -> None:
    rule = rule_of(path)
    assert (rule.device_class, rule.unit, rule.state_class) == (device_class, unit, state_class)


@pytest.mark.parametrize(("path", "device_class", "unit", "state_class"), HTTP_MEANINGS)
def test_the_meaning_of_a_key_of_an_http_device(
    path: str, device_class: str | None, unit: str | None, state_class: str | None
) -> None:
    rule = rule_of(path, is_http=True)
    assert (rule.device_class, rule.unit, rule.state_class) == (device_class, unit, state_class)


@pytest.mark.parametrize("is_http", [True, False])
def test_every_row_of_the_tables_is_used(is_http: bool) -> None:
    for path, rule in (HTTP if is_http else ZIGBEE).items():
        found = rule_of(path.replace("#", "1"), is_http=is_http)
        assert (found.device_class, found.unit) == (rule.device_class, rule.unit) or found is IGNORED


@pytest.mark.parametrize(
    "path", ["pin_code", "pin_code.user", "users.1.status", "network_key", "wifi_sta.ssid", "sys.mac", "wifi.sta_ip"]
)
@pytest.mark.parametrize("is_http", [True, False])
def test_secrets_and_addresses_have_no_entity(path: str, is_http: bool) -> None:
    assert rule_of(path, is_http=is_http) is IGNORED


def test_an_unknown_key_is_disabled_and_has_no_class() -> None:
    assert rule_of("something_else") is UNKNOWN
    assert not UNKNOWN.enabled


@pytest.mark.parametrize("path", ["isVirtualData", "wifi_sta.ssid", "mac", "relays.0.has_timer", "mqtt.connected"])
def test_ignored_keys_have_no_entity(path: str) -> None:
    assert rule_of(path).kind is Kind.IGNORED


def _values(payload: Any, dropped: DropCounter) -> Values:
    return parse_values(unwrapped(payload), dropped)


def test_wrong_types_are_unknown_and_counted() -> None:
    wrong: dict[Kind, tuple[Any, ...]] = {
        Kind.NUMBER: ("x", True, 1e300, -(10**17)),
        Kind.FLAG: ("x", 7, 0.5),
        Kind.TEXT: (7, True, "x" * 256, "n/a"),
        Kind.EVENT: (7, True),
        Kind.ANY: ("x" * 256, 1e300, "unknown"),
    }
    paths = {
        Kind.NUMBER: "temperature", Kind.FLAG: "contact", Kind.TEXT: "lock_state", Kind.EVENT: "click",
        Kind.ANY: "data",
    }  # fmt: skip
    for kind, values in wrong.items():
        for value in values:
            dropped = DropCounter()
            assert _values({paths[kind]: value}, dropped) == {paths[kind]: None}
            assert dropped.as_dict() == {f"unusable {kind.value}": 1}
    generous = {"temperature": "21,5", "battery": "80.00", "contact": "OFF", "smoke": "true", "child_lock": "UNLOCK"}
    assert _values(generous, DropCounter()) == {
        "temperature": 21.5, "battery": 80.0, "contact": False, "smoke": True, "child_lock": "UNLOCK",
    }  # fmt: skip
    assert _values({"contact": "ON", "smoke": 0, "gas": None}, DropCounter()) == {
        "contact": True, "smoke": False, "gas": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value"),
    [("battery", 255), ("humidity", 655.35), ("temperature", 327.67), ("position", -1), ("energy", -1), ("pres", 0)],
)
def test_an_impossible_number_is_unknown(path: str, value: float) -> None:
    profile = DeviceProfile("a", can_be_set=False)
    assert _read(profile, {path: value}) == {path: None}
    assert [(point.path, point.is_number) for point in profile.data_points()] == [(path, True)]


def test_a_value_that_the_device_marks_as_invalid_is_unknown() -> None:
    profile = DeviceProfile("a", can_be_set=False)
    assert profile.fits(is_http=True)
    payload = {"tmp": {"tC": 999.0, "is_valid": False}, "hum": {"value": 50, "is_valid": "true"}}
    values = profile.read(parse_values(payload, DropCounter(), is_http=True), DropCounter()).values
    assert values == {("a", "tmp.tC"): None, ("a", "hum.value"): 50}


def test_an_invalid_date_is_unknown() -> None:
    for ts in ("9999-12-31T23:59:59-23:00", "1969-12-31T23:59:59Z", 253402300800000, -1, True, "soon"):
        assert parse_reading({"deviceId": "a", "ts": ts, "data": {}}, DropCounter()) is None
    for ts in ("2026-11-21T00:09:03.251Z", "2026-11-21T00:09:03.251", "2026-11-21T01:09:03.251+01:00", 1795219743251):
        reading = parse_reading({"deviceId": "a", "ts": ts, "data": {}}, DropCounter())
        assert reading is not None
        assert reading.time.isoformat() == "2026-11-21T00:09:03.251000+00:00"


def test_unusual_readings_are_parsed() -> None:
    dropped = DropCounter()
    for payload in ([1], "x", None, 7):
        assert parse_reading({"deviceId": "a", "ts": 1, "data": payload}, dropped) is None
    assert dropped.as_dict() == {"malformed reading": 4}
    assert _values({"type": "data", "message": {"data": 7}}, dropped) == {"data": 7}
    many = _values({f"key{number}": number for number in range(MAX_PATHS + 50)}, dropped)
    assert len(many) == MAX_PATHS
    assert _values({"": 1, "a" * 101: 2, "a\nb": 3}, dropped) == {}


HTTP_PARTS = ("relays", "ison", "rollers", "lights", "tmp")


def _profile(values: dict[str, Any], *, can_be_set: bool = True) -> DeviceProfile:
    profile = DeviceProfile("a", can_be_set=can_be_set)
    assert profile.fits(is_http=any(key in HTTP_PARTS or ":" in key for key in values))
    parsed = parse_values(values, DropCounter(), is_http=profile.is_http)
    assert profile.learn(profile.named(parsed))
    assert not profile.learn(profile.named(parsed))
    return profile


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
        ({"occupied_heating_setpoint": 20, "local_temperature": 19, "position": 0}, [("climate", "")]),
        ({"state": "OFF", "position": 40}, [("cover", "")]),
        ({"fan_state": "ON", "fan_mode": "auto"}, [("fan", "")]),
        ({"state": "ON", "state_left": "ON"}, [("switch", "_left")]),
        ({"brightness": 7}, []),
        ({"relays": [{"ison": True}, {"ison": False}]}, [("relay", "relays.0"), ("relay", "relays.1")]),
        ({"ison": True}, [("relay", "relays.0")]),
        ({"rollers": [{"state": "stop"}], "relays": [{"ison": True}]}, [("http_cover", "rollers.0")]),
        ({"lights": [{"ison": True, "red": 1}]}, [("http_light", "lights.0")]),
        ({"switch:2": {"output": True}}, [("relay", "switch:2")]),
        ({"thermostat:0": {"target_C": 20}, "switch:0": {"output": True}}, [("http_climate", "thermostat:0")]),
        ({"state": "strange"}, []),
        ({"temperature": 3}, []),
    ],
)
def test_the_controls_of_a_device(values: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    profile = _profile(values)
    assert [(control.kind, control.component or control.endpoint) for control in profile.controls()] == expected
    # A key of a control has no other entity. Without the cloud there are no controls, and all keys have entities.
    taken = {path for control in profile.controls() for path in control.paths} - {"local_temperature"}
    assert not taken & {point.path for point in profile.data_points()}
    local = _profile(values, can_be_set=False)
    assert local.controls() == []
    # Neither the relays of a roller nor the echo of an endpoint have one.
    assert {point.path for point in local.data_points()} == {
        path
        for path in local.paths
        if ("relays" not in path or "rollers" not in values) and (path != "state" or "state_left" not in values)
    }


def test_a_switch_becomes_a_light_with_the_first_brightness() -> None:
    profile = _profile({"state": "ON"})
    assert profile.controls() == [Control(ControlKind.SWITCH, "", frozenset({"state"}))]
    assert profile.learn({"brightness": 7})
    assert [control.kind for control in profile.controls()] == ["light"]


def test_read_only_states_are_flags() -> None:
    profile = _profile({"state": "OFF", "power": 3}, can_be_set=False)
    assert {point.path: point.kind for point in profile.data_points()} == {"state": "binary_sensor", "power": "sensor"}


def test_the_response_of_one_relay() -> None:
    one = _profile({"relays": [{"ison": False}]})
    assert one.named({"ison": True, "overpower": False}) == {"relays.0.ison": True, "relays.0.overpower": False}
    two = _profile({"relays": [{"ison": False}, {"ison": False}]})
    assert two.named({"ison": True}) == {}


def test_the_voltage_of_a_battery_device_is_in_millivolts() -> None:
    def unit(profile: DeviceProfile) -> str | None:
        return next(point.rule.unit for point in profile.data_points() if point.path == "voltage")

    assert unit(_profile({"voltage": 231})) == "V"
    assert unit(_profile({"voltage": 2995})) == "mV"
    profile = _profile({"voltage": 230})
    assert profile.learn({"voltage": 2995})
    assert unit(profile) == "mV"
    # A high voltage of a meter stays in V.
    assert unit(_profile({"power": 3, "voltage": 1000})) == "V"


def _read(profile: DeviceProfile, payload: dict[str, Any], dropped: DropCounter | None = None) -> dict[str, Any]:
    """Return the values that a profile reads from a payload, by path."""
    counter = dropped or DropCounter()
    update = profile.read(parse_values(payload, counter), counter)
    return {path: value for (_, path), value in update.values.items()}


def test_a_value_of_another_type_is_unknown() -> None:
    profile, dropped = DeviceProfile("a", can_be_set=True), DropCounter()
    _read(profile, {"data": 81, "value": True, "thing": "a"})
    good = {"data": 80.5, "value": False, "thing": "b"}
    assert _read(profile, good, dropped) == good
    assert _read(profile, {"data": None, "value": None, "new": 1}, dropped) == {"data": None, "value": None, "new": 1}
    assert dropped.as_dict() == {}
    assert _read(profile, {"data": "80,5", "value": "OFF"}, dropped) == {"data": 80.5, "value": False}
    for wrong in ({"data": "a", "value": 7, "thing": 1}, {"data": True, "value": "a", "thing": True}):
        assert _read(profile, wrong, dropped) == {"data": None, "value": None, "thing": None}
    assert dropped.as_dict() == {"value of another kind than before": 6}


@pytest.mark.parametrize(
    "payload",
    [
        {"contact": True, "battery": 90},
        {"state": "ON", "brightness": 254, "color": {"x": 0.4, "y": 0.5}},
        {"relays": [{"ison": True}, {"ison": False}], "meters": [{"total": 60}]},
        {"voltage": 230, "power": 4.5, "linkquality": 80},
        {"contact": "ON", "occupancy": 1, "temperature": 20.5},
        {"position": 4, "state": "weird", "ssid": "home"},
    ],
)
def test_a_repeated_payload_has_the_same_values(payload: dict[str, Any]) -> None:
    profile = DeviceProfile("a", can_be_set=True)
    first = _read(profile, payload)
    unknown = {key: None for key, value in payload.items() if not isinstance(value, dict | list)}
    for between in (payload, {**payload, "new": 2}, unknown):
        _read(profile, between)
        assert _read(profile, payload) == first


def test_each_action_is_an_event_except_the_empty_text_after_it() -> None:
    profile, counter = DeviceProfile("a", can_be_set=True), DropCounter()
    for _ in range(3):
        assert profile.read({"click": "single"}, counter).events == {("a", "click"): "single"}
        assert profile.read({"click": ""}, counter).events == {}


def test_a_later_value_can_change_the_controls() -> None:
    profile = _profile({"state": "weird", "voltage": 230})
    assert [control.kind for control in profile.controls()] == []
    assert not profile.read({"state": "weird", "voltage": 229}, DropCounter()).has_grown
    assert profile.read({"state": "ON", "voltage": 2995}, DropCounter()).has_grown
    assert [control.kind for control in profile.controls()] == ["switch"]
    assert {point.path: point.rule.unit for point in profile.data_points()} == {"voltage": "mV"}


@pytest.mark.parametrize("wrong", [10**17, None, "warm"])
def test_an_invalid_number_is_unknown_until_the_next_valid_one(wrong: Any) -> None:
    profile, dropped = DeviceProfile("a", can_be_set=True), DropCounter()
    assert _read(profile, {"temperature": 20, "humidity": 50}) == {"temperature": 20, "humidity": 50}
    assert _read(profile, {"temperature": wrong, "humidity": 51}, dropped) == {"temperature": None, "humidity": 51}
    assert dropped.as_dict() == ({} if wrong is None else {"unusable number": 1})
    assert _read(profile, {"temperature": 20}) == {"temperature": 20}


def test_the_number_of_keys_of_a_device_is_limited() -> None:
    profile, dropped = DeviceProfile("a", can_be_set=True), DropCounter()
    for number in range(MAX_PATHS + 5):
        _read(profile, {f"key{number}": number}, dropped)
    assert len(list(profile.paths)) == MAX_PATHS
    assert _read(profile, {"key1": 2, "more": 1}, dropped) == {"key1": 2}
    assert dropped.as_dict() == {"device with too many keys": 6}


@pytest.mark.parametrize(
    "values",
    [
        {"late.name": "Attic", "late.value": 21.5},
        {"late.unit": "W", "late.value": 12},
        {"late_unit": "W"},
    ],
)
def test_a_device_with_too_many_keys_stores_nothing_of_further_ones(values: dict[str, Any]) -> None:
    profile = DeviceProfile("a", can_be_set=True)
    for number in range(MAX_PATHS):
        profile.learn({f"key_{number}": 1.0})
    assert not profile.learn(values)


@UNHURRIED
@given(st.dictionaries(st.sampled_from(KNOWN_KEYS), JSON, max_size=8))
def test_any_payload_makes_a_profile(payload: dict[str, Any]) -> None:
    dropped = DropCounter()
    for wrapped in (payload, {"type": "data", "message": {"data": payload}}):
        values = _values(wrapped, dropped)
        for can_be_set in (True, False):
            profile = DeviceProfile("a", can_be_set=can_be_set)
            named = profile.named(values)
            profile.learn(named)
            assert not profile.learn(named)
            profile.controls()


@UNHURRIED
@given(JSON, st.sampled_from(["data", "status", "log", "connected", "paired", "installation_failed"]))
def test_any_message_is_parsed_or_dropped(payload: Any, action: str) -> None:
    dropped = DropCounter()
    PARSERS[action](payload, dropped)
    parse_reading({"deviceId": "a", "ts": payload, "data": payload}, dropped)
    parse_page({"data": [payload], "totalItems": payload}, dropped)
    parse_status(payload, dropped)
    parse_timestamp(payload)
