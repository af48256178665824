"""A data point: a value of a device with its own entity, and the facts that a platform needs."""

from enum import StrEnum
from typing import NamedTuple

from .model import Scalar
from .readings import parse_flag
from .rules import Kind, Rule, rule_of_words


class DataPointKind(StrEnum):
    """The kinds of data points, by the names of the platforms."""

    SENSOR = "sensor"
    BINARY_SENSOR = "binary_sensor"
    EVENT = "event"
    # These can be set.
    NUMBER = "number"
    SELECT = "select"
    SWITCH = "switch"


class DataPoint(NamedTuple):
    """One value of a device with its own entity.

    `on` and `off` are the device's words for a flag. `label` is the name of the list item with the value.
    """

    path: str
    rule: Rule
    kind: DataPointKind
    is_number: bool = False
    on: Scalar = True
    off: Scalar = False
    label: str | None = None

    def is_on(self, value: Scalar) -> bool | None:
        """Return the state of a flag; None if the value is not one of a flag."""
        return True if value == self.on else False if value == self.off else parse_flag(value)


def setting_kind(rule: Rule, found: type[bool | float | str]) -> DataPointKind | None:
    """Return the kind of a setting with numbers or words; None if it cannot be set."""
    if found is float and rule.platform == "select" and rule.options and all(map(str.isdigit, rule.options)):
        return DataPointKind.SELECT
    if found is float and rule.platform in ("number", "select") and rule.limits:
        return DataPointKind.NUMBER
    # Some models send words, others numbers or flags.
    is_word = found is str and rule.platform in ("select", "number", "switch")
    return DataPointKind.SELECT if is_word and rule.options else None


def is_one_of(rule: Rule, words: set[str]) -> bool:
    """Return True if the words for on and off are among the options, which may depend on the model."""
    if rule.platform == "select" and not (rule.option_sets and words & {"ON", "On", "on"}):
        return not words.isdisjoint(rule.options)
    option_sets = rule.option_sets or (rule.options,)
    return any(not words.isdisjoint(options) and not words.issuperset(options) for options in option_sets)


def rule_of_number(path: str, rule: Rule) -> Rule:
    """Return the rule of a number, because a flag or a word of one device may be a number of another."""
    if rule.kind is Kind.FLAG:
        return rule_of_words(path)
    is_plain_sensor = rule.kind is Kind.ANY and rule.platform == "sensor" and not rule.device_class
    by_words = rule_of_words(path) if is_plain_sensor else rule
    return by_words if by_words.device_class and by_words.state_class else rule
