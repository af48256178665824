"""Config flow of Rotoclear: user, discovery, reauthentication, reconfiguration and options."""

from collections.abc import Mapping
from typing import Any, Self, override

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL, CONF_TOKEN, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import TextSelector
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.util.network import is_ip_address
from homeassistant.util.ssl import get_default_no_verify_context
import voluptuous as vol

from .api import fetch_fingerprint, hardware_addresses, readable_fingerprint
from .common.client.errors import AuthFailed, CertificateError, InvalidAnswer, PushError, PushRefused
from .common.client.mac import parse_mac
from .common.flow import (
    HOST_NAME,
    PASSWORD,
    CredentialsFlow,
    ErrorRow,
    Fields,
    PushOptionsFlow,
    errors_of,
    form_values,
    parse_secrets,
    parse_server,
    server_fields,
    whole_number,
)
from .const import (
    CONF_FINGERPRINT,
    DEFAULT_HEARTBEAT,
    DEFAULT_HTTPS_PORT,
    DEFAULT_RTSP_PATH,
    DEFAULT_USERNAME,
    DOMAIN,
    MODEL,
    OPTION_HEARTBEAT,
    OPTION_RTSP_PATH,
)
from .coordinator import RotoclearConfigEntry, client_from

ADDRESS = server_fields(DEFAULT_HTTPS_PORT, is_tls=True)
USERNAME: Fields = {vol.Required(CONF_USERNAME, default=DEFAULT_USERNAME): TextSelector()}
CREDENTIALS: Fields = {**USERNAME, vol.Required(CONF_TOKEN): PASSWORD}
# By step. On reconfigure, an empty token keeps that of the entry.
FORMS = {
    "user": vol.Schema({**ADDRESS, **CREDENTIALS}),
    "reconfigure": vol.Schema({**ADDRESS, **USERNAME, vol.Optional(CONF_TOKEN): PASSWORD}),
}
SECTION_ADVANCED = "advanced"
ADVANCED = vol.Schema({vol.Required(OPTION_HEARTBEAT, default=DEFAULT_HEARTBEAT): whole_number(5, 120, "s")})
OPTIONS = vol.Schema(
    {
        vol.Required(OPTION_RTSP_PATH, default=DEFAULT_RTSP_PATH): TextSelector(),
        vol.Required(SECTION_ADVANCED, default=dict): section(ADVANCED, {"collapsed": True}),
    }
)

ERRORS = (
    ErrorRow(AuthFailed, "base", "invalid_auth"),
    ErrorRow(CertificateError, "base", "certificate"),
    ErrorRow(PushRefused, "base", "not_rotoclear"),
    ErrorRow(InvalidAnswer, "base", "not_rotoclear"),
    ErrorRow(PushError, "base", "cannot_connect"),
)
LONGEST_PATH = 1024
LONGEST_NAME = 253


