"""Alarm panels: devices whose state is disarmed or armed, with actions that change it."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.alarm_control_panel import (
    AlarmControlPanelEntity,
    AlarmControlPanelEntityDescription,
    AlarmControlPanelEntityFeature,
    AlarmControlPanelState,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Value
from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import PimaticEntityDescription, WholeEntity, table
from .meaning.alarms import ARMING_ACTIONS
from .meaning.features import Role, WholeFeature

PARALLEL_UPDATES = 1

# Plugins' words, in lower case and without blanks and underscores.
STATES = {
    "disarmed": AlarmControlPanelState.DISARMED,
    "ready": AlarmControlPanelState.DISARMED,
    "notready": AlarmControlPanelState.DISARMED,
    "armed": AlarmControlPanelState.ARMED_AWAY,
    "armedaway": AlarmControlPanelState.ARMED_AWAY,
    "armedhome": AlarmControlPanelState.ARMED_HOME,
    "armedstay": AlarmControlPanelState.ARMED_HOME,
    "armednight": AlarmControlPanelState.ARMED_NIGHT,
    "armedvacation": AlarmControlPanelState.ARMED_VACATION,
    "arming": AlarmControlPanelState.ARMING,
    "disarming": AlarmControlPanelState.DISARMING,
    "pending": AlarmControlPanelState.PENDING,
    "triggered": AlarmControlPanelState.TRIGGERED,
    "alarm": AlarmControlPanelState.TRIGGERED,
}
# States of `status` that are transitions.
PASSING = {
    AlarmControlPanelState.ARMING,
    AlarmControlPanelState.DISARMING,
    AlarmControlPanelState.PENDING,
    AlarmControlPanelState.TRIGGERED,
}
FEATURES = {
    AlarmControlPanelState.ARMED_AWAY: AlarmControlPanelEntityFeature.ARM_AWAY,
    AlarmControlPanelState.ARMED_HOME: AlarmControlPanelEntityFeature.ARM_HOME,
    AlarmControlPanelState.ARMED_NIGHT: AlarmControlPanelEntityFeature.ARM_NIGHT,
    AlarmControlPanelState.ARMED_VACATION: AlarmControlPanelEntityFeature.ARM_VACATION,
}
SETTER = "changeArmTo"


def to_state(value: Value) -> AlarmControlPanelState | None:
    """Return Home Assistant's word for a state."""
    return STATES.get(str(value).lower().replace(" ", "").replace("_", ""))


@dataclass(frozen=True, kw_only=True)
class PimaticAlarmDescription(PimaticEntityDescription, AlarmControlPanelEntityDescription):
    """A row of the table below."""


PANELS = (PimaticAlarmDescription(key="alarm", role=Role.ALARM, name=None, value_fn=to_state),)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the alarm panels."""
    add_entities(hass, entry, async_add_entities, table(entry, PANELS, PimaticAlarm))


class PimaticAlarm(WholeEntity, AlarmControlPanelEntity):
    """An alarm panel. The server has no codes: every user who may control devices may disarm it."""

    entity_description: PimaticAlarmDescription

    _attr_code_arm_required = False

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: WholeFeature, row: PimaticAlarmDescription
    ) -> None:
        super().__init__(coordinator, part, feature, row)
        state = self._device.attribute("state")
        # The option to send for each state.
        self._words = {known: one for one in (state.options if state else ()) if (known := to_state(one)) is not None}
        self._attr_supported_features = AlarmControlPanelEntityFeature(0)
        for known, one in FEATURES.items():
            if self._order(known):
                self._attr_supported_features |= one

    def _order(self, state: AlarmControlPanelState) -> tuple[str, dict[str, str]] | None:
        """Return the action that sets a state, and its parameters; None if the panel has none."""
        setter = self._device.action(SETTER)
        if setter is not None and setter.parameters and state in self._words:
            return SETTER, {setter.parameters[0].name: self._words[state]}
        return next(((name, {}) for name in ARMING_ACTIONS.get(state, ()) if self._has(name)), None)

    @property
    @override
    def alarm_state(self) -> AlarmControlPanelState | None:
        """Return the transition, or else the state."""
        passing = to_state(self._attribute_value("status"))
        state: AlarmControlPanelState | None = self._value
        return passing if passing in PASSING else state

    async def _async_bring_into(self, state: AlarmControlPanelState) -> None:
        if order := self._order(state):
            await self._async_act(order[0], **order[1])

    @override
    async def async_alarm_disarm(self, code: str | None = None) -> None:
        await self._async_bring_into(AlarmControlPanelState.DISARMED)

    @override
    async def async_alarm_arm_away(self, code: str | None = None) -> None:
        await self._async_bring_into(AlarmControlPanelState.ARMED_AWAY)

    @override
    async def async_alarm_arm_home(self, code: str | None = None) -> None:
        await self._async_bring_into(AlarmControlPanelState.ARMED_HOME)

    @override
    async def async_alarm_arm_night(self, code: str | None = None) -> None:
        await self._async_bring_into(AlarmControlPanelState.ARMED_NIGHT)

    @override
    async def async_alarm_arm_vacation(self, code: str | None = None) -> None:
        await self._async_bring_into(AlarmControlPanelState.ARMED_VACATION)
