"""What can go wrong with a robot's commands beyond the shared errors. Messages are for people and carry no URL."""

from ..common.client.errors import CommandFailed


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
        """Initialize with the argument that cannot be sent."""
        super().__init__(f"{name}: {problem}" + (f" ({expected})" if expected else ""))
        self.problem = problem
        self.name = name
        self.expected = expected
