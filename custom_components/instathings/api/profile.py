"""The profile of a device, learned from the keys that it has sent: its controls and its other data points.

This is the one place where a path becomes the description of an entity: the platforms turn each `Control` and each
`DataPoint` into one. The meaning of a path is in its rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
import re
from typing import NamedTuple

from ..common.client.wire import DropCounter
from .model import Scalar, Values
from .readings import MAX_PATHS
from .rules import MILLIVOLT_FROM, Kind, Rule, in_millivolts, rule_of

# Device id and path of a value.
type Key = tuple[str, str]

ENDPOINT = re.compile(r"state(_(?:left|right|center|top|bottom|l\d+))?")
RELAY = re.compile(r"relays\.(\d+)\.ison")

# A number is one type, however it is written.
_TYPES: dict[type, type[bool | float | str]] = {bool: bool, int: float, float: float, str: str}
_STATE_CLASSES = {"LOCK": "lock", "UNLOCK": "lock", "OPEN": "opening", "CLOSE": "opening"}
_OF_RELAY = ("ison", "overpower")
_SWITCHED = ("ON", "OFF", "LOCK", "UNLOCK", "OPEN", "CLOSE")
_STATES = (*_SWITCHED, "STOP")


class ControlKind(StrEnum):
    """What can be controlled."""

    LIGHT = "light"
    SWITCH = "switch"
    RELAY = "relay"
    LOCK = "lock"
    COVER = "cover"
    CLIMATE = "climate"


class Control(NamedTuple):
    """Something that can be controlled.

    `endpoint` is the suffix of its keys ("", "_left", ...), of a relay its number; `paths` are the
    keys it reads, and which of them exist decides its features.
    """

    kind: ControlKind
    endpoint: str
    paths: frozenset[str]

    @property
    def main(self) -> str:
        """Return the path of the unique id, which for most is the path of the state."""
        match self.kind:
            case ControlKind.RELAY:
                return f"relays.{self.endpoint}.ison"
            case ControlKind.CLIMATE:
                return "climate"
        return f"state{self.endpoint}"

    def path(self, key: str) -> str:
        """Return the path of a key of this endpoint: `color.x` of `_left` is `color_left.x`."""
        first, dot, rest = key.partition(".")
        return f"{first}{self.endpoint}{dot}{rest}"


class DataPointKind(StrEnum):
    """What a data point is in Home Assistant: the names of its platforms."""

    SENSOR = "sensor"
    BINARY_SENSOR = "binary_sensor"
    EVENT = "event"


class DataPoint(NamedTuple):
    """One value of a device that is shown by itself."""

    path: str
    rule: Rule
    kind: DataPointKind
    is_number: bool = False


class Update(NamedTuple):
    """What a reading brings: values and events by their keys. `has_grown` is True if the profile changed with it."""

    values: dict[Key, Scalar]
    events: dict[Key, str]
    has_grown: bool


class DeviceProfile:
    """What is known of one device's keys. It only grows: a key that is missing once is not gone."""

    # One for each of thousands of devices.
    __slots__ = ("_millivolts", "_states", "_types", "can_be_set", "device_id", "is_http", "received_at", "timestamp")

    def __init__(self, device_id: str, *, can_be_set: bool) -> None:
        """Initialize with nothing known; `can_be_set` is True where the device takes commands at all."""
        self.device_id = device_id
        self.can_be_set = can_be_set
        # The type of the first value of a path counts: a later value of another type is unknown.
        self._types: dict[str, type[bool | float | str]] = {}
        self._states: dict[str, str] = {}
        self._millivolts = False
        self.is_http = False
        # When it last sent something, by the clock of cloud or gateway: seconds since 1970.
        self.timestamp: float | None = None
        # When something last came from it, by the clock of this computer: monotonic seconds.
        self.received_at: float | None = None

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
            if value is not None and _TYPES[type(value)] is not known:
                dropped.add("value of another kind than before")
                read[key] = None
                continue
            read[key] = value
            # Devices send an empty text after an event.
            if isinstance(value, str) and value and rule_of(path).kind is Kind.EVENT:
                events[key] = value
        return Update(read, events, has_grown)

    def named(self, values: Values) -> Values:
        """Return the values of one relay of an HTTP device under the paths that they have in its status.

        The answer to a relay's command does not say which relay it is of; of a device with several it is left out.
        """
        if "ison" not in values:
            return values
        relays = self.relays or ["0"]
        named = {path: value for path, value in values.items() if path not in _OF_RELAY}
        if len(relays) == 1:
            named |= {f"relays.{relays[0]}.{path}": values[path] for path in _OF_RELAY if path in values}
        return named

    # Learning -----------------------------------------------------------------------------------

    def learn(self, values: Mapping[str, Scalar]) -> bool:
        """Note which keys exist; return True if that changed what the device is."""
        changed = False
        for path, value in values.items():
            if value is None:
                continue
            if path not in self._types and len(self._types) < MAX_PATHS:
                self._types[path] = _TYPES[type(value)]
                changed = True
            if path not in self._states and path.startswith("state") and ENDPOINT.fullmatch(path):
                changed |= self._learn_state(path, str(value).upper())
        return changed | self._learn_voltage(values)

    def _learn_state(self, path: str, value: str) -> bool:
        """Note the first state that belongs to a control; a stray one later changes nothing."""
        if value not in _STATES:
            return False
        self._states[path] = value
        return True

    def _learn_voltage(self, values: Mapping[str, Scalar]) -> bool:
        """Note once that voltages are in mV: those of battery devices, and those of more than a thousand."""
        if self._millivolts or "voltage" not in self._types:
            return False
        voltage = values.get("voltage")
        is_high = isinstance(voltage, int | float) and voltage > MILLIVOLT_FROM
        self._millivolts = is_high or "battery" in self._types
        return self._millivolts

    # What there is ------------------------------------------------------------------------------

    @property
    def paths(self) -> Iterable[str]:
        """Return every path seen."""
        return self._types.keys()

    @property
    def relays(self) -> list[str]:
        """Return the numbers of an HTTP device's relays."""
        return [match[1] for path in self._types if (match := RELAY.fullmatch(path))]

    def controls(self) -> list[Control]:
        """Return what can be controlled; nothing where the device takes no commands."""
        if not self.can_be_set:
            return []
        states = [path for path in self._types if ENDPOINT.fullmatch(path)]
        found = [control for path in states if (control := self._control_of(path)) is not None]
        found += [Control(ControlKind.RELAY, number, frozenset((f"relays.{number}.ison",))) for number in self.relays]
        if not states and "position" in self._types:
            found.append(Control(ControlKind.COVER, "", self._present("position", "tilt")))
        climate = self._present("occupied_heating_setpoint", "current_heating_setpoint")
        if climate and "local_temperature" in self._types:
            climate |= self._present("local_temperature", "system_mode", "running_state")
            found.append(Control(ControlKind.CLIMATE, "", climate))
        return found

    def data_points(self) -> list[DataPoint]:
        """Return the values that are shown by themselves."""
        taken: set[str] = set()
        for control in self.controls():
            taken |= control.paths - {"local_temperature"}
        return [self._data_point(path, found) for path, found in self._types.items() if path not in taken]

    def _control_of(self, path: str) -> Control | None:
        """Return the control of a `state` key, by its values and by the other keys of its endpoint."""
        endpoint = path.removeprefix("state")
        dimmable = self._present(
            *(f"{key}{endpoint}" for key in ("brightness", "color_temp", "color.x", "color.y", "color_mode"))
        )
        match self._states.get(path):
            case "ON" | "OFF" if dimmable:
                return Control(ControlKind.LIGHT, endpoint, dimmable | {path})
            case "ON" | "OFF":
                return Control(ControlKind.SWITCH, endpoint, frozenset((path,)))
            case "LOCK" | "UNLOCK":
                return Control(ControlKind.LOCK, endpoint, frozenset((path,)) | self._present("lock_state"))
            case "OPEN" | "CLOSE" | "STOP":
                movable = self._present(f"position{endpoint}", f"tilt{endpoint}")
                return Control(ControlKind.COVER, endpoint, movable | {path})
        return None

    def _data_point(self, path: str, found: type[bool | float | str]) -> DataPoint:
        rule = rule_of(path)
        if rule.key == "voltage" and self._millivolts:
            rule = in_millivolts(rule)
        state = self._states.get(path)
        if state is not None:
            rule = replace(rule, device_class=_STATE_CLASSES.get(state))
        if rule.kind is Kind.EVENT:
            return DataPoint(path, rule, DataPointKind.EVENT)
        if found is bool or state in _SWITCHED:
            return DataPoint(path, rule, DataPointKind.BINARY_SENSOR)
        return DataPoint(path, rule, DataPointKind.SENSOR, is_number=found is float)

    def _present(self, *paths: str) -> frozenset[str]:
        return frozenset(path for path in paths if path in self._types)
