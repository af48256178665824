"""Commands as the server wants them: every option's name prefixed by the command's (vendor page, Send a command).

The server itself is of no help here: it accepts an option without its prefix and then sends the board
a placeholder, and it silently leaves out empty values (vendor-facts 5).
"""

from collections.abc import Mapping
from typing import Any

from .errors import InvalidCommand

type Scalar = str | int | float | bool


def command_values(cmd_type: str, values: Mapping[str, Any]) -> dict[str, Scalar]:
    """Return the values with every name prefixed by `<cmd_type>.`.

    No values at all is a command with its defaults. Raises InvalidCommand for a name prefixed by
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
