"""Prepare a command: each option's name is prefixed by the command's (docs/protocol/iottly.md#send-a-command).

The server does not check this: it accepts an option without its prefix and then sends the board a
placeholder, and it silently leaves out empty values (docs/protocol/iottly.md#what-the-board-gets).
"""

from collections.abc import Mapping
from typing import Any

type Scalar = str | int | float | bool


class InvalidCommand(ValueError):
    """An invalid command; `reason` is one of the names below, `option` the invalid option."""

    FOREIGN_PREFIX = "foreign_prefix"
    EMPTY_VALUE = "empty_value"
    NOT_A_SCALAR = "not_a_scalar"
    NO_CMD_TYPE = "no_cmd_type"

    def __init__(self, reason: str, option: str = "") -> None:
        super().__init__(f"{reason}: {option}" if option else reason)
        self.reason = reason
        self.option = option


def command_values(cmd_type: str, values: Mapping[str, Any]) -> dict[str, Scalar]:
    """Return the values with every name prefixed by `<cmd_type>.`.

    Without values it is a command with its defaults. Raises InvalidCommand for a name prefixed by
    something else, for an empty value and for a list or an object.
    """
    if not cmd_type.strip():
        raise InvalidCommand(InvalidCommand.NO_CMD_TYPE)
    prefix = f"{cmd_type}."
    ready: dict[str, Scalar] = {}
    for name, value in values.items():
        option = name.removeprefix(prefix)
        if "." in option:
            raise InvalidCommand(InvalidCommand.FOREIGN_PREFIX, name)
        if value is None or value == "" or not option:
            raise InvalidCommand(InvalidCommand.EMPTY_VALUE, name)
        if not isinstance(value, str | int | float):
            raise InvalidCommand(InvalidCommand.NOT_A_SCALAR, name)
        ready[prefix + option] = value
    return ready
