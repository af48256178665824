"""Runs the triggers and conditions of a draft in Home Assistant, but not its actions."""

from collections.abc import Callable
from typing import Any, cast

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import (
    ConditionsChecker,
    async_conditions_from_config,
    async_validate_conditions_config,
)
from homeassistant.helpers.trigger import async_initialize_triggers, async_validate_trigger_config
import voluptuous as vol

from ..const import DOMAIN, LOGGER
from .triggers import Config


class DryRun:
    """Listens to the triggers of one draft, and checks its conditions."""

    def __init__(self, hass: HomeAssistant, automation: Config, ran: CALLBACK_TYPE) -> None:
        """Initialize with an automation; `ran` is called when its actions would start."""
        self._hass = hass
        self.automation = automation
        self._ran = ran
        self._conditions: ConditionsChecker | None = None
        self._detach: Callable[[], None] | None = None
        self._is_stopped = False

    async def async_start(self) -> None:
        """Attach the triggers. Raises HomeAssistantError if the draft cannot be set up."""
        hass, name = self._hass, f"draft of {self.automation['alias']}"
        try:
            triggers = await async_validate_trigger_config(hass, cv.TRIGGER_SCHEMA(self.automation["triggers"]))
            conditions = await async_validate_conditions_config(
                hass, cv.CONDITIONS_SCHEMA(self.automation["conditions"])
            )
        except vol.Invalid as error:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="watch_not_drafted",
                translation_placeholders={"rule": self.automation["alias"], "reason": str(error)},
            ) from error
        self._conditions = await async_conditions_from_config(hass, cast("list[Config]", conditions), LOGGER, name)
        self._detach = await async_initialize_triggers(hass, triggers, self._triggered, DOMAIN, name, LOGGER.log)
        if self._is_stopped:
            # `stop` was called while the triggers were attached.
            self.stop()

    @callback
    def _triggered(self, variables: dict[str, Any], context: Context | None = None) -> None:
        if self._conditions is not None and self._conditions.async_check(variables=variables):
            self._ran()

    @callback
    def stop(self) -> None:
        """Detach the triggers and unload the conditions. It may be called twice."""
        self._is_stopped = True
        if self._detach is not None:
            self._detach()
            self._detach = None
        if self._conditions is not None:
            self._conditions.async_unload()
            self._conditions = None
