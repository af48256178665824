"""The predicates of rules that the server and its plugins cron and sunrise define.

The table has one row for each form (docs/protocol/pimatic.md#predicates).
"""

from enum import StrEnum
from functools import partial
import re
from typing import Final, NamedTuple

from ..api import Device
from .expressions import Expression, Variable
from .grammar import (
    NUMBER_SIGNS,
    AttributeElement,
    ButtonElement,
    Choice,
    Comparison,
    ComparisonElement,
    DeviceAttribute,
    Duration,
    DurationElement,
    ExpressionElement,
    RegexElement,
    Row,
    VariableElement,
    optional,
    with_attributes,
    words,
)


class FlagIs(NamedTuple):
    """A boolean attribute has a value."""

    device: Device
    value: bool
    attribute: str


class NotUpdated(NamedTuple):
    """The server has not reported an attribute for a time."""

    attribute_of_device: DeviceAttribute
    time: Duration


class ExpressionsCompare(NamedTuple):
    """Two expressions are compared."""

    left: Expression
    sign: str
    right: Expression


class VariableChange(StrEnum):
    """A change of a variable; the last two are states, the others are events."""

    CHANGES = "changes"
    UPDATED = "gets updated"
    INCREASED = "increased"
    DECREASED = "decreased"
    INCREASING = "is increasing"
    DECREASING = "is decreasing"


class VariableChanges(NamedTuple):
    """A variable was set, increases or decreases."""

    variable: str
    change: VariableChange


class ButtonPressed(NamedTuple):
    """A button of a device was pressed."""

    device: Device
    button: str


class Starting(NamedTuple):
    """The server has started."""


class When(StrEnum):
    """The relation of a predicate to a moment."""

    AT = "at"
    BEFORE = "before"
    AFTER = "after"


class Moment(NamedTuple):
    """A time of day in seconds, a day of the week (0 is Monday), or both."""

    seconds: int | None
    weekday: int | None = None


class TimeRange(NamedTuple):
    """A moment; a range if it has an `end`."""

    start: Moment
    end: Moment | None


class TimeIs(NamedTuple):
    """The current time is at, before or after a moment, or in a range."""

    when: When
    time_range: TimeRange


class TimeIsExpression(NamedTuple):
    """The current time is at, before or after the time in a variable or a text."""

    when: When
    expression: Expression


class Every(NamedTuple):
    """A multiple of the time has passed since 1970."""

    time: Duration


class SunIs(NamedTuple):
    """The current time is at, before or after an event of the sun plus an `offset` in milliseconds."""

    when: When
    offset: float
    event: str


type Predicate = (
    FlagIs
    | Comparison
    | NotUpdated
    | ExpressionsCompare
    | VariableChanges
    | ButtonPressed
    | Starting
    | TimeIs
    | TimeIsExpression
    | Every
    | SunIs
)

# Time -------------------------------------------------------------------------------------------

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_TIME = r"(?:\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?|\d{1,2} ?[ap]m|noon|midnight)"
_MOMENT = rf"(?:{_DAY}(?:,? (?:at )?{_TIME})?|{_TIME}(?: (?:on )?{_DAY})?)"
_MOMENTS = re.compile(rf"({_MOMENT})(?:(?: ?- ?| to )({_MOMENT}))?(?= |$|\])", re.IGNORECASE)
_TIME_OF_DAY = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}))? ?([ap]m)?")
_NAMED_TIMES = {"noon": 12 * 3600, "midnight": 0}


def _moment(text: str) -> Moment | None:
    """Return the moment in a text; None for an invalid time such as 25:00."""
    lower = text.lower()
    day = re.search(_DAY, lower)
    weekday = next((i for i, name in enumerate(WEEKDAYS) if day and name.startswith(day[0][:3])), None)
    if (time := re.search(_TIME, lower)) is None:
        return Moment(None, weekday)
    if time[0] in _NAMED_TIMES:
        return Moment(_NAMED_TIMES[time[0]], weekday)
    found = _TIME_OF_DAY.match(time[0])
    assert found is not None
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    is_time = hour < 24 and minute < 60 and second < 60
    return Moment(hour * 3600 + minute * 60 + second, weekday) if is_time else None


def _time_range(found: re.Match[str]) -> TimeRange | None:
    start = _moment(found[1])
    end = _moment(found[2]) if found[2] else None
    return None if start is None or (found[2] and end is None) else TimeRange(start, end)


