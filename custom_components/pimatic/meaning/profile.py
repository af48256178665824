"""The profile of a device: its features. And the features of variables."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass

from ..api import Action, Attribute, Device, Kind, Value, Variable, VariableType
from ..common.client.secrets import is_secret_name
from .features import ActionFeature, AttributeFeature, Feature, Role, VariableFeature
from .flags import REACHABLE, SENSED, Flag, flag
from .lamps import LAMP_ACTIONS
from .measures import Measure, is_target, measure_of, measure_variable, words_of
from .setters import is_command, setter_of
from .things import THINGS
from .vocabulary import RESET_WORDS, RESETTABLE_WORDS

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
