"""How a gateway on one's own network is reached, and when it is asked whether its database works."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from yarl import URL

from .api import GatewayClient
from .common.client.wire import DropCounter

WATCH_SECONDS = 30.0
# A gateway that sent nothing for so long is asked whether its database works: without it, it never sends anything.
QUIET_SECONDS = 60.0
# Any id that a gateway accepts: it answers with an empty page.
PROBE_ID = "00000000"


def gateway_client(hass: HomeAssistant, data: Mapping[str, Any], dropped: DropCounter) -> GatewayClient:
    """Make a client from a config entry's data (or a flow's input). Raises ValueError for an invalid host."""
    url = URL.build(scheme="https" if data[CONF_SSL] else "http", host=data[CONF_HOST], port=int(data[CONF_PORT]))
    session = async_get_clientsession(hass, verify_ssl=data[CONF_VERIFY_SSL])
    return GatewayClient(session, url, dropped, verify_ssl=data[CONF_VERIFY_SSL])
