"""Classes for the triggers and conditions of an integration.

The tables in `trigger.py` and `condition.py` have the classes, `triggers.yaml` and `conditions.yaml` describe their
targets. A target may be an area, so each class filters the entities.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple, override

from homeassistant.components.event import DOMAIN as EVENT_DOMAIN, EventEntityStateAttribute
from homeassistant.const import CONF_OPTIONS, EntityCategory
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import Condition, EntityConditionBase
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    EntityTriggerBase,
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
    Trigger,
    TriggerConfig,
)
import voluptuous as vol

EVENT_TYPE = EventEntityStateAttribute.EVENT_TYPE


class Entities(NamedTuple):
    """A filter for the entities of a trigger or condition."""

    integration: str
    domain: str
    translation_keys: frozenset[str | None] = frozenset()
    """Empty for any; None in it is for an entity without one."""

    device_class: str | None = None
    """That of the integration, even if the user has changed it; None for any."""

    category: EntityCategory | None = None
    """None for any."""

    by_device: bool = False
    """True if `triggers.yaml` has to target another entity of the devices: these are replaced by their devices."""

    def among(self, hass: HomeAssistant, entity_ids: set[str]) -> set[str]:
        """Return the matching entities among these, or on their devices with `by_device`."""
        registry = er.async_get(hass)
        entries = [entry for one in entity_ids if (entry := registry.async_get(one)) is not None]
        if self.by_device:
            devices = {entry.device_id for entry in entries if entry.device_id and entry.platform == self.integration}
            entries = [entry for device in devices for entry in er.async_entries_for_device(registry, device)]
        return {entry.entity_id for entry in entries if self._has(entry)}

    def _has(self, entry: er.RegistryEntry) -> bool:
        return (
            (entry.platform, entry.domain) == (self.integration, self.domain)
            and (not self.translation_keys or entry.translation_key in self.translation_keys)
            and self.device_class in (None, entry.original_device_class)
            and self.category in (None, entry.entity_category)
        )


def make_event_trigger(
    entities: Entities, *event_types: str, pause: timedelta | None = None, **options: str
) -> type[Trigger]:
    """Return a trigger for event entities, for all event types if none is given.

    An option is the name of an attribute: if the user lists values, the attribute must have one of them, ignoring case.
    `pause` is for events that are repeated while something lasts: an event that is equal to the last one triggers only
    if it comes more than `pause` later.
    """
    attributes = (EVENT_TYPE, *options.values())

    class EventTrigger(StatelessEntityTriggerBase):
        """A trigger for an event."""

        _domain_specs = {EVENT_DOMAIN: DomainSpec()}
        # Diagnostic entities can trigger, too.
        _primary_entities_only = False
        _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
            {
                vol.Required(CONF_OPTIONS, default={}): {
                    vol.Optional(option, default=[]): vol.All(cv.ensure_list, [cv.string]) for option in options
                }
            }
        )

        def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
            super().__init__(hass, config)
            self._wanted = {
                attribute: {value.casefold() for value in self._options[option]}
                for option, attribute in options.items()
                if self._options[option]
            }

        @override
        def entity_filter(self, entity_ids: set[str]) -> set[str]:
            return entities.among(self._hass, entity_ids)

        @override
        def is_valid_transition(self, from_state: State, to_state: State) -> bool:
            """Return True if the event is not a repeated one."""
            return super().is_valid_transition(from_state, to_state) and not (
                pause is not None
                and all(from_state.attributes.get(key) == to_state.attributes.get(key) for key in attributes)
                # Where the clock was set back, nobody knows how long ago the last one was.
                and timedelta(0) <= to_state.last_changed - from_state.last_changed <= pause
            )

        @override
        def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
            """Return True if the event has one of the types and the listed values."""
            if event_types and state.attributes.get(EVENT_TYPE) not in event_types:
                return False
            return all(str(state.attributes.get(key)).casefold() in values for key, values in self._wanted.items())

    return EventTrigger


def make_state_trigger(
    entities: Entities, becomes: Callable[[str], bool], was: Callable[[str], bool] | None = None
) -> type[Trigger]:
    """Return a trigger for a change of a state for which `becomes` is True.

    For the state before, `was` must be True, or `becomes` False if there is no `was`.
    """
    was_before = was or (lambda state: not becomes(state))

    class StateTrigger(EntityTriggerBase):
        """A trigger for a change of a state."""

        _domain_specs = {entities.domain: DomainSpec()}
        _primary_entities_only = False

        @override
        def entity_filter(self, entity_ids: set[str]) -> set[str]:
            return entities.among(self._hass, entity_ids)

        @override
        def is_valid_transition(self, from_state: State, to_state: State) -> bool:
            """Return True if the state before is the right one."""
            return was_before(from_state.state)

        @override
        def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
            return becomes(state.state)

    return StateTrigger


def make_condition(entities: Entities, holds: Callable[[str], bool]) -> type[Condition]:
    """Return a condition for states for which `holds` is True."""

    class StateCondition(EntityConditionBase):
        """A condition for a state."""

        _domain_specs = {entities.domain: DomainSpec()}
        _primary_entities_only = False

        @override
        def entity_filter(self, entity_ids: set[str]) -> set[str]:
            return entities.among(self._hass, entity_ids)

        @override
        def is_valid_state(self, entity_state: State) -> bool:
            return holds(entity_state.state)

    return StateCondition
