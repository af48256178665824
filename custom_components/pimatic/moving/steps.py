"""Actions of pimatic as actions of Home Assistant (docs/protocol/pimatic.md#actions-of-rules)."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from ..api import Device
from ..features import Role
from ..thermostats import MODE_PRESETS, MODES
from .actions import Action, DeviceDoes, Do, Execute, Log, Press, SetVariable
from .expressions import Expression, Number, Text
from .places import Places, domain_of
from .reasons import NotDrafted, Note, Why
from .templates import Templates, plain
from .triggers import Config


class DraftedStep(NamedTuple):
    """An action as Home Assistant has it; `shell` is a command that the configuration must have."""

    config: Config
    notes: tuple[Note, ...] = ()
    shell: tuple[str, str] | None = None


def _call(action: str, entity_id: str, data: Config | None = None) -> Config:
    config: Config = {"action": action, "target": {"entity_id": entity_id}}
    return {**config, "data": data} if data else config


# What a device does ------------------------------------------------------------------------------

# Values are made by these: an expression becomes what the field of the action takes.
type Make = Callable[[Templates, Expression], Config]


def _percent(field: str) -> Make:
    """Return what makes a field in percent, held between 0 and 100 as the server does."""

    def make(templates: Templates, value: Expression) -> Config:
        if isinstance(value, Number):
            return {field: plain(min(max(value.value, 0), 100))}
        return {field: f"{{{{ [0, [100, {templates.number(value)}] | min] | max }}}}"}

    return make


def _volume(templates: Templates, value: Expression) -> Config:
    if isinstance(value, Number):
        return {"volume_level": plain(value.value / 100)}
    return {"volume_level": f"{{{{ ({templates.number(value)}) / 100 }}}}"}


def _amount(field: str) -> Make:
    return lambda templates, value: {field: templates.amount(value)}


class Way(NamedTuple):
    """An action for entities of some domains; `data` is fixed, `value` makes the field of what is set."""

    action: str
    data: Config = {}
    value: Make | None = None


# Domains whose entities are turned on, off and over by actions of their own.
_SWITCHED: Final = (
    "switch",
    "light",
    "fan",
    "input_boolean",
    "climate",
    "media_player",
    "humidifier",
    "siren",
    "remote",
    "water_heater",
    "cover",
    "valve",
)
_PLAYING: Final = {
    Do.PLAY: "media_play",
    Do.PAUSE: "media_pause",
    Do.STOP_PLAYING: "media_stop",
    Do.NEXT: "media_next_track",
    Do.PREVIOUS: "media_previous_track",
}
# A dimmer of the server is turned on at full light.
_FULL: Final = {"brightness_pct": 100}

WAYS: Final[Mapping[tuple[Do, str], Way]] = {
    **{(Do.TURN_ON, domain): Way(f"{domain}.turn_on") for domain in _SWITCHED},
    **{(Do.TURN_OFF, domain): Way(f"{domain}.turn_off") for domain in _SWITCHED},
    **{(Do.TOGGLE, domain): Way(f"{domain}.toggle") for domain in _SWITCHED},
    (Do.TURN_ON, "cover"): Way("cover.open_cover"),
    (Do.TURN_OFF, "cover"): Way("cover.close_cover"),
    (Do.TURN_ON, "valve"): Way("valve.open_valve"),
    (Do.TURN_OFF, "valve"): Way("valve.close_valve"),
    (Do.DIM, "light"): Way("light.turn_on", value=_percent("brightness_pct")),
    (Do.DIM, "fan"): Way("fan.set_percentage", value=_percent("percentage")),
    (Do.DIM, "number"): Way("number.set_value", value=_percent("value")),
    (Do.DIM, "input_number"): Way("input_number.set_value", value=_percent("value")),
    (Do.RAISE, "cover"): Way("cover.open_cover"),
    (Do.LOWER, "cover"): Way("cover.close_cover"),
    (Do.STOP_MOVING, "cover"): Way("cover.stop_cover"),
    (Do.SET_PRESENT, "input_boolean"): Way("input_boolean.turn_on"),
    (Do.SET_ABSENT, "input_boolean"): Way("input_boolean.turn_off"),
    (Do.OPEN_CONTACT, "input_boolean"): Way("input_boolean.turn_on"),
    (Do.CLOSE_CONTACT, "input_boolean"): Way("input_boolean.turn_off"),
    (Do.SET_TEMPERATURE, "climate"): Way("climate.set_temperature", value=_amount("temperature")),
    (Do.SET_TEMPERATURE, "water_heater"): Way("water_heater.set_temperature", value=_amount("temperature")),
    (Do.SET_TEMPERATURE, "number"): Way("number.set_value", value=_amount("value")),
    (Do.SET_TEMPERATURE, "input_number"): Way("input_number.set_value", value=_amount("value")),
    (Do.START_TIMER, "switch"): Way("switch.turn_on"),
    (Do.STOP_TIMER, "switch"): Way("switch.turn_off"),
    (Do.START_TIMER, "timer"): Way("timer.start"),
    (Do.STOP_TIMER, "timer"): Way("timer.pause"),
    (Do.RESET_TIMER, "timer"): Way("timer.cancel"),
    (Do.SET_VOLUME, "media_player"): Way("media_player.volume_set", value=_volume),
    **{(do, "media_player"): Way(f"media_player.{name}") for do, name in _PLAYING.items()},
}

_POWERED: Final = (Role.SWITCH, Role.DIMMER, Role.LED)
# What a device's own entity must be for what it does.
_ROLES: Final[Mapping[Do, tuple[Role, ...]]] = {
    Do.TURN_ON: _POWERED,
    Do.TURN_OFF: _POWERED,
    Do.TOGGLE: _POWERED,
    Do.DIM: (Role.DIMMER, Role.LED),
    Do.RAISE: (Role.COVER,),
    Do.LOWER: (Role.COVER,),
    Do.STOP_MOVING: (Role.COVER,),
    Do.SET_MODE: (Role.THERMOSTAT,),
    Do.SET_TEMPERATURE: (Role.THERMOSTAT,),
    Do.START_TIMER: (Role.TIMER,),
    Do.STOP_TIMER: (Role.TIMER,),
    Do.SET_VOLUME: (Role.PLAYER,),
    **dict.fromkeys(_PLAYING, (Role.PLAYER,)),
}


class _Own(NamedTuple):
    """The action of a device in pimatic: its name, a fixed parameter, or the parameter of what is set."""

    action: str
    fixed: Config = {}
    parameter: str = ""


# What a device of pimatic is called to do where no entity of its own can.
_OWN: Final[Mapping[Do, _Own]] = {
    Do.TURN_ON: _Own("turnOn"),
    Do.TURN_OFF: _Own("turnOff"),
    Do.TOGGLE: _Own("toggle"),
    Do.DIM: _Own("changeDimlevelTo", parameter="dimlevel"),
    Do.SET_PRESENT: _Own("changePresenceTo", {"presence": True}),
    Do.SET_ABSENT: _Own("changePresenceTo", {"presence": False}),
    Do.OPEN_CONTACT: _Own("changeContactTo", {"contact": False}),
    Do.CLOSE_CONTACT: _Own("changeContactTo", {"contact": True}),
    Do.RESET_TIMER: _Own("resetTimer"),
    Do.SET_MODE: _Own("changeModeTo", parameter="mode"),
    Do.SET_TEMPERATURE: _Own("changeTemperatureTo", parameter=""),
    Do.STOP_MOVING: _Own("stop"),
    Do.RAISE: _Own("moveUp"),
    Do.LOWER: _Own("moveDown"),
}


def _device_does(one: DeviceDoes, places: Places) -> DraftedStep:
    entity_id = places.whole(one.device, *_ROLES.get(one.do, ()))
    if one.do is Do.RESET_TIMER and entity_id is None and (reset := places.part(one.device, "action", "resetTimer")):
        return DraftedStep(_call("button.press", reset))
    if entity_id is None:
        return DraftedStep(_own(one, places))
    domain, templates = domain_of(entity_id), Templates(places)
    if one.do is Do.SET_MODE and domain == "climate":
        return DraftedStep(_set_mode(entity_id, one.value))
    way = WAYS.get((one.do, domain))
    if way is None:
        if places.is_moved(one.device):
            raise NotDrafted(Why.NO_ACTION, entity_id)
        return DraftedStep(_own(one, places))
    data = dict(way.data)
    if way.value and one.value is not None:
        data |= way.value(templates, one.value)
    elif one.do in (Do.TURN_ON, Do.TOGGLE) and domain == "light" and one.device.action("changeDimlevelTo"):
        data |= _FULL
    return DraftedStep(_call(way.action, entity_id, data), _NOTES.get((one.do, domain), _NOTES_OF.get(one.do, ())))


_NOTES_OF: Final = {Do.PREVIOUS: (Note(Why.NEXT_INSTEAD),)}
_NOTES: Final = {(do, "timer"): (Note(Why.TIMER_COUNTS_DOWN),) for do in (Do.START_TIMER, Do.STOP_TIMER)}


def _set_mode(entity_id: str, value: Expression | None) -> Config:
    """Set a mode of a thermostat; those that are presets of Home Assistant are set as such."""
    word = value.parts[0] if isinstance(value, Text) and len(value.parts) == 1 else None
    if not isinstance(word, str):
        raise NotDrafted(Why.NO_SUCH_MODE, entity_id)
    if word in MODE_PRESETS:
        return _call("climate.set_preset_mode", entity_id, {"preset_mode": MODE_PRESETS[word]})
    if word in MODES:
        return _call("climate.set_hvac_mode", entity_id, {"hvac_mode": MODES[word].value})
    raise NotDrafted(Why.NO_SUCH_MODE, word)


def _own(one: DeviceDoes, places: Places) -> Config:
    """Call the device's action in pimatic. Raises NotDrafted."""
    own, device_id = _OWN.get(one.do), places.device_ids.get(one.device.id)
    action = one.device.action(own.action) if own else None
    if own is None or action is None or device_id is None:
        raise NotDrafted(Why.NO_ENTITY, one.device.name)
    parameters = dict(own.fixed)
    if one.value is not None:
        name = own.parameter or next((parameter.name for parameter in action.parameters), "")
        templates = Templates(places)
        is_text = isinstance(one.value, Text)
        parameters[name] = templates.message(one.value) if is_text else templates.amount(one.value)
    data: Config = {"device_id": device_id, "action": own.action}
    return {"action": "pimatic.call_action", "data": {**data, "parameters": parameters} if parameters else data}


