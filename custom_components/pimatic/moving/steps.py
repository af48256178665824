"""Drafts of Home Assistant actions for the actions of rules (docs/protocol/pimatic.md#actions-of-rules)."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from ..api import Device
from ..meaning.features import Role
from ..meaning.thermostats import MODE_PRESETS, MODES
from .actions import Action, Execute, Log, OperateDevice, Operation, Press, SetVariable
from .entity_map import EntityMap, domain_of
from .expressions import Expression, Number, Text
from .reasons import NotDrafted, Note, Reason
from .templates import Templates, plain
from .triggers import Config


class ActionDraft(NamedTuple):
    """An action of Home Assistant; `shell` is a shell command that configuration.yaml must define."""

    config: Config
    notes: tuple[Note, ...] = ()
    shell: tuple[str, str] | None = None


def _call(action: str, entity_id: str, data: Config | None = None) -> Config:
    config: Config = {"action": action, "target": {"entity_id": entity_id}}
    return {**config, "data": data} if data else config


# Operations of devices ---------------------------------------------------------------------------

# Makes the data of an action from an expression.
type MakeData = Callable[[Templates, Expression], Config]


def _percent(field: str) -> MakeData:
    """Return a function that makes a field in percent, limited to 0 to 100 as on the server."""

    def make(templates: Templates, value: Expression) -> Config:
        if isinstance(value, Number):
            return {field: plain(min(max(value.value, 0), 100))}
        return {field: f"{{{{ [0, [100, {templates.number(value)}] | min] | max }}}}"}

    return make


def _volume(templates: Templates, value: Expression) -> Config:
    if isinstance(value, Number):
        return {"volume_level": plain(value.value / 100)}
    return {"volume_level": f"{{{{ ({templates.number(value)}) / 100 }}}}"}


def _amount(field: str) -> MakeData:
    return lambda templates, value: {field: templates.amount(value)}


class EntityAction(NamedTuple):
    """An action for the entities of a domain; `data` is constant, `value` makes the field of the value to set."""

    action: str
    data: Config = {}
    value: MakeData | None = None


# Domains with the actions turn_on, turn_off and toggle.
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
    Operation.PLAY: "media_play",
    Operation.PAUSE: "media_pause",
    Operation.STOP_PLAYING: "media_stop",
    Operation.NEXT: "media_next_track",
    Operation.PREVIOUS: "media_previous_track",
}
# The server turns a dimmer on at full brightness.
_FULL: Final = {"brightness_pct": 100}

ENTITY_ACTIONS: Final[Mapping[tuple[Operation, str], EntityAction]] = {
    **{(Operation.TURN_ON, domain): EntityAction(f"{domain}.turn_on") for domain in _SWITCHED},
    **{(Operation.TURN_OFF, domain): EntityAction(f"{domain}.turn_off") for domain in _SWITCHED},
    **{(Operation.TOGGLE, domain): EntityAction(f"{domain}.toggle") for domain in _SWITCHED},
    (Operation.TURN_ON, "cover"): EntityAction("cover.open_cover"),
    (Operation.TURN_OFF, "cover"): EntityAction("cover.close_cover"),
    (Operation.TURN_ON, "valve"): EntityAction("valve.open_valve"),
    (Operation.TURN_OFF, "valve"): EntityAction("valve.close_valve"),
    (Operation.DIM, "light"): EntityAction("light.turn_on", value=_percent("brightness_pct")),
    (Operation.DIM, "fan"): EntityAction("fan.set_percentage", value=_percent("percentage")),
    (Operation.DIM, "number"): EntityAction("number.set_value", value=_percent("value")),
    (Operation.DIM, "input_number"): EntityAction("input_number.set_value", value=_percent("value")),
    (Operation.RAISE, "cover"): EntityAction("cover.open_cover"),
    (Operation.LOWER, "cover"): EntityAction("cover.close_cover"),
    (Operation.STOP_MOVING, "cover"): EntityAction("cover.stop_cover"),
    (Operation.SET_PRESENT, "input_boolean"): EntityAction("input_boolean.turn_on"),
    (Operation.SET_ABSENT, "input_boolean"): EntityAction("input_boolean.turn_off"),
    (Operation.OPEN_CONTACT, "input_boolean"): EntityAction("input_boolean.turn_on"),
    (Operation.CLOSE_CONTACT, "input_boolean"): EntityAction("input_boolean.turn_off"),
    (Operation.SET_TEMPERATURE, "climate"): EntityAction("climate.set_temperature", value=_amount("temperature")),
    (Operation.SET_TEMPERATURE, "water_heater"): EntityAction(
        "water_heater.set_temperature", value=_amount("temperature")
    ),
    (Operation.SET_TEMPERATURE, "number"): EntityAction("number.set_value", value=_amount("value")),
    (Operation.SET_TEMPERATURE, "input_number"): EntityAction("input_number.set_value", value=_amount("value")),
    (Operation.START_TIMER, "switch"): EntityAction("switch.turn_on"),
    (Operation.STOP_TIMER, "switch"): EntityAction("switch.turn_off"),
    (Operation.START_TIMER, "timer"): EntityAction("timer.start"),
    (Operation.STOP_TIMER, "timer"): EntityAction("timer.pause"),
    (Operation.RESET_TIMER, "timer"): EntityAction("timer.cancel"),
    (Operation.SET_VOLUME, "media_player"): EntityAction("media_player.volume_set", value=_volume),
    **{(operation, "media_player"): EntityAction(f"media_player.{name}") for operation, name in _PLAYING.items()},
}

_POWERED: Final = (Role.SWITCH, Role.DIMMER, Role.LED)
# The roles of the entities that can perform an operation.
_ROLES: Final[Mapping[Operation, tuple[Role, ...]]] = {
    Operation.TURN_ON: _POWERED,
    Operation.TURN_OFF: _POWERED,
    Operation.TOGGLE: _POWERED,
    Operation.DIM: (Role.DIMMER, Role.LED),
    Operation.RAISE: (Role.COVER,),
    Operation.LOWER: (Role.COVER,),
    Operation.STOP_MOVING: (Role.COVER,),
    Operation.SET_MODE: (Role.THERMOSTAT,),
    Operation.SET_TEMPERATURE: (Role.THERMOSTAT,),
    Operation.START_TIMER: (Role.TIMER,),
    Operation.STOP_TIMER: (Role.TIMER,),
    Operation.SET_VOLUME: (Role.PLAYER,),
    **dict.fromkeys(_PLAYING, (Role.PLAYER,)),
}


class _DeviceAction(NamedTuple):
    """An action of a device in pimatic: its name, constant parameters, and the parameter for the value to set."""

    action: str
    fixed: Config = {}
    parameter: str = ""


# The action of the pimatic device that is called if no entity can perform the operation.
_DEVICE_ACTIONS: Final[Mapping[Operation, _DeviceAction]] = {
    Operation.TURN_ON: _DeviceAction("turnOn"),
    Operation.TURN_OFF: _DeviceAction("turnOff"),
    Operation.TOGGLE: _DeviceAction("toggle"),
    Operation.DIM: _DeviceAction("changeDimlevelTo", parameter="dimlevel"),
    Operation.SET_PRESENT: _DeviceAction("changePresenceTo", {"presence": True}),
    Operation.SET_ABSENT: _DeviceAction("changePresenceTo", {"presence": False}),
    Operation.OPEN_CONTACT: _DeviceAction("changeContactTo", {"contact": False}),
    Operation.CLOSE_CONTACT: _DeviceAction("changeContactTo", {"contact": True}),
    Operation.RESET_TIMER: _DeviceAction("resetTimer"),
    Operation.SET_MODE: _DeviceAction("changeModeTo", parameter="mode"),
    Operation.SET_TEMPERATURE: _DeviceAction("changeTemperatureTo", parameter=""),
    Operation.STOP_MOVING: _DeviceAction("stop"),
    Operation.RAISE: _DeviceAction("moveUp"),
    Operation.LOWER: _DeviceAction("moveDown"),
}


def _operate_device(one: OperateDevice, entity_map: EntityMap) -> ActionDraft:
    entity_id = entity_map.device_entity(one.device, *_ROLES.get(one.operation, ()))
    if (
        one.operation is Operation.RESET_TIMER
        and entity_id is None
        and (reset := entity_map.part_entity(one.device, "action", "resetTimer"))
    ):
        return ActionDraft(_call("button.press", reset))
    if entity_id is None:
        return ActionDraft(_call_device_action(one, entity_map))
    domain, templates = domain_of(entity_id), Templates(entity_map)
    if one.operation is Operation.SET_MODE and domain == "climate":
        return ActionDraft(_set_mode(entity_id, one.value))
    entity_action = ENTITY_ACTIONS.get((one.operation, domain))
    if entity_action is None:
        if entity_map.is_mapped(one.device):
            raise NotDrafted(Reason.NO_ACTION, entity_id)
        return ActionDraft(_call_device_action(one, entity_map))
    data = dict(entity_action.data)
    if entity_action.value and one.value is not None:
        data |= entity_action.value(templates, one.value)
    elif (
        one.operation in (Operation.TURN_ON, Operation.TOGGLE)
        and domain == "light"
        and one.device.action("changeDimlevelTo")
    ):
        data |= _FULL
    return ActionDraft(
        _call(entity_action.action, entity_id, data),
        _NOTES.get((one.operation, domain), _NOTES_OF.get(one.operation, ())),
    )


_NOTES_OF: Final = {Operation.PREVIOUS: (Note(Reason.NEXT_INSTEAD),)}
_NOTES: Final = {
    (operation, "timer"): (Note(Reason.TIMER_COUNTS_DOWN),)
    for operation in (Operation.START_TIMER, Operation.STOP_TIMER)
}


def _set_mode(entity_id: str, value: Expression | None) -> Config:
    """Return the action that sets a mode of a thermostat: a preset or an HVAC mode."""
    word = value.parts[0] if isinstance(value, Text) and len(value.parts) == 1 else None
    if not isinstance(word, str):
        raise NotDrafted(Reason.NO_SUCH_MODE, entity_id)
    if word in MODE_PRESETS:
        return _call("climate.set_preset_mode", entity_id, {"preset_mode": MODE_PRESETS[word]})
    if word in MODES:
        return _call("climate.set_hvac_mode", entity_id, {"hvac_mode": MODES[word].value})
    raise NotDrafted(Reason.NO_SUCH_MODE, word)


def _call_device_action(one: OperateDevice, entity_map: EntityMap) -> Config:
    """Return the action that calls the device's action in pimatic. Raises NotDrafted."""
    own, device_id = _DEVICE_ACTIONS.get(one.operation), entity_map.device_ids.get(one.device.id)
    action = one.device.action(own.action) if own else None
    if own is None or action is None or device_id is None:
        raise NotDrafted(Reason.NO_ENTITY, one.device.name)
    parameters = dict(own.fixed)
    if one.value is not None:
        name = own.parameter or next((parameter.name for parameter in action.parameters), "")
        templates = Templates(entity_map)
        is_text = isinstance(one.value, Text)
        parameters[name] = templates.message(one.value) if is_text else templates.amount(one.value)
    data: Config = {"device_id": device_id, "action": own.action}
    return {"action": "pimatic.call_action", "data": {**data, "parameters": parameters} if parameters else data}


