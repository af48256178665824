"""Switches: switch devices, timers that run, rules that are active, variables that are true or false."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Rule, to_flag
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import RULE, Part, PimaticConfigEntry, PimaticCoordinator
from .entity import (
    AttributeEntity,
    PimaticEntity,
    PimaticEntityDescription,
    RuleEntity,
    VariableEntity,
    WholeEntity,
    flag,
    table,
)
from .meaning.features import AttributeFeature, Feature, Role

PARALLEL_UPDATES = 1

LONGEST_RULE = 4096
LONGEST_ERROR = 1024


@dataclass(frozen=True, kw_only=True)
class PimaticSwitchDescription(PimaticEntityDescription, SwitchEntityDescription):
    """A row of the tables below; `turn_on` and `turn_off` are the actions of a device."""

    turn_on: str = ""
    turn_off: str = ""


def _is_active(rule: Rule) -> bool:
    return rule.active


DEVICES = (
    PimaticSwitchDescription(
        key="switch", role=Role.SWITCH, name=None, value_fn=to_flag, turn_on="turnOn", turn_off="turnOff"
    ),
)
TIMERS = (
    PimaticSwitchDescription(key="timer", role=Role.TIMER, name=None, turn_on="startTimer", turn_off="stopTimer"),
)
RULES = (
    PimaticSwitchDescription(key="rule", role=Role.RULE, entity_category=EntityCategory.CONFIG, value_fn=_is_active),
)
# Disabled by default, because there is one for each rule, and most users need them for a week only.
WATCHES = (
    PimaticSwitchDescription(
        key="watch_draft",
        role=Role.WATCH,
        translation_key="watch_draft",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)
ATTRIBUTES = (PimaticSwitchDescription(key="attribute", role=Role.SETTABLE_FLAG),)
VARIABLES = (PimaticSwitchDescription(key="variable", role=Role.FLAG_VARIABLE, value_fn=flag),)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        table(entry, DEVICES, PimaticDeviceSwitch),
        table(entry, TIMERS, PimaticTimer),
        table(entry, RULES, PimaticRule),
        table(entry, WATCHES, PimaticWatchDraft),
        table(entry, ATTRIBUTES, PimaticAttributeSwitch),
        table(entry, VARIABLES, PimaticVariableSwitch),
    )


class PimaticSwitch(PimaticEntity, SwitchEntity):
    """Something that can be on or off."""

    entity_description: PimaticSwitchDescription
    is_on = own_value


class PimaticDeviceSwitch(WholeEntity, PimaticSwitch):
    """A device that can be on or off."""

    entity_description: PimaticSwitchDescription

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._async_act(self.entity_description.turn_on)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._async_act(self.entity_description.turn_off)


class PimaticTimer(PimaticDeviceSwitch):
    """A timer, on while it counts."""

    _attr_translation_key = "timer"


class PimaticRule(PimaticSwitch):
    """A rule, on while it is active."""

    _attr_translation_key = "rule"

    # Long texts that hardly ever change: shown, but not kept in the history.
    _unrecorded_attributes = frozenset({"text", "error"})

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: Feature, row: PimaticSwitchDescription
    ) -> None:
        super().__init__(coordinator, part, row, (), f"{RULE}_{part.id}", ((RULE, part.id),))
        self._attr_name = self.definition = coordinator.rule_names[part.id]

    @property
    @override
    def extra_state_attributes(self) -> dict[str, str | bool] | None:
        """Return the rule's text, and what is wrong with it."""
        rule = self.coordinator.data.get((RULE, self._part.id))
        if not isinstance(rule, Rule):
            return None
        return {"text": rule.text[:LONGEST_RULE], "valid": rule.valid, "error": rule.error[:LONGEST_ERROR]}

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Make the rule active."""
        await self._async_set(active=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Make the rule inactive."""
        await self._async_set(active=False)

    async def _async_set(self, *, active: bool) -> None:
        client = self.coordinator.client
        call = client.call("updateRuleByString", ruleId=self._part.id, rule={"active": active})
        await self.coordinator.async_call(call)


class PimaticWatchDraft(RuleEntity, PimaticSwitch):
    """Watches the draft of a rule while it is on."""

    @property
    @override
    def _value(self) -> bool:
        """Return True if the draft is watched."""
        return self._part.id in self.coordinator.watches

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Watch the draft."""
        await self.coordinator.watches.async_watch(self._part.id)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Watch the draft no longer."""
        self.coordinator.watches.unwatch(self._part.id)


class PimaticAttributeSwitch(AttributeEntity, PimaticSwitch):
    """An attribute that is true or false and can be set."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: AttributeFeature, row: PimaticSwitchDescription
    ) -> None:
        super().__init__(coordinator, part, feature, row)
        self._use_plain_icon()

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._async_set(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._async_set(False)


class PimaticVariableSwitch(VariableEntity, PimaticSwitch):
    """A variable whose value is true or false."""

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._async_set(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._async_set(False)
