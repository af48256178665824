"""Switches: switch devices, timers that run, rules that are active, variables that are true or false."""

from typing import Any, override

from homeassistant.components.switch import SwitchDeviceClass, SwitchEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Variable, VariableType
from .common.push.value_entity import ValueSwitch
from .coordinator import RULE, Part, PimaticConfigEntry, PimaticCoordinator
from .entity import Made, PimaticEntity, RoleEntity, VariableEntity, add_entities, by_role, flag
from .templates import Role

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        device=by_role({Role.SWITCH: PimaticSwitch, Role.TIMER: PimaticTimer}),
        variable=_of_variable,
        rule=lambda coordinator, rule_id: [PimaticRule(coordinator, rule_id)],
    )


def _of_variable(coordinator: PimaticCoordinator, variable: Variable) -> Made:
    entity = PimaticVariableSwitch(coordinator, variable)
    return [entity] if variable.type is VariableType.VALUE and entity.is_boolean else []


class PimaticSwitch(ValueSwitch[PimaticCoordinator], RoleEntity):
    """A device that can be on or off."""

    reads = ("state",)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch it on."""
        await self._async_act("turnOn")

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch it off."""
        await self._async_act("turnOff")


class PimaticTimer(ValueSwitch[PimaticCoordinator], RoleEntity):
    """A timer, on while it counts."""

    _attr_translation_key = "timer"
    reads = ("running",)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Let it count."""
        await self._async_act("startTimer")

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Let it stand."""
        await self._async_act("stopTimer")


class PimaticRule(PimaticEntity, SwitchEntity):
    """A rule, on while it is active."""

    _attr_translation_key = "rule"
    _attr_entity_category = EntityCategory.CONFIG
    _attr_device_class = SwitchDeviceClass.SWITCH
    # Long texts that hardly ever change: shown, but not kept in the history.
    _unrecorded_attributes = frozenset({"text", "error"})

    def __init__(self, coordinator: PimaticCoordinator, rule_id: str) -> None:
        """Take the rule's id."""
        super().__init__(coordinator, Part("rule", rule_id), f"{RULE}_{rule_id}", ((RULE, rule_id),))
        self._rule_id = rule_id
        self._attr_name = self.definition = coordinator.rule_names[rule_id]

    @override
    def _read(self) -> None:
        rule: Any = self.coordinator.data.get((RULE, self._rule_id))
        if rule is None:
            return
        self._attr_is_on = rule.active
        self._attr_extra_state_attributes = {"text": rule.text[:4096], "valid": rule.valid, "error": rule.error[:1024]}

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Make the rule active."""
        await self._async_set(active=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Make the rule inactive."""
        await self._async_set(active=False)

    async def _async_set(self, *, active: bool) -> None:
        coordinator = self.coordinator
        await coordinator.async_call(
            coordinator.client.call("updateRuleByString", ruleId=self._rule_id, rule={"active": active})
        )


class PimaticVariableSwitch(ValueSwitch[PimaticCoordinator], VariableEntity):
    """A variable whose value is true or false."""

    _attr_translation_key = "variable"
    shows = staticmethod(flag)

    @property
    def is_boolean(self) -> bool:
        """Tell whether the value is one now."""
        return isinstance(self._own_value, bool)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Set it to true."""
        await self._async_set(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Set it to false."""
        await self._async_set(False)
