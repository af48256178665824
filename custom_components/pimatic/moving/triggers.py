"""Triggers and conditions of Home Assistant for the predicates of pimatic (docs/protocol/pimatic.md#predicates)."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from ..meaning.features import Role
from ..meaning.thermostats import MODE_PRESETS
from .entity_map import EntityMap, Meaning, Reading, domain_of
from .expressions import Number
from .grammar import Comparison
from .predicates import (
    WEEKDAYS,
    ButtonPressed,
    Every,
    ExpressionsCompare,
    FlagIs,
    Moment,
    NotUpdated,
    Predicate,
    Starting,
    SunIs,
    TimeIs,
    TimeIsExpression,
    VariableChange,
    VariableChanges,
    When,
)
from .reasons import NotDrafted, Note, Reason
from .templates import Templates, number_text, plain, quoted, read_number

type Config = dict[str, Any]

_NO_VALUE: Final = ["unavailable", "unknown"]


class Helper(NamedTuple):
    """A template binary sensor with the value of a predicate: its settings without a name, and its triggers."""

    settings: Config
    triggers: tuple[Config, ...] = ()

    def config(self, name: str) -> Config:
        """Return its configuration; `name` is the object id."""
        entity = {
            "name": name.replace("_", " "),
            "default_entity_id": f"binary_sensor.{name}",
            "unique_id": name,
            **self.settings,
        }
        triggers: Config = {"triggers": list(self.triggers)} if self.triggers else {}
        return {**triggers, "binary_sensor": [entity]}


class PredicateDraft(NamedTuple):
    """The trigger and condition of a predicate.

    `condition` is None for an event, which is true only when its trigger fires, and only if `check` is true then.
    `template` is the condition as a template, for a helper with a delay. `fires_on_available` is True if the trigger
    also fires when its entity becomes available. A predicate with a `helper` reads only this helper.
    """

    trigger: Config
    condition: Config | None
    check: Config | None = None
    template: str = ""
    notes: tuple[Note, ...] = ()
    fires_on_available: bool = False
    helper: Helper | None = None


def _template(template: str) -> Config:
    return {"condition": "template", "value_template": f"{{{{ {template} }}}}"}


def _by_template(template: str, *notes: Note) -> PredicateDraft:
    """Return a trigger and a condition of the same template."""
    trigger = {"trigger": "template", "value_template": f"{{{{ {template} }}}}"}
    return PredicateDraft(trigger, _template(template), template=template, notes=notes)


# Devices -----------------------------------------------------------------------------------------


def _flag_is(one: FlagIs, entity_map: EntityMap) -> PredicateDraft:
    reading = entity_map.reading(one.device, one.attribute)
    if reading is None:
        raise NotDrafted(Reason.NO_ENTITY, f"{one.device.name}, {one.attribute}")
    return _flag(reading, is_true=one.value)


def _flag(reading: Reading, *, is_true: bool) -> PredicateDraft:
    on, off = (reading.on, reading.off) if is_true else (reading.off, reading.on)
    trigger: Config = {"trigger": "state", "entity_id": [reading.entity_id], "from": off, "to": on}
    condition: Config = {"condition": "state", "entity_id": reading.entity_id, "state": on}
    return PredicateDraft(trigger, condition, template=f"is_state({quoted(reading.entity_id)}, {quoted(on)})")


def _comparison(one: Comparison, entity_map: EntityMap) -> PredicateDraft:
    reading = entity_map.reading(one.device, one.attribute.name)
    if reading is None:
        raise NotDrafted(Reason.NO_ENTITY, f"{one.device.name}, {one.attribute.name}")
    if isinstance(one.value, bool):
        return _flag(reading, is_true=one.value == (one.sign == "=="))
    if isinstance(one.value, str):
        return _text_compares(reading, one.sign, one.value)
    if one.sign in _NUMERIC and reading.meaning is not Meaning.LEVEL:
        return _number_compares(reading, one.sign, one.value)
    value = f"{read_number(reading, is_guarded=True)} {one.sign} {number_text(one.value)}"
    return _by_template(f"{_guard(reading)}{value}")._replace(fires_on_available=True)


_NUMERIC: Final = {">": "above", "<": "below"}


def _number_compares(reading: Reading, sign: str, value: float) -> PredicateDraft:
    limit: Config = {_NUMERIC[sign]: plain(value)}
    if reading.attribute:
        limit["attribute"] = reading.attribute
    trigger = {"trigger": "numeric_state", "entity_id": [reading.entity_id], **limit}
    condition = {"condition": "numeric_state", "entity_id": reading.entity_id, **limit}
    template = f"{_guard(reading)}{read_number(reading, is_guarded=True)} {sign} {number_text(value)}"
    return PredicateDraft(trigger, condition, template=template, fires_on_available=True)


def _text_compares(reading: Reading, sign: str, value: str) -> PredicateDraft:
    """Compare the state with a text of the server, or with Home Assistant's word for it."""
    attribute: Config = {}
    if reading.meaning is Meaning.MODE and value in MODE_PRESETS:
        state, attribute = MODE_PRESETS[value], {"attribute": "preset_mode"}
        template = f"is_state_attr({quoted(reading.entity_id)}, 'preset_mode', {quoted(state)})"
    elif reading.words and value not in reading.words:
        raise NotDrafted(Reason.NO_SUCH_MODE, value)
    else:
        # The state of a time entity has seconds.
        ending = ":00" if reading.meaning is Meaning.TIME and len(value) == len("hh:mm") else ""
        state = reading.words.get(value, value) + ending
        template = f"is_state({quoted(reading.entity_id)}, {quoted(state)})"
    same = {"condition": "state", "entity_id": reading.entity_id, **attribute, "state": state}
    trigger: Config = {"trigger": "state", "entity_id": [reading.entity_id], **attribute}
    if sign == "==":
        return PredicateDraft({**trigger, "to": state, "not_from": [*_NO_VALUE]}, same, template=template)
    different = {"condition": "not", "conditions": [same]}
    return PredicateDraft({**trigger, "from": state, "not_to": [*_NO_VALUE]}, different, template=f"not {template}")


