"""What a device becomes in Home Assistant: one row per kind of entity (docs/protocol/pimatic.md#in-home-assistant).

A row fits a device that has the template (any, when the row names none), all the attributes and all
the actions; looked up in the device itself, because plugins leave out and add as they like. It claims
what it shows and calls; what no row claims becomes a plain sensor, or a button.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from .api import Action, Attribute, Device, Kind


class Role(StrEnum):
    """What an entity is to its device."""

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


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what a device must have, and what the role takes beyond that if it is there."""

    role: Role
    template: str
    attributes: dict[str, Kind]
    actions: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def fits(self, device: Device) -> bool:
        """Tell whether the device has all that the role needs."""
        return (
            self.template in ("", device.template)
            and all(
                (attribute := device.attribute(name)) is not None and kind in (Kind.ANY, attribute.kind)
                for name, kind in self.attributes.items()
            )
            and all(device.action(name) is not None for name in self.actions)
        )


_TOGGLE = ("toggle", "changeStateTo", "getState")

ROWS = (
    Row(Role.LED, "led-light", {"power": Kind.ANY}, ("turnOn", "turnOff"),
        ("color", "mode", "brightness", "setColor", "setWhite", "setBrightness", "changeDimlevelTo", "toggle",
         "getPower", "getMode")),
    Row(Role.DIMMER, "", {"dimlevel": Kind.NUMBER}, ("changeDimlevelTo",), ("state", "turnOn", "turnOff", *_TOGGLE)),
    Row(Role.SWITCH, "", {"state": Kind.BOOLEAN}, ("turnOn", "turnOff"), _TOGGLE),
    Row(Role.COVER, "shutter", {"position": Kind.STRING}, ("moveUp", "moveDown"),
        ("stop", "moveToPosition", "moveByPercentage")),
    Row(Role.THERMOSTAT, "thermostat", {"temperatureSetpoint": Kind.NUMBER}, ("changeTemperatureTo",),
        ("mode", "changeModeTo")),
    Row(Role.CONTACT, "contact", {"contact": Kind.BOOLEAN}),
    Row(Role.PRESENCE, "presence", {"presence": Kind.BOOLEAN}),
    Row(Role.BUTTONS, "buttons", {"button": Kind.ANY}, ("buttonPressed",)),
    Row(Role.INPUT_TIME, "inputTime", {"input": Kind.ANY}, ("changeInputTo",)),
    Row(Role.INPUT_NUMBER, "input", {"input": Kind.NUMBER}, ("changeInputTo",)),
    Row(Role.INPUT_TEXT, "input", {"input": Kind.STRING}, ("changeInputTo",)),
    Row(Role.TIMER, "timer", {"running": Kind.BOOLEAN}, ("startTimer", "stopTimer")),
    Row(Role.PLAYER, "musicplayer", {"state": Kind.ANY}, (),
        ("currentArtist", "currentTitle", "volume", "play", "pause", "stop", "next", "previous")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What a device becomes, worked out once for all platforms and entities.

    `definition` is the device without its name: renaming a device makes no other entities of it.
    `roles` is what the device is, each attribute claimed once: the first row that fits has it.
    `plain_attributes` are those that no role shows. `plain_actions` are those a button can call:
    without parameters, called by no role, and not there to be asked.
    """

    definition: Device
    roles: tuple[Role, ...]
    plain_attributes: tuple[Attribute, ...]
    plain_actions: tuple[Action, ...]


def shape_of(device: Device) -> Shape:
    """Return what a device becomes."""
    rows = _rows(device)
    shown = {name for row in rows for name in (*row.attributes, *row.also)}
    called = {name for row in rows for name in (*row.actions, *row.also)}
    return Shape(
        definition=replace(device, name=""),
        roles=tuple(row.role for row in rows),
        plain_attributes=tuple(attribute for attribute in device.attributes if attribute.name not in shown),
        plain_actions=tuple(
            action
            for action in device.actions
            if action.name not in called and not action.returns and not _needs_parameters(action)
        ),
    )


def setter(device: Device, attribute: Attribute) -> tuple[str, str] | None:
    """Return the action that sets an attribute, and its parameter's name: one like `changeModeTo(mode)`."""
    name = f"change{attribute.name[:1].upper()}{attribute.name[1:]}To"
    action = device.action(name)
    if action is None or len(action.parameters) != 1 or action.parameters[0].kind is not attribute.kind:
        return None
    return name, action.parameters[0].name


def _needs_parameters(action: Action) -> bool:
    return any(not parameter.optional for parameter in action.parameters)


def _rows(device: Device) -> list[Row]:
    rows: list[Row] = []
    taken: set[str] = set()
    for row in ROWS:
        if row.fits(device) and taken.isdisjoint(row.attributes):
            rows.append(row)
            taken.update(row.attributes, row.also)
    return rows
