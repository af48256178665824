"""The actions of rules that the server and its plugin shell-execute define.

The table has one row for each form (docs/protocol/pimatic.md#actions-of-rules).
"""

from enum import StrEnum
from functools import partial
from typing import Final, NamedTuple

from ..api import Device
from .expressions import Expression
from .grammar import ButtonElement, Choice, ExpressionElement, Row, VariableElement, optional, with_actions, words


class Operation(StrEnum):
    """An operation of a device."""

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


class OperateDevice(NamedTuple):
    """An operation is performed on a device; `value` is the value to set."""

    operation: Operation
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


type Action = OperateDevice | Press | SetVariable | Log | Execute


def _device_first(device: Device, operation: Operation) -> OperateDevice:
    return OperateDevice(operation, device)


def _pressed(button: tuple[Device, str]) -> Press:
    return Press(*button)


def _either(one: str, operation: Operation, other: str, other_operation: Operation) -> Choice[Operation]:
    return Choice({one: operation, other: other_operation})


_SWITCHED: Final = with_actions("turnOn", "turnOff")
_SHUTTER: Final = with_actions("moveUp", "moveDown")
_TIMER: Final = with_actions("startTimer", "stopTimer", "resetTimer")
_SONG: Final = (optional(" song "), optional("on "))

ACTIONS: Final[tuple[Row[Action], ...]] = (
    Row(
        "turn DEVICE on",
        (words("turn ", "switch "), _SWITCHED, _either(" on", Operation.TURN_ON, " off", Operation.TURN_OFF)),
        _device_first,
    ),
    Row(
        "turn on DEVICE",
        (words("turn ", "switch "), _either("on ", Operation.TURN_ON, "off ", Operation.TURN_OFF), _SWITCHED),
        OperateDevice,
    ),
    Row(
        "toggle DEVICE",
        (words("toggle the state of ", "toggle "), with_actions("toggle")),
        partial(OperateDevice, Operation.TOGGLE),
    ),
    Row(
        "toggle DEVICE",
        (words("toggle "), with_actions("toggle"), words(" state")),
        partial(OperateDevice, Operation.TOGGLE),
    ),
    Row(
        "dim DEVICE to LEVEL",
        (words("dim "), with_actions("changeDimlevelTo"), words(" to "), ExpressionElement(texts=False), optional("%")),
        partial(OperateDevice, Operation.DIM),
    ),
    Row("raise DEVICE", (words("raise "), _SHUTTER, optional(" up")), partial(OperateDevice, Operation.RAISE)),
    Row("lower DEVICE", (words("lower "), _SHUTTER, optional(" down")), partial(OperateDevice, Operation.LOWER)),
    Row(
        "move DEVICE up",
        (words("move "), _SHUTTER, _either(" up", Operation.RAISE, " down", Operation.LOWER)),
        _device_first,
    ),
    Row(
        "stop SHUTTER", (words("stop "), with_actions("stop", "moveUp")), partial(OperateDevice, Operation.STOP_MOVING)
    ),
    Row(
        "set presence of DEVICE present",
        (
            words("set presence of "),
            with_actions("changePresenceTo"),
            _either(" present", Operation.SET_PRESENT, " absent", Operation.SET_ABSENT),
        ),
        _device_first,
    ),
    Row(
        "open CONTACT",
        (_either("open ", Operation.OPEN_CONTACT, "close ", Operation.CLOSE_CONTACT), with_actions("changeContactTo")),
        OperateDevice,
    ),
    Row(
        'set mode of DEVICE to "MODE"',
        (
            words("set mode of "),
            with_actions("changeModeTo"),
            words(" to "),
            ExpressionElement(numbers=False),
            optional(" mode"),
        ),
        partial(OperateDevice, Operation.SET_MODE),
    ),
    Row(
        "set temp of DEVICE to VALUE",
        (
            words("set temp of "),
            with_actions("changeTemperatureTo"),
            words(" to "),
            ExpressionElement(texts=False),
            optional("°C"),
        ),
        partial(OperateDevice, Operation.SET_TEMPERATURE),
    ),
    Row(
        "start TIMER",
        (
            Choice({"start ": Operation.START_TIMER, "stop ": Operation.STOP_TIMER, "reset ": Operation.RESET_TIMER}),
            _TIMER,
            optional(" timer"),
        ),
        OperateDevice,
    ),
    Row("play PLAYER", (words("play "), with_actions("play")), partial(OperateDevice, Operation.PLAY)),
    Row("pause PLAYER", (words("pause "), with_actions("pause")), partial(OperateDevice, Operation.PAUSE)),
    Row("stop PLAYER", (words("stop "), with_actions("stop", "play")), partial(OperateDevice, Operation.STOP_PLAYING)),
    Row(
        "play next PLAYER",
        (words("play next", "next "), *_SONG, with_actions("next")),
        partial(OperateDevice, Operation.NEXT),
    ),
    Row(
        "play previous PLAYER",
        (words("play previous", "previous "), *_SONG, with_actions("previous")),
        partial(OperateDevice, Operation.PREVIOUS),
    ),
    Row(
        "change volume of PLAYER to LEVEL",
        (
            words("change volume of "),
            with_actions("setVolume"),
            words(" to "),
            ExpressionElement(texts=False),
            optional("%"),
        ),
        partial(OperateDevice, Operation.SET_VOLUME),
    ),
    Row("press BUTTON", (words("press "), optional("the "), optional("button "), ButtonElement()), _pressed),
    Row(
        "set $VARIABLE to VALUE",
        (optional("set "), VariableElement(writable=True), words(" to ", " := ", " = "), ExpressionElement()),
        SetVariable,
    ),
    Row('log "TEXT"', (words("log "), ExpressionElement(numbers=False)), Log),
    Row('execute "COMMAND"', (words("execute "), ExpressionElement(numbers=False)), Execute),
)

_OPPOSITE: Final = {
    Operation.TURN_ON: Operation.TURN_OFF,
    Operation.SET_PRESENT: Operation.SET_ABSENT,
    Operation.OPEN_CONTACT: Operation.CLOSE_CONTACT,
    Operation.RAISE: Operation.STOP_MOVING,
}
# The operation that ends an action with "for TIME". A dimmer is set to its previous level instead.
UNDO: Final = (
    _OPPOSITE
    | {undo: operation for operation, undo in _OPPOSITE.items() if undo is not Operation.STOP_MOVING}
    | {Operation.LOWER: Operation.STOP_MOVING}
)
# The server repeats these operations at the end of the time.
REPEATED: Final = frozenset({Operation.SET_MODE, Operation.SET_TEMPERATURE})
