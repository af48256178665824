"""Errors of the Instathings cloud and of gateways. The messages are shown to users and hold no secret."""

from ..common.client.errors import CannotConnect, CommandFailed, NoAnswer


class Unavailable(CannotConnect):
    """The cloud or the gateway cannot serve a request at the moment (500, 503, no response)."""


class RateLimited(Unavailable):
    """Too many requests (429), also after the requested wait."""


class Refused(CommandFailed):
    """The cloud or the gateway refused a request (400, 403, 405, 406)."""


class NotFound(Refused):
    """The resource does not exist (404)."""


class NoStatus(NoAnswer):
    """A device did not answer a status request in time."""


class DatabaseDown(Unavailable):
    """A gateway cannot reach its database; until it can, it neither stores nor sends readings."""
