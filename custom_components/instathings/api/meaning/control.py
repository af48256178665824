"""What can be controlled of a device, found by its keys and by the words that its states have had.

A control needs its state and the keys that set it; one physical thing is one control.
Source: docs/protocol/instathings.md#controlled-keys.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
import re
from typing import NamedTuple

from ..model import Values
from .rules import ENDPOINTS


class ControlKind(StrEnum):
    """What can be controlled."""

    LIGHT = "light"
    SWITCH = "switch"
    LOCK = "lock"
    COVER = "cover"
    CLIMATE = "climate"
    FAN = "fan"
    # Of HTTP devices, which are controlled by requests of their own.
    RELAY = "relay"
    HTTP_LIGHT = "http_light"
    HTTP_COVER = "http_cover"
    HTTP_CLIMATE = "http_climate"


# The part of an HTTP device that a path with its number left out is the state of.
HTTP_CONTROLS: Mapping[str, ControlKind] = {
    "relays.#.ison": ControlKind.RELAY,
    "switch:#.output": ControlKind.RELAY,
    # A circuit breaker.
    "cb:#.output": ControlKind.RELAY,
    "lights.#.ison": ControlKind.HTTP_LIGHT,
    "light:#.output": ControlKind.HTTP_LIGHT,
    "rgb:#.output": ControlKind.HTTP_LIGHT,
    "rgbw:#.output": ControlKind.HTTP_LIGHT,
    "cct:#.output": ControlKind.HTTP_LIGHT,
    "rgbcct:#.output": ControlKind.HTTP_LIGHT,
    "rollers.#.state": ControlKind.HTTP_COVER,
    "cover:#.state": ControlKind.HTTP_COVER,
    "thermostats.#.target_t.value": ControlKind.HTTP_CLIMATE,
    "thermostat:#.target_C": ControlKind.HTTP_CLIMATE,
    "blutrv:#.target_C": ControlKind.HTTP_CLIMATE,
}
# What such a part reads besides its state; the rest of the part are values by themselves.
HTTP_KEYS: Mapping[ControlKind, tuple[str, ...]] = {
    ControlKind.RELAY: (),
    ControlKind.HTTP_LIGHT: (
        *("brightness", "gain", "white", "temp", "ct", "mode", "red", "green", "blue", "rgb.0", "rgb.1", "rgb.2"),
        "effect",
    ),
    ControlKind.HTTP_COVER: ("current_pos", "positioning", "pos_control", "last_direction", "slat_pos"),
    ControlKind.HTTP_CLIMATE: (
        *("tmp.value", "target_t.enabled", "target_t.value_op", "target_t.units", "current_C", "output", "enable"),
    ),
}


class Control(NamedTuple):
    """Something that can be controlled.

    `endpoint` is the suffix of its keys ("", "_left", ...); of an HTTP device, `component` is the part ("relays.0",
    "cover:0") that all its keys are below. `paths` are the keys it reads, and which of them exist decides its features.
    """

    kind: ControlKind
    endpoint: str
    paths: frozenset[str]
    component: str = ""
    state: str = "state"

    @property
    def main(self) -> str:
        """Return the path of the unique id, which for most is the path of the state."""
        return f"climate{self.endpoint}" if self.kind is ControlKind.CLIMATE else self.path(self.state)

    @property
    def number(self) -> str:
        """Return the number of an HTTP device's part."""
        return re.split(r"[.:]", self.component)[-1]

    def path(self, key: str) -> str:
        """Return the path of a key of this endpoint: `color.x` of `_left` is `color_left.x`."""
        if self.component:
            return f"{self.component}.{key}"
        return _with_endpoint(key, self.endpoint)


# HTTP devices -----------------------------------------------------------------------------------

_COMPONENT = re.compile(r"[a-z]+[a-z0-9]*[.:]\d+(?=\.)")


def component_of(path: str) -> str | None:
    """Return the numbered part of an HTTP device that a path belongs to: `relays.0` or `switch:0`."""
    found = _COMPONENT.match(path)
    return found[0] if found else None


def http_controls(paths: Collection[str]) -> list[Control]:
    """Return the controls of an HTTP device; the relays of a roller's motor are not switches."""
    found = []
    for path in paths:
        component = component_of(path)
        kind = HTTP_CONTROLS.get(re.sub(r"(?<=[.:])\d+", "#", path))
        if component is None or kind is None:
            continue
        state = path.removeprefix(f"{component}.")
        keys = _present(paths, (path, *(f"{component}.{key}" for key in HTTP_KEYS[kind])))
        found.append(Control(kind, "", keys, component, state))
    if any(control.component.startswith("rollers.") for control in found):
        found = [control for control in found if not control.component.startswith("relays.")]
    # The relay of a thermostat is the thermostat's.
    thermostats = {control.number for control in found if control.component.startswith("thermostat:")}
    return [one for one in found if not (one.component.startswith("switch:") and one.number in thermostats)]


# Other devices ----------------------------------------------------------------------------------

