"""Set up a cloud project or an on-premise gateway, and change its credentials or its address."""

from collections.abc import Mapping
from contextlib import suppress
import re
from typing import Any, override

from homeassistant.config_entries import ConfigFlowResult, ConfigSubentryFlow
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_HOST, CONF_PORT
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
import voluptuous as vol
from yarl import URL

from .api import is_device_id
from .api.errors import NotFound, RateLimited, Refused
from .cloud import cloud_client
from .common.client.errors import AuthFailed, InvalidAnswer, PushError, PushRefused
from .common.client.wire import DropCounter
from .common.flow import (
    PASSWORD,
    CredentialsFlow,
    ErrorRow,
    Fields,
    PushOptionsFlow,
    errors_of,
    form_values,
    parse_address,
    parse_secrets,
    parse_server,
    whole_number,
    without,
)
from .const import (
    CLOUD,
    CONF_BASE_URL,
    CONF_CONNECTION,
    CONF_PROJECT,
    CONF_WEBSOCKET_URL,
    DEFAULT_HTTP_SECONDS,
    DEFAULT_SILENCE_MINUTES,
    DEFAULT_WEBSOCKET_URL,
    DOMAIN,
    ON_PREMISE,
    OPTION_DEVICES,
    OPTION_HTTP_SECONDS,
    OPTION_SILENCE_MINUTES,
    SECTION_ADVANCED,
    SUBENTRY_GATEWAY,
)
from .coordinator import InstathingsConfigEntry
from .gateway_flow import GATEWAY_FORM, GatewayFlow, async_check_gateway

# The project's name becomes part of a host name.
PROJECT = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
CLOUD_HOST = ".instathings.io"

ADDRESS = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
CREDENTIALS: Fields = {vol.Required(CONF_CLIENT_ID): TextSelector(), vol.Required(CONF_CLIENT_SECRET): PASSWORD}
ADVANCED = vol.Schema({vol.Optional(CONF_BASE_URL): ADDRESS, vol.Optional(CONF_WEBSOCKET_URL): ADDRESS})
# By step. An entry keeps its secret if the input has none.
SECRETS_OF = {
    CLOUD: CREDENTIALS,
    "reconfigure_cloud": {
        vol.Required(CONF_CLIENT_ID): TextSelector(),
        vol.Optional(CONF_CLIENT_SECRET): PASSWORD,
    },
}


def _cloud_form(step: str, errors: Mapping[str, str]) -> vol.Schema:
    """Return the form of a project; the section is open if one of its fields has an error."""
    is_collapsed = "invalid_url" not in errors.values()
    return vol.Schema(
        {
            vol.Required(CONF_PROJECT): TextSelector(),
            **SECRETS_OF[step],
            vol.Required(SECTION_ADVANCED, default=dict): section(ADVANCED, {"collapsed": is_collapsed}),
        }
    )


# 0 is off.
CLOUD_OPTIONS = vol.Schema(
    {vol.Required(OPTION_HTTP_SECONDS, default=DEFAULT_HTTP_SECONDS): whole_number(0, 86400, "s")}
)
GATEWAY_OPTIONS = vol.Schema(
    {
        vol.Required(OPTION_SILENCE_MINUTES, default=DEFAULT_SILENCE_MINUTES): whole_number(0, 10080, "min"),
        vol.Required(OPTION_DEVICES, default=list): TextSelector(TextSelectorConfig(multiple=True)),
    }
)

ERRORS = (
    ErrorRow(AuthFailed, "base", "invalid_auth"),
    ErrorRow(RateLimited, "base", "too_many_requests"),
    ErrorRow(NotFound, "base", "not_instathings"),
    ErrorRow(Refused, "base", "refused"),
    ErrorRow(PushRefused, "base", "not_instathings"),
    ErrorRow(InvalidAnswer, "base", "not_instathings"),
    ErrorRow(PushError, "base", "cannot_connect"),
)


