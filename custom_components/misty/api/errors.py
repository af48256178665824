"""What can go wrong between this client and a robot. Messages are for people and carry no URL."""

from ..common.client.errors import CannotConnect, CommandFailed, InvalidAnswer, NoAnswer, PushError, PushRefused


class Updating(CommandFailed):
    """The robot answers 503: it is installing software and accepts only stop commands.

    Source: docs/protocol/misty.md#status-codes and docs/protocol/misty.md#software-updates.
    """


class UnknownCommand(CommandFailed):
    """The robot answers 404: its firmware or edition has no such command."""


class InvalidArgument(CommandFailed):
    """A command's argument is not what the endpoint table allows; nothing was sent.

    `problem` is one of: unknown_endpoint, unknown, missing, type, range, choice, pattern, together, exactly_one.
    `name` is the argument (or the endpoint), `expected` says what is allowed.
    """

    def __init__(self, problem: str, name: str, expected: str = "") -> None:
        """Describe one argument that cannot be sent."""
        super().__init__(f"{name}: {problem}" + (f" ({expected})" if expected else ""))
        self.problem = problem
        self.name = name
        self.expected = expected


__all__ = [
    "CannotConnect",
    "CommandFailed",
    "InvalidAnswer",
    "InvalidArgument",
    "NoAnswer",
    "PushError",
    "PushRefused",
    "UnknownCommand",
    "Updating",
]