def _guard(*readings: Reading) -> str:
    """Return the beginning of a template that is true only if the entities have values."""
    names = dict.fromkeys(reading.entity_id for reading in readings if not reading.attribute)
    return "".join(f"has_value({quoted(name)}) and " for name in names)


def _not_updated(one: NotUpdated, entity_map: EntityMap) -> PredicateDraft:
    device, attribute = one.attribute_of_device
    reading = entity_map.reading(device, attribute.name)
    if reading is None:
        raise NotDrafted(Reason.NO_ENTITY, f"{device.name}, {attribute.name}")
    if not isinstance(one.time.amount, Number):
        raise NotDrafted(Reason.NO_TIME)
    seconds = number_text(one.time.amount.value * one.time.unit / 1000)
    reported = f"states.{reading.entity_id}.last_reported"
    note = Note(Reason.NOT_REPORTED, named=reading.entity_id)
    return _by_template(f"now() - {reported} > timedelta(seconds={seconds})", note)


def _pressed(one: ButtonPressed, entity_map: EntityMap) -> PredicateDraft:
    entity_id = entity_map.mapped.get(f"{one.device.id}.{one.button}") or entity_map.device_entity(
        one.device, Role.BUTTONS
    )
    if entity_id is None:
        raise NotDrafted(Reason.NO_ENTITY, one.device.name)
    if domain_of(entity_id) != "event":
        # The state of a button is the time of the last press.
        pressed: Config = {
            "trigger": "state",
            "entity_id": [entity_id],
            "not_from": ["unavailable"],
            "not_to": [*_NO_VALUE],
        }
        return PredicateDraft(pressed, None)
    options = {"event_type": [one.button]}
    return PredicateDraft({"trigger": "event.received", "target": {"entity_id": entity_id}, "options": options}, None)


# Variables ---------------------------------------------------------------------------------------


def _expressions_compare(one: ExpressionsCompare, entity_map: EntityMap) -> PredicateDraft:
    templates = Templates(entity_map, is_guarded=True)
    are_texts = templates.is_text(one.left) and templates.is_text(one.right)
    make = templates.text if are_texts and one.sign in ("==", "!=") else templates.number
    template = f"{make(one.left)} {one.sign} {make(one.right)}"
    if not templates.used:
        raise NotDrafted(Reason.NEVER_STARTS)
    return _by_template(f"{_guard(*templates.used.values())}{template}")._replace(fires_on_available=True)


_CHANGE_SIGNS: Final = {
    VariableChange.INCREASED: ">",
    VariableChange.INCREASING: ">",
    VariableChange.DECREASED: "<",
    VariableChange.DECREASING: "<",
}
_LASTING_CHANGES: Final = {VariableChange.INCREASING, VariableChange.DECREASING}


