"""The entities of a server's parts (docs/protocol/pimatic.md#in-home-assistant).

A part has features, and each feature becomes one entity. The feature's role selects the row of a platform's table; the
feature has what else the entity needs.
"""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass

from .alarms import ARMING_ACTIONS
from .api import Action, Attribute, Button, Device, Kind, Value, Variable, VariableType
from .common.client.secrets import is_secret_name
from .covers import Cover, cover_of
from .flags import REACHABLE, SENSED, Flag, flag
from .lamps import LAMP_ACTIONS, Lamp, lamp_of
from .locks import Lock, lock_of
from .measures import Measure, is_target, measure_of, measure_variable, words_of
from .setters import Setter, is_command, setter_of
from .thermostats import Thermostat, thermostat_of
from .vocabulary import RESET_WORDS, RESETTABLE_WORDS


class Role(StrEnum):
    """The role of an entity in its part. The roles of whole devices are in unique ids."""

    # A whole device.
    SWITCH = "switch"
    DIMMER = "dimmer"
    LED = "led"
    COVER = "cover"
    THERMOSTAT = "thermostat"
    CONTACT = "contact"
    PRESENCE = "presence"
    BUTTONS = "buttons"
    INPUT_NUMBER = "input_number"
    INPUT_TEXT = "input_text"
    INPUT_TIME = "input_time"
    TIMER = "timer"
    PLAYER = "player"
    LOCK = "lock"
    ALARM = "alarm"
    # An attribute of a device.
    NUMBER = "attribute_number"
    FLAG = "attribute_flag"
    BATTERY_STATE = "attribute_battery_state"
    MOMENT = "attribute_moment"
    TEXT = "attribute_text"
    CHOICE = "attribute_choice"
    SETTABLE_TEXT = "attribute_settable_text"
    SETTABLE_NUMBER = "attribute_settable_number"
    SETTABLE_FLAG = "attribute_settable_flag"
    LAST_MOVE = "attribute_last_move"
    # A button or an action of a device.
    BUTTON = "button"
    ACTION = "action"
    # A variable, a rule.
    NUMBER_VARIABLE = "variable_number"
    FLAG_VARIABLE = "variable_flag"
    TEXT_VARIABLE = "variable_text"
    FLAG_EXPRESSION = "expression_flag"
    EXPRESSION = "expression"
    RULE = "rule"
    WATCH = "watch_draft"
    WATCHED = "watched_draft"
    # The server.
    MESSAGES = "messages"
    IMPORT_HISTORY = "import_history"
    RESTART = "restart"


class WholeFeature(NamedTuple):
    """A part as a whole; `reads` are the attributes of a device that its entity reads, the main one first."""

    role: Role
    reads: tuple[str, ...] = ()
    flag: Flag = Flag()


class ControlFeature[T](NamedTuple):
    """A whole device with more than one control: `thing` is the Lamp, Thermostat, Cover or Lock that has them."""

    role: Role
    thing: T
    reads: tuple[str, ...]


class AttributeFeature(NamedTuple):
    """An attribute of a device; `setter` is None where it can only be read."""

    role: Role
    attribute: Attribute
    measure: Measure = Measure(state_class=None)
    setter: Setter | None = None
    flag: Flag = Flag()


class ButtonFeature(NamedTuple):
    """A button of a ButtonsDevice."""

    role: Role
    button: Button


class ActionFeature(NamedTuple):
    """An action without parameters."""

    role: Role
    action: Action


class VariableFeature(NamedTuple):
    """A variable, with the kind of its value at the moment."""

    role: Role
    variable: Variable
    measure: Measure


type Feature = (
    WholeFeature
    | ControlFeature[Lamp]
    | ControlFeature[Thermostat]
    | ControlFeature[Cover]
    | ControlFeature[Lock]
    | AttributeFeature
    | ButtonFeature
    | ActionFeature
    | VariableFeature
)

SERVER_FEATURES = (WholeFeature(Role.MESSAGES), WholeFeature(Role.IMPORT_HISTORY), WholeFeature(Role.RESTART))
RULE_FEATURES = (WholeFeature(Role.RULE), WholeFeature(Role.WATCH))
WATCHED_FEATURES = (*RULE_FEATURES, WholeFeature(Role.WATCHED))


# Devices -----------------------------------------------------------------------------------------


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

# Words in the names of attributes that must not be states. Secrets have their own words.
_PRIVATE = frozenset({"ssid", "bssid", "essid"})
# Attributes that a thermostat reports, though the server's dummy devices can set them.
_REPORTED = frozenset({"valve"})


@dataclass(frozen=True, slots=True)
class Profile:
    """A device and its features.

    `definition` is the device without its name: renaming a device does not replace its entities.
    """

    device: Device
    definition: Device
    features: tuple[Feature, ...]


def profile_of(device: Device) -> Profile:
    """Return a device with its features."""
    return Profile(device, replace(device, name=""), tuple(_features_of(device)))


