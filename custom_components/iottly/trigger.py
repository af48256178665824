"""Triggers: a board has sent a message, any or one of some names."""

from typing import override

from homeassistant.components.event import DOMAIN as EVENT_DOMAIN, EventEntityStateAttribute
from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
    Trigger,
    TriggerConfig,
)
import voluptuous as vol

from .const import DOMAIN

CONF_MESSAGE = "message"


class MessageReceivedTrigger(StatelessEntityTriggerBase):
    """Triggers when a board has sent a message; with names, only one of these."""

    _domain_specs = {EVENT_DOMAIN: DomainSpec()}
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            vol.Required(CONF_OPTIONS, default={}): {
                vol.Optional(CONF_MESSAGE, default=[]): vol.All(cv.ensure_list, [cv.string])
            }
        }
    )

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Initialize with the names."""
        super().__init__(hass, config)
        self._messages = frozenset(self._options[CONF_MESSAGE])

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return the event entities of boards: a target can be an area with others."""
        registry = er.async_get(self._hass)
        return {
            entity_id
            for entity_id in super().entity_filter(entities)
            if (known := registry.async_get(entity_id)) is not None and known.platform == DOMAIN
        }

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        """Return True if the message has one of the names."""
        return not self._messages or state.attributes.get(EventEntityStateAttribute.EVENT_TYPE) in self._messages


TRIGGERS: dict[str, type[Trigger]] = {"message_received": MessageReceivedTrigger}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of Iottly."""
    return TRIGGERS