def _variable_changes(one: VariableChanges, entity_map: EntityMap) -> PredicateDraft:
    reading = Templates(entity_map).reading(one.variable)
    trigger: Config = {
        "trigger": "state", "entity_id": [reading.entity_id], "not_from": [*_NO_VALUE], "not_to": [*_NO_VALUE],
    }  # fmt: skip
    if reading.attribute:
        trigger["attribute"] = reading.attribute
    if one.change is VariableChange.UPDATED:
        return PredicateDraft(trigger, None, notes=(Note(Reason.EQUAL_VALUES, named=reading.entity_id),))
    if (sign := _CHANGE_SIGNS.get(one.change)) is None:
        return PredicateDraft(trigger, None)
    value = f".attributes[{quoted(reading.attribute)}]" if reading.attribute else ".state"
    new, old = (f"trigger.{side}{value} | float(0)" for side in ("to_state", "from_state"))
    comparison = f"{new} {sign} {old}"
    if one.change not in _LASTING_CHANGES:
        return PredicateDraft(trigger, None, check=_template(comparison))
    note = Note(Reason.EQUAL_VALUES, named=reading.entity_id)
    return PredicateDraft(trigger, None, notes=(note,), helper=Helper({"state": f"{{{{ {comparison} }}}}"}, (trigger,)))


# Time --------------------------------------------------------------------------------------------


def _starting(one: Starting, entity_map: EntityMap) -> PredicateDraft:
    return PredicateDraft(
        {"trigger": "homeassistant", "event": "start"}, None, notes=(Note(Reason.HOME_ASSISTANT_STARTS),)
    )


