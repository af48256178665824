"""Set up a pimatic server: by hand, with new credentials, at a new address."""

from collections.abc import Mapping
import re
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_SSL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util.network import is_ip_address
import voluptuous as vol

from .access import base_url
from .api import PimaticClient, ServerState, cookie_jar
from .common.client.errors import AuthFailed, CertificateError, InvalidAnswer, PushError, PushRefused
from .const import DEFAULT_PORT, DOMAIN, OPTION_RULES, OPTION_VARIABLES

HOST_NAME = re.compile(r"[\w-]+(\.[\w-]+)*\.?")
PASSWORD = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password"))
PORT = vol.All(NumberSelector(NumberSelectorConfig(min=1, max=65535, mode=NumberSelectorMode.BOX)), vol.Coerce(int))
# Both may stay empty: a server without authentication takes anybody.
CREDENTIALS = {
    vol.Optional(CONF_USERNAME, default=""): TextSelector(),
    vol.Optional(CONF_PASSWORD, default=""): PASSWORD,
}
SERVER = vol.Schema(
    {
        vol.Required(CONF_HOST): TextSelector(),
        vol.Required(CONF_PORT, default=DEFAULT_PORT): PORT,
        vol.Required(CONF_SSL, default=False): bool,
        vol.Required(CONF_VERIFY_SSL, default=True): bool,
        **CREDENTIALS,
    }
)
OPTIONS = vol.Schema(
    {
        vol.Required(OPTION_VARIABLES, default=True): bool,
        vol.Required(OPTION_RULES, default=True): bool,
    }
)

# What each failure is called on the form.
ERRORS: tuple[tuple[type[PushError], str], ...] = (
    (AuthFailed, "invalid_auth"),
    (CertificateError, "certificate"),
    (PushRefused, "no_socket"),
    (InvalidAnswer, "not_pimatic"),
    (PushError, "cannot_connect"),
)


class PimaticConfigFlow(ConfigFlow, domain=DOMAIN):
    """The flow of one server."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Start with nothing known."""
        self._data: dict[str, Any] = {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry[Any]) -> PimaticOptionsFlow:
        """Return the options flow."""
        return PimaticOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for address and credentials."""
        return await self._async_server_form("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new address or new credentials of a server that is set up."""
        if user_input is None:
            self._data = dict(self._get_reconfigure_entry().data)
        return await self._async_server_form("reconfigure", user_input)

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin because the server refused the credentials."""
        self._data = dict(entry_data)
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for new credentials."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._data.update(user_input)
            if not (errors := await self._async_check()):
                return self.async_update_reload_and_abort(self._get_reauth_entry(), data=self._data)
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=self.add_suggested_values_to_schema(vol.Schema(CREDENTIALS), _without_secret(self._data)),
            errors=errors,
            description_placeholders={"name": self._get_reauth_entry().title},
        )

    async def _async_server_form(self, step: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            self._data = {**user_input, CONF_HOST: user_input[CONF_HOST].strip()}
            if not (errors := await self._async_check()):
                return self._async_finish()
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(SERVER, _without_secret(self._data)),
            errors=errors,
        )

    @callback
    def _async_finish(self) -> ConfigFlowResult:
        address = {name: self._data[name] for name in (CONF_HOST, CONF_PORT)}
        if self.source == SOURCE_RECONFIGURE:
            entry = self._get_reconfigure_entry()
            if any(
                other.entry_id != entry.entry_id and address.items() <= other.data.items()
                for other in self._async_current_entries()
            ):
                return self.async_abort(reason="already_configured")
            return self.async_update_reload_and_abort(entry, data=self._data)
        # The server has no id of its own that could tell two apart: its address has to.
        self._async_abort_entries_match(address)
        title = f"pimatic {self._data[CONF_HOST]}" if self._async_current_entries() else "pimatic"
        return self.async_create_entry(title=title, data=self._data)

    async def _async_check(self) -> dict[str, str]:
        """Connect with the data as they are now; return errors by field."""
        if ":" in self._data[CONF_USERNAME]:
            return {CONF_USERNAME: "invalid_username"}
        if not _is_host(self._data[CONF_HOST]):
            return {CONF_HOST: "invalid_host"}
        # A session of the flow's own: its cookies must not outlive the check.
        session = async_create_clientsession(
            self.hass, verify_ssl=self._data[CONF_VERIFY_SSL], auto_cleanup=False, cookie_jar=cookie_jar()
        )
        client = PimaticClient(session, base_url(self._data), self._data[CONF_USERNAME], self._data[CONF_PASSWORD])
        try:
            state = await client.connect()
        except PushError as error:
            return {"base": next(text for kind, text in ERRORS if isinstance(error, kind))}
        finally:
            await client.disconnect()
            session.detach()
        if self.source in (SOURCE_REAUTH, SOURCE_RECONFIGURE) and not self._is_same_server(state):
            return {"base": "another_server"}
        return {}

    def _is_same_server(self, state: ServerState) -> bool:
        """Tell whether a server has any device we know: another one's would make all of ours go."""
        entry = self._get_reauth_entry() if self.source == SOURCE_REAUTH else self._get_reconfigure_entry()
        known = {
            device.model_id
            for device in dr.async_entries_for_config_entry(dr.async_get(self.hass), entry.entry_id)
            if device.model_id
        }
        return not known or not state.devices or not known.isdisjoint(state.devices)


class PimaticOptionsFlow(OptionsFlowWithReload):
    """What beside devices becomes entities."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the options."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        return self.async_show_form(
            step_id="init", data_schema=self.add_suggested_values_to_schema(OPTIONS, self.config_entry.options)
        )


def _is_host(text: str) -> bool:
    """Tell whether a text is a host's name or its IP address, without brackets, port and path."""
    return is_ip_address(text) or HOST_NAME.fullmatch(text) is not None


def _without_secret(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values to show again: never the password."""
    return {name: value for name, value in data.items() if name != CONF_PASSWORD}
