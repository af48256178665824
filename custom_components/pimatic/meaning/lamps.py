"""What a lamp can do: each row has an attribute that shows it and an action that sets it.

An action alone proves nothing: the server's classes share the actions that one plugin adds to them
(docs/protocol/pimatic.md#devices-of-other-plugins).
"""

from enum import Enum, auto
from typing import NamedTuple

from homeassistant.const import DEGREE, PERCENTAGE, UnitOfTemperature

from ..api import Action, Attribute, Device, Kind
from .measures import words_of
from .setters import required, setter_of
from .units import known_unit
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
    KELVIN = auto()
    # 0 is the coldest, 100 the warmest: of a lamp from 153 to 500 mired, and of one from 4700 to 2000 K.
    PERCENT = auto()
    PERCENT_NARROW = auto()
    # 0 is the warmest, 2000 K, 100 the coldest, 6500 K.
    PERCENT_OF_KELVIN = auto()


class Colour(Enum):
    """How a colour is sent to a lamp, and how the lamp reports it."""

    # changeHueSatTo(hue, sat), both 0 to 100; or an action for each of both.
    HUE_SAT = auto()
    # The same with the hue in degrees.
    DEGREES_SAT = auto()
    # setRGB(r, g, b); shown as hue in degrees and sat, 0 to 1.
    RGB = auto()
    # setColor("#rrggbb"), shown as the same text.
    HEX = auto()
    # setColor("#rrggbb"), shown as hue, 0 to 255 on a circle of its own, and where it has one as saturation, 0 to 100.
    HEX_TURNED = auto()


class WarmthRow(NamedTuple):
    """A way to set the colour temperature; one with `classes` is for devices of these classes only."""

    warmth: Warmth
    attribute: str
    action: str
    classes: frozenset[str] = frozenset()


class ColourRow(NamedTuple):
    """A way to set the colour; the first attribute is of this kind, the actions take so many parameters of a kind.

    The server refuses a text where its shared class declares a number
    (docs/protocol/pimatic.md#devices-of-other-plugins): such a lamp cannot be given a colour.
    """

    colour: Colour
    attributes: tuple[str, ...]
    kind: Kind
    actions: tuple[str, ...]
    parameters: int
    takes: Kind

    @property
    def hue_and_saturation(self) -> tuple[str, str]:
        """Return the attributes that show them, of a colour that has both."""
        return self.attributes[-2], self.attributes[-1]


WARMTHS = (
    # Only the class distinguishes this lamp of raspbee from the next.
    WarmthRow(Warmth.PERCENT_OF_KELVIN, "ct", "setCT", frozenset({"RaspBeeRGB"})),
    WarmthRow(Warmth.MIRED, "ct", "changeCtTo"),
    WarmthRow(Warmth.PERCENT, "ct", "setCT"),
    WarmthRow(Warmth.PERCENT_NARROW, "color", "setColor"),
)
# Scales of a colour temperature by the attribute's unit; the names of attribute and action do not matter.
WARMTH_UNITS = {UnitOfTemperature.KELVIN: Warmth.KELVIN, "mired": Warmth.MIRED, PERCENTAGE: Warmth.PERCENT}
WARMTH_UNITS_BY_NAME = {"kelvin": "K", "mired": "mired"}
WARMTH_NAMES = words("ct colortemp colortemperature colourtemp colourtemperature kelvin mired farbtemperatur")
COLOURS = (
    ColourRow(Colour.HEX_TURNED, ("hue", "white"), Kind.NUMBER, ("setColor",), 1, Kind.STRING),
    # A lamp of tradfri also has a number `color`.
    ColourRow(Colour.RGB, ("color", "hue", "sat"), Kind.NUMBER, ("setRGB",), 3, Kind.NUMBER),
    ColourRow(Colour.HUE_SAT, ("hue", "sat"), Kind.NUMBER, ("changeHueSatTo",), 2, Kind.NUMBER),
    ColourRow(Colour.HUE_SAT, ("hue", "saturation"), Kind.NUMBER, ("changeHueSatTo",), 2, Kind.NUMBER),
    ColourRow(Colour.RGB, ("hue", "sat"), Kind.NUMBER, ("setRGB",), 3, Kind.NUMBER),
    ColourRow(Colour.HUE_SAT, ("hue", "sat"), Kind.NUMBER, ("changeHueTo", "changeSatTo"), 1, Kind.NUMBER),
    ColourRow(
        Colour.HUE_SAT, ("hue", "saturation"), Kind.NUMBER, ("changeHueTo", "changeSaturationTo"), 1, Kind.NUMBER
    ),
    ColourRow(Colour.HEX, ("color",), Kind.STRING, ("setColor",), 1, Kind.STRING),
    ColourRow(Colour.HEX, ("color",), Kind.STRING, ("changeColorTo",), 1, Kind.STRING),
    ColourRow(Colour.HEX, ("rgb",), Kind.STRING, ("setRgb",), 1, Kind.STRING),
)
LEVELS = (("dimlevel", "changeDimlevelTo"), ("brightness", "setBrightness"), ("brightness", "changeDimlevelTo"))
# Further attributes that belong to a lamp.
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
    """What a lamp can do, None for what it cannot.

    `level` is an attribute and the action that sets it. `attributes` are all that it has, the main one first.
    """

    power: str | None
    level: tuple[str, Action] | None
    warmth: tuple[WarmthRow, Action] | None
    colour: tuple[ColourRow, tuple[Action, ...]] | None
    # The action that makes it white: it has no parameter, or a boolean one.
    white: Action | None
    attributes: tuple[str, ...]


