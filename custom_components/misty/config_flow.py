"""Config flow of Misty: user, discovery, reconfiguration and options."""

from typing import Any, override

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.const import CONF_HOST
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.util.network import is_ip_address
import voluptuous as vol

from .api import Updating
from .api.client import base_url
from .common.client.errors import CommandFailed, InvalidAnswer, NoAnswer, PushError
from .common.client.mac import parse_mac
from .common.flow import Address, ErrorRow, PushConfigFlow, PushOptionsFlow, errors_of, parse_address
from .const import (
    DEFAULT_FEEDBACK,
    DEFAULT_LLM_SECONDS,
    DEFAULT_LLM_SPEED,
    DEFAULT_LLM_TOOLS,
    DEFAULT_LONGEST,
    DEFAULT_SILENCE,
    DOMAIN,
    OPTION_FEEDBACK,
    OPTION_LLM,
    OPTION_LLM_ENABLED,
    OPTION_LLM_SECONDS,
    OPTION_LLM_SPEED,
    OPTION_LLM_TOOLS,
    OPTION_LONGEST,
    OPTION_SILENCE,
)
from .coordinator import MistyConfigEntry, client_from

ROBOT = vol.Schema({vol.Required(CONF_HOST): TextSelector()})


def _seconds(low: float, high: float) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(min=low, max=high, step=0.5, mode=NumberSelectorMode.SLIDER, unit_of_measurement="s")
    )


LLM = vol.Schema(
    {
        vol.Required(OPTION_LLM_ENABLED, default=False): bool,
        vol.Required(OPTION_LLM_TOOLS, default=list(DEFAULT_LLM_TOOLS)): SelectSelector(
            SelectSelectorConfig(
                options=["speak", "show", "look", "move"],
                multiple=True,
                mode=SelectSelectorMode.LIST,
                translation_key="llm_tools",
            )
        ),
        vol.Required(OPTION_LLM_SPEED, default=DEFAULT_LLM_SPEED): NumberSelector(
            NumberSelectorConfig(min=1, max=100, step=1, mode=NumberSelectorMode.SLIDER, unit_of_measurement="%")
        ),
        vol.Required(OPTION_LLM_SECONDS, default=DEFAULT_LLM_SECONDS): _seconds(0.5, 10),
    }
)
OPTIONS = vol.Schema(
    {
        vol.Required(OPTION_FEEDBACK, default=DEFAULT_FEEDBACK): bool,
        vol.Required(OPTION_SILENCE, default=DEFAULT_SILENCE): _seconds(0.5, 10),
        vol.Required(OPTION_LONGEST, default=DEFAULT_LONGEST): _seconds(0.5, 20),
        vol.Required(OPTION_LLM): section(LLM, {"collapsed": True}),
    }
)

ERRORS = (
    ErrorRow(Updating, CONF_HOST, "updating"),
    ErrorRow(NoAnswer, CONF_HOST, "cannot_connect"),
    ErrorRow(CommandFailed, CONF_HOST, "not_misty"),
    ErrorRow(InvalidAnswer, CONF_HOST, "not_misty"),
    ErrorRow(PushError, CONF_HOST, "cannot_connect"),
)


class MistyConfigFlow(PushConfigFlow, domain=DOMAIN):
    """The flow of one robot."""

    VERSION = 1
    MINOR_VERSION = 1

    another = "another_robot"

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: MistyConfigEntry) -> MistyOptionsFlow:
        return MistyOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the robot's address."""
        return await self._async_form("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the address of a robot that is set up."""
        if user_input is None:
            self._data = dict(self._get_reconfigure_entry().data)
        return await self._async_form("reconfigure", user_input)

    @override
    async def async_step_dhcp(self, discovery_info: DhcpServiceInfo) -> ConfigFlowResult:
        """Update the address of a robot that is set up, or set up another one.

        Any device on the network can announce itself as the robot. So the address is updated only if the robot no
        longer answers at the old one, and the serial number at the new one is the same.
        """
        known = self._entry_of(parse_mac(discovery_info.macaddress))
        self._data = {CONF_HOST: _moved(known.data[CONF_HOST] if known else "", discovery_info.ip)}
        if await self._async_check():
            return self.async_abort(reason="not_misty")
        if (entry := await self.async_set_unique_id(self.unique_id)) is not None:
            if _needs_name(entry.data[CONF_HOST]) or await self._async_answers(entry):
                return self.async_abort(reason="already_configured")
            self._abort_if_unique_id_configured(updates=self._data)
        self.context["title_placeholders"] = {"name": self._title}
        return await self.async_step_user()

    @callback
    def _entry_of(self, mac: str | None) -> MistyConfigEntry | None:
        """Return the entry of the robot with this MAC address."""
        if mac is None:
            return None
        devices = dr.async_get(self.hass).async_get_devices(connections={(dr.CONNECTION_NETWORK_MAC, mac)})
        owners = {device.config_entry_id for device in devices}
        return next((entry for entry in self._async_current_entries() if entry.entry_id in owners), None)

    async def _async_answers(self, entry: ConfigEntry[Any]) -> bool:
        """Return True if the robot answers at the address of its entry, even if it is updating."""
        try:
            device = await client_from(self.hass, entry.data).device()
        except Updating:
            return True
        except PushError, ValueError:
            return False
        return device.serial_number == entry.unique_id

    async def _async_form(self, step: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            self._data = {CONF_HOST: user_input[CONF_HOST]}
            errors = _parse_robot(self._data) or await self._async_check()
            if not errors:
                return self._async_save(self._title, self._data)
        return self._async_show(step, ROBOT, user_input or self._data, errors)

    async def _async_check(self) -> dict[str, str]:
        """Set the unique id and the title from the device; return the errors by field."""
        try:
            device = await client_from(self.hass, self._data).device()
        except PushError as error:
            return errors_of(error, ERRORS)
        self._title = f"Misty {device.serial_number[-4:]}"
        await self.async_set_unique_id(device.serial_number, raise_on_progress=False)
        return {}


def _parse_robot(data: dict[str, Any]) -> dict[str, str]:
    """Parse the address in place; return the errors by field."""
    try:
        address = parse_address(data[CONF_HOST])
        data[CONF_HOST] = _written(address)
        base_url(data[CONF_HOST])
    except ValueError:
        return {CONF_HOST: "invalid_host"}
    return {} if address.scheme in (None, "http", "https", "ws") else {CONF_HOST: "invalid_host"}


def _written(address: Address) -> str:
    """Return an address in the format of config entries: scheme and port only if they are not those of HTTP."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    scheme = "https://" if address.scheme == "https" else ""
    return f"{scheme}{host}:{address.port}" if address.port else f"{scheme}{host}"


def _moved(old: str, ip: str) -> str:
    """Return an IP address with the scheme and port of the old address."""
    address = Address(None, "", None, "")
    try:
        address = parse_address(old)
    except ValueError:
        pass  # There is no old address.
    return _written(address._replace(host=ip))


def _needs_name(host: str) -> bool:
    """Return True if the certificate is verified for a host name, which an IP address must not replace."""
    url = base_url(host)
    return url.scheme == "https" and not is_ip_address(url.host or "")


class MistyOptionsFlow(PushOptionsFlow):
    """The options of a robot."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the options."""
        if user_input is not None:
            return self._async_keep(user_input)
        return self.async_show_form(
            step_id="init", data_schema=self.add_suggested_values_to_schema(OPTIONS, self.config_entry.options)
        )
