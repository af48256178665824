"""Which action sets an attribute.

The name of the action and that of its parameter say it: `changeModeTo(mode)`, `setAperture(aperture)`,
`changeTargetTempTo(temp)` for `target_temperature`. Source: docs/protocol/pimatic.md#devices-of-other-plugins.
"""

from collections.abc import Container, Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, Self

from ..api import Action, Attribute, Device, Kind, Parameter
from .vocabulary import TEMPERATURE_WORDS
from .words import split

# Actions that begin so set something.
_VERBS: Final = frozenset({"change", "set"})
# Words of a name that say "what is wanted", where the action may leave them out.
_WANTED: Final = frozenset({"target", "setpoint", "desired", "soll"})
# Actions that begin so need something to act on, whether they declare it or not; those that get it only read.
_VERBS_WITH_OBJECT = frozenset({"get", "set", "change", "cast", "send", "update", "fetch"})
# Actions that begin so move what another entity of the device sets.
_STEPS = frozenset({"increment", "decrement", "increase", "decrease"})
_TEMPERATURES: Final = TEMPERATURE_WORDS - _WANTED


class Setter(NamedTuple):
    """The action that sets an attribute, the name of its one parameter and how that is declared."""

    action: str
    parameter: str
    kind: Kind = Kind.ANY

    def parameters(self, value: bool | float | str) -> dict[str, bool | float | str]:
        """Return a value as the parameter of the action: plugins declare numbers as texts, too."""
        is_text = self.kind is Kind.STRING and isinstance(value, int | float) and not isinstance(value, bool)
        return {self.parameter: f"{value:.15g}" if is_text else value}


class Control(NamedTuple):
    """An attribute that can be set."""

    attribute: str
    setter: Setter


class Command(NamedTuple):
    """A call of an action: its name and its parameters."""

    action: str
    parameters: Mapping[str, bool | float | str]

    @classmethod
    def of(cls, control: Control, value: bool | float | str) -> Self:
        """Return the command that sets an attribute to a value."""
        return cls(control.setter.action, control.setter.parameters(value))


def command_of(device: Device, name: str) -> Command | None:
    """Return the command of an action that needs no parameters; None where the device has none of this name."""
    action = device.action(name)
    return None if action is None or required(action.parameters) else Command(name, {})


def setter_of(device: Device, attribute: Attribute) -> Setter | None:
    """Return the action that sets an attribute, None for one that can only be read.

    One of the attribute's own name comes first, then one whose parameter has it, then one that leaves out that the
    value is a wanted one.
    """
    words = _words(attribute.name)
    name, name_without_wanted = "".join(words), "".join(word for word in words if word not in _WANTED)
    found: dict[int, Setter] = {}
    for action in device.actions:
        object_words = _object_of(action)
        if not object_words or (parameter := _only_parameter(action)) is None:
            continue
        if parameter.kind not in (attribute.kind, Kind.ANY):
            continue
        setter = Setter(action.name, parameter.name, parameter.kind)
        if "".join(object_words) == name:
            found.setdefault(0, setter)
        elif parameter.name.lower() == attribute.name.lower() and set(object_words) <= set(words):
            found.setdefault(1, setter)
        elif "".join(object_words) == name_without_wanted:
            found.setdefault(2, setter)
    return found[min(found)] if found else None


def control_of(device: Device, name: str, kind: Kind) -> Control | None:
    """Return an attribute of a kind with the action that sets it; None where one of both is missing."""
    attribute = device.attribute(name)
    if attribute is None or attribute.kind is not kind or (setter := setter_of(device, attribute)) is None:
        return None
    return Control(name, setter)


def is_command(action: Action, options: Container[str]) -> bool:
    """Return True for an action without parameters.

    It can also be one that is named after the option of an attribute which it sets: `setPresenceToAway`.
    """
    if action.returns or required(action.parameters):
        return False
    _, to, option = action.name.rpartition("To")
    names_option = bool(to) and option.lower() in options
    return names_option or (_VERBS_WITH_OBJECT | _STEPS).isdisjoint(_words(action.name)[:1])


def required(parameters: Iterable[Parameter]) -> list[Parameter]:
    """Return the parameters that must be given."""
    return [one for one in parameters if not one.optional]


def _only_parameter(action: Action) -> Parameter | None:
    """Return the parameter of an action that needs no other one."""
    return action.parameters[0] if action.parameters and not required(action.parameters[1:]) else None


def _object_of(action: Action) -> tuple[str, ...]:
    """Return the words for what an action sets: `mode` of `changeModeTo`; none for one that sets nothing."""
    words = _words(action.name)
    if not words or words[0] not in _VERBS:
        return ()
    return words[1:-1] if words[-1] == "to" else words[1:]


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name, each spelling of a temperature as the same word."""
    return tuple("temperature" if word in _TEMPERATURES else word for word in split(name, ()))