# The ids of the events of the sun by all their names.
SUN_EVENTS: Final = {
    word: event
    for event, names in {
        "sunrise": "sunrise",
        "sunriseEnd": "sunriseEnd,sunrise ends",
        "goldenHourEnd": "goldenHourEnd,morning golden hour",
        "solarNoon": "solarNoon,solar noon",
        "goldenHour": "goldenHour,golden hours",
        "sunsetStart": "sunsetStart,sunset starts",
        "sunset": "sunset",
        "dusk": "dusk",
        "nauticalDusk": "nauticalDusk,nautical dusk",
        "night": "night,night starts",
        "nightEnd": "nightEnd,night ends",
        "nauticalDawn": "nauticalDawn,nautical dawn",
        "dawn": "dawn",
        "nadir": "nadir",
    }.items()
    for word in names.split(",")
}
_OFFSETS = re.compile(r"(?:(\d+(?:\.\d*)?) ?(ms|seconds?|s|minutes?|m|hours?|h|days?|d) (before|after) )?")
_OFFSET_UNITS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def _offset(found: re.Match[str]) -> float | None:
    """Return an offset in milliseconds; None if it is longer than a day."""
    if found[1] is None:
        return 0.0
    size = 1 if found[2] == "ms" else _OFFSET_UNITS[found[2][0]]
    offset = float(found[1]) * size * (-1 if found[3] == "before" else 1)
    return offset if abs(offset) <= _OFFSET_UNITS["d"] else None


# The table --------------------------------------------------------------------------------------

_ITS: Final = optional("its ", "it is ")
_RELATED: Final = {"before ": When.BEFORE, "after ": When.AFTER}
_WHEN: Final = Choice({"": When.AT, **_RELATED})


def _time_is_variable(when: When, name: str) -> TimeIsExpression:
    return TimeIsExpression(when, Variable(name))


def _same(comparison: Comparison) -> Comparison:
    return comparison


def _pressed(button: tuple[Device, str]) -> ButtonPressed:
    return ButtonPressed(*button)


PREDICATES: Final[tuple[Row[Predicate], ...]] = (
    Row(
        "DEVICE is on",
        (with_attributes("state"), words(" is", " is turned", " is switched"), Choice({" on": True, " off": False})),
        partial(FlagIs, attribute="state"),
    ),
    Row(
        "DEVICE is present",
        (
            with_attributes("presence"),
            words(" is", " reports", " signals"),
            Choice({" present": True, " absent": False, " not present": False}),
        ),
        partial(FlagIs, attribute="presence"),
    ),
    Row(
        "DEVICE is opened",
        (
            with_attributes("contact"),
            words(" is"),
            Choice({" open": False, " opened": False, " close": True, " closed": True}),
        ),
        partial(FlagIs, attribute="contact"),
    ),
    Row("ATTRIBUTE of DEVICE is VALUE", (ComparisonElement(),), _same),
    Row(
        "ATTRIBUTE of DEVICE was not updated for TIME",
        (AttributeElement(), words(" was not updated for "), DurationElement()),
        NotUpdated,
    ),
    Row(
        "EXPRESSION = EXPRESSION", (ExpressionElement(), Choice(NUMBER_SIGNS), ExpressionElement()), ExpressionsCompare
    ),
    Row(
        "VARIABLE changes",
        (VariableElement(), Choice({f" {change}": change for change in VariableChange})),
        VariableChanges,
    ),
    Row(
        "BUTTON is pressed",
        (optional("the "), ButtonElement(), optional(" button"), optional(" is"), words(" pressed")),
        _pressed,
    ),
    Row("pimatic is starting", (words("pimatic is starting"),), Starting),
    Row("its TIME", (_ITS, _WHEN, RegexElement(_MOMENTS, _time_range)), TimeIs),
    Row("its $VARIABLE", (words("its ", "it is "), _WHEN, VariableElement()), _time_is_variable),
    Row("its $VARIABLE", (Choice(_RELATED), VariableElement()), _time_is_variable),
    Row('its "TEXT"', (words("its ", "it is "), _WHEN, ExpressionElement(numbers=False)), TimeIsExpression),
    Row('its "TEXT"', (Choice(_RELATED), ExpressionElement(numbers=False)), TimeIsExpression),
    Row("every TIME", (words("every "), DurationElement()), Every),
    Row("its SUN EVENT", (_ITS, _WHEN, RegexElement(_OFFSETS, _offset), Choice(SUN_EVENTS)), SunIs),
)
