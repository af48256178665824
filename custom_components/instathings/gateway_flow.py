"""The form for the address of a gateway, and the subentry flow that adds a gateway to a project."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState, SubentryFlowResult
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant
import voluptuous as vol

from .api.errors import DatabaseDown, NotFound, Refused
from .api.recognize import recognize
from .cloud import CloudConfigEntry, CloudCoordinator
from .common.client.errors import InvalidAnswer, PushError, PushRefused
from .common.client.wire import DropCounter
from .common.flow import ErrorRow, PushSubentryFlow, errors_of, parse_server, server_fields
from .const import CONF_CONNECTION, CONF_GATEWAY_ID, DOMAIN, ON_PREMISE
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
ERRORS = (ErrorRow(DatabaseDown, "base", "database_down"), *GATEWAY_ERRORS)


class GatewayFlow(PushSubentryFlow):
    """The flow of one gateway: which one it is follows from its readings."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add one."""
        return await self._async_form("user", user_input, {})

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change its address."""
        return await self._async_form("reconfigure", user_input, dict(self._get_reconfigure_subentry().data))

    async def _async_form(
        self, step: str, user_input: dict[str, Any] | None, known: dict[str, Any]
    ) -> SubentryFlowResult:
        entry: CloudConfigEntry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="entry_not_loaded")
        coordinator = entry.runtime_data
        errors: dict[str, str] = {}
        if user_input is not None:
            data = dict(user_input)
            errors = parse_server(data)
            if not errors and _has_own_entry(self.hass, data):
                return self.async_abort(reason="has_own_entry")
            if not errors and not (errors := await self._async_recognize(coordinator, data)):
                return self._finish(coordinator, data)
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(GATEWAY_FORM, user_input or known),
            errors=errors,
        )

    async def _async_recognize(self, coordinator: CloudCoordinator, data: dict[str, Any]) -> dict[str, str]:
        """Add the id of the gateway to the data; return the errors by field."""
        if errors := await async_check_gateway(self.hass, data):
            return errors
        client = gateway_client(self.hass, data, DropCounter())
        try:
            gateway_id = await recognize(client, coordinator.devices_by_gateway())
        except PushError as error:
            return errors_of(error, ERRORS)
        if gateway_id is None:
            return {"base": "unknown_gateway"}
        if self.source == SOURCE_RECONFIGURE and gateway_id != self._get_reconfigure_subentry().unique_id:
            return {"base": "another_gateway"}
        data[CONF_GATEWAY_ID] = gateway_id
        return {}

    def _finish(self, coordinator: CloudCoordinator, data: dict[str, Any]) -> SubentryFlowResult:
        entry = self._get_entry()  # it may have been removed meanwhile
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(entry, self._get_reconfigure_subentry(), data=data)
        gateway_id = data[CONF_GATEWAY_ID]
        if any(subentry.unique_id == gateway_id for subentry in entry.subentries.values()):
            return self.async_abort(reason="already_configured")
        gateway = coordinator.inventory.get(gateway_id)
        title = gateway.name if gateway else data[CONF_HOST]
        return self.async_create_entry(title=title, data=data, unique_id=gateway_id)


def _has_own_entry(hass: HomeAssistant, data: dict[str, Any]) -> bool:
    """Return True if another entry has this address: each device would exist twice."""
    address = {CONF_CONNECTION: ON_PREMISE, CONF_HOST: data[CONF_HOST], CONF_PORT: data[CONF_PORT]}
    return any(address.items() <= entry.data.items() for entry in hass.config_entries.async_entries(DOMAIN))


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
