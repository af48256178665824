"""What a device is, told from the keys it has sent: its controls, and the readings beside them.

Pure data: the platforms turn each `Control` and `Shown` into an entity.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
import re
from typing import Literal

from .rules import MILLIVOLT_FROM, Kind, Rule, rule_of, settled
from .values import Scalar, Values

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


class Shape:
    """What is known of one device's keys. It only grows: a key that is missing once is not gone."""

    def __init__(self, *, controls: bool) -> None:
        """Start with nothing known; `controls` tells whether the device can be commanded at all."""
        self._controls = controls
        # The first kind of value seen per path counts: a later one of another kind is unknown.
        self._kinds: dict[str, type[bool | float | str]] = {}
        self._states: dict[str, str] = {}
        # Known paths whose next value may still tell what the device is.
        self._unsettled: set[str] = set()
        self._millivolts = False
        self.is_http = False

    def learn(self, values: Mapping[str, Scalar]) -> bool:
        """Note which keys exist; tell whether that changed what the device is."""
        if self._kinds.keys() >= values.keys() and self._unsettled.isdisjoint(values):
            return False
        changed = False
        for path, value in values.items():
            if value is None:
                continue
            if path not in self._kinds:
                self._kinds[path] = _KINDS[type(value)]
                changed = True
            if path not in self._states and path.startswith("state") and ENDPOINT.fullmatch(path):
                changed |= self._learn_state(path, str(value))
        changed |= self._learn_voltage(values)
        self._unsettled = {
            path
            for path in self._kinds
            if (path == "voltage" and not self._millivolts) or (ENDPOINT.fullmatch(path) and path not in self._states)
        }
        return changed

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

    def misfits(self, values: Mapping[str, Scalar]) -> list[str]:
        """Return the paths whose value is not of the kind it has had from the start."""
        kinds = self._kinds
        return [
            path
            for path, value in values.items()
            if value is not None and path in kinds and kinds[path] is not _KINDS[type(value)]
        ]

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


_STATE_CLASSES = {"LOCK": "lock", "UNLOCK": "lock", "OPEN": "opening", "CLOSE": "opening"}
_OF_RELAY = ("ison", "overpower")
_SWITCHED = ("ON", "OFF", "LOCK", "UNLOCK", "OPEN", "CLOSE")
_STATES = (*_SWITCHED, "STOP")
