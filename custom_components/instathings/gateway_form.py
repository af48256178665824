"""The form for the address of a gateway, which two flows have, and how the address is tried."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
)
import voluptuous as vol

from .api.errors import DatabaseDown, NotFound, Refused
from .common.client.errors import InvalidAnswer, PushError, PushRefused
from .common.client.wire import DropCounter
from .common.flow import ErrorRow, errors_of
from .gateway_client import PROBE_ID, gateway_client

DEFAULT_PORT = 1234

GATEWAY_FORM = vol.Schema(
    {
        vol.Required(CONF_HOST): TextSelector(),
        vol.Required(CONF_PORT, default=DEFAULT_PORT): vol.All(
            NumberSelector(NumberSelectorConfig(min=1, max=65535, mode=NumberSelectorMode.BOX)), vol.Coerce(int)
        ),
        vol.Required(CONF_SSL, default=False): bool,
        vol.Required(CONF_VERIFY_SSL, default=True): bool,
    }
)
# A gateway knows no credentials and refuses nothing: what does is something else.
GATEWAY_ERRORS = (
    ErrorRow(Refused, "base", "not_a_gateway"),
    ErrorRow(NotFound, "base", "not_a_gateway"),
    ErrorRow(PushRefused, "base", "not_a_gateway"),
    ErrorRow(InvalidAnswer, "base", "not_a_gateway"),
    ErrorRow(PushError, "base", "cannot_connect"),
)


async def async_check_gateway(hass: HomeAssistant, data: Mapping[str, Any]) -> dict[str, str]:
    """See that the REST route is there, then open the connection. The database may be down just now.

    Returns the errors by field. Only a plain GET goes to what may be anything: other servers do not survive a
    WebSocket.
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
