"""What a lamp can do: each row has an attribute that shows it and an action that sets it.

An action alone proves nothing: the server's classes share the actions that one plugin adds to them
(docs/protocol/pimatic.md#devices-of-other-plugins).
"""

from enum import Enum, auto
from typing import NamedTuple

from .api import Action, Attribute, Device, Kind
from .setters import required
from .vocabulary import words

# Every action that some plugin gives to lamps: on a lamp none of them is a button.
LAMP_ACTIONS = words(
    """
    turnOn turnOff toggle changeStateTo getState getPower getMode getDimlevel changeDimlevelTo setBrightness
    setColor setWhite setCT changeCtTo changeHueTo changeSatTo changeSaturationTo changeHueSatTo
    changeHueSatValTo setHuesat setHue setSat setRGB changeWhiteTo
    """
)


class Warmth(Enum):
    """How a lamp counts its colour temperature."""

    MIRED = auto()
    # 0 is the coldest, 100 the warmest: of a lamp from 153 to 500 mired, and of one from 4700 to 2000 K.
    PERCENT = auto()
    PERCENT_NARROW = auto()
    # 0 is the warmest, 2000 K, 100 the coldest, 6500 K.
    PERCENT_OF_KELVIN = auto()


class Colour(Enum):
    """How a lamp is told its colour, and how it shows it."""

    # changeHueSatTo(hue, sat), both 0 to 100.
    HUE_SAT = auto()
    # setRGB(r, g, b); shown as hue in degrees and sat, 0 to 1.
    RGB = auto()
    # setColor("#rrggbb"), shown as the same text.
    HEX = auto()
    # setColor("#rrggbb"), shown as hue, 0 to 255 on a circle of its own, and where it has one as saturation, 0 to 100.
    HEX_TURNED = auto()


class WarmthRow(NamedTuple):
    """A way to set the colour temperature; one with `classes` is that of devices of these classes alone."""

    warmth: Warmth
    attribute: str
    action: str
    classes: frozenset[str] = frozenset()


class ColourRow(NamedTuple):
    """A way to set the colour; the first attribute is of this kind, the action takes so many parameters of a kind.

    The server refuses a text where its shared class declares a number
    (docs/protocol/pimatic.md#devices-of-other-plugins): such a lamp cannot be given a colour.
    """

    colour: Colour
    attributes: tuple[str, ...]
    kind: Kind
    action: str
    parameters: int
    takes: Kind


WARMTHS = (
    # The class alone tells this lamp of raspbee from the next.
    WarmthRow(Warmth.PERCENT_OF_KELVIN, "ct", "setCT", frozenset({"RaspBeeRGB"})),
    WarmthRow(Warmth.MIRED, "ct", "changeCtTo"),
    WarmthRow(Warmth.PERCENT, "ct", "setCT"),
    WarmthRow(Warmth.PERCENT_NARROW, "color", "setColor"),
)
COLOURS = (
    ColourRow(Colour.HEX_TURNED, ("hue", "white"), Kind.NUMBER, "setColor", 1, Kind.STRING),
    # A lamp of tradfri has a number `color` beside them.
    ColourRow(Colour.RGB, ("color", "hue", "sat"), Kind.NUMBER, "setRGB", 3, Kind.NUMBER),
    ColourRow(Colour.HUE_SAT, ("hue", "sat"), Kind.NUMBER, "changeHueSatTo", 2, Kind.NUMBER),
    ColourRow(Colour.RGB, ("hue", "sat"), Kind.NUMBER, "setRGB", 3, Kind.NUMBER),
    ColourRow(Colour.HEX, ("color",), Kind.STRING, "setColor", 1, Kind.STRING),
)
LEVELS = (("dimlevel", "changeDimlevelTo"), ("brightness", "setBrightness"), ("brightness", "changeDimlevelTo"))
# Attributes that are part of a lamp that has something else of it.
PARTS = (
    "state",
    "power",
    "dimlevel",
    "brightness",
    "color",
    "mode",
    "colormode",
    "ct",
    "hue",
    "sat",
    "saturation",
    "white",
)


class Lamp(NamedTuple):
    """What a lamp can do; None for what it cannot. `level` is an attribute and the action that sets it."""

    power: str | None
    level: tuple[str, Action] | None
    warmth: tuple[WarmthRow, Action] | None
    colour: tuple[ColourRow, Action] | None
    # The action that makes it white: it has no parameter, or a boolean one.
    white: Action | None
    attributes: tuple[str, ...]


def lamp_of(device: Device) -> Lamp | None:
    """Return what a device can do as a lamp; None for one that has neither a brightness nor a colour."""
    power = _power(device)
    level = next(
        ((name, action) for name, setter in LEVELS if _number(device, name) and (action := _setter(device, setter, 1))),
        None,
    )
    warmth = next(
        (
            (row, action)
            for row in WARMTHS
            if not row.classes or device.config.device_class in row.classes
            if _number(device, row.attribute) and (action := _setter(device, row.action, 1))
        ),
        None,
    )
    colour = next(
        (
            (row, action)
            for row in COLOURS
            if all(device.attribute(name) is not None for name in row.attributes)
            and _attribute(device, row.attributes[0]).kind is row.kind
            and (action := _setter(device, row.action, row.parameters))
            and all(one.kind in (row.takes, Kind.ANY) for one in action.parameters[: row.parameters])
        ),
        None,
    )
    if level is None and warmth is None and colour is None:
        return None
    if level is None and power is None:
        return None
    white = _white(device) if colour is not None else None
    parts = tuple(name for name in PARTS if device.attribute(name) is not None)
    return Lamp(power, level, warmth, colour, white, parts)


def _power(device: Device) -> str | None:
    """Return the attribute that is on or off; a lamp without actions for it is dark at the level 0."""
    if device.action("turnOn") is None or device.action("turnOff") is None:
        return None
    return next((name for name in ("state", "power") if device.attribute(name) is not None), None)


def _white(device: Device) -> Action | None:
    """Return the action that makes a lamp white."""
    if device.attribute("white") is not None and (action := _setter(device, "changeWhiteTo", 1)):
        return action
    action = device.action("setWhite")
    return action if device.attribute("mode") is not None and action is not None and not action.parameters else None


def _attribute(device: Device, name: str) -> Attribute:
    return device.attribute(name) or Attribute(name, Kind.ANY, name)


def _number(device: Device, name: str) -> bool:
    return _attribute(device, name).kind is Kind.NUMBER


def _setter(device: Device, name: str, parameters: int) -> Action | None:
    """Return an action that takes so many parameters; further ones must be optional."""
    action = device.action(name)
    if action is None or len(required(action.parameters)) > parameters or len(action.parameters) < parameters:
        return None
    return action
