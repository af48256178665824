"""What a device is, told from the keys it has sent: how they are read, its controls, and the readings beside them.

The platforms turn each `Control` and `Shown` into an entity.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
import re
from typing import Any, Literal

from ..common.client.wire import DropCounter
from .models import Sent
from .rules import MILLIVOLT_FROM, Kind, Rule, cleaner_of, rule_of, settled
from .values import MAX_PATHS, Said, Scalar, Values, parse_values

# Device id and path of a value.
type Key = tuple[str, str]

ENDPOINT = re.compile(r"state(_(?:left|right|center|top|bottom|l\d+))?")
# A number is one kind, however it is written.
_KINDS: dict[type, type[bool | float | str]] = {bool: bool, int: float, float: float, str: str}
RELAY = re.compile(r"relays\.(\d+)\.ison")

type ControlKind = Literal["light", "switch", "relay", "lock", "cover", "climate"]


@dataclass(frozen=True, slots=True)
class Control:
    """Something that can be commanded.

    `endpoint` is the suffix of its keys ("", "_left", ...), of a relay its number; `paths` are the
    keys it reads, and which of them exist tells its features.
    """

    kind: ControlKind
    endpoint: str
    paths: frozenset[str]

    @property
    def main(self) -> str:
        """The key that names it in unique ids."""
        match self.kind:
            case "relay":
                return f"relays.{self.endpoint}.ison"
            case "climate":
                return "climate"
        return f"state{self.endpoint}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One reading that becomes a sensor, binary sensor or event; `is_flag` splits the first two."""

    path: str
    rule: Rule
    platform: Literal["sensor", "binary_sensor", "event"]
    is_number: bool


@dataclass(slots=True)
class Column:
    """How the next value of a known path is read, where it comes as the type it has had from the start.

    `said` is the last one that was read like this, as it came.
    """

    key: Key
    kind: type[bool | float | str]
    clean: Callable[[Any], Scalar]
    said: Any = None