# Other actions -----------------------------------------------------------------------------------


def _press(one: Press, entity_map: EntityMap) -> ActionDraft:
    entity_id = entity_map.part_entity(one.device, "button", one.button)
    if entity_id is None:
        raise NotDrafted(Reason.NO_ENTITY, one.device.name)
    action = "input_button.press" if domain_of(entity_id) == "input_button" else "button.press"
    return ActionDraft(_call(action, entity_id))


_NUMBERS: Final = {"number": "number.set_value", "input_number": "input_number.set_value"}
_TEXTS: Final = {"text": "text.set_value", "input_text": "input_text.set_value"}


def _set_variable(one: SetVariable, entity_map: EntityMap) -> ActionDraft:
    """Set an entity of the same type; a variable of pimatic gets values of any type by pimatic.set_variable."""
    entity_id = entity_map.variable_entity(one.variable)
    templates = Templates(entity_map)
    is_text = templates.is_text(one.value)
    value = templates.message(one.value) if is_text else templates.amount(one.value)
    actions = _TEXTS if is_text else _NUMBERS
    if entity_id is not None and (action := actions.get(domain_of(entity_id))):
        return ActionDraft(_call(action, entity_id, {"value": value}))
    if f"${one.variable}" in entity_map.mapped:
        raise NotDrafted(Reason.NO_ACTION, str(entity_id))
    if not entity_map.server_id:
        raise NotDrafted(Reason.NO_ENTITY, f"${one.variable}")
    data = {"device_id": entity_map.server_id, "name": one.variable, "value": value}
    return ActionDraft({"action": "pimatic.set_variable", "data": data})