def _features_of(device: Device) -> Iterator[Feature]:
    """Yield the features of the whole device, then of its other attributes, then of its other actions.

    Each attribute belongs to the first row that finds it.
    """
    taken: set[str] = set()
    called: set[str] = set()
    roles: set[Role] = set()
    for find in THINGS:
        found = find(device)
        if found is None or not taken.isdisjoint(found.attributes):
            continue
        features = [one for one in found.features if not (one.role is Role.PRESENCE and roles & _POWERED)]
        if not features and found.features:
            # The presence of a lamp or a plug is its connectivity.
            continue
        yield from features
        taken.update(found.attributes)
        called.update(found.actions)
        roles.update(one.role for one in found.features)
    is_powered = bool(roles & _POWERED)
    for attribute in device.attributes:
        if attribute.name not in taken and not is_private(attribute):
            feature = attribute_feature(device, attribute, is_powered=is_powered, called=called)
            if feature.setter:
                called.add(feature.setter.action)
            yield feature
    options = {one.lower() for each in device.attributes if each.name not in taken for one in each.options}
    for action in device.actions:
        # An action with the name of an attribute sets it, though its parameter was not declared.
        is_button = action.name not in LAMP_ACTIONS and is_command(action, options)
        if action.name not in called and is_button and device.attribute(action.name) is None:
            yield ActionFeature(Role.ACTION, action)


_POWERED = {Role.SWITCH, Role.DIMMER, Role.LED, Role.COVER}


def is_reset(action: Action) -> bool:
    """Return True for an action that begins a count again, which loses it."""
    words = words_of(action.name)
    return not RESET_WORDS.isdisjoint(words) and RESETTABLE_WORDS.isdisjoint(words)


def is_private(attribute: Attribute) -> bool:
    """Return True for an attribute that must not be a state: a password, a pin code, the name of a Wi-Fi network."""
    return is_secret_name(attribute.name) or not _PRIVATE.isdisjoint(words_of(attribute.name))


def attribute_feature(
    device: Device, attribute: Attribute, *, is_powered: bool = False, called: Container[str] = ()
) -> AttributeFeature:
    """Return the feature of an attribute that does not belong to a whole device.

    `is_powered` is True if the device can be switched, too; `called` are the actions that other entities call.
    """
    setter = setter_of(device, attribute)
    if setter and setter.action in called:
        setter = None
    match attribute.kind:
        case Kind.NUMBER:
            measured = measure_of(device, attribute)
            if setter and _is_set(attribute, measured):
                return AttributeFeature(Role.SETTABLE_NUMBER, attribute, measured, setter)
            return AttributeFeature(Role.NUMBER, attribute, measured)
        case Kind.DATE:
            return AttributeFeature(Role.MOMENT, attribute)
        case Kind.BOOLEAN if setter and flag(attribute).device_class not in SENSED:
            return AttributeFeature(Role.SETTABLE_FLAG, attribute, setter=setter)
        case Kind.BOOLEAN:
            return AttributeFeature(Role.FLAG, attribute, flag=_flag(attribute, is_powered=is_powered))
    if "battery" in words_of(attribute.name) and set(attribute.options) == {"ok", "low"}:
        return AttributeFeature(Role.BATTERY_STATE, attribute)
    if attribute.kind is Kind.STRING and setter:
        return AttributeFeature(Role.CHOICE if attribute.options else Role.SETTABLE_TEXT, attribute, setter=setter)
    return AttributeFeature(Role.TEXT, attribute)


def _flag(attribute: Attribute, *, is_powered: bool) -> Flag:
    """Return the meaning of a boolean: the presence of a lamp, a plug or a shutter is its connectivity."""
    found = flag(attribute)
    is_presence = attribute.name == "presence" and found.device_class is not BinarySensorDeviceClass.MOTION
    return REACHABLE if is_presence and is_powered else found


def _is_set(attribute: Attribute, measured: Measure) -> bool:
    """Return True for a number that users set. The setter of a measured quantity is for sending measured values."""
    if attribute.name in _REPORTED:
        return False
    return measured.device_class in (None, SensorDeviceClass.DURATION) or is_target(attribute)


# Variables ---------------------------------------------------------------------------------------


class TypedVariable(NamedTuple):
    """A variable, and the kind of its value; a value of another kind replaces the entity."""

    variable: Variable
    kind: Kind


def kind_of(value: Value) -> Kind:
    """Return the kind of a variable's value, ANY if it has none."""
    match value:
        case bool():
            return Kind.BOOLEAN
        case int() | float():
            return Kind.NUMBER
        case str():
            return Kind.STRING
    return Kind.ANY


_VALUES = {Kind.BOOLEAN: Role.FLAG_VARIABLE, Kind.NUMBER: Role.NUMBER_VARIABLE}


def variable_feature(typed: TypedVariable) -> VariableFeature:
    """Return the feature of a variable: one with a value can be set, an expression is read-only."""
    variable, kind = typed
    if variable.type is VariableType.VALUE:
        role = _VALUES.get(kind, Role.TEXT_VARIABLE)
    else:
        role = Role.FLAG_EXPRESSION if kind is Kind.BOOLEAN else Role.EXPRESSION
    return VariableFeature(role, variable, measure_variable(variable, kind))
