"""Command definitions, and the conversion of a call into the JSON that the board receives.

An option is a FixedValue, MultipleChoice or FreeValue. If the call has no value for it, its default is sent: the fixed
value or a placeholder (docs/protocol/iottly.md#command-definitions, docs/protocol/iottly.md#what-the-board-gets).
"""

from typing import Any

DEFINITIONS: dict[str, dict[str, Any]] = {
    "echo": {"content": "IOTTLY hello world!!!!"},
    "examplecommand": {"status": "<start|stop>"},
    "relay": {"status": "<on|off>"},
    "setpoint": {"value": "<value>"},
    "dimmer": {"level": "<level>"},
    "shutter": {"position": "<position>"},
    "list_processes": {"all": "true"},
}


class Refused(Exception):
    """The server refuses the command, with the error text of the real server."""


def build(body: Any) -> dict[str, Any]:
    """Return the JSON for the board. Raises Refused (docs/protocol/iottly.md#command-errors)."""
    if not isinstance(body, dict):
        raise Refused("Expected object or value")
    for key in ("cmd_type", "values"):
        if key not in body:
            raise Refused(f"'{key}'")
    cmd_type, values = body["cmd_type"], body["values"]
    if cmd_type not in DEFINITIONS:
        raise Refused("list index out of range")
    command: dict[str, Any] = {cmd_type: dict(DEFINITIONS[cmd_type])}
    for name, value in values.items():
        if value is None or value == "":
            continue
        group, dot, option = name.partition(".")
        if not dot:
            # An option without its prefix is added at the top level, and the placeholder stays in the command.
            command = {name: value, **command}
        elif group != cmd_type:
            raise Refused(f"u'{group}'")
        else:
            command[cmd_type][option] = value
    return command
