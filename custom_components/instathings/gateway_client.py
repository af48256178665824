"""The client of a gateway on the own network, and when its database is checked."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from yarl import URL

from .api import GatewayClient
from .common.client.secrets import NO_SECRETS, Redactor
from .common.client.wire import DropCounter

WATCH_SECONDS = 30.0
# The database is checked if a gateway sent nothing for so long: without its database, it sends nothing.
QUIET_SECONDS = 60.0
# Any id that a gateway accepts: the response is an empty page.
PROBE_ID = "00000000"


def gateway_client(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    dropped: DropCounter,
    redactor: Callable[[], Redactor] = lambda: NO_SECRETS,
) -> GatewayClient:
    """Return a client for the data of a config entry, or the input of a flow. Raises ValueError for an invalid host."""
    url = URL.build(scheme="https" if data[CONF_SSL] else "http", host=data[CONF_HOST], port=int(data[CONF_PORT]))
    session = async_get_clientsession(hass, verify_ssl=data[CONF_VERIFY_SSL])
    return GatewayClient(session, url, dropped, verify_ssl=data[CONF_VERIFY_SSL], redactor=redactor)
