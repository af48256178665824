"""The profile of a device, learned from the keys that it has sent: its controls and its other data points.

This is the one place where a path becomes the description of an entity: the platforms turn each `Control` and each
`DataPoint` into one. The meaning of a path is in its rule.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum
import re
from typing import NamedTuple

from ..common.client.wire import DropCounter
from .control import HTTP_CONTROLS, HTTP_KEYS, Control, ControlKind
from .model import Scalar, Values
from .readings import MAX_PATHS, is_nan, parse_flag, parse_number
from .rules import (
    ENDPOINTS,
    MILLIVOLT_FROM,
    WATTS_FROM,
    Kind,
    Rule,
    in_millivolts,
    rule_of,
    rule_of_words,
    rule_with_unit,
)

# Device id and path of a value.
type Key = tuple[str, str]

# A number is one type, however it is written.
_TYPES: dict[type, type[bool | float | str]] = {bool: bool, int: float, float: float, str: str}
_STATE_CLASSES = {"LOCK": "lock", "UNLOCK": "lock", "OPEN": "opening", "CLOSE": "opening"}
_SWITCHED = ("ON", "OFF", "LOCK", "UNLOCK", "OPEN", "CLOSE")
_STATES = (*_SWITCHED, "STOP")
_LIGHT = (
    *("brightness", "color_temp", "color_mode", "color.x", "color.y", "color.hue", "color.saturation", "color.h"),
    "color.s",
)
_COVER = ("position", "tilt", "moving", "motor_state", "running")
SETPOINTS = ("occupied_heating_setpoint", "current_heating_setpoint", "occupied_cooling_setpoint")
_CLIMATE = (
    *(*SETPOINTS, "local_temperature", "system_mode", "running_state", "preset", "fan_mode", "swing_mode"),
    *("min_heat_setpoint_limit", "max_heat_setpoint_limit", "min_temperature", "max_temperature"),
)
# One of these is a thermostat's, too; a setpoint alone is a number.
_THERMOSTAT = ("local_temperature", "system_mode", "running_state", "preset")
# A battery device with one of these senses or is pressed. It has no relay: the `state` that some converters add for
# such a device, and never change, is left over.
_SENSED = (
    *("action", "click", "contact", "humidity", "illuminance", "illuminance_lux", "occupancy", "presence", "smoke"),
    *("gas", "vibration", "water_leak"),
)
# These of a thermostat are shown by themselves, too.
_ALSO_SHOWN = frozenset(_CLIMATE[-4:]) | {"local_temperature"}


_UNIT_KEYS = frozenset({"unit", "units", "u", "uom", "unit_of_measurement"})
_VALUE_KEYS = frozenset({"value", "v", "val"})
# Of an HTTP device that switches or meters these are of its electronics, of others they are of the room.
_DEVICE_TEMPERATURES = ("temperature", "tmp.tC", "tmp.value")


class DataPointKind(StrEnum):
    """What a data point is in Home Assistant: the names of its platforms."""

    SENSOR = "sensor"
    BINARY_SENSOR = "binary_sensor"
    EVENT = "event"
    # These can be set.
    NUMBER = "number"
    SELECT = "select"
    SWITCH = "switch"


class DataPoint(NamedTuple):
    """One value of a device that is shown by itself. `on` and `off` are the device's own words for a flag."""

    path: str
    rule: Rule
    kind: DataPointKind
    is_number: bool = False
    on: Scalar = True
    off: Scalar = False


class Update(NamedTuple):
    """What a reading brings: values and events by their keys. `has_grown` is True if the profile changed with it."""

    values: dict[Key, Scalar]
    events: dict[Key, str]
    has_grown: bool


