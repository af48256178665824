"""The actions of rules: those of the server itself, and of its plugin shell-execute.

One row for each form (docs/protocol/pimatic.md#actions-of-rules).
"""

from enum import StrEnum
from functools import partial
from typing import Final, NamedTuple

from ..api import Device
from .expressions import Expression
from .grammar import AButton, AnExpression, AVariable, Choice, Row, can, maybe, words


class Do(StrEnum):
    """What a device has to do."""

    TURN_ON = "turn on"
    TURN_OFF = "turn off"
    TOGGLE = "toggle"
    DIM = "dim"
    RAISE = "raise"
    LOWER = "lower"
    STOP_MOVING = "stop moving"
    SET_PRESENT = "set present"
    SET_ABSENT = "set absent"
    OPEN_CONTACT = "open contact"
    CLOSE_CONTACT = "close contact"
    SET_MODE = "set mode"
    SET_TEMPERATURE = "set temperature"
    START_TIMER = "start timer"
    STOP_TIMER = "stop timer"
    RESET_TIMER = "reset timer"
    PLAY = "play"
    PAUSE = "pause"
    STOP_PLAYING = "stop playing"
    NEXT = "next"
    PREVIOUS = "previous"
    SET_VOLUME = "set volume"


class DeviceDoes(NamedTuple):
    """A device does something; `value` is what it is set to."""

    do: Do
    device: Device
    value: Expression | None = None


class Press(NamedTuple):
    """A button of a device is pressed."""

    device: Device
    button: str


class SetVariable(NamedTuple):
    """A variable is set to a value."""

    variable: str
    value: Expression


class Log(NamedTuple):
    """A text is written to the log."""

    text: Expression


class Execute(NamedTuple):
    """A command of the server's shell is run."""

    command: Expression


type Action = DeviceDoes | Press | SetVariable | Log | Execute


def _device_first(device: Device, do: Do) -> DeviceDoes:
    return DeviceDoes(do, device)


def _pressed(button: tuple[Device, str]) -> Press:
    return Press(*button)


def _either(one: str, do: Do, other: str, do_other: Do) -> Choice[Do]:
    return Choice({one: do, other: do_other})


_SWITCHED: Final = can("turnOn", "turnOff")
_SHUTTER: Final = can("moveUp", "moveDown")
_TIMER: Final = can("startTimer", "stopTimer", "resetTimer")
_SONG: Final = (maybe(" song "), maybe("on "))

ACTIONS: Final[tuple[Row[Action], ...]] = (
    Row(
        "turn DEVICE on",
        (words("turn ", "switch "), _SWITCHED, _either(" on", Do.TURN_ON, " off", Do.TURN_OFF)),
        _device_first,
    ),
    Row(
        "turn on DEVICE",
        (words("turn ", "switch "), _either("on ", Do.TURN_ON, "off ", Do.TURN_OFF), _SWITCHED),
        DeviceDoes,
    ),
    Row("toggle DEVICE", (words("toggle the state of ", "toggle "), can("toggle")), partial(DeviceDoes, Do.TOGGLE)),
    Row("toggle DEVICE", (words("toggle "), can("toggle"), words(" state")), partial(DeviceDoes, Do.TOGGLE)),
    Row(
        "dim DEVICE to LEVEL",
        (words("dim "), can("changeDimlevelTo"), words(" to "), AnExpression(texts=False), maybe("%")),
        partial(DeviceDoes, Do.DIM),
    ),
    Row("raise DEVICE", (words("raise "), _SHUTTER, maybe(" up")), partial(DeviceDoes, Do.RAISE)),
    Row("lower DEVICE", (words("lower "), _SHUTTER, maybe(" down")), partial(DeviceDoes, Do.LOWER)),
    Row("move DEVICE up", (words("move "), _SHUTTER, _either(" up", Do.RAISE, " down", Do.LOWER)), _device_first),
    Row("stop SHUTTER", (words("stop "), can("stop", "moveUp")), partial(DeviceDoes, Do.STOP_MOVING)),
    Row(
        "set presence of DEVICE present",
        (
            words("set presence of "),
            can("changePresenceTo"),
            _either(" present", Do.SET_PRESENT, " absent", Do.SET_ABSENT),
        ),
        _device_first,
    ),
    Row(
        "open CONTACT",
        (_either("open ", Do.OPEN_CONTACT, "close ", Do.CLOSE_CONTACT), can("changeContactTo")),
        DeviceDoes,
    ),
    Row(
        'set mode of DEVICE to "MODE"',
        (words("set mode of "), can("changeModeTo"), words(" to "), AnExpression(numbers=False), maybe(" mode")),
        partial(DeviceDoes, Do.SET_MODE),
    ),
    Row(
        "set temp of DEVICE to VALUE",
        (words("set temp of "), can("changeTemperatureTo"), words(" to "), AnExpression(texts=False), maybe("°C")),
        partial(DeviceDoes, Do.SET_TEMPERATURE),
    ),
    Row(
        "start TIMER",
        (Choice({"start ": Do.START_TIMER, "stop ": Do.STOP_TIMER, "reset ": Do.RESET_TIMER}), _TIMER, maybe(" timer")),
        DeviceDoes,
    ),
    Row("play PLAYER", (words("play "), can("play")), partial(DeviceDoes, Do.PLAY)),
    Row("pause PLAYER", (words("pause "), can("pause")), partial(DeviceDoes, Do.PAUSE)),
    Row("stop PLAYER", (words("stop "), can("stop", "play")), partial(DeviceDoes, Do.STOP_PLAYING)),
    Row("play next PLAYER", (words("play next", "next "), *_SONG, can("next")), partial(DeviceDoes, Do.NEXT)),
    Row(
        "play previous PLAYER",
        (words("play previous", "previous "), *_SONG, can("previous")),
        partial(DeviceDoes, Do.PREVIOUS),
    ),
    Row(
        "change volume of PLAYER to LEVEL",
        (words("change volume of "), can("setVolume"), words(" to "), AnExpression(texts=False), maybe("%")),
        partial(DeviceDoes, Do.SET_VOLUME),
    ),
    Row("press BUTTON", (words("press "), maybe("the "), maybe("button "), AButton()), _pressed),
    Row(
        "set $VARIABLE to VALUE",
        (maybe("set "), AVariable(writable=True), words(" to ", " := ", " = "), AnExpression()),
        SetVariable,
    ),
    Row('log "TEXT"', (words("log "), AnExpression(numbers=False)), Log),
    Row('execute "COMMAND"', (words("execute "), AnExpression(numbers=False)), Execute),
)

_OPPOSITE: Final = {
    Do.TURN_ON: Do.TURN_OFF,
    Do.SET_PRESENT: Do.SET_ABSENT,
    Do.OPEN_CONTACT: Do.CLOSE_CONTACT,
    Do.RAISE: Do.STOP_MOVING,
}
# What ends an action that was done "for" a time; a dimmer goes back to its level instead.
UNDO: Final = (
    _OPPOSITE | {undo: do for do, undo in _OPPOSITE.items() if undo is not Do.STOP_MOVING} | {Do.LOWER: Do.STOP_MOVING}
)
# Those that the server ends "for" a time by doing the same once more.
REPEATED: Final = frozenset({Do.SET_MODE, Do.SET_TEMPERATURE})
