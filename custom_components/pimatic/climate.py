"""Thermostats: the set point, the mode, and the comfort and eco temperatures as presets."""

from typing import Any, override

from homeassistant.components.climate import (
    PRESET_BOOST,
    PRESET_COMFORT,
    PRESET_ECO,
    PRESET_NONE,
    ClimateEntity,
    ClimateEntityFeature,
    HVACAction,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import PimaticConfigEntry
from .entity import RoleEntity, add_entities, by_role
from .templates import Role

PARALLEL_UPDATES = 1

# The server takes any text as a mode; one that is not here is unknown (docs/protocol/pimatic.md#thermostats).
MODES = {"auto": HVACMode.AUTO, "manu": HVACMode.HEAT, "boost": HVACMode.HEAT}
# Home Assistant 2026.11 calls native what 2026.10 did not, and complains of the old names.
PREFIX = "_attr_native_" if hasattr(ClimateEntity, "native_target_temperature") else "_attr_"
COMMANDS = {HVACMode.AUTO: "auto", HVACMode.HEAT: "manu"}


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the thermostats."""
    add_entities(hass, entry, async_add_entities, device=by_role({Role.THERMOSTAT: PimaticThermostat}))


class PimaticThermostat(RoleEntity, ClimateEntity):
    """A heating thermostat. It measures no temperature and cannot be switched off."""

    _attr_target_temperature_step = 0.5
    _attr_translation_key = "thermostat"
    reads = ("temperatureSetpoint", "mode", "valve")

    def __init__(self, *arguments: Any) -> None:
        """Find out which presets this one has."""
        super().__init__(*arguments)
        setattr(self, f"{PREFIX}temperature_unit", UnitOfTemperature.CELSIUS)
        config = self._device.config
        self._temperatures = {
            preset: temperature
            for preset, temperature in (
                (PRESET_COMFORT, config.comfort_temperature),
                (PRESET_ECO, config.eco_temperature),
            )
            if temperature is not None
        }
        self._has_modes = self._has("changeModeTo")
        self._attr_hvac_modes = [HVACMode.AUTO, HVACMode.HEAT] if self._has_modes else [HVACMode.HEAT]
        self._attr_supported_features = ClimateEntityFeature.TARGET_TEMPERATURE
        boosts = [PRESET_BOOST] if self._has_modes else []
        if presets := [*self._temperatures, *boosts]:
            self._attr_supported_features |= ClimateEntityFeature.PRESET_MODE
            self._attr_preset_modes = [PRESET_NONE, *presets]

    @override
    def _read(self) -> None:
        mode, target, valve = (self._value(name) for name in ("mode", "temperatureSetpoint", "valve"))
        setattr(self, f"{PREFIX}target_temperature", target)
        self._attr_hvac_mode = MODES.get(mode) if self._has_modes else HVACMode.HEAT
        self._attr_hvac_action = None if valve is None else HVACAction.HEATING if valve > 0 else HVACAction.IDLE
        if mode == "boost":
            self._attr_preset_mode = PRESET_BOOST
        else:
            presets = (preset for preset, temperature in self._temperatures.items() if temperature == target)
            self._attr_preset_mode = next(presets, PRESET_NONE)

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
        elif self._attr_preset_mode == PRESET_BOOST:
            await self._async_act("changeModeTo", mode="auto")
        elif self._attr_preset_mode != PRESET_NONE:
            # The preset is the temperature; without another one it cannot be left.
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="preset_needs_temperature")