class InstathingsConfigFlow(CredentialsFlow, domain=DOMAIN):
    """The flow of one project or one gateway."""

    VERSION = 1
    MINOR_VERSION = 1

    another = "another_project"
    credentials = vol.Schema(CREDENTIALS)
    secrets = (CONF_CLIENT_SECRET,)

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: InstathingsConfigEntry) -> InstathingsOptionsFlow:
        return InstathingsOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: InstathingsConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the subentry flow for a project's gateways on the own network."""
        return {SUBENTRY_GATEWAY: GatewayFlow} if config_entry.data[CONF_CONNECTION] == CLOUD else {}

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the menu with cloud and gateway."""
        return self.async_show_menu(step_id="user", menu_options=[CLOUD, ON_PREMISE])

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change the address or the credentials of an entry."""
        self._data = dict(self._get_reconfigure_entry().data)
        if self._data[CONF_CONNECTION] == CLOUD:
            return await self.async_step_reconfigure_cloud()
        return await self.async_step_reconfigure_on_premise()

    # Cloud --------------------------------------------------------------------------------------

    async def async_step_cloud(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for project and credentials."""
        return await self._async_cloud_form(CLOUD, user_input)

    async def async_step_reconfigure_cloud(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for other credentials or addresses of the same project."""
        return await self._async_cloud_form("reconfigure_cloud", user_input)

    async def _async_cloud_form(self, step: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        known = _sectioned(self._data)
        if user_input is not None:
            entry = self._own_entry()
            kept = {} if entry is None else {CONF_CLIENT_SECRET: entry.data[CONF_CLIENT_SECRET]}
            self._data = {CONF_CONNECTION: CLOUD, **kept, **_flat(user_input)}
            errors = _wrong_addresses(self._data) or await self._async_check_credentials()
            if not errors:
                return await self._async_finish()
        values = form_values(user_input, known, self.secrets, errors)
        return self._async_show(step, _cloud_form(step, errors), values, errors)

    @override
    async def _async_check_credentials(self) -> dict[str, str]:
        """Request a token and the devices, as the setup does; return the errors."""
        if errors := parse_secrets(self._data, (CONF_CLIENT_ID, CONF_CLIENT_SECRET)):
            return errors
        try:
            await cloud_client(self.hass, self._data, DropCounter()).devices()
        except PushError as error:
            return errors_of(error, ERRORS)
        return {}

    @override
    async def _async_finish(self) -> ConfigFlowResult:
        # The name is the vendor's own identifier: it is the project's host name.
        await self.async_set_unique_id(self._data[CONF_PROJECT].lower())
        return self._async_save(self._data[CONF_PROJECT])

    # On-premise ---------------------------------------------------------------------------------

    async def async_step_on_premise(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the gateway's address."""
        return await self._async_gateway_form(ON_PREMISE, user_input)

    async def async_step_reconfigure_on_premise(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new address of the gateway."""
        return await self._async_gateway_form("reconfigure_on_premise", user_input)

    async def _async_gateway_form(self, step: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            self._data = {CONF_CONNECTION: ON_PREMISE, **user_input}
            errors = parse_server(self._data)
        if user_input is not None and not errors:
            # A gateway does not report an id, so the address identifies it.
            address = {key: self._data[key] for key in (CONF_HOST, CONF_PORT)}
            if (entry := self._own_entry()) is None or not address.items() <= entry.data.items():
                self._async_abort_entries_match(address)
            if not (errors := await async_check_gateway(self.hass, self._data)):
                return self._async_save(f"Gateway {self._data[CONF_HOST]}")
        return self._async_show(step, GATEWAY_FORM, user_input or self._data, errors)


class InstathingsOptionsFlow(PushOptionsFlow):
    """The options: how often HTTP devices are polled; when a silent device is unavailable, and more devices."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the options of a project or of a gateway."""
        if self.config_entry.data[CONF_CONNECTION] == CLOUD:
            return await self.async_step_cloud()
        return await self.async_step_on_premise()

    async def async_step_cloud(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the options of a project."""
        if user_input is not None:
            return self._async_keep(user_input)
        return self._show(CLOUD, CLOUD_OPTIONS, self.config_entry.options, {})

    async def async_step_on_premise(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the options of a gateway."""
        if user_input is None:
            return self._show(ON_PREMISE, GATEWAY_OPTIONS, self.config_entry.options, {})
        user_input[OPTION_DEVICES] = list(dict.fromkeys(one.strip() for one in user_input[OPTION_DEVICES]))
        if not all(is_device_id(one) for one in user_input[OPTION_DEVICES]):
            return self._show(ON_PREMISE, GATEWAY_OPTIONS, user_input, {OPTION_DEVICES: "invalid_device_id"})
        return self._async_keep(user_input)

    def _show(
        self, step: str, schema: vol.Schema, values: Mapping[str, Any], errors: dict[str, str]
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step, data_schema=self.add_suggested_values_to_schema(schema, values), errors=errors
        )


def _flat(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the input without the section, with the default addresses of the project."""
    data = {key: value for key, value in user_input.items() if key != SECTION_ADVANCED}
    data[CONF_PROJECT] = _project_of(data[CONF_PROJECT])
    advanced = {key: text.strip() for key, text in user_input[SECTION_ADVANCED].items()}
    data[CONF_BASE_URL] = (advanced.get(CONF_BASE_URL) or f"https://{data[CONF_PROJECT]}{CLOUD_HOST}").rstrip("/")
    data[CONF_WEBSOCKET_URL] = advanced.get(CONF_WEBSOCKET_URL) or DEFAULT_WEBSOCKET_URL
    return data


def _project_of(text: str) -> str:
    """Return the project's name, also from a pasted address, whose host name begins with it."""
    with suppress(ValueError):
        host = parse_address(text).host
        if host.lower().endswith(CLOUD_HOST):
            return host.partition(".")[0]
    return text.strip()


def _sectioned(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of an entry as input of the form."""
    advanced = {key: data[key] for key in (CONF_BASE_URL, CONF_WEBSOCKET_URL) if key in data}
    return {**without(data, advanced), SECTION_ADVANCED: advanced}


def _wrong_addresses(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the errors of the project and the addresses; those of the section are shown for the whole form."""
    if not PROJECT.fullmatch(data[CONF_PROJECT]):
        return {CONF_PROJECT: "invalid_project"}
    for key, schemes in ((CONF_BASE_URL, ("http", "https")), (CONF_WEBSOCKET_URL, ("ws", "wss"))):
        try:
            is_address = parse_address(data[key]).scheme in schemes and not URL(data[key]).query_string
        except ValueError:
            is_address = False
        if not is_address:
            return {"base": "invalid_url"}
    return {}
