"""What can be controlled of a device, and the parts of an HTTP device that are controls."""

from collections.abc import Mapping
from enum import StrEnum
import re
from typing import NamedTuple


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
        first, dot, rest = key.partition(".")
        return f"{first}{self.endpoint}{dot}{rest}"
