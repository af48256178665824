"""The predicates of rules: those of the server itself, and of its plugins cron and sunrise.

One row for each form (docs/protocol/pimatic.md#predicates).
"""

from enum import StrEnum
from functools import partial
import re
from typing import Final, NamedTuple

from ..api import Device
from .expressions import Expression, Variable
from .grammar import (
    NUMBER_SIGNS,
    AButton,
    AComparison,
    ADuration,
    AnAttribute,
    AnExpression,
    AVariable,
    Choice,
    Comparison,
    Duration,
    Matching,
    Named,
    Row,
    has,
    maybe,
    words,
)


class FlagIs(NamedTuple):
    """A boolean attribute has a value."""

    device: Device
    value: bool
    attribute: str


class NotUpdated(NamedTuple):
    """An attribute was not reported for a time."""

    named: Named
    time: Duration


class ExpressionsCompare(NamedTuple):
    """Two expressions compared."""

    left: Expression
    sign: str
    right: Expression


class VariableMove(StrEnum):
    """What a variable does; the last two are states that last, the others events."""

    CHANGES = "changes"
    UPDATED = "gets updated"
    INCREASED = "increased"
    DECREASED = "decreased"
    INCREASING = "is increasing"
    DECREASING = "is decreasing"


class VariableMoves(NamedTuple):
    """A variable was set, or moves in a direction."""

    variable: str
    move: VariableMove


class ButtonPressed(NamedTuple):
    """A button of a device was pressed."""

    device: Device
    button: str


class Starting(NamedTuple):
    """The server has started."""


class When(StrEnum):
    """How a predicate relates to a moment."""

    AT = "at"
    BEFORE = "before"
    AFTER = "after"


class Clock(NamedTuple):
    """A time of day in seconds, a day of the week (0 is Monday), or both."""

    seconds: int | None
    weekday: int | None = None


class Span(NamedTuple):
    """A moment, or the time from one to another."""

    start: Clock
    end: Clock | None


class ClockIs(NamedTuple):
    """It is a time, or before or after it."""

    when: When
    span: Span


class ClockOf(NamedTuple):
    """It is the time that a variable or a text holds, before or after it."""

    when: When
    expression: Expression


class Every(NamedTuple):
    """A time has passed again, counted from 1970."""

    time: Duration


class SunIs(NamedTuple):
    """An event of the sun, before or after it; `offset` in milliseconds moves the event."""

    when: When
    offset: float
    event: str


type Predicate = (
    FlagIs
    | Comparison
    | NotUpdated
    | ExpressionsCompare
    | VariableMoves
    | ButtonPressed
    | Starting
    | ClockIs
    | ClockOf
    | Every
    | SunIs
)

# Time -------------------------------------------------------------------------------------------

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_TIME = r"(?:\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?|\d{1,2} ?[ap]m|noon|midnight)"
_MOMENT = rf"(?:{_DAY}(?:,? (?:at )?{_TIME})?|{_TIME}(?: (?:on )?{_DAY})?)"
_MOMENTS = re.compile(rf"({_MOMENT})(?:(?: ?- ?| to )({_MOMENT}))?(?= |$|\])", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}))? ?([ap]m)?")
_NAMED = {"noon": 12 * 3600, "midnight": 0}


def _clock(text: str) -> Clock | None:
    """Return a moment in words; None for a time that no day has."""
    lower = text.lower()
    day = re.search(_DAY, lower)
    weekday = next((i for i, name in enumerate(WEEKDAYS) if day and name.startswith(day[0][:3])), None)
    if (time := re.search(_TIME, lower)) is None:
        return Clock(None, weekday)
    if time[0] in _NAMED:
        return Clock(_NAMED[time[0]], weekday)
    found = _CLOCK.match(time[0])
    assert found is not None
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    is_time = hour < 24 and minute < 60 and second < 60
    return Clock(hour * 3600 + minute * 60 + second, weekday) if is_time else None


def _span(found: re.Match[str]) -> Span | None:
    start = _clock(found[1])
    end = _clock(found[2]) if found[2] else None
    return None if start is None or (found[2] and end is None) else Span(start, end)


# The events of the sun by the server's names and ids.
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
    """Return an offset in milliseconds; None for one of more than a day."""
    if found[1] is None:
        return 0.0
    size = 1 if found[2] == "ms" else _OFFSET_UNITS[found[2][0]]
    offset = float(found[1]) * size * (-1 if found[3] == "before" else 1)
    return offset if abs(offset) <= _OFFSET_UNITS["d"] else None


# The table --------------------------------------------------------------------------------------

_ITS: Final = maybe("its ", "it is ")
_RELATED: Final = {"before ": When.BEFORE, "after ": When.AFTER}
_WHEN: Final = Choice({"": When.AT, **_RELATED})


def _variable_clock(when: When, name: str) -> ClockOf:
    return ClockOf(when, Variable(name))


def _same(comparison: Comparison) -> Comparison:
    return comparison


def _pressed(button: tuple[Device, str]) -> ButtonPressed:
    return ButtonPressed(*button)


PREDICATES: Final[tuple[Row[Predicate], ...]] = (
    Row(
        "DEVICE is on",
        (has("state"), words(" is", " is turned", " is switched"), Choice({" on": True, " off": False})),
        partial(FlagIs, attribute="state"),
    ),
    Row(
        "DEVICE is present",
        (
            has("presence"),
            words(" is", " reports", " signals"),
            Choice({" present": True, " absent": False, " not present": False}),
        ),
        partial(FlagIs, attribute="presence"),
    ),
    Row(
        "DEVICE is opened",
        (has("contact"), words(" is"), Choice({" open": False, " opened": False, " close": True, " closed": True})),
        partial(FlagIs, attribute="contact"),
    ),
    Row("ATTRIBUTE of DEVICE is VALUE", (AComparison(),), _same),
    Row(
        "ATTRIBUTE of DEVICE was not updated for TIME",
        (AnAttribute(), words(" was not updated for "), ADuration()),
        NotUpdated,
    ),
    Row("EXPRESSION = EXPRESSION", (AnExpression(), Choice(NUMBER_SIGNS), AnExpression()), ExpressionsCompare),
    Row("VARIABLE changes", (AVariable(), Choice({f" {move}": move for move in VariableMove})), VariableMoves),
    Row("BUTTON is pressed", (maybe("the "), AButton(), maybe(" button"), maybe(" is"), words(" pressed")), _pressed),
    Row("pimatic is starting", (words("pimatic is starting"),), Starting),
    Row("its TIME", (_ITS, _WHEN, Matching(_MOMENTS, _span)), ClockIs),
    Row("its $VARIABLE", (words("its ", "it is "), _WHEN, AVariable()), _variable_clock),
    Row("its $VARIABLE", (Choice(_RELATED), AVariable()), _variable_clock),
    Row('its "TEXT"', (words("its ", "it is "), _WHEN, AnExpression(numbers=False)), ClockOf),
    Row('its "TEXT"', (Choice(_RELATED), AnExpression(numbers=False)), ClockOf),
    Row("every TIME", (words("every "), ADuration()), Every),
    Row("its SUN EVENT", (_ITS, _WHEN, Matching(_OFFSETS, _offset), Choice(SUN_EVENTS)), SunIs),
)