def _time(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _at(moment: Moment) -> Config:
    """Return the trigger of a moment; without a time, of the beginning of the day."""
    trigger: Config = {"trigger": "time", "at": _time(moment.seconds or 0)}
    if moment.weekday is not None:
        trigger["weekday"] = [WEEKDAYS[moment.weekday][:3]]
    return trigger


def _time_is(one: TimeIs, entity_map: EntityMap) -> PredicateDraft:
    """A time is an event; a day, a range, "before" and "after" are states."""
    start, end = one.time_range
    condition: Config = {"condition": "time"}
    if start.weekday is not None:
        condition["weekday"] = [WEEKDAYS[start.weekday][:3]]
    if end is not None:
        if one.when is not When.AT or start.seconds is None or end.seconds is None or end.weekday != start.weekday:
            raise NotDrafted(Reason.NO_TIME)
        return PredicateDraft(_at(start), condition | {"after": _time(start.seconds), "before": _time(end.seconds)})
    if one.when is When.AT:
        return PredicateDraft(_at(start), None if start.seconds is not None else condition)
    if start.seconds is None:
        raise NotDrafted(Reason.NO_TIME)
    begins = start if one.when is When.AFTER else Moment(0, start.weekday)
    return PredicateDraft(_at(begins), condition | {one.when.value: _time(start.seconds)})


def _time_is_expression(one: TimeIsExpression, entity_map: EntityMap) -> PredicateDraft:
    """Compare the current time each minute with a variable or a text."""
    templates = Templates(entity_map, is_guarded=True)
    text = templates.text(one.expression)
    if not templates.used:
        raise NotDrafted(Reason.NO_TIME)
    guard = _guard(*templates.used.values())
    sign = {When.AT: "==", When.BEFORE: "<", When.AFTER: ">="}[one.when]
    drafted = _by_template(f"{guard}now().strftime('%H:%M') {sign} ({text})[:5]")
    return drafted._replace(condition=None) if one.when is When.AT else drafted


_PATTERNS: Final = {"seconds": (1000, 60), "minutes": (60_000, 60), "hours": (3_600_000, 24)}


def _every(one: Every, entity_map: EntityMap) -> PredicateDraft:
    """Use a time pattern for divisors of a minute, an hour or a day, and a template for other whole minutes."""
    if not isinstance(one.time.amount, Number):
        raise NotDrafted(Reason.NO_TIME)
    milliseconds = one.time.amount.value * one.time.unit
    for unit, (size, whole) in _PATTERNS.items():
        count = milliseconds / size
        if count.is_integer() and 0 < count < whole and whole % count == 0:
            notes = (Note(Reason.DAY_OF_UTC),) if unit == "hours" and count > 1 else ()
            return PredicateDraft({"trigger": "time_pattern", unit: f"/{int(count)}"}, None, notes=notes)
    minutes = milliseconds / 60_000
    if not minutes.is_integer() or minutes < 2:
        raise NotDrafted(Reason.NO_TIME)
    template = f"now().timestamp() // 60 % {int(minutes)} == 0"
    return _by_template(template)._replace(condition=None)


class _Sun(NamedTuple):
    """An event of the sun in Home Assistant: its name, its sensor, or the elevation in degrees."""

    event: str = ""
    sensor: str = ""
    above: float | None = None
    below: float | None = None


SUN: Final[Mapping[str, _Sun]] = {
    "sunrise": _Sun("sunrise"),
    "sunset": _Sun("sunset"),
    "dawn": _Sun(sensor="sensor.sun_next_dawn"),
    "dusk": _Sun(sensor="sensor.sun_next_dusk"),
    "solarNoon": _Sun(sensor="sensor.sun_next_noon"),
    "nadir": _Sun(sensor="sensor.sun_next_midnight"),
    "sunriseEnd": _Sun(above=-0.3),
    "goldenHourEnd": _Sun(above=6),
    "nauticalDawn": _Sun(above=-12),
    "nightEnd": _Sun(above=-18),
    "goldenHour": _Sun(below=6),
    "sunsetStart": _Sun(below=-0.3),
    "nauticalDusk": _Sun(below=-12),
    "night": _Sun(below=-18),
}


def _sun_is(one: SunIs, entity_map: EntityMap) -> PredicateDraft:
    sun = SUN[one.event]
    if one.when is not When.AT and not sun.event:
        raise NotDrafted(Reason.NO_TIME)
    if sun.event:
        return _sunrise_or_sunset(one, sun.event)
    if sun.sensor:
        at = {"entity_id": sun.sensor, "offset": _offset(one.offset)} if one.offset else sun.sensor
        return PredicateDraft({"trigger": "time", "at": at}, None)
    if one.offset:
        raise NotDrafted(Reason.NO_TIME)
    height = {"above": sun.above} if sun.above is not None else {"below": sun.below}
    return PredicateDraft(
        {"trigger": "numeric_state", "entity_id": ["sun.sun"], "attribute": "elevation", **height}, None
    )


def _sunrise_or_sunset(one: SunIs, event: str) -> PredicateDraft:
    moved = {"offset": _offset(one.offset)} if one.offset else {}
    trigger: Config = {"trigger": "sun", "event": event, **moved}
    if one.when is When.AT:
        return PredicateDraft(trigger, None)
    moved = {f"{one.when}_offset": _offset(one.offset)} if one.offset else {}
    condition: Config = {"condition": "sun", one.when.value: event, **moved}
    return PredicateDraft(_at(Moment(0)) if one.when is When.BEFORE else trigger, condition)


def _offset(milliseconds: float) -> str:
    return f"{'-' if milliseconds < 0 else ''}{_time(round(abs(milliseconds) / 1000))}"


# The table ---------------------------------------------------------------------------------------

_DRAFTS: Final[Mapping[type, Callable[[Any, EntityMap], PredicateDraft]]] = {
    FlagIs: _flag_is,
    Comparison: _comparison,
    NotUpdated: _not_updated,
    ExpressionsCompare: _expressions_compare,
    VariableChanges: _variable_changes,
    ButtonPressed: _pressed,
    Starting: _starting,
    TimeIs: _time_is,
    TimeIsExpression: _time_is_expression,
    Every: _every,
    SunIs: _sun_is,
}


def draft_predicate(predicate: Predicate, entity_map: EntityMap) -> PredicateDraft:
    """Return the draft of a predicate. Raises NotDrafted."""
    return _DRAFTS[type(predicate)](predicate, entity_map)


_LASTING: Final = ("state", "numeric_state", "template")


def hold_time(drafted: PredicateDraft, time: Config) -> PredicateDraft:
    """Return a predicate that must be true for a time. Raises NotDrafted for an event."""
    if drafted.condition is None or drafted.trigger["trigger"] not in _LASTING:
        raise NotDrafted(Reason.NOT_HELD)
    condition = drafted.condition
    if condition["condition"] == "state":
        condition = {**condition, "for": time}
    return drafted._replace(trigger={**drafted.trigger, "for": time}, condition=condition)


def needs_helper(drafted: PredicateDraft) -> bool:
    """Return True if the trigger has "for" and the condition cannot: only state conditions have it."""
    return "for" in drafted.trigger and drafted.condition is not None and "for" not in drafted.condition


def delay_helper(drafted: PredicateDraft) -> Helper:
    """Return a template entity that turns on after the time of the trigger."""
    return Helper({"state": f"{{{{ {drafted.template} }}}}", "delay_on": drafted.trigger["for"]})


def read_helper(name: str) -> PredicateDraft:
    """Return a predicate that is true while the helper with this name is on."""
    return _flag(Reading(f"binary_sensor.{name}"), is_true=True)


# pimatic starts no rule when Home Assistant reconnects to it.
NOT_FROM_UNAVAILABLE: Final[Config] = {
    "condition": "template",
    "value_template": "{{ trigger.from_state is not defined or trigger.from_state is none "
    "or trigger.from_state.state != 'unavailable' }}",
}
