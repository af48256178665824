"""What the Iottly API can answer instead of what was asked. The bases are in `common/client/errors.py`."""

from ..common.client.errors import AuthFailed, CannotConnect, CommandFailed, InvalidAnswer


class NoPermission(AuthFailed):
    """The token is known, but not for this project or board (status 403)."""


class NotFound(InvalidAnswer):
    """The server has no such route, project or board (status 404)."""


class NoRoute(NotFound):
    """A web server has no such route: its answer is no error of Iottly's API (docs/protocol/iottly.md#errors)."""


class ServerError(CannotConnect):
    """The server answered with any other error status.

    `status` is that status; the text is the server's own `error`, where it sent one.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class SilentError(ServerError):
    """The server returned an error status without a message."""


class CommandRefused(CommandFailed):
    """The server refused a command; the text is its own."""


class UnknownCommand(CommandRefused):
    """The project has no such command type, or no such board (docs/protocol/iottly.md#command-errors)."""