SWITCHED = ("ON", "OFF", "LOCK", "UNLOCK", "OPEN", "CLOSE")
STATES = (*SWITCHED, "STOP")
_KINDS = (("ON", "OFF"), ("LOCK", "UNLOCK"), ("OPEN", "CLOSE", "STOP"))
_LIGHT = (
    *("brightness", "color_temp", "color_mode", "color.x", "color.y", "color.hue", "color.saturation", "color.h"),
    "color.s",
)
_COVER = ("position", "tilt", "moving", "motor_state", "running")
SETPOINTS = ("occupied_heating_setpoint", "current_heating_setpoint", "occupied_cooling_setpoint")
_CLIMATE = (
    *(*SETPOINTS, "local_temperature", "system_mode", "running_state", "preset", "fan_mode", "swing_mode"),
    "operation",
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
# These keys of a thermostat have entities of their own, too (docs/protocol/instathings.md#controlled-keys).
ALSO_SHOWN = frozenset(_CLIMATE[-4:]) | {"local_temperature"}
_ENDPOINTS = frozenset(ENDPOINTS)
# Behind other keys than `state` these words say something else.
_STATE_ENDPOINTS = _ENDPOINTS | {
    *("all", "anti_snoring", "backlight", "buzzer", "display", "eco_mode", "flat", "heater", "high", "holes"),
    *("led_green", "led_red", "lights", "low", "massage", "master", "medium", "move", "mute", "night_mode", "purifier"),
    *("reading", "short_override", "siren", "stop", "swing_mode", "tv", "zero_gravity"),
}


def is_of(path: str, key: str) -> bool:
    """Return True if a path is a key, alone or of an endpoint."""
    endpoints = _STATE_ENDPOINTS if key == "state" else _ENDPOINTS
    return path == key or (path.startswith(f"{key}_") and path[len(key) + 1 :] in endpoints)


def controls(types: Mapping[str, type], states: Mapping[str, str]) -> list[Control]:
    """Return what can be controlled.

    `types` has the type of each path's values, `states` the first of STATES that a `state` has had.
    """
    found = climates(types)
    is_climate = bool(found)
    for path in states:
        if path == "state" and is_left_over(types, states):
            continue
        if (control := _of_state(path, types, states, is_climate=is_climate)) is not None:
            found.append(control)
    if "fan_state" in types:
        found.append(Control(ControlKind.FAN, "", _present(types, ("fan_state", "fan_mode")), state="fan_state"))
    elif not is_climate and "state" not in states and types.get("position") is float:
        found.append(Control(ControlKind.COVER, "", _present(types, _COVER)))
    return found


def climates(paths: Collection[str]) -> list[Control]:
    """Return the thermostats: one for each endpoint that has a setpoint and a temperature or a mode.

    Where only the endpoints have a temperature, the keys without one repeat those of the first endpoint.
    """
    endpoints = dict.fromkeys(path.removeprefix(key) for path in paths for key in SETPOINTS if is_of(path, key))
    measured = [endpoint for endpoint in endpoints if f"local_temperature{endpoint}" in paths]
    repeated: frozenset[str] = frozenset()
    if measured and "" in endpoints and "" not in measured:
        del endpoints[""]
        repeated = _present(paths, _CLIMATE)
    return [
        Control(
            ControlKind.CLIMATE,
            endpoint,
            _present(paths, (f"{key}{endpoint}" for key in _CLIMATE))
            | (repeated if endpoint in measured[:1] else frozenset()),
        )
        for endpoint in endpoints
        if _present(paths, (f"{key}{endpoint}" for key in _THERMOSTAT))
    ]


def is_left_over(paths: Collection[str], states: Mapping[str, str]) -> bool:
    """Return True if `state` is no control's: an echo of one of an endpoint, and that of battery devices that sense."""
    if is_echo(states):
        return True
    is_on_off = states.get("state") in ("ON", "OFF") and not _present(paths, (*_LIGHT, *_COVER))
    return is_on_off and "battery" in paths and bool(climates(paths) or _present(paths, _SENSED))


def is_echo(states: Mapping[str, str]) -> bool:
    """Return True if `state` repeats that of an endpoint."""
    kind = _kind_of(states.get("state"))
    return kind >= 0 and any(path != "state" and _kind_of(word) == kind for path, word in states.items())


def _kind_of(word: str | None) -> int:
    """Return which kind of thing has a word as its state: a cover may have switches beside it."""
    return next((number for number, words in enumerate(_KINDS) if word in words), -1)


def _of_state(path: str, types: Mapping[str, type], states: Mapping[str, str], *, is_climate: bool) -> Control | None:
    """Return the control of a `state` key, by its words and by the other keys of its endpoint."""
    endpoint = path.removeprefix("state")
    lit = _present(types, (_with_endpoint(key, endpoint) for key in _LIGHT))
    movable = frozenset() if is_climate else _present(types, (f"{key}{endpoint}" for key in _COVER))
    has_position = types.get(f"position{endpoint}") is float and not is_climate
    match states[path]:
        case "ON" | "OFF" if lit and not has_position:
            return Control(ControlKind.LIGHT, endpoint, lit | {path})
        case "ON" | "OFF" if not has_position:
            return Control(ControlKind.SWITCH, endpoint, frozenset((path,)))
        case "LOCK" | "UNLOCK":
            return Control(ControlKind.LOCK, endpoint, frozenset((path,)) | _present(types, ("lock_state",)))
        case _ if not is_climate:
            return Control(ControlKind.COVER, endpoint, movable | {path})
    return None


def _with_endpoint(key: str, endpoint: str) -> str:
    first, dot, rest = key.partition(".")
    return f"{first}{endpoint}{dot}{rest}"


def _present(paths: Collection[str], keys: Iterable[str]) -> frozenset[str]:
    return frozenset(key for key in keys if key in paths)


def without_answer(values: Values) -> Values:
    """Return the values of another part than the one that answered."""
    return {path: value for path, value in values.items() if path not in ("ison", "overpower")}
