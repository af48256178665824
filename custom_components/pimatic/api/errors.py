"""What pimatic refuses, beside the errors that all vendors share."""

from ..common.client.errors import CommandFailed


class PermissionDenied(CommandFailed):
    """The user's role may not do this (vendor-facts f)."""


class ParameterInvalid(CommandFailed):
    """A parameter is not what the action declares. It was not sent: the server might not survive it (b)."""


class Refused(CommandFailed):
    """The server refused a command. `detail` is its own text: often an assertion, meant for developers."""

    def __init__(self, message: str, detail: str = "") -> None:
        """Take our text and the server's."""
        super().__init__(message)
        self.detail = detail
