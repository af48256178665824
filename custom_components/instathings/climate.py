"""Climate: radiator valves and thermostats of a cloud project."""

from collections.abc import Iterable
from typing import Any, override

from homeassistant.components.climate import (
    ATTR_HVAC_MODE,
    ClimateEntity,
    ClimateEntityFeature,
    HVACAction,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api.shape import Control
from .cloud import CloudCoordinator
from .coordinator import InstathingsConfigEntry
from .entity import ControlEntity, controls_of, keep_entities

# The client bounds what is sent at once; a sleeping valve must not hold up the others.
PARALLEL_UPDATES = 0

MODES = {"off": HVACMode.OFF, "heat": HVACMode.HEAT, "auto": HVACMode.AUTO, "cool": HVACMode.COOL}
ACTIONS = {"idle": HVACAction.IDLE, "heat": HVACAction.HEATING, "cool": HVACAction.COOLING}
SETPOINTS = ("occupied_heating_setpoint", "current_heating_setpoint")


async def async_setup_entry(
    hass: HomeAssistant, entry: InstathingsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the thermostats."""

    def build(coordinator: CloudCoordinator, device_id: str) -> Iterable[ControlEntity]:
        return (
            InstathingsClimate(coordinator, device_id, one) for one in controls_of(coordinator, device_id, "climate")
        )

    keep_entities(hass, entry, async_add_entities, build)


class InstathingsClimate(ControlEntity, ClimateEntity):
    """A valve with a setpoint; one that tells no mode heats.

    Unit and temperatures are there twice: Home Assistant 2026.11 calls native what 2026.10 did not.
    """

    _attr_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_native_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_min_temp = 5
    _attr_max_temp = 30
    _attr_target_temperature_step = 0.5
    _attr_supported_features = ClimateEntityFeature.TARGET_TEMPERATURE

    def __init__(self, coordinator: CloudCoordinator, device_id: str, control: Control) -> None:
        """Learn from the keys what the valve can do."""
        super().__init__(coordinator, device_id, control)
        self._setpoint = next(key for key in SETPOINTS if key in control.paths)
        self._has_mode = "system_mode" in control.paths
        self._attr_hvac_modes = [HVACMode.HEAT]
        if self._has_mode:
            self._attr_hvac_modes = [HVACMode.OFF, HVACMode.HEAT, HVACMode.AUTO]
            self._attr_supported_features |= ClimateEntityFeature.TURN_ON | ClimateEntityFeature.TURN_OFF

    @override
    def _read(self) -> None:
        self._attr_hvac_mode = MODES.get(self.known("system_mode")) if self._has_mode else HVACMode.HEAT
        self._attr_hvac_action = ACTIONS.get(self.known("running_state"))
        if self._attr_hvac_mode is HVACMode.OFF:
            self._attr_hvac_action = HVACAction.OFF

    @property
    def native_current_temperature(self) -> float | None:
        """The temperature at the valve."""
        found: float | None = self.known("local_temperature")
        return found

    @property
    def native_target_temperature(self) -> float | None:
        """The setpoint."""
        found: float | None = self.known(self._setpoint)
        return found

    @property
    @override
    def current_temperature(self) -> float | None:
        return self.native_current_temperature

    @property
    @override
    def target_temperature(self) -> float | None:
        return self.native_target_temperature

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        """Set the target, and the mode if one is given with it."""
        payload: dict[str, Any] = {}
        if (target := kwargs.get(ATTR_TEMPERATURE)) is not None:
            payload[self._setpoint] = target
        if self._has_mode and (mode := kwargs.get(ATTR_HVAC_MODE)) is not None:
            payload["system_mode"] = str(mode)
        if payload:
            await self.async_set(payload)

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Set the mode; a valve without modes always heats."""
        if self._has_mode:
            await self.async_set({"system_mode": str(hvac_mode)})

    @override
    async def async_turn_on(self) -> None:
        """Heat."""
        await self.async_set_hvac_mode(HVACMode.HEAT)

    @override
    async def async_turn_off(self) -> None:
        """Stop heating."""
        await self.async_set_hvac_mode(HVACMode.OFF)