class RotoclearConfigFlow(CredentialsFlow, domain=DOMAIN):
    """The flow of one control unit."""

    VERSION = 1
    MINOR_VERSION = 1

    another = "another_unit"
    credentials = vol.Schema(CREDENTIALS)
    secrets = (CONF_TOKEN,)

    def __init__(self) -> None:
        super().__init__()
        # The last input of the form.
        self._typed: dict[str, Any] = {}
        self._fingerprint = ""
        # The discovered address; empty in a flow of a user.
        self._host = ""
        # The id of the entry whose unit was discovered at another address.
        self._moved = ""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: RotoclearConfigEntry) -> RotoclearOptionsFlow:
        return RotoclearOptionsFlow()

    # Forms --------------------------------------------------------------------------------------

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for address and token."""
        return await self._async_unit_form(user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the address and the credentials of a unit that is set up."""
        entry = self._get_reconfigure_entry()
        if user_input is None:
            self._data = dict(entry.data)
        return await self._async_unit_form(user_input, kept_token=entry.data[CONF_TOKEN])

    async def _async_unit_form(self, user_input: dict[str, Any] | None, kept_token: str = "") -> ConfigFlowResult:
        if user_input is None:
            return self._show_unit_form({})
        self._typed = user_input
        self._data = {**user_input, CONF_TOKEN: user_input.get(CONF_TOKEN, "").strip() or kept_token}
        errors = parse_server(self._data) or await self._async_check_credentials()
        if not errors:
            return await self._async_finish()
        if "certificate" in errors.values():
            return await self.async_step_certificate()
        return self._show_unit_form(errors)

    def _show_unit_form(self, errors: dict[str, str]) -> ConfigFlowResult:
        values = form_values(self._typed or None, self._data, self.secrets, errors)
        return self._async_show(self._form_step, FORMS[self._form_step], values, errors)

    # A certificate that cannot be verified ------------------------------------------------------

    async def async_step_certificate(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the certificate's fingerprint, and offer to pin it, to skip the verification or to go back."""
        if (fingerprint := await self._async_fingerprint()) is None:
            return self._show_unit_form({"base": "cannot_connect"})
        self._fingerprint = fingerprint
        return self.async_show_menu(
            step_id="certificate",
            menu_options=["pin_certificate", "skip_verification", self._form_step],
            description_placeholders={"fingerprint": readable_fingerprint(self._fingerprint)},
        )

    async def async_step_pin_certificate(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Trust only this certificate."""
        self._data[CONF_FINGERPRINT] = self._fingerprint
        return await self._async_check_again()

    async def async_step_skip_verification(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Trust any certificate."""
        self._data[CONF_VERIFY_SSL] = self._typed[CONF_VERIFY_SSL] = False
        return await self._async_check_again()

    async def _async_check_again(self) -> ConfigFlowResult:
        if not (errors := await self._async_check()):
            return await self._async_finish()
        return self._show_unit_form(errors)

    # Discovery ----------------------------------------------------------------------------------

    @override
    async def async_step_dhcp(self, discovery_info: DhcpServiceInfo) -> ConfigFlowResult:
        """Handle a unit that was discovered by DHCP."""
        return await self._async_discovered(discovery_info.ip, parse_mac(discovery_info.macaddress))

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Handle a unit that was discovered by its web server."""
        properties = discovery_info.properties
        if discovery_info.port:
            self._data = {CONF_PORT: discovery_info.port, CONF_SSL: discovery_info.type.startswith("_https.")}
        name = discovery_info.hostname.rstrip(".")
        self._async_abort_entries_match({CONF_HOST: name})
        return await self._async_discovered(
            discovery_info.host, parse_mac(properties.get("mac")) or parse_mac(properties.get("macaddress")), name
        )

    async def _async_discovered(self, host: str, mac: str | None, name: str = "") -> ConfigFlowResult:
        """Handle a discovered unit, which is identified by its MAC address, otherwise by its host name."""
        self._async_abort_entries_match({CONF_HOST: host})
        entry = await self.async_set_unique_id(mac or name or host)
        self._host = host
        if self.hass.config_entries.flow.async_has_matching_flow(self):
            return self.async_abort(reason="already_in_progress")
        if entry is not None:
            return await self._async_moved(entry)
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

    @override
    def is_matching(self, other_flow: Self) -> bool:
        """Return True if the flow has the same address: a unit may announce several web servers."""
        return other_flow._host == self._host

    # Discovery of a unit that is set up at another address --------------------------------------

    async def _async_moved(self, entry: RotoclearConfigEntry) -> ConfigFlowResult:
        """Update the address of a unit that no longer answers at the old one.

        Any device on the network can announce itself as the unit. So the token is sent to the new address only if the
        pinned certificate is there, or the user confirms.
        """
        if entry.state not in (ConfigEntryState.LOADED, ConfigEntryState.SETUP_RETRY) or _needs_name(entry.data):
            return self.async_abort(reason="already_configured")
        if await self._async_answers(entry):
            return self.async_abort(reason="already_configured")
        self._data = {**entry.data, CONF_HOST: self._host}
        if (fingerprint := entry.data.get(CONF_FINGERPRINT)) and fingerprint == await self._async_fingerprint():
            return self.async_update_reload_and_abort(entry, data=self._data, reason="already_configured")
        self._moved = entry.entry_id
        self.context["title_placeholders"] = {"name": entry.title}
        return await self.async_step_moved()

    async def _async_answers(self, entry: RotoclearConfigEntry) -> bool:
        """Return True if the unit answers at the address of its entry, even if it refuses the token."""
        try:
            state = await client_from(self.hass, entry.data).get_state()
        except AuthFailed:
            return True
        except PushError:
            return False
        addresses = hardware_addresses(state)
        return not addresses or entry.unique_id in addresses

    async def async_step_moved(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask the user to confirm the new address."""
        entry = self.hass.config_entries.async_get_entry(self._moved)
        if entry is None:
            return self.async_abort(reason="entry_gone")
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := await self._async_check()):
            if self.unique_id != entry.unique_id:
                return self.async_abort(reason=self.another)
            return self.async_update_reload_and_abort(entry, data=self._data, reason="reconfigure_successful")
        return self.async_show_form(
            step_id="moved",
            errors=errors,
            description_placeholders={"name": entry.title, "old": entry.data[CONF_HOST], "new": self._host},
        )

    async def _async_fingerprint(self) -> str | None:
        """Return the fingerprint of the certificate at the address; None if there is none."""
        try:
            return await fetch_fingerprint(
                self._data[CONF_HOST], int(self._data[CONF_PORT]), get_default_no_verify_context()
            )
        except PushError:
            return None

    # Validation ---------------------------------------------------------------------------------

    @property
    def _form_step(self) -> str:
        return "reconfigure" if self.source == SOURCE_RECONFIGURE else "user"

    async def _async_check(self) -> dict[str, str]:
        """Set the unique id and the title from the unit's state; return the errors by field.

        It sends only a GET, because another device may answer at the address.
        """
        try:
            state = await client_from(self.hass, self._data).get_state()
        except PushError as error:
            return errors_of(error, ERRORS)
        if not state:
            return {"base": "not_rotoclear"}
        if not (addresses := hardware_addresses(state)):
            return {"base": "no_identity"}
        hostname = (state.get("hostname") or "")[:LONGEST_NAME]
        # Dialogs render the title as Markdown.
        self._title = _title(hostname) if HOST_NAME.fullmatch(hostname) else MODEL
        await self.async_set_unique_id(addresses[0], raise_on_progress=False)
        return {}

    @override
    async def _async_check_credentials(self) -> dict[str, str]:
        return parse_secrets(self._data, (CONF_USERNAME, CONF_TOKEN)) or await self._async_check()

    @override
    async def _async_finish(self) -> ConfigFlowResult:
        # An existing entry of the unit takes over all of it: the address alone might not work with its old port.
        return self._async_save(self._title, {CONF_FINGERPRINT: "", **self._data})


class RotoclearOptionsFlow(PushOptionsFlow):
    """The options of a control unit."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the options."""
        errors: dict[str, str] = {}
        if user_input is not None:
            path = _rtsp_path(user_input[OPTION_RTSP_PATH])
            if path is not None:
                return self._async_keep({**user_input[SECTION_ADVANCED], OPTION_RTSP_PATH: path})
            errors[OPTION_RTSP_PATH] = "invalid_path"
        options = self.config_entry.options
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                OPTIONS, user_input or {**options, SECTION_ADVANCED: options}
            ),
            errors=errors,
        )


def _rtsp_path(text: str) -> str | None:
    """Return the path of a typed path or URL; None if it is invalid."""
    text = text.strip()
    if not text.isprintable() or " " in text or len(text) > LONGEST_PATH:
        return None
    _, separator, rest = text.partition("://")
    return f"/{rest.partition('/')[2]}" if separator else text or DEFAULT_RTSP_PATH


def _title(hostname: str) -> str:
    """Return a host name as a title: the default one is capitalized."""
    return hostname.capitalize() if hostname == DOMAIN else hostname


def _needs_name(data: Mapping[str, Any]) -> bool:
    """Return True if the certificate is verified for a host name, which an IP address must not replace."""
    is_verified = data[CONF_SSL] and data[CONF_VERIFY_SSL] and not data.get(CONF_FINGERPRINT)
    return is_verified and not is_ip_address(data[CONF_HOST])