class DeviceProfile:
    """What is known of one device's keys. It only grows: a key that is missing once is not gone."""

    # One for each of thousands of devices.
    __slots__ = (
        *("_counts", "_on_off", "_stated", "_states", "_types", "_units", "can_be_set", "device_id", "is_http"),
        *("received_at", "timestamp"),
    )

    def __init__(self, device_id: str, *, can_be_set: bool) -> None:
        """Initialize with nothing known; `can_be_set` is True where the device takes commands at all."""
        self.device_id = device_id
        self.can_be_set = can_be_set
        # The type of the first value of a path counts: a later value of another type is read as one of the first, or
        # is unknown.
        self._types: dict[str, type[bool | float | str]] = {}
        self._states: dict[str, str] = {}
        self._on_off: dict[str, tuple[str, str]] = {}
        # Units that only the size of a value shows.
        self._units: dict[str, str] = {}
        # Units that stand beside a value: `{"Power": {"Unit": "W", "Value": 12}}`.
        self._stated: dict[str, str] = {}
        # How often a button was pressed.
        self._counts: dict[str, Scalar] = {}
        self.is_http = False
        # When it last sent something, by the clock of cloud or gateway: seconds since 1970.
        self.timestamp: float | None = None
        # When something last came from it, by the clock of this computer: monotonic seconds.
        self.received_at: float | None = None

    def fits(self, *, is_http: bool) -> bool:
        """Return True for a reading of the device's own protocol, which its first reading shows."""
        if not self._types:
            self.is_http = is_http
        return self.is_http == is_http

    # Values -------------------------------------------------------------------------------------

    def read(self, values: Values, dropped: DropCounter) -> Update:
        """Return what a reading brings, and learn from it.

        A value of another type than its path has had is None, which is unknown, and counted.
        """
        values = self.named(values)
        has_grown = self.learn(values)
        read: dict[Key, Scalar] = {}
        events: dict[Key, str] = {}
        for path, value in values.items():
            if (known := self._types.get(path)) is None:
                if value is not None:
                    dropped.add("device with too many keys")
                continue
            key = (self.device_id, path)
            read[key] = settled = None if is_nan(value) else _as(known, value)
            if settled is None and value is not None and not is_nan(value):
                dropped.add("value of another kind than before")
            if isinstance(settled, str) and self._is_event(path, settled, values):
                events[key] = settled
        return Update(read, events, has_grown)

    def _is_event(self, path: str, value: str, values: Values) -> bool:
        """Return True if a text is an event that has just happened; devices send an empty text after one."""
        kind = self._rule(path).kind
        if kind is Kind.PRESS:
            count_path = f"{path}_cnt"
            count, before = values.get(count_path), self._counts.get(count_path)
            self._counts[count_path] = count
            return bool(value) and before is not None and count != before
        return bool(value) and kind is Kind.EVENT

    def named(self, values: Values) -> Values:
        """Return the values of one part of an HTTP device under the paths that they have in its status.

        The answer to a command does not say which part it is of: that of a device with several is left out.
        """
        if not self.is_http:
            return values
        controls = self.http_controls()
        if "ison" in values and not controls:
            return {**_without_answer(values), "relays.0.ison": values["ison"]}
        if not controls or any(map(_component, values)):
            return values
        if len(controls) != 1 or controls[0].kind is not ControlKind.RELAY or "ison" not in values:
            return {}
        component = controls[0].component
        return {f"{component}.{path}": values[path] for path in ("ison", "overpower") if path in values}

    # Learning -----------------------------------------------------------------------------------

    def learn(self, values: Mapping[str, Scalar]) -> bool:
        """Note which keys exist; return True if that changed what the device is."""
        changed = False
        for path, value in values.items():
            if value is None or value == "":
                if value == "" and path not in self._types and self._rule(path).kind is Kind.EVENT:
                    self._types[path] = str
                    changed = True
                continue
            if path not in self._types and len(self._types) < MAX_PATHS:
                self._types[path] = _TYPES[type(value)]
                changed = True
                if isinstance(value, str) and (pair := _pair(value)) is not None:
                    self._on_off[path] = pair
            if isinstance(value, str):
                changed |= self._learn_state(path, value.upper())
                parent, _, name = path.rpartition(".")
                if name.lower() in _UNIT_KEYS:
                    self._stated.setdefault(parent, value)
            else:
                changed |= self._learn_unit(path, value)
        return changed

    def _learn_state(self, path: str, word: str) -> bool:
        """Note the first word that belongs to a control; a stray one later changes nothing."""
        if path in self._states or word not in _STATES or not _base(path, "state"):
            return False
        self._states[path] = word
        return True

    def _learn_unit(self, path: str, value: Scalar) -> bool:
        """Note once that a voltage is in mV, as that of battery devices, a power in W, or a power factor in %."""
        if path in self._units or isinstance(value, bool | str) or value is None:
            return False
        rule = self._rule(path)
        has_mains = "power" in self._types or "current" in self._types
        is_battery = not self.is_http and not has_mains
        if rule.device_class == "voltage" and rule.unit == "V" and value >= MILLIVOLT_FROM and is_battery:
            self._units[path] = "mV"
        elif rule.unit == "kW" and abs(value) >= WATTS_FROM:
            self._units[path] = "W"
        elif rule.device_class == "power_factor" and not rule.unit and value > 1:
            self._units[path] = "%"
        return path in self._units

    # What there is ------------------------------------------------------------------------------

    @property
    def paths(self) -> Collection[str]:
        """Return every path seen."""
        return self._types.keys()

    def _rule(self, path: str) -> Rule:
        return rule_of(path, is_http=self.is_http)

    def http_controls(self) -> list[Control]:
        """Return what an HTTP device can be told to do; the relays of a roller's motor are no switches."""
        found = []
        for path in self._types:
            component = _component(path)
            if component is None:
                continue
            kind = HTTP_CONTROLS.get(re.sub(r"(?<=[.:])\d+", "#", path))
            if kind is None:
                continue
            state = path.removeprefix(f"{component}.")
            keys = self._present(path, *(f"{component}.{key}" for key in HTTP_KEYS[kind]))
            found.append(Control(kind, "", keys, component, state))
        if any(control.component.startswith("rollers.") for control in found):
            found = [control for control in found if not control.component.startswith("relays.")]
        # The relay of a thermostat is the thermostat's.
        thermostats = {control.number for control in found if control.component.startswith("thermostat:")}
        return [one for one in found if not (one.component.startswith("switch:") and one.number in thermostats)]

    @property
    def status_path(self) -> str:
        """Return where an HTTP device is asked for its whole status: by generation."""
        is_first = not any(":" in path or path.startswith("sys.") for path in self._types)
        return "/status" if is_first else "/rpc/Shelly.GetStatus"

    def controls(self) -> list[Control]:
        """Return what can be controlled; nothing where the device takes no commands."""
        if not self.can_be_set:
            return []
        if self.is_http:
            return self.http_controls()
        found = []
        climates = self._climates()
        found += climates
        is_climate = bool(climates)
        for path in self._states:
            if path == "state" and self._is_state_left_over:
                continue
            if (control := self._control_of(path, is_climate=is_climate)) is not None:
                found.append(control)
        if "fan_state" in self._types:
            found.append(Control(ControlKind.FAN, "", self._present("fan_state", "fan_mode"), state="fan_state"))
        elif not is_climate and "state" not in self._states and self._types.get("position") is float:
            found.append(Control(ControlKind.COVER, "", self._present(*_COVER)))
        return found

    def _climates(self) -> list[Control]:
        """Return the thermostats: one for each endpoint that has a setpoint and a temperature or a mode."""
        endpoints = dict.fromkeys(
            path.removeprefix(key) for path in self._types for key in SETPOINTS if _base(path, key)
        )
        return [
            Control(ControlKind.CLIMATE, endpoint, self._present(*(f"{key}{endpoint}" for key in _CLIMATE)))
            for endpoint in endpoints
            if self._present(*(f"{key}{endpoint}" for key in _THERMOSTAT))
        ]

    @property
    def _is_state_left_over(self) -> bool:
        """Return True if `state` is none of a control: beside those of endpoints, and of battery devices that sense."""
        if len(self._states) > 1:
            return True
        is_on_off = self._states.get("state") in ("ON", "OFF") and not self._present(*_LIGHT, *_COVER)
        is_sensor = "battery" in self._types and bool(self._climates() or self._present(*_SENSED))
        return is_on_off and is_sensor

    def data_points(self) -> list[DataPoint]:
        """Return the values that are shown by themselves."""
        taken: set[str] = set()
        for control in self.controls():
            taken |= control.paths - {control.path(key) for key in _ALSO_SHOWN}
        taken |= self._doubles()
        return [self._data_point(path, found) for path, found in self._types.items() if path not in taken]

    def _doubles(self) -> set[str]:
        """Return the paths of a Shelly's status that say again what others say."""
        doubles = set()
        if "temperature" in self._types or "tmp.tC" in self._types:
            doubles.add("tmp.value")
        if "temperature" in self._types:
            doubles.add("tmp.tC")
        if any(path.startswith("rollers.") for path in self._types):
            doubles |= {path for path in self._types if path.startswith("relays.") or _METER_POWER.fullmatch(path)}
        return doubles

    def _control_of(self, path: str, *, is_climate: bool) -> Control | None:
        """Return the control of a `state` key, by its values and by the other keys of its endpoint."""
        endpoint = path.removeprefix("state")
        lit = self._present(*(_with_endpoint(key, endpoint) for key in _LIGHT))
        movable = frozenset() if is_climate else self._present(*(f"{key}{endpoint}" for key in _COVER))
        has_position = self._types.get(f"position{endpoint}") is float and not is_climate
        match self._states.get(path):
            case "ON" | "OFF" if lit and not has_position:
                return Control(ControlKind.LIGHT, endpoint, lit | {path})
            case "ON" | "OFF" if not has_position:
                return Control(ControlKind.SWITCH, endpoint, frozenset((path,)))
            case "LOCK" | "UNLOCK":
                return Control(ControlKind.LOCK, endpoint, frozenset((path,)) | self._present("lock_state"))
            case str() if not is_climate:
                return Control(ControlKind.COVER, endpoint, movable | {path})
        return None

    def _data_point(self, path: str, found: type[bool | float | str]) -> DataPoint:
        rule = self._shown_rule(path)
        state = self._states.get(path)
        if state is not None:
            # Where it could be set, but is none of a control, it is left over.
            is_shown = not self.can_be_set and not (path == "state" and self._is_state_left_over)
            rule = replace(rule, device_class=_STATE_CLASSES.get(state) if is_shown else None, enabled=is_shown)
        if rule.kind in (Kind.EVENT, Kind.PRESS):
            return DataPoint(path, rule, DataPointKind.EVENT)
        on_off: tuple[Scalar, Scalar] | None = self._on_off.get(path)
        if found is bool:
            on_off = (True, False)
        if on_off is not None and rule.options and not {str(one) for one in on_off} & set(rule.options):
            rule = replace(rule, options=())
        can_be_set = self.can_be_set and not self.is_http
        is_flag = on_off is not None and (
            rule.platform in ("switch", "binary_sensor")
            # What some models set as a flag and others by words is a flag where it is on or off.
            or (rule.platform == "select" and not rule.options and on_off[0] in ("ON", "On", "on"))
        )
        if found is bool or state in _SWITCHED or is_flag:
            on, off = on_off or (True, False)
            is_switch = can_be_set and rule.platform in ("switch", "select", "number") and state is None
            kind = DataPointKind.SWITCH if is_switch else DataPointKind.BINARY_SENSOR
            return DataPoint(path, rule, kind, on=on, off=off)
        if can_be_set and found is float and rule.platform == "number" and rule.limits:
            return DataPoint(path, rule, DataPointKind.NUMBER, is_number=True)
        if can_be_set and found is str and rule.platform == "select" and rule.options:
            return DataPoint(path, rule, DataPointKind.SELECT)
        if rule.platform == "binary_sensor":
            # Called as a flag, but it is none.
            rule = replace(rule, device_class=None, enabled=False)
        if found is str and rule.device_class != "enum":
            rule = replace(rule, device_class=None)
        return DataPoint(path, rule, DataPointKind.SENSOR, is_number=found is float)

    def _shown_rule(self, path: str) -> Rule:
        """Return the rule of a path, and what the device's other keys and values change in it."""
        rule = self._rule(path)
        if rule.kind is Kind.FLAG and self._types.get(path) is float:
            # A flag of one device, a number of this one.
            rule = rule_of_words(path)
        parent, _, name = path.rpartition(".")
        if not rule.is_known and name.lower() in _VALUE_KEYS and (stated := self._stated.get(parent)):
            rule = rule_with_unit(path, parent, stated)
        if unit := self._units.get(path):
            rule = in_millivolts(rule) if unit == "mV" else replace(rule, unit=unit)
        if path == "illuminance" and "illuminance_lux" in self._types:
            rule = replace(rule, device_class=None, unit=None)
        if _base(path, "brightness") and path.replace("brightness", "state", 1) in self._types:
            rule = replace(rule, enabled=True)
        if path in _DEVICE_TEMPERATURES and self.is_http and self._switches_or_meters():
            rule = replace(rule, category="diagnostic", enabled=False)
        is_of_thermostat = path.startswith("switch:") and f"thermostat:{_number(path)}.target_C" in self._types
        if is_of_thermostat or (path.startswith("meters.") and any(one.startswith("lights.") for one in self._types)):
            rule = replace(rule, enabled=False)
        return rule

    def _switches_or_meters(self) -> bool:
        return bool(self.http_controls()) or any(_METER.match(path) for path in self._types)

    def _present(self, *paths: str) -> frozenset[str]:
        return frozenset(path for path in paths if path in self._types)


