"""The errors of pimatic, in addition to those that all vendors share."""

from ..common.client.errors import CommandFailed


class PermissionDenied(CommandFailed):
    """The user's role may not do this (docs/protocol/pimatic.md#roles)."""


class ParameterInvalid(CommandFailed):
    """A parameter is not what the action declares. Nothing was sent, because it could end the server.

    `key` is the translation key of the reason, with `placeholders`. Source: docs/protocol/pimatic.md#malformed-calls.
    """

    def __init__(self, key: str, **placeholders: str) -> None:
        """Initialize with one of the reasons: a translation key of `exceptions`."""
        super().__init__(" ".join((key, *placeholders.values())))
        self.key = key
        self.placeholders = placeholders


class Refused(CommandFailed):
    """The server refused a command. `detail` is its own text: often an assertion, meant for developers."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class ActionTextRefused(Refused):
    """The server cannot parse an action text; `detail` is its reason."""
