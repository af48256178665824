"""Thermostats: the set point, the mode, and the comfort and eco temperatures as presets."""

from dataclasses import dataclass
from functools import partial
from typing import Any, override

from homeassistant.components.climate import (
    PRESET_BOOST,
    PRESET_COMFORT,
    PRESET_ECO,
    PRESET_NONE,
    ClimateEntity,
    ClimateEntityDescription,
    ClimateEntityFeature,
    HVACAction,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .const import DOMAIN
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import PimaticEntityDescription, WholeEntity, entities_of
from .features import Feature, Role

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class PimaticClimateDescription(PimaticEntityDescription, ClimateEntityDescription):
    """A row of the table below."""


THERMOSTATS = (
    PimaticClimateDescription(
        key="thermostat",
        role=Role.THERMOSTAT,
        reads=("temperatureSetpoint", "mode", "valve"),
        name=None,
    ),
)
# The server takes any text as a mode; one that is not here is unknown (docs/protocol/pimatic.md#thermostats).
MODES = {"auto": HVACMode.AUTO, "manu": HVACMode.HEAT, "boost": HVACMode.HEAT}
COMMANDS = {HVACMode.AUTO: "auto", HVACMode.HEAT: "manu"}


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the thermostats."""
    make = partial(entities_of, entry.runtime_data, rows=THERMOSTATS, make=PimaticThermostat)
    add_entities(hass, entry, async_add_entities, make)


class PimaticThermostat(WholeEntity, ClimateEntity):
    """A heating thermostat. It measures no temperature and cannot be switched off.

    The unit and the set point are there twice: Home Assistant 2026.11 calls native what 2026.10 did not.
    """

    entity_description: PimaticClimateDescription

    _attr_translation_key = "thermostat"
    _attr_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_native_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_target_temperature_step = 0.5

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: Feature, row: PimaticClimateDescription
    ) -> None:
        """Initialize with the presets that this one has."""
        super().__init__(coordinator, part, feature, row)
        config = self._device.config
        temperatures = {PRESET_COMFORT: config.comfort_temperature, PRESET_ECO: config.eco_temperature}
        self._temperatures = {preset: one for preset, one in temperatures.items() if one is not None}
        self._has_modes = self._has("changeModeTo")
        self._attr_hvac_modes = [HVACMode.AUTO, HVACMode.HEAT] if self._has_modes else [HVACMode.HEAT]
        self._attr_supported_features = ClimateEntityFeature.TARGET_TEMPERATURE
        boosts = [PRESET_BOOST] if self._has_modes else []
        if presets := [*self._temperatures, *boosts]:
            self._attr_supported_features |= ClimateEntityFeature.PRESET_MODE
            self._attr_preset_modes = [PRESET_NONE, *presets]

    @property
    def native_target_temperature(self) -> float | None:
        """Return the set point."""
        target: float | None = self._value
        return target

    @property
    @override
    def target_temperature(self) -> float | None:
        """Return the set point."""
        return self.native_target_temperature

    @property
    @override
    def hvac_mode(self) -> HVACMode | None:
        """Return whether the thermostat follows its own programme; one without modes heats."""
        return MODES.get(self._attribute_value("mode")) if self._has_modes else HVACMode.HEAT

    @property
    @override
    def hvac_action(self) -> HVACAction | None:
        """Return whether the valve is open."""
        valve = self._attribute_value("valve")
        return None if valve is None else HVACAction.HEATING if valve > 0 else HVACAction.IDLE

    @property
    @override
    def preset_mode(self) -> str:
        """Return the boost, or the preset whose temperature is set."""
        if self._attribute_value("mode") == PRESET_BOOST:
            return PRESET_BOOST
        target = self.native_target_temperature
        return next((preset for preset, one in self._temperatures.items() if one == target), PRESET_NONE)

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        """Change the set point."""
        await self._async_act("changeTemperatureTo", temperatureSetpoint=float(kwargs[ATTR_TEMPERATURE]))

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Let the thermostat follow its own programme, or not."""
        if self._has_modes:
            await self._async_act("changeModeTo", mode=COMMANDS[hvac_mode])

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        """Boost, or go to the comfort or eco temperature; without a preset a boost ends."""
        if preset_mode == PRESET_BOOST:
            await self._async_act("changeModeTo", mode="boost")
        elif preset_mode in self._temperatures:
            await self._async_act("changeTemperatureTo", temperatureSetpoint=self._temperatures[preset_mode])
        elif self.preset_mode == PRESET_BOOST:
            await self._async_act("changeModeTo", mode="auto")
        elif self.preset_mode != PRESET_NONE:
            # The preset is the temperature; without another one it cannot be left.
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="preset_needs_temperature")
