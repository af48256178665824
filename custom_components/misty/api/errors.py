"""Errors of a robot's commands. Their texts are shown to users and contain no URL."""

from ..common.client.errors import CommandFailed


class Updating(CommandFailed):
    """The robot answers 503: it installs software and accepts only stop commands.

    Source: docs/protocol/misty.md#status-codes and docs/protocol/misty.md#software-updates.
    """


class UnknownCommand(CommandFailed):
    """The robot answers 404: its firmware or edition has no such command."""


class InvalidArgument(CommandFailed):
    """An argument is not allowed by the endpoint table; nothing was sent.

    `problem` is one of: unknown_endpoint, unknown, missing, type, range, choice, pattern, together, exactly_one.
    `name` is the argument or the endpoint, `expected` describes the allowed values.
    """

    def __init__(self, problem: str, name: str, expected: str = "") -> None:
        super().__init__(f"{name}: {problem}" + (f" ({expected})" if expected else ""))
        self.problem = problem
        self.name = name
        self.expected = expected
