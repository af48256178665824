"""Set up a robot by its address, give it a new one, and choose how it takes part in conversations."""

from typing import Any, override

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.const import CONF_HOST
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
)
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
import voluptuous as vol

from .api import Updating
from .common.client.errors import CommandFailed, InvalidAnswer, NoAnswer, PushError
from .common.flow import ErrorRow, PushConfigFlow, errors_of
from .const import (
    DEFAULT_FEEDBACK,
    DEFAULT_LONGEST,
    DEFAULT_SILENCE,
    DOMAIN,
    OPTION_FEEDBACK,
    OPTION_LONGEST,
    OPTION_SILENCE,
)
from .coordinator import MistyConfigEntry, client_from

ROBOT = vol.Schema({vol.Required(CONF_HOST): TextSelector()})


def _seconds(low: float, high: float) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(min=low, max=high, step=0.5, mode=NumberSelectorMode.SLIDER, unit_of_measurement="s")
    )


OPTIONS = vol.Schema(
    {
        vol.Required(OPTION_FEEDBACK, default=DEFAULT_FEEDBACK): bool,
        vol.Required(OPTION_SILENCE, default=DEFAULT_SILENCE): _seconds(0.5, 10),
        vol.Required(OPTION_LONGEST, default=DEFAULT_LONGEST): _seconds(0.5, 20),
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

    def __init__(self) -> None:
        """Initialize with nothing known."""
        super().__init__()
        self._title = ""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: MistyConfigEntry) -> MistyOptionsFlow:
        """Return the options flow."""
        return MistyOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the robot's address."""
        return await self._async_form("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new address of a robot that is set up."""
        if user_input is None:
            self._data = dict(self._get_reconfigure_entry().data)
        return await self._async_form("reconfigure", user_input)

    @override
    async def async_step_dhcp(self, discovery_info: DhcpServiceInfo) -> ConfigFlowResult:
        """Take over the new address of a robot that is set up, or offer to set up a new one."""
        self._data = {CONF_HOST: discovery_info.ip}
        if await self._async_check():
            return self.async_abort(reason="not_misty")
        self._abort_if_unique_id_configured(updates={CONF_HOST: discovery_info.ip})
        self.context["title_placeholders"] = {"name": self._title}
        return await self.async_step_user()

    async def _async_form(self, step: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            self._data = {CONF_HOST: user_input[CONF_HOST].strip()}
            if not (errors := await self._async_check()):
                return self._async_save(self._title, self._data)
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(ROBOT, self._data),
            errors=errors,
        )

    async def _async_check(self) -> dict[str, str]:
        """Read who the robot is; return what went wrong, or set the unique id."""
        try:
            device = await client_from(self.hass, self._data).device()
        except ValueError:
            return {CONF_HOST: "invalid_host"}
        except PushError as error:
            return errors_of(error, ERRORS)
        self._title = f"Misty {device.serial_number[-4:]}"
        await self.async_set_unique_id(device.serial_number, raise_on_progress=False)
        return {}


class MistyOptionsFlow(OptionsFlowWithReload):
    """What the robot shows in a conversation, and how long it listens."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the options."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        return self.async_show_form(
            step_id="init", data_schema=self.add_suggested_values_to_schema(OPTIONS, self.config_entry.options)
        )
