"""The features of a server's parts; each becomes one entity (docs/protocol/pimatic.md#in-home-assistant).

The role of a feature selects the row of a platform's table; the feature has what else the entity needs.
"""

from enum import StrEnum
from typing import NamedTuple

from ..api import Action, Attribute, Button, Variable
from .covers import Cover
from .flags import Flag
from .lamps import Lamp
from .locks import Lock
from .measures import Measure
from .setters import Setter
from .thermostats import Thermostat


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