def _log(one: Log, entity_map: EntityMap) -> ActionDraft:
    message = Templates(entity_map).message(one.text)
    return ActionDraft({"action": "logbook.log", "data": {"name": "pimatic", "message": message}})


def _execute(one: Execute, entity_map: EntityMap) -> ActionDraft:
    """Return a shell command, to which the draft of the rule gives a name."""
    command = Templates(entity_map).message(one.command)
    return ActionDraft({}, (Note(Reason.SHELL),), ("", command))


_DRAFTS: Final[Mapping[type, Callable[[Any, EntityMap], ActionDraft]]] = {
    OperateDevice: _operate_device,
    Press: _press,
    SetVariable: _set_variable,
    Log: _log,
    Execute: _execute,
}


def draft_action(action: Action, entity_map: EntityMap) -> ActionDraft:
    """Return the draft of an action. Raises NotDrafted."""
    return _DRAFTS[type(action)](action, entity_map)


def restore_level(device: Device, entity_map: EntityMap, name: str) -> tuple[Config, Config] | None:
    """Return the actions that store and restore the level of a dimmer; None if it has no light entity."""
    entity_id = entity_map.device_entity(device, Role.DIMMER, Role.LED)
    if entity_id is None or domain_of(entity_id) != "light":
        return None
    saved: Config = {"variables": {name: f"{{{{ state_attr('{entity_id}', 'brightness') or 0 }}}}"}}
    return saved, _call("light.turn_on", entity_id, {"brightness": f"{{{{ {name} }}}}"})
