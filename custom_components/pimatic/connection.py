"""The address and the client of a server for the data of a config entry."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_SSL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from yarl import URL

from .api import PimaticClient, cookie_jar


def base_url(data: Mapping[str, Any]) -> URL:
    """Return the URL of a server from a config entry's data. Raises ValueError for an invalid host."""
    return URL.build(scheme="https" if data[CONF_SSL] else "http", host=data[CONF_HOST], port=int(data[CONF_PORT]))


def client_from(hass: HomeAssistant, data: Mapping[str, Any]) -> PimaticClient:
    """Return a client for the data of a config entry, with an HTTP session for pimatic's cookies."""
    session = async_create_clientsession(hass, verify_ssl=data[CONF_VERIFY_SSL], cookie_jar=cookie_jar())
    return PimaticClient(session, base_url(data), data[CONF_USERNAME], data[CONF_PASSWORD])