class Shape:
    """What is known of one device's keys. It only grows: a key that is missing once is not gone."""

    # Of thousands of devices, each with every reading: nearer at hand than in a dictionary.
    __slots__ = (
        "_columns",
        "_controls",
        "_keys",
        "_kinds",
        "_millivolts",
        "_states",
        "device_id",
        "events",
        "has_grown",
        "heard_at",
        "is_http",
        "sent",
    )

    def __init__(self, device_id: str, *, controls: bool) -> None:
        """Start with nothing known; `controls` tells whether the device can be commanded at all."""
        self.device_id = device_id
        self._controls = controls
        # The first kind of value seen per path counts: a later one of another kind is unknown.
        self._kinds: dict[str, type[bool | float | str]] = {}
        self._keys: dict[str, Key] = {}
        self._states: dict[str, str] = {}
        self._millivolts = False
        # Most of what a device says it has said like this before: then it is read by these alone.
        self._columns: dict[str, Column] = {}
        # What the last reads brought, until somebody takes it.
        self.has_grown = False
        self.events: dict[Key, str] = {}
        self.is_http = False
        # When it last sent something, by the clock of cloud or gateway.
        self.sent: Sent | None = None
        # When it was last heard, by the clock of this computer: monotonic seconds.
        self.heard_at: float | None = None

    def read(self, said: Said, dropped: DropCounter) -> dict[Key, Scalar]:
        """Return the values of what the device says, without what it only says again.

        Sets `has_grown` when that changed what the device is, and adds what happened once to `events`.
        A value of another kind than its path has had is None (counted).
        """
        columns = self._columns
        values: dict[Key, Scalar] = {}
        for path, value in said.items():
            if (column := columns.get(path)) is None:
                return self._read_closely(said, dropped)
            if (kind := type(value)) is not column.kind and _KINDS.get(kind) is not column.kind:
                return self._read_closely(said, dropped)
            if value == column.said:
                continue
            if (clean := column.clean(value)) is None:
                return self._read_closely(said, dropped)
            column.said = value
            values[column.key] = clean
        return values

    def _read_closely(self, said: Said, dropped: DropCounter) -> dict[Key, Scalar]:
        """Read what holds something new, nested, wrong, or an event; learn from it."""
        for path in said.keys() & self._columns.keys():
            self._columns[path].said = None
        values = self.named(parse_values(said, dropped))
        self.has_grown |= self.learn(values)
        if len(self._kinds) >= MAX_PATHS and not self._kinds.keys() >= values.keys():
            dropped.add("device with too many keys")
        read: dict[Key, Scalar] = {}
        for path, value in values.items():
            if path not in self._kinds:
                continue
            key = self.key(path)
            is_misfit = value is not None and self._kinds[path] is not _KINDS[type(value)]
            if is_misfit:
                dropped.add("value of another kind than before")
            read[key] = None if is_misfit else value
            # Devices send an empty text afterwards.
            if isinstance(value, str) and value and not is_misfit and rule_of(path).kind is Kind.EVENT:
                self.events[key] = value
            if read[key] is not None and (column := self._column(key, said.get(path))) is not None:
                self._columns[path] = column
        return read

    def _column(self, key: Key, value: Any) -> Column | None:
        """Return how a path is read from now on, unless its values may tell more than themselves."""
        _, path = key
        kind = _KINDS.get(type(value))
        clean = cleaner_of(path)
        if kind is None or clean is None or path in _OF_RELAY or rule_of(path).kind is Kind.EVENT:
            return None
        if ENDPOINT.fullmatch(path) and path not in self._states:
            return None
        if path == "voltage" and not self._millivolts:
            clean = _clean_volts
        return Column(key, kind, clean)

    def learn(self, values: Mapping[str, Scalar]) -> bool:
        """Note which keys exist; tell whether that changed what the device is."""
        changed = False
        for path, value in values.items():
            if value is None:
                continue
            if path not in self._kinds and len(self._kinds) < MAX_PATHS:
                self._kinds[path] = _KINDS[type(value)]
                changed = True
            if path not in self._states and path.startswith("state") and ENDPOINT.fullmatch(path):
                changed |= self._learn_state(path, str(value))
        return changed | self._learn_voltage(values)

    def named(self, values: Values) -> Values:
        """Give what one relay of an HTTP device answered the names it has in the device's status.

        The answer to a relay's command does not tell which relay it is; with several, it is left out.
        """
        if "ison" not in values:
            return values
        relays = self.relays or ["0"]
        named = {path: value for path, value in values.items() if path not in _OF_RELAY}
        if len(relays) == 1:
            named |= {f"relays.{relays[0]}.{path}": values[path] for path in _OF_RELAY if path in values}
        return named

    def key(self, path: str) -> Key:
        """Return the key of a path, for everybody the same object: that is found without comparing."""
        return self._keys.setdefault(path, (self.device_id, path))

    @property
    def paths(self) -> Iterable[str]:
        """Every key seen."""
        return self._kinds.keys()

    @property
    def relays(self) -> list[str]:
        """The numbers of an HTTP device's relays."""
        return [match[1] for path in self._kinds if (match := RELAY.fullmatch(path))]

    def controls(self) -> list[Control]:
        """Return what can be commanded; nothing behind a gateway of one's own."""
        if not self._controls:
            return []
        found = [self._stateful(path) for path in self._kinds if ENDPOINT.fullmatch(path)]
        found += [
            Control("relay", match[1], frozenset((path,))) for path in self._kinds if (match := RELAY.fullmatch(path))
        ]
        if not any(ENDPOINT.fullmatch(path) for path in self._kinds) and "position" in self._kinds:
            found.append(Control("cover", "", self._present("position", "tilt")))
        climate = self._present("occupied_heating_setpoint", "current_heating_setpoint")
        if climate and "local_temperature" in self._kinds:
            found.append(
                Control("climate", "", climate | self._present("local_temperature", "system_mode", "running_state"))
            )
        return [control for control in found if control is not None]

    def shown(self) -> list[Shown]:
        """Return the readings that are entities of their own."""
        taken: set[str] = set()
        for control in self.controls():
            taken |= control.paths - {"local_temperature"}
        return [self._show(path, kind) for path, kind in self._kinds.items() if path not in taken]

    def _show(self, path: str, kind: type[bool | float | str]) -> Shown:
        rule = settled(rule_of(path), millivolts=self._millivolts)
        if rule.key == "state":
            rule = replace(rule, device_class=_STATE_CLASSES.get(self._states.get(path, "")))
        if rule.kind is Kind.EVENT:
            return Shown(path, rule, "event", is_number=False)
        if kind is bool or (rule.key == "state" and self._states.get(path) in _SWITCHED):
            return Shown(path, rule, "binary_sensor", is_number=False)
        return Shown(path, rule, "sensor", is_number=kind is float)

    def _stateful(self, path: str) -> Control | None:
        """Return what a `state` key commands, by its values and by the keys beside it."""
        endpoint = path.removeprefix("state")
        dimmable = self._present(
            *(f"{key}{endpoint}" for key in ("brightness", "color_temp", "color.x", "color.y", "color_mode"))
        )
        movable = self._present(f"position{endpoint}", f"tilt{endpoint}")
        match self._states.get(path):
            case "ON" | "OFF" if dimmable:
                return Control("light", endpoint, dimmable | {path})
            case "ON" | "OFF":
                return Control("switch", endpoint, frozenset((path,)))
            case "LOCK" | "UNLOCK":
                return Control("lock", endpoint, frozenset((path,)) | self._present("lock_state"))
            case "OPEN" | "CLOSE" | "STOP":
                return Control("cover", endpoint, movable | {path})
        return None

    def _present(self, *paths: str) -> frozenset[str]:
        return frozenset(path for path in paths if path in self._kinds)

    def _learn_state(self, path: str, value: str) -> bool:
        """Note the first value that tells what is commanded; a stray one later changes nothing."""
        value = value.upper()
        if path in self._states or value not in _STATES:
            return False
        self._states[path] = value
        return True

    def _learn_voltage(self, values: Mapping[str, Scalar]) -> bool:
        """Settle once whether voltages are in mV: of battery devices, and of more than a thousand."""
        if self._millivolts or "voltage" not in self._kinds:
            return False
        voltage = values.get("voltage")
        high = isinstance(voltage, int | float) and voltage > MILLIVOLT_FROM
        if not (high or "battery" in self._kinds):
            return False
        self._millivolts = True
        return True


def _clean_volts(value: Any) -> Scalar:
    """Return a voltage, if it is none that settles the unit."""
    return value if -MILLIVOLT_FROM <= value <= MILLIVOLT_FROM else None


_STATE_CLASSES = {"LOCK": "lock", "UNLOCK": "lock", "OPEN": "opening", "CLOSE": "opening"}
_OF_RELAY = ("ison", "overpower")
_SWITCHED = ("ON", "OFF", "LOCK", "UNLOCK", "OPEN", "CLOSE")
_STATES = (*_SWITCHED, "STOP")
