"""What the Iottly API can answer instead of what was asked. See `push.errors` for the bases."""

from ..common.client.errors import AuthFailed, CannotConnect, CommandFailed, InvalidAnswer


class NoPermission(AuthFailed):
    """The token is known, but not for this project or board (status 403)."""


class NotFound(InvalidAnswer):
    """The server has no such route, project or board (status 404).

    `is_json` tells that a route said so, and not the web server that has no such route.
    """

    def __init__(self, text: str, *, is_json: bool) -> None:
        """Keep who said it."""
        super().__init__(text)
        self.is_json = is_json


class ServerError(CannotConnect):
    """The server answered with any other error status.

    `status` is that status; the text is the server's own `error`, where it sent one.
    """

    def __init__(self, status: int, text: str) -> None:
        """Keep the status beside the server's words."""
        super().__init__(text)
        self.status = status


class CommandRefused(CommandFailed):
    """The server refused a command; the text is its own."""


class InvalidCommand(ValueError):
    """A command that must not be sent; `reason` is one of the names below, `option` what it is about."""

    FOREIGN_PREFIX = "foreign_prefix"
    EMPTY_VALUE = "empty_value"
    NOT_A_SCALAR = "not_a_scalar"
    NO_CMD_TYPE = "no_cmd_type"

    def __init__(self, reason: str, option: str = "") -> None:
        """Keep what is wrong, and where."""
        super().__init__(f"{reason}: {option}" if option else reason)
        self.reason = reason
        self.option = option
