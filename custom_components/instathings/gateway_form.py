"""The form for the address of a gateway, which two flows have, and the check of the address."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from homeassistant.core import HomeAssistant
import voluptuous as vol

from .api.errors import DatabaseDown, NotFound, Refused
from .common.client.errors import InvalidAnswer, PushError, PushRefused
from .common.client.wire import DropCounter
from .common.flow import ErrorRow, errors_of, server_fields
from .gateway_client import PROBE_ID, gateway_client

DEFAULT_PORT = 1234

GATEWAY_FORM = vol.Schema(server_fields(DEFAULT_PORT, is_tls=False))
# A gateway has no credentials and refuses no request: a server that does is not a gateway.
GATEWAY_ERRORS = (
    ErrorRow(Refused, "base", "not_a_gateway"),
    ErrorRow(NotFound, "base", "not_a_gateway"),
    ErrorRow(PushRefused, "base", "not_a_gateway"),
    ErrorRow(InvalidAnswer, "base", "not_a_gateway"),
    ErrorRow(PushError, "base", "cannot_connect"),
)


async def async_check_gateway(hass: HomeAssistant, data: Mapping[str, Any]) -> dict[str, str]:
    """Check the REST API, then open the Socket.IO connection. The database may be down.

    Returns the errors by field. A GET comes first, because some other servers crash when a WebSocket is opened.
    """
    client = gateway_client(hass, data, DropCounter())
    try:
        with suppress(DatabaseDown):
            await client.data(PROBE_ID, per_page=1)
        async with client.connect():
            pass
    except PushError as error:
        return errors_of(error, GATEWAY_ERRORS)
    return {}
