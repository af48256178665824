"""What a shutter, a blind or a gate can do: how it is opened and closed, whether its position is known and can be set.

Source: docs/protocol/pimatic.md#shutters.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from homeassistant.components.cover import CoverDeviceClass

from ..api import Attribute, Device, Kind
from .flags import OPENED, flag
from .measures import words_of
from .setters import Command, Control, command_of, control_of
from .vocabulary import words

# Actions that open and close.
_PAIRS: Final = (
    ("moveUp", "moveDown"),
    ("open", "close"),
    ("up", "down"),
    ("openCover", "closeCover"),
    ("openDoor", "closeDoor"),
    ("openGate", "closeGate"),
)
_STOPS: Final = ("stop", "stopMovement", "halt")
# Actions of a shutter that have no entity of their own.
_MORE_ACTIONS: Final = ("moveToPosition", "moveByPercentage", "step", "stepUp", "stepDown", "toggle", "changeActionTo")
# Texts and what they say: True for closed. All others say neither.
CLOSED: Final = {"up": False, "open": False, "opened": False, "down": True, "close": True, "closed": True}
# Attributes that may show it as a text.
_STATES: Final = ("position", "state", "status")
_PARTS: Final = words("cover shutter blind curtain roller door gate window garage")
# Words of a number that is the part that is open, in percent. These alone say that a device is a cover.
_OPEN_PARTS: Final = words("aperture lift opening")
_POSITIONS: Final = _OPEN_PARTS | {"position"}


# Words in the names of the actions that open and of what shows it, and what opens then.
_CLASSES: Final = {
    "gate": CoverDeviceClass.GATE,
    "garage": CoverDeviceClass.GARAGE,
    "garagedoor": CoverDeviceClass.GARAGE,
    "door": CoverDeviceClass.DOOR,
    "window": CoverDeviceClass.WINDOW,
    "curtain": CoverDeviceClass.CURTAIN,
    "blind": CoverDeviceClass.BLIND,
    "awning": CoverDeviceClass.AWNING,
    "shade": CoverDeviceClass.SHADE,
}
# What opens, too, but is no class of covers.
_NO_CLASS: Final = words("valve ventil bypass")


class Cover(NamedTuple):
    """How a cover is moved.

    `state` shows it as a text or a flag that has `closed_value` while it is closed, `position` as a number: 100 is
    open. One of both is there.
    """

    open: Command
    close: Command
    stop: Command | None
    state: str | None
    position: str | None
    set_position: Control | None
    attributes: tuple[str, ...]
    actions: tuple[str, ...]
    device_class: CoverDeviceClass | None = CoverDeviceClass.SHUTTER
    closed_value: bool = False


def cover_of(device: Device) -> Cover | None:
    """Return what a device can do as a cover; None if it is not a cover."""
    positions = [one for one in device.attributes if _is_position(one)]
    control = next((found for one in positions if (found := control_of(device, one.name, one.kind))), None)
    moves = _moves(device) or _moves_by(control)
    state = next((one for one in device.attributes if _is_state(one)), None)
    position = _shown_position(positions, control)
    if moves is None or (position is None and not (state and _is_sure(device, state))):
        return None
    own = (state.name if state else None, position, control.attribute if control else None)
    attributes = tuple(dict.fromkeys(name for name in own if name is not None))
    stop = next((one for name in _STOPS if (one := command_of(device, name))), None)
    commands = [one.action for one in (*moves, stop) if one is not None]
    return Cover(
        *moves,
        stop=stop,
        state=state.name if state else None,
        position=position,
        set_position=control,
        attributes=attributes,
        actions=(*commands, *([control.setter.action] if control else ()), *_MORE_ACTIONS),
        device_class=_class_of((moves[0].action, *attributes)),
        closed_value=state is not None and flag(state).is_inverted,
    )


def _shown_position(positions: list[Attribute], control: Control | None) -> str | None:
    """Return the attribute with the position: `position`, or the one that can be set."""
    if any(one.name == "position" for one in positions):
        return "position"
    return control.attribute if control else None


def _class_of(names: Iterable[str]) -> CoverDeviceClass | None:
    """Return what opens, by the names of the action that opens it and of what shows it; else it is a shutter."""
    named = [word for name in names for word in words_of(name)]
    if not _NO_CLASS.isdisjoint(named):
        return None
    return next((_CLASSES[word] for word in named if word in _CLASSES), CoverDeviceClass.SHUTTER)


def _moves(device: Device) -> tuple[Command, Command] | None:
    for opening, closing in _PAIRS:
        if (first := command_of(device, opening)) and (second := command_of(device, closing)):
            return first, second
    return None


def _moves_by(control: Control | None) -> tuple[Command, Command] | None:
    """Return the commands that set the position of something that opens."""
    if control is None or _OPEN_PARTS.isdisjoint(words_of(control.attribute)):
        return None
    return Command.of(control, 100), Command.of(control, 0)


def _is_position(attribute: Attribute) -> bool:
    """Return True for the position in percent."""
    named = set(words_of(attribute.name))
    return (
        attribute.kind is Kind.NUMBER
        and attribute.unit in ("", "%")
        and named <= _POSITIONS | _PARTS
        and bool(named & _POSITIONS)
    )


def _is_state(attribute: Attribute) -> bool:
    """Return True for a text that names the position or the last move, and for a flag whose labels say "open"."""
    if attribute.kind is Kind.BOOLEAN:
        return flag(attribute).device_class in OPENED and bool(attribute.labels)
    options = {option.lower() for option in attribute.options}
    return (
        attribute.kind is Kind.STRING and attribute.name in _STATES and (not options or bool(options & CLOSED.keys()))
    )


def _is_sure(device: Device, state: Attribute) -> bool:
    """Return True if the state alone shows a cover: `up`, `down` and a `status` are those of a volume, too."""
    return state.kind is Kind.BOOLEAN or bool(state.options) or device.action("moveUp") is not None