# Other actions -----------------------------------------------------------------------------------


def _press(one: Press, places: Places) -> DraftedStep:
    entity_id = places.part(one.device, "button", one.button)
    if entity_id is None:
        raise NotDrafted(Why.NO_ENTITY, one.device.name)
    action = "input_button.press" if domain_of(entity_id) == "input_button" else "button.press"
    return DraftedStep(_call(action, entity_id))


_NUMBERS: Final = {"number": "number.set_value", "input_number": "input_number.set_value"}
_TEXTS: Final = {"text": "text.set_value", "input_text": "input_text.set_value"}


def _set_variable(one: SetVariable, places: Places) -> DraftedStep:
    """Set the entity of the same kind; a variable that stays in pimatic takes any kind by the action of its own."""
    entity_id = places.variable(one.variable)
    templates = Templates(places)
    is_text = templates.is_text(one.value)
    value = templates.message(one.value) if is_text else templates.amount(one.value)
    actions = _TEXTS if is_text else _NUMBERS
    if entity_id is not None and (action := actions.get(domain_of(entity_id))):
        return DraftedStep(_call(action, entity_id, {"value": value}))
    if f"${one.variable}" in places.mapped:
        raise NotDrafted(Why.NO_ACTION, str(entity_id))
    if not places.server_id:
        raise NotDrafted(Why.NO_ENTITY, f"${one.variable}")
    data = {"device_id": places.server_id, "name": one.variable, "value": value}
    return DraftedStep({"action": "pimatic.set_variable", "data": data})