def lamp_of(device: Device) -> Lamp | None:
    """Return what a device can do as a lamp; None for one that has neither a brightness nor a colour."""
    power, level, warmth = _power(device), _level(device), _stated_warmth(device) or _warmth(device)
    colour = next((found for row in COLOURS if (found := _colour(device, row))), None)
    is_lit = level is not None or (power is not None and (warmth is not None or colour is not None))
    if not is_lit:
        return None
    white = _white(device) if colour is not None else None
    more = (*(colour[0].attributes if colour else ()), *((warmth[0].attribute,) if warmth else ()))
    own = level[0] if level and power != "power" else power or ""
    parts = tuple(name for name in dict.fromkeys((own, *PARTS, *more)) if device.attribute(name) is not None)
    return Lamp(power, level, warmth, colour, white, parts)


def _level(device: Device) -> tuple[str, Action] | None:
    """Return the attribute with the brightness, and its setter."""
    for name, setter in LEVELS:
        if _number(device, name) and (action := _setter(device, setter, 1)):
            return name, action
    return None


def _warmth(device: Device) -> tuple[WarmthRow, Action] | None:
    """Return the colour temperature of a known attribute."""
    for row in WARMTHS:
        is_of_class = not row.classes or device.config.device_class in row.classes
        if is_of_class and _number(device, row.attribute) and (action := _setter(device, row.action, 1)):
            return row, action
    return None


def _stated_warmth(device: Device) -> tuple[WarmthRow, Action] | None:
    """Return the colour temperature whose unit gives its scale."""
    for attribute in device.attributes:
        name = "".join(words_of(attribute.name))
        unit = attribute.unit or WARMTH_UNITS_BY_NAME.get(name, "")
        warmth = WARMTH_UNITS.get(known_unit(unit) or unit.lower())
        if attribute.kind is not Kind.NUMBER or name not in WARMTH_NAMES or warmth is None:
            continue
        setter = setter_of(device, attribute)
        if action := device.action(setter.action) if setter else _setter(device, "setCT", 1):
            return WarmthRow(warmth, attribute.name, action.name), action
    return None


def _colour(device: Device, row: ColourRow) -> tuple[ColourRow, tuple[Action, ...]] | None:
    """Return a way to set the colour, with its actions, or None if the device does not have all of it."""
    if any(device.attribute(name) is None for name in row.attributes):
        return None
    first = _attribute(device, row.attributes[0])
    actions = tuple(action for name in row.actions if (action := _setter(device, name, row.parameters)))
    taken = (one for action in actions for one in action.parameters[: row.parameters])
    if first.kind is not row.kind or len(actions) < len(row.actions):
        return None
    if any(one.kind not in (row.takes, Kind.ANY) for one in taken):
        return None
    if len(actions) > 1 and not first.unit:
        return None
    is_in_degrees = row.colour is Colour.HUE_SAT and known_unit(first.unit) == DEGREE
    return row._replace(colour=Colour.DEGREES_SAT) if is_in_degrees else row, actions


def _power(device: Device) -> str | None:
    """Return the attribute for on and off; a lamp without actions for it is off at the level 0."""
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
    """Return an action with this number of parameters; further ones must be optional."""
    action = device.action(name)
    if action is None or len(required(action.parameters)) > parameters or len(action.parameters) < parameters:
        return None
    return action
