"""Climate: radiator valves and thermostats of a cloud project."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.climate import (
    ATTR_HVAC_MODE,
    ClimateEntity,
    ClimateEntityDescription,
    ClimateEntityFeature,
    HVACAction,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Control, ControlKind
from .api.model import Scalar
from .cloud import CloudConfigEntry, CloudCoordinator
from .common.push.parts import add_entities
from .coordinator import Part
from .entity import ControlEntity, InstathingsEntityDescription, controls_of

# The client bounds what is sent at once; a sleeping valve must not hold up the others.
PARALLEL_UPDATES = 0

MODES: dict[Scalar, HVACMode] = {
    "off": HVACMode.OFF, "heat": HVACMode.HEAT, "auto": HVACMode.AUTO, "cool": HVACMode.COOL,
}  # fmt: skip
ACTIONS: dict[Scalar, HVACAction] = {
    "idle": HVACAction.IDLE, "heat": HVACAction.HEATING, "cool": HVACAction.COOLING,
}  # fmt: skip
SETPOINTS = ("occupied_heating_setpoint", "current_heating_setpoint")


@dataclass(frozen=True, kw_only=True)
class InstathingsClimateDescription(InstathingsEntityDescription, ClimateEntityDescription):
    """The row below."""


CLIMATE = InstathingsClimateDescription(key="climate")


async def async_setup_entry(
    hass: HomeAssistant, entry: CloudConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the thermostats."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[InstathingsClimate]:
        for control in controls_of(coordinator, part, ControlKind.CLIMATE):
            yield InstathingsClimate(coordinator, part, control, CLIMATE)

    add_entities(hass, entry, async_add_entities, build)


class InstathingsClimate(ControlEntity, ClimateEntity):
    """A valve with a setpoint; one that reports no mode heats.

    Unit and temperatures are there twice: Home Assistant 2026.11 has the names with `native`, 2026.10 those without.
    """

    entity_description: InstathingsClimateDescription

    _attr_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_native_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_min_temp = 5
    _attr_max_temp = 30
    _attr_target_temperature_step = 0.5
    _attr_supported_features = ClimateEntityFeature.TARGET_TEMPERATURE

    def __init__(
        self, coordinator: CloudCoordinator, part: Part, control: Control, description: InstathingsClimateDescription
    ) -> None:
        """Initialize with the features that the keys show."""
        super().__init__(coordinator, part, control, description)
        self._setpoint = next(key for key in SETPOINTS if self.has(key))
        self._has_mode = self.has("system_mode")
        self._attr_hvac_modes = [HVACMode.HEAT]
        if self._has_mode:
            self._attr_hvac_modes = [HVACMode.OFF, HVACMode.HEAT, HVACMode.AUTO]
            self._attr_supported_features |= ClimateEntityFeature.TURN_ON | ClimateEntityFeature.TURN_OFF

    @property
    @override
    def hvac_mode(self) -> HVACMode | None:
        """Return the mode."""
        return MODES.get(self.value("system_mode")) if self._has_mode else HVACMode.HEAT

    @property
    @override
    def hvac_action(self) -> HVACAction | None:
        """Return what the valve does now."""
        return HVACAction.OFF if self.hvac_mode is HVACMode.OFF else ACTIONS.get(self.value("running_state"))

    @property
    def native_current_temperature(self) -> float | None:
        """Return the temperature at the valve."""
        return self.number("local_temperature")

    @property
    def native_target_temperature(self) -> float | None:
        """Return the setpoint."""
        return self.number(self._setpoint)

    @property
    @override
    def current_temperature(self) -> float | None:
        """Return the temperature at the valve."""
        return self.native_current_temperature

    @property
    @override
    def target_temperature(self) -> float | None:
        """Return the setpoint."""
        return self.native_target_temperature

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        """Set the target, and the mode if one is given with it."""
        values: dict[str, Scalar] = {}
        if (target := kwargs.get(ATTR_TEMPERATURE)) is not None:
            values[self._setpoint] = target
        if self._has_mode and (mode := kwargs.get(ATTR_HVAC_MODE)) is not None:
            values["system_mode"] = str(mode)
        if values:
            await self.async_set_values(values)

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Set the mode; a valve without modes always heats."""
        if self._has_mode:
            await self.async_set_values({"system_mode": str(hvac_mode)})

    @override
    async def async_turn_on(self) -> None:
        """Heat."""
        await self.async_set_hvac_mode(HVACMode.HEAT)

    @override
    async def async_turn_off(self) -> None:
        """Stop heating."""
        await self.async_set_hvac_mode(HVACMode.OFF)
