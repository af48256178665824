"""Set up a control unit: by hand or discovered, with new credentials, at a new address."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.const import (
    CONF_HOST,
    CONF_PORT,
    CONF_SSL,
    CONF_TOKEN,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import callback
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.util.ssl import get_default_no_verify_context
import voluptuous as vol

from .api import State, fetch_fingerprint, readable_fingerprint
from .common.client.errors import AuthFailed, CertificateError, InvalidAnswer, PushError, PushRefused
from .common.flow import ErrorRow, PushConfigFlow, errors_of, without
from .const import (
    CONF_FINGERPRINT,
    DEFAULT_HEARTBEAT,
    DEFAULT_HTTPS_PORT,
    DEFAULT_RTSP_PATH,
    DEFAULT_USERNAME,
    DOMAIN,
    OPTION_HEARTBEAT,
    OPTION_RTSP_PATH,
)
from .coordinator import RotoclearConfigEntry, client_from

PASSWORD = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))
PORT = vol.All(NumberSelector(NumberSelectorConfig(min=1, max=65535, mode=NumberSelectorMode.BOX)), vol.Coerce(int))
CREDENTIALS = {
    vol.Required(CONF_USERNAME, default=DEFAULT_USERNAME): TextSelector(),
    vol.Required(CONF_TOKEN): PASSWORD,
}
UNIT = vol.Schema(
    {
        vol.Required(CONF_HOST): TextSelector(),
        vol.Required(CONF_PORT, default=DEFAULT_HTTPS_PORT): PORT,
        vol.Required(CONF_SSL, default=True): bool,
        vol.Required(CONF_VERIFY_SSL, default=True): bool,
        **CREDENTIALS,
    }
)
OPTIONS = vol.Schema(
    {
        vol.Required(OPTION_HEARTBEAT, default=DEFAULT_HEARTBEAT): vol.All(
            NumberSelector(NumberSelectorConfig(min=5, max=120, mode=NumberSelectorMode.BOX, unit_of_measurement="s")),
            vol.Coerce(int),
        ),
        vol.Required(OPTION_RTSP_PATH, default=DEFAULT_RTSP_PATH): TextSelector(),
    }
)

ERRORS = (
    ErrorRow(AuthFailed, "base", "invalid_auth"),
    ErrorRow(CertificateError, "base", "certificate"),
    ErrorRow(PushRefused, "base", "not_rotoclear"),
    ErrorRow(InvalidAnswer, "base", "not_rotoclear"),
    ErrorRow(PushError, "base", "cannot_connect"),
)
SECRETS = (CONF_TOKEN,)


class RotoclearConfigFlow(PushConfigFlow, domain=DOMAIN):
    """The flow of one control unit."""

    VERSION = 1
    MINOR_VERSION = 1

    another = "another_unit"

    def __init__(self) -> None:
        """Initialize with nothing known."""
        super().__init__()
        self._fingerprint = ""
        self._title = ""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: RotoclearConfigEntry) -> RotoclearOptionsFlow:
        """Return the options flow."""
        return RotoclearOptionsFlow()

    # By hand ------------------------------------------------------------------------------------

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for address and token."""
        return await self._async_unit_form("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new address or new credentials of a unit that is set up."""
        if user_input is None:
            self._data = dict(self._get_reconfigure_entry().data)
        return await self._async_unit_form("reconfigure", user_input)

    async def _async_unit_form(self, step: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            self._data = {**user_input, CONF_HOST: user_input[CONF_HOST].strip()}
            if not (errors := await self._async_check()):
                return self._async_finish()
            if "certificate" in errors.values():
                return await self.async_step_certificate()
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(UNIT, without(self._data, SECRETS)),
            errors=errors,
        )

    # A certificate nobody vouches for -----------------------------------------------------------

    async def async_step_certificate(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the certificate's fingerprint and let the person choose how to go on."""
        try:
            self._fingerprint = await fetch_fingerprint(
                self._data[CONF_HOST], self._data[CONF_PORT], get_default_no_verify_context()
            )
        except PushError:
            return self.async_show_form(
                step_id=self._form_step,
                data_schema=self.add_suggested_values_to_schema(UNIT, without(self._data, SECRETS)),
                errors={"base": "cannot_connect"},
            )
        return self.async_show_menu(
            step_id="certificate",
            menu_options=["pin_certificate", "skip_verification", self._form_step],
            description_placeholders={"fingerprint": readable_fingerprint(self._fingerprint)},
        )

    async def async_step_pin_certificate(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Trust this very certificate from now on, and no other."""
        self._data[CONF_FINGERPRINT] = self._fingerprint
        return await self._async_check_again()

    async def async_step_skip_verification(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Trust whatever answers at the address."""
        self._data[CONF_VERIFY_SSL] = False
        return await self._async_check_again()

    async def _async_check_again(self) -> ConfigFlowResult:
        if not (errors := await self._async_check()):
            return self._async_finish()
        return self.async_show_form(
            step_id=self._form_step,
            data_schema=self.add_suggested_values_to_schema(UNIT, without(self._data, SECRETS)),
            errors=errors,
        )

    # Discovered ---------------------------------------------------------------------------------

    @override
    async def async_step_dhcp(self, discovery_info: DhcpServiceInfo) -> ConfigFlowResult:
        """Find a unit by its host name on the network; its address may be a new one."""
        await self.async_set_unique_id(format_mac(discovery_info.macaddress))
        self._abort_if_unique_id_configured(updates={CONF_HOST: discovery_info.ip})
        return await self._async_discovered(discovery_info.ip)

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Find a unit by the web server it announces."""
        if mac := discovery_info.properties.get("mac") or discovery_info.properties.get("macaddress"):
            await self.async_set_unique_id(format_mac(mac))
            self._abort_if_unique_id_configured(updates={CONF_HOST: discovery_info.host})
        if discovery_info.port:
            self._data = {CONF_PORT: discovery_info.port, CONF_SSL: discovery_info.type.startswith("_https.")}
        return await self._async_discovered(discovery_info.host)

    async def _async_discovered(self, host: str) -> ConfigFlowResult:
        self._async_abort_entries_match({CONF_HOST: host})
        if self.unique_id is None:
            await self._async_handle_discovery_without_unique_id()
        self._data = {
            CONF_HOST: host,
            CONF_PORT: DEFAULT_HTTPS_PORT,
            CONF_SSL: True,
            CONF_VERIFY_SSL: True,
            CONF_USERNAME: DEFAULT_USERNAME,
            **self._data,
        }
        self.context["title_placeholders"] = {"name": host}
        return await self.async_step_user()

    # New credentials ----------------------------------------------------------------------------

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin because the unit refused the credentials."""
        self._data = dict(entry_data)
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for new credentials."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._data.update(user_input)
            if not (errors := await self._async_check()):
                return self._async_finish()
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=self.add_suggested_values_to_schema(vol.Schema(CREDENTIALS), without(self._data, SECRETS)),
            errors=errors,
            description_placeholders={"name": self._get_reauth_entry().title},
        )

    # The end of each way ------------------------------------------------------------------------

    @property
    def _form_step(self) -> str:
        return "reconfigure" if self.source == SOURCE_RECONFIGURE else "user"

    async def _async_check(self) -> dict[str, str]:
        """Read the unit's identity; return what went wrong, or set the unique id."""
        try:
            state = await client_from(self.hass, self._data).get_state(("macAddr", "hostname", "netInfo"))
        except PushError as error:
            return errors_of(error, ERRORS)
        if (mac := _mac(state)) is None:
            return {"base": "no_identity"}
        self._title = str(state.get("hostname") or "Rotoclear C2")
        await self.async_set_unique_id(mac, raise_on_progress=False)
        return {}

    @callback
    def _async_finish(self) -> ConfigFlowResult:
        return self._async_save(self._title, {CONF_HOST: self._data[CONF_HOST]})


class RotoclearOptionsFlow(OptionsFlowWithReload):
    """How the connection is watched, and where the RTSP stream is."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the options."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        return self.async_show_form(
            step_id="init", data_schema=self.add_suggested_values_to_schema(OPTIONS, self.config_entry.options)
        )


def _mac(state: State) -> str | None:
    """Return the unit's hardware address: its own word for it, or its first network device's."""
    if mac := state.get("macAddr"):
        return format_mac(str(mac))
    for network in state.get("netInfo") or ():
        if isinstance(network, dict) and isinstance(mac := network.get("macAddress"), str) and mac:
            return format_mac(mac)
    return None
