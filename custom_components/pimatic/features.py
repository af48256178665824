"""What the parts of a server become in Home Assistant (docs/protocol/pimatic.md#in-home-assistant).

This is the one place that decides it: a part has features, and each feature becomes one entity. The row of a
platform's table that has the feature's role makes it; the feature holds the rest that the entity needs.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from .api import Action, Attribute, Button, Device, Kind, Value, Variable, VariableType
from .measures import Measure, measure, measure_variable


class Role(StrEnum):
    """What an entity is to its part. The roles of whole devices are in unique ids."""

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
    # An attribute of a device.
    NUMBER = "attribute_number"
    FLAG = "attribute_flag"
    BATTERY_STATE = "attribute_battery_state"
    MOMENT = "attribute_moment"
    TEXT = "attribute_text"
    CHOICE = "attribute_choice"
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
    # The server.
    MESSAGES = "messages"
    IMPORT_HISTORY = "import_history"
    RESTART = "restart"


class Setter(NamedTuple):
    """The action that sets an attribute, and the name of its one parameter."""

    action: str
    parameter: str


class WholeFeature(NamedTuple):
    """What a part is as a whole."""

    role: Role


class AttributeFeature(NamedTuple):
    """An attribute of a device; `setter` is None where it can only be read."""

    role: Role
    attribute: Attribute
    measure: Measure = Measure(state_class=None)
    setter: Setter | None = None


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


type Feature = WholeFeature | AttributeFeature | ButtonFeature | ActionFeature | VariableFeature

SERVER_FEATURES = (WholeFeature(Role.MESSAGES), WholeFeature(Role.IMPORT_HISTORY), WholeFeature(Role.RESTART))
RULE_FEATURES = (WholeFeature(Role.RULE),)


# Devices -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Template:
    """What a device must have for a role, and what the role takes beyond that if it is there.

    Attributes and actions are looked up in the device itself, because plugins leave out and add as they like.
    An empty `template` fits every device.
    """

    role: Role
    template: str
    attributes: dict[str, Kind]
    actions: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def fits(self, device: Device) -> bool:
        """Return True if the device has everything that the role needs."""
        return (
            self.template in ("", device.template)
            and all(
                (attribute := device.attribute(name)) is not None and kind in (Kind.ANY, attribute.kind)
                for name, kind in self.attributes.items()
            )
            and all(device.action(name) is not None for name in self.actions)
        )


_TOGGLE = ("toggle", "changeStateTo", "getState")

TEMPLATES = (
    Template(Role.LED, "led-light", {"power": Kind.ANY}, ("turnOn", "turnOff"),
             ("color", "mode", "brightness", "setColor", "setWhite", "setBrightness", "changeDimlevelTo", "toggle",
              "getPower", "getMode")),
    Template(Role.DIMMER, "", {"dimlevel": Kind.NUMBER}, ("changeDimlevelTo",),
             ("state", "turnOn", "turnOff", *_TOGGLE)),
    Template(Role.SWITCH, "", {"state": Kind.BOOLEAN}, ("turnOn", "turnOff"), _TOGGLE),
    Template(Role.COVER, "shutter", {"position": Kind.STRING}, ("moveUp", "moveDown"),
             ("stop", "moveToPosition", "moveByPercentage")),
    Template(Role.THERMOSTAT, "thermostat", {"temperatureSetpoint": Kind.NUMBER}, ("changeTemperatureTo",),
             ("mode", "changeModeTo")),
    Template(Role.CONTACT, "contact", {"contact": Kind.BOOLEAN}),
    Template(Role.PRESENCE, "presence", {"presence": Kind.BOOLEAN}),
    Template(Role.BUTTONS, "buttons", {"button": Kind.ANY}, ("buttonPressed",)),
    Template(Role.INPUT_TIME, "inputTime", {"input": Kind.ANY}, ("changeInputTo",)),
    Template(Role.INPUT_NUMBER, "input", {"input": Kind.NUMBER}, ("changeInputTo",)),
    Template(Role.INPUT_TEXT, "input", {"input": Kind.STRING}, ("changeInputTo",)),
    Template(Role.TIMER, "timer", {"running": Kind.BOOLEAN}, ("startTimer", "stopTimer")),
    Template(Role.PLAYER, "musicplayer", {"state": Kind.ANY}, (),
             ("currentArtist", "currentTitle", "volume", "play", "pause", "stop", "next", "previous")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """A device and its features.

    `definition` is the device without its name: renaming a device makes no other entities of it.
    """

    device: Device
    definition: Device
    features: tuple[Feature, ...]


def profile_of(device: Device) -> Profile:
    """Return a device with its features."""
    return Profile(device, replace(device, name=""), tuple(_features_of(device)))


def _features_of(device: Device) -> Iterator[Feature]:
    """Give the features: what the device is as a whole, then its other attributes, then its other actions.

    Each attribute is taken once, by the first template that fits.
    """
    templates = _templates_of(device)
    shown = {name for one in templates for name in (*one.attributes, *one.also)}
    called = {name for one in templates for name in (*one.actions, *one.also)}
    for template in templates:
        yield from _whole_features(device, template.role)
    for attribute in device.attributes:
        if attribute.name not in shown:
            yield attribute_feature(device, attribute)
    for action in device.actions:
        if action.name not in called and not action.returns and all(one.optional for one in action.parameters):
            yield ActionFeature(Role.ACTION, action)


def _templates_of(device: Device) -> list[Template]:
    found: list[Template] = []
    taken: set[str] = set()
    for template in TEMPLATES:
        if template.fits(device) and taken.isdisjoint(template.attributes):
            found.append(template)
            taken.update(template.attributes, template.also)
    return found


def _whole_features(device: Device, role: Role) -> Iterator[Feature]:
    """Give the features of a role: most are one entity, a few come with more."""
    if role is Role.BUTTONS:
        if device.config.buttons:
            yield WholeFeature(role)
        for button in device.config.buttons:
            yield ButtonFeature(Role.BUTTON, button)
        return
    yield WholeFeature(role)
    if role is Role.COVER and (position := device.attribute("position")) is not None:
        yield AttributeFeature(Role.LAST_MOVE, position)


def attribute_feature(device: Device, attribute: Attribute) -> AttributeFeature:
    """Return what an attribute becomes that no template takes."""
    match attribute.kind:
        case Kind.NUMBER:
            return AttributeFeature(Role.NUMBER, attribute, measure(attribute))
        case Kind.DATE:
            return AttributeFeature(Role.MOMENT, attribute)
        case Kind.BOOLEAN:
            return AttributeFeature(Role.FLAG, attribute)
    if attribute.name == "battery" and set(attribute.options) == {"ok", "low"}:
        return AttributeFeature(Role.BATTERY_STATE, attribute)
    if attribute.kind is Kind.STRING and attribute.options and (setter := setter_of(device, attribute)):
        return AttributeFeature(Role.CHOICE, attribute, setter=setter)
    return AttributeFeature(Role.TEXT, attribute)


def setter_of(device: Device, attribute: Attribute) -> Setter | None:
    """Return the action that sets an attribute: one like `changeModeTo(mode)`."""
    name = f"change{attribute.name[:1].upper()}{attribute.name[1:]}To"
    action = device.action(name)
    if action is None or len(action.parameters) != 1 or action.parameters[0].kind is not attribute.kind:
        return None
    return Setter(name, action.parameters[0].name)


# Variables ---------------------------------------------------------------------------------------


class TypedVariable(NamedTuple):
    """A variable, and the kind of its value: a value of another kind makes another entity of it."""

    variable: Variable
    kind: Kind


def kind_of(value: Value) -> Kind:
    """Return the kind of a variable's value; ANY where it has none."""
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
    """Return what a variable becomes: one with a value of its own can be set, a computed one can only be read."""
    variable, kind = typed
    if variable.type is VariableType.VALUE:
        role = _VALUES.get(kind, Role.TEXT_VARIABLE)
    else:
        role = Role.FLAG_EXPRESSION if kind is Kind.BOOLEAN else Role.EXPRESSION
    return VariableFeature(role, variable, measure_variable(variable, kind))