# Words -------------------------------------------------------------------------------------------

# On and off, as devices write them.
_PAIRS = (
    *(("ON", "OFF"), ("LOCK", "UNLOCK"), ("LOCKED", "UNLOCKED"), ("AUTO", "MANUAL"), ("ENABLE", "DISABLE")),
    *(("ENABLED", "DISABLED"), ("TRUE", "FALSE"), ("OPEN", "CLOSE"), ("YES", "NO"), ("START", "STOP")),
)
_PAIR_OF = {word: pair for pair in reversed(_PAIRS) for word in pair}


def _pair(value: str) -> tuple[str, str] | None:
    """Return the device's words for on and off, written as it writes one of them."""
    if (pair := _PAIR_OF.get(value.upper())) is None:
        return None
    change = str.lower if value.islower() else str.capitalize if value.istitle() else str.upper
    return (change(pair[0]), change(pair[1]))


def _as(known: type[bool | float | str], value: Scalar) -> Scalar:
    """Return a value as the type that its path has had; None for what is no such value."""
    if value is None or _TYPES[type(value)] is known:
        return value
    if known is bool:
        return parse_flag(value)
    return parse_number(value) if known is float and isinstance(value, str) else None


def _base(path: str, base: str) -> bool:
    """Return True if a path is `base`, alone or of an endpoint."""
    return path == base or (path.startswith(f"{base}_") and path[len(base) + 1 :] in _ENDPOINTS)


def _with_endpoint(key: str, endpoint: str) -> str:
    first, dot, rest = key.partition(".")
    return f"{first}{endpoint}{dot}{rest}"


def _component(path: str) -> str | None:
    """Return the numbered part of an HTTP device that a path belongs to: `relays.0` or `switch:0`."""
    found = _COMPONENT.match(path)
    return found[0] if found else None


def _number(path: str) -> str:
    return re.split(r"[.:]", path)[1]


def _without_answer(values: Values) -> Values:
    return {path: value for path, value in values.items() if path not in ("ison", "overpower")}


_ENDPOINTS = frozenset(ENDPOINTS)
_METER = re.compile(r"e?meters\.")
_METER_POWER = re.compile(r"meters\.\d+\.power")
_COMPONENT = re.compile(r"[a-z]+[a-z0-9]*[.:]\d+(?=\.)")
