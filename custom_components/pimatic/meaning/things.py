"""The kinds of devices that have one entity, such as lamps, and how to recognize them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ..api import Device, Kind
from .alarms import ARMING_ACTIONS
from .covers import cover_of
from .features import AttributeFeature, ButtonFeature, ControlFeature, Feature, Role, WholeFeature
from .flags import flag
from .lamps import LAMP_ACTIONS, lamp_of
from .locks import lock_of
from .thermostats import thermostat_of


class Found(NamedTuple):
    """What a row of `THINGS` finds in a device: features, and the attributes and actions that they use."""

    features: tuple[Feature, ...]
    attributes: tuple[str, ...]
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of device that has one entity: the attributes and actions that it must have and may have (`also`).

    The device's template and its class do not matter, because plugins have their own.
    """

    role: Role
    attributes: dict[str, Kind]
    actions: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    # A further condition.
    where: Callable[[Device], bool] = lambda _: True

    def find(self, device: Device) -> Found | None:
        """Return what the device is by this row."""
        if not self.where(device) or any(device.action(name) is None for name in self.actions):
            return None
        for name, kind in self.attributes.items():
            attribute = device.attribute(name)
            if attribute is None or kind not in (Kind.ANY, attribute.kind):
                return None
        # What else belongs to it is an attribute or an action.
        also = tuple(name for name in self.also if device.attribute(name) is not None)
        reads = (*self.attributes, *also)
        return Found((WholeFeature(self.role, reads),), reads, (*self.actions, *self.also))


def _find_lamp(device: Device) -> Found | None:
    """Return the feature of a lamp: LED if `power` switches it, as pimatic-led-light does, else DIMMER."""
    if (lamp := lamp_of(device)) is None:
        return None
    role = Role.LED if lamp.power == "power" else Role.DIMMER
    return Found((ControlFeature(role, lamp, lamp.attributes),), lamp.attributes, tuple(LAMP_ACTIONS))


def _find_thermostat(device: Device) -> Found | None:
    if (thermostat := thermostat_of(device)) is None:
        return None
    actions = tuple(control.setter.action for control in thermostat.controls)
    feature = ControlFeature(Role.THERMOSTAT, thermostat, thermostat.reads)
    return Found((feature,), thermostat.attributes, actions)


def _find_cover(device: Device) -> Found | None:
    """Return the feature of a cover, and a sensor if its position is a text: the text is the last move."""
    if (cover := cover_of(device)) is None:
        return None
    features: tuple[Feature, ...] = (ControlFeature(Role.COVER, cover, cover.attributes),)
    position = device.attribute("position")
    if position is not None and position.kind is Kind.STRING:
        features += (AttributeFeature(Role.LAST_MOVE, position),)
    return Found(features, cover.attributes, cover.actions)


def _find_lock(device: Device) -> Found | None:
    if (lock := lock_of(device)) is None:
        return None
    return Found((ControlFeature(Role.LOCK, lock, lock.attributes),), lock.attributes, lock.actions)


def _find_buttons(device: Device) -> Found | None:
    """Return the buttons of a device, and its events if the device reports the last pressed button."""
    if device.action("buttonPressed") is None:
        return None
    buttons = device.config.buttons
    has_presses = bool(buttons) and device.attribute("button") is not None
    features: tuple[Feature, ...] = (WholeFeature(Role.BUTTONS),) if has_presses else ()
    features += tuple(ButtonFeature(Role.BUTTON, button) for button in buttons)
    return Found(features, ("button",), ("buttonPressed",))


def _sensing(role: Role, name: str) -> Callable[[Device], Found | None]:
    """Return a row for a device that senses one thing."""

    def find(device: Device) -> Found | None:
        attribute = device.attribute(name)
        if attribute is None or attribute.kind is not Kind.BOOLEAN:
            return None
        return Found((WholeFeature(role, (name,), flag(attribute)),), (name,), ())

    return find


def _has_words(*words: str) -> Callable[[Device], bool]:
    """Return a condition: the attributes `state` or `status` have these options among others."""
    return lambda device: any(
        (attribute := device.attribute(name)) is not None
        and set(words) <= {option.lower() for option in attribute.options}
        for name in ("state", "status")
    )


def _is_time(device: Device) -> bool:
    """Return True for the server's time input, which only its template distinguishes from a text input."""
    return device.template == "inputTime"


def _is_free_text(device: Device) -> bool:
    """Return True for an input of any text: an input with options has a select."""
    attribute = device.attribute("input")
    return attribute is not None and not attribute.options


_TOGGLE = ("toggle", "changeStateTo", "getState")
_ARMING = ("changeArmTo", *(name for names in ARMING_ACTIONS.values() for name in names))

# The first row that finds something takes its attributes.
THINGS: tuple[Callable[[Device], Found | None], ...] = (
    Thing(Role.ALARM, {"state": Kind.STRING}, (), ("status", *_ARMING),
          lambda device: _has_words("disarmed")(device) and any(device.action(name) for name in _ARMING)).find,
    _find_lock,
    _find_thermostat,
    _find_lamp,
    Thing(Role.SWITCH, {"state": Kind.BOOLEAN}, ("turnOn", "turnOff"), _TOGGLE).find,
    Thing(Role.SWITCH, {"power": Kind.BOOLEAN}, ("turnOn", "turnOff"), _TOGGLE).find,
    Thing(Role.SWITCH, {"power": Kind.STRING}, ("turnOn", "turnOff"), _TOGGLE).find,
    _find_cover,
    _sensing(Role.CONTACT, "contact"),
    _sensing(Role.PRESENCE, "presence"),
    _find_buttons,
    Thing(Role.INPUT_TIME, {"input": Kind.ANY}, ("changeInputTo",), where=_is_time).find,
    Thing(Role.INPUT_NUMBER, {"input": Kind.NUMBER}, ("changeInputTo",)).find,
    Thing(Role.INPUT_TEXT, {"input": Kind.STRING}, ("changeInputTo",), where=_is_free_text).find,
    Thing(Role.TIMER, {"running": Kind.BOOLEAN}, ("startTimer", "stopTimer")).find,
    Thing(Role.PLAYER, {"state": Kind.ANY}, ("play",),
          ("currentArtist", "currentTitle", "volume", "mute", "pause", "stop", "next", "previous", "setVolume",
           "changeVolumeTo", "volumeUp", "volumeDown", "setMute", "changeMuteTo")).find,
)  # fmt: skip
