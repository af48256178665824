"""Set up a robot by its address, give it a new one, and choose how it takes part in conversations."""

from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
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
from .const import (
    DEFAULT_FEEDBACK,
    DEFAULT_LONGEST,
    DEFAULT_SILENCE,
    DOMAIN,
    OPTION_FEEDBACK,
    OPTION_LONGEST,
    OPTION_SILENCE,
)
from .coordinator import client_from

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

# What each failure is called on the form.
ERRORS: tuple[tuple[type[PushError], str], ...] = (
    (Updating, "updating"),
    (NoAnswer, "cannot_connect"),
    (CommandFailed, "not_misty"),
    (InvalidAnswer, "not_misty"),
    (PushError, "cannot_connect"),
)


class MistyConfigFlow(ConfigFlow, domain=DOMAIN):
    """The flow of one robot."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Start with nothing known."""
        self._title = ""
        self._host = ""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry[Any]) -> MistyOptionsFlow:
        """Return the options flow."""
        return MistyOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the robot's address."""
        return await self._async_form("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new address of a robot that is set up."""
        if user_input is None:
            self._host = self._get_reconfigure_entry().data[CONF_HOST]
        return await self._async_form("reconfigure", user_input)

    @override
    async def async_step_dhcp(self, discovery_info: DhcpServiceInfo) -> ConfigFlowResult:
        """Follow a robot that is set up to its new address; a new robot announces nothing that tells it apart."""
        self._host = discovery_info.ip
        if await self._async_check():
            return self.async_abort(reason="not_misty")
        self._abort_if_unique_id_configured(updates={CONF_HOST: discovery_info.ip})
        self.context["title_placeholders"] = {"name": self._title}
        return await self.async_step_user()

    async def _async_form(self, step: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            self._host = user_input[CONF_HOST].strip()
            if not (error := await self._async_check()):
                return self._finish()
            errors[CONF_HOST] = error
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(ROBOT, {CONF_HOST: self._host}),
            errors=errors,
        )

    async def _async_check(self) -> str | None:
        """Read who the robot is; return what went wrong, or set the unique id."""
        try:
            device = await client_from(self.hass, {CONF_HOST: self._host}).device()
        except ValueError:
            return "invalid_host"
        except PushError as error:
            return next(text for kind, text in ERRORS if isinstance(error, kind))
        self._title = f"Misty {device.serial_number[-4:]}"
        await self.async_set_unique_id(device.serial_number, raise_on_progress=False)
        return None

    def _finish(self) -> ConfigFlowResult:
        data = {CONF_HOST: self._host}
        if self.source == SOURCE_RECONFIGURE:
            self._abort_if_unique_id_mismatch(reason="another_robot")
            return self.async_update_reload_and_abort(self._get_reconfigure_entry(), data=data)
        self._abort_if_unique_id_configured(updates=data)
        return self.async_create_entry(title=self._title, data=data)


class MistyOptionsFlow(OptionsFlowWithReload):
    """What the robot shows in a conversation, and how long it listens."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the options."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        return self.async_show_form(
            step_id="init", data_schema=self.add_suggested_values_to_schema(OPTIONS, self.config_entry.options)
        )
