"""Door locks: the attribute that is the state, and the actions that lock and unlock."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from homeassistant.components.binary_sensor import BinarySensorDeviceClass

from ..api import Attribute, Device, Kind
from .flags import flag
from .measures import words_of
from .setters import Command, Control, command_of, control_of, setter_of
from .vocabulary import words

_MORE_ACTIONS: Final = ("toggleDoorLock", "toggleLock", "toggle")
_NOUNS: Final = words("lock locked doorlock schloss serratura slot")
_STATES: Final = words("state status")
# Locks against children or of keys are settings.
_NO_DOOR: Final = words("child kinder key keys keypad tasten button display")
LOCKED: Final[Mapping[str, bool]] = {
    "locked": True,
    "unlocking": True,
    "unlocked": False,
    "locking": False,
    "unlatched": False,
    "open": False,
}


class Lock(NamedTuple):
    """How a lock is locked and unlocked; `state` is a text, or a flag that has `locked_value` while it is locked."""

    state: str
    lock: Command
    unlock: Command
    attributes: tuple[str, ...]
    actions: tuple[str, ...]
    locked_value: bool = True


def lock_of(device: Device) -> Lock | None:
    """Return what a device can do as a lock; None if it is not a lock."""
    state = next((one for one in device.attributes if _is_state(one)), None)
    if state is None:
        return None
    for locking, unlocking in _pairs(device):
        if (lock := command_of(device, locking)) and (unlock := command_of(device, unlocking)):
            more = [setter.action] if (setter := setter_of(device, state)) else []
            actions = (lock.action, unlock.action, *more, *_MORE_ACTIONS)
            return Lock(state.name, lock, unlock, (state.name,), actions, _locked_value(state))
    control = _control(device, state)
    if control is None:
        return None
    attributes = tuple(dict.fromkeys((state.name, control.attribute)))
    locked = _locked_value(state)
    lock, unlock = Command.of(control, locked), Command.of(control, not locked)
    return Lock(state.name, lock, unlock, attributes, (control.setter.action, *_MORE_ACTIONS), locked)


def _locked_value(state: Attribute) -> bool:
    """Return the value of a flag that is locked: true, unless its labels say the opposite."""
    return not state.labels or not _is_labelled(state) or flag(state).is_inverted


def _is_labelled(state: Attribute) -> bool:
    """Return True for a flag whose labels say locked and unlocked."""
    is_flag = state.kind is Kind.BOOLEAN and bool(state.labels)
    return is_flag and flag(state).device_class is BinarySensorDeviceClass.LOCK


def _pairs(device: Device) -> Iterator[tuple[str, str]]:
    """Go through the actions that lock, each with the one of the same name that unlocks."""
    names = {action.name.lower(): action.name for action in device.actions}
    for lower, name in names.items():
        unlocking = names.get(lower.replace("lock", "unlock", 1))
        if "lock" in lower and unlocking is not None:
            yield name, unlocking


def _control(device: Device, state: Attribute) -> Control | None:
    """Return the flag that locks: the state itself, or the device's `state` if the state is a text.

    `state` of a device that is switched is its power: of a washing machine, whose door has a lock.
    """
    own = control_of(device, state.name, Kind.BOOLEAN)
    return own if own or device.action("turnOn") else control_of(device, "state", Kind.BOOLEAN)


def _is_state(attribute: Attribute) -> bool:
    """Return True for the state of a door lock: by its options or labels, or else by its name."""
    if {"locked", "unlocked"} <= {option.lower() for option in attribute.options} or _is_labelled(attribute):
        return True
    named = words_of(attribute.name)
    noun = next((word for word in reversed(named) if word not in _STATES), "")
    return (
        attribute.kind in (Kind.STRING, Kind.BOOLEAN)
        and not attribute.options
        and noun in _NOUNS
        and _NO_DOOR.isdisjoint(named)
    )
