"""What can go wrong with the Instathings cloud or a gateway. Messages are for people and hold no secret."""

from ..common.client.errors import CannotConnect, CommandFailed, NoAnswer


class Unavailable(CannotConnect):
    """The cloud or the gateway cannot serve a request just now (500, 503, no answer); it may later."""


class RateLimited(Unavailable):
    """Too many requests (429), also after waiting as asked."""


class Refused(CommandFailed):
    """The cloud or the gateway refused a request for good (400, 403, 405, 406)."""


class NotFound(Refused):
    """What a request names does not exist (404)."""


class NoStatus(NoAnswer):
    """A device did not answer a status request in time."""


class DatabaseDown(Unavailable):
    """A gateway cannot reach its database: it neither stores nor sends readings while that lasts."""
