"""The config flow: setup, reauthentication and reconfiguration of a server, and its options."""

from typing import Any, override

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
import voluptuous as vol

from .api import PimaticClient, ServerState, cookie_jar
from .common.client.errors import AuthFailed, CertificateError, InvalidAnswer, PushError, PushRefused
from .common.flow import (
    CredentialsFlow,
    ErrorRow,
    Fields,
    PushOptionsFlow,
    errors_of,
    form_values,
    parse_secret,
    parse_server,
    server_fields,
)
from .connection import base_url
from .const import DEFAULT_PORT, DOMAIN, OPTION_RULES, OPTION_VARIABLES
from .coordinator import PimaticConfigEntry

PASSWORD = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password"))
# Both may be empty: a server without authentication accepts every user.
CREDENTIALS: Fields = {
    vol.Optional(CONF_USERNAME, default=""): TextSelector(),
    vol.Optional(CONF_PASSWORD, default=""): PASSWORD,
}
SERVER = vol.Schema({**server_fields(DEFAULT_PORT, is_tls=False), **CREDENTIALS})
OPTIONS = vol.Schema(
    {vol.Required(OPTION_VARIABLES, default=True): bool, vol.Required(OPTION_RULES, default=True): bool}
)

ERRORS = (
    ErrorRow(AuthFailed, "base", "invalid_auth"),
    ErrorRow(CertificateError, "base", "certificate"),
    ErrorRow(PushRefused, "base", "no_socket"),
    ErrorRow(InvalidAnswer, "base", "not_pimatic"),
    ErrorRow(PushError, "base", "cannot_connect"),
)


class PimaticConfigFlow(CredentialsFlow, domain=DOMAIN):
    """The flow of one server."""

    VERSION = 1
    MINOR_VERSION = 1

    another = "another_server"
    credentials = vol.Schema(CREDENTIALS)
    secrets = (CONF_PASSWORD,)

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: PimaticConfigEntry) -> PimaticOptionsFlow:
        return PimaticOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for address and credentials."""
        return await self._async_server_form("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new address or new credentials of a server that is set up."""
        entry = self._get_reconfigure_entry()
        if user_input is None:
            self._data = dict(entry.data)
            return await self._async_server_form("reconfigure", None)
        # The form does not show the password: an empty one of the same user stays as it was.
        is_same_user = user_input[CONF_USERNAME].strip() == entry.data[CONF_USERNAME]
        return await self._async_server_form(
            "reconfigure", user_input, kept_password=entry.data[CONF_PASSWORD] if is_same_user else ""
        )

    async def _async_server_form(
        self, step: str, user_input: dict[str, Any] | None, *, kept_password: str = ""
    ) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            self._data = {**user_input, CONF_PASSWORD: user_input[CONF_PASSWORD].strip() or kept_password}
            errors = parse_server(self._data) or await self._async_check_credentials()
            if not errors:
                return await self._async_finish()
        return self._async_show(step, SERVER, form_values(user_input, self._data, self.secrets, errors), errors)

    @override
    async def _async_check_credentials(self) -> dict[str, str]:
        return _parse_credentials(self._data) or await self._async_check()

    @override
    async def _async_finish(self) -> ConfigFlowResult:
        """Save the data. A server does not report an id, so its address identifies it."""
        own = self._own_entry()
        address = {name: self._data[name] for name in (CONF_HOST, CONF_PORT)}
        if own is None:
            self._async_abort_entries_match(address)
        elif any(
            other.entry_id != own.entry_id and address.items() <= other.data.items()
            for other in self._async_current_entries()
        ):
            return self.async_abort(reason="already_configured")
        return self._async_save(f"pimatic {self._data[CONF_HOST]}" if self._async_current_entries() else "pimatic")

    async def _async_check(self) -> dict[str, str]:
        """Connect with the data; return errors by field."""
        # A separate session, because its cookies must not be kept after the check.
        session = async_create_clientsession(
            self.hass, verify_ssl=self._data[CONF_VERIFY_SSL], auto_cleanup=False, cookie_jar=cookie_jar()
        )
        client = PimaticClient(session, base_url(self._data), self._data[CONF_USERNAME], self._data[CONF_PASSWORD])
        try:
            state = await client.connect()
        except PushError as error:
            if isinstance(error, AuthFailed) and not self._data[CONF_USERNAME]:
                return {CONF_USERNAME: "user_needed"}
            return errors_of(error, ERRORS)
        finally:
            await client.disconnect()
            session.detach()
        own = self._own_entry()
        return {} if own is None or self._is_same_server(own, state) else {"base": "another_server"}

    def _is_same_server(self, entry: PimaticConfigEntry, state: ServerState) -> bool:
        """Return True if the server has a known device: with another server all devices would be removed."""
        known = {
            device.model_id
            for device in dr.async_entries_for_config_entry(dr.async_get(self.hass), entry.entry_id)
            if device.model_id
        }
        return not known or not state.devices or not known.isdisjoint(state.devices)


class PimaticOptionsFlow(PushOptionsFlow):
    """The options: which parts have entities besides the devices."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the options."""
        if user_input is not None:
            return self._async_keep(user_input)
        return self.async_show_form(
            step_id="init", data_schema=self.add_suggested_values_to_schema(OPTIONS, self.config_entry.options)
        )


def _parse_credentials(data: dict[str, Any]) -> dict[str, str]:
    """Strip user and password, in place; return the errors by field."""
    for field in (CONF_USERNAME, CONF_PASSWORD):
        try:
            data[field] = parse_secret(data[field]) if data[field].strip() else ""
        except ValueError:
            return {field: "invalid_text"}
    return {CONF_USERNAME: "invalid_username"} if ":" in data[CONF_USERNAME] else {}