def _log(one: Log, places: Places) -> DraftedStep:
    message = Templates(places).message(one.text)
    return DraftedStep({"action": "logbook.log", "data": {"name": "pimatic", "message": message}})


def _execute(one: Execute, places: Places) -> DraftedStep:
    """A command becomes one of the configuration, under a name that the draft gives it."""
    command = Templates(places).message(one.command)
    return DraftedStep({}, (Note(Why.SHELL),), ("", command))


_DRAFTS: Final[Mapping[type, Callable[[Any, Places], DraftedStep]]] = {
    DeviceDoes: _device_does,
    Press: _press,
    SetVariable: _set_variable,
    Log: _log,
    Execute: _execute,
}


def draft_action(action: Action, places: Places) -> DraftedStep:
    """Return an action as Home Assistant has it. Raises NotDrafted."""
    return _DRAFTS[type(action)](action, places)


def restore_level(device: Device, places: Places, name: str) -> tuple[Config, Config] | None:
    """Return what keeps the level of a dimmer, and what sets it again; None where no light has it."""
    entity_id = places.whole(device, Role.DIMMER, Role.LED)
    if entity_id is None or domain_of(entity_id) != "light":
        return None
    kept: Config = {"variables": {name: f"{{{{ state_attr('{entity_id}', 'brightness') or 0 }}}}"}}
    return kept, _call("light.turn_on", entity_id, {"brightness": f"{{{{ {name} }}}}"})
