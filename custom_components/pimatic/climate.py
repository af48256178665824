"""Thermostats: the set point, the modes, and presets; what thermostats.py finds."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.climate import (
    ATTR_HVAC_MODE,
    ATTR_TARGET_TEMP_HIGH,
    ATTR_TARGET_TEMP_LOW,
    PRESET_AWAY,
    PRESET_COMFORT,
    PRESET_ECO,
    PRESET_NONE,
    ClimateEntityDescription,
    ClimateEntityFeature,
    HVACAction,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Value, to_flag, to_number
from .common.push.parts import add_entities
from .common.thermostat import Thermostat
from .const import DOMAIN
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import PimaticEntityDescription, WholeEntity, table
from .meaning.features import ControlFeature, Role
from .meaning.measures import measure, possible_numbers
from .meaning.setters import Control
from .meaning.thermostats import (
    ACTIONS,
    MODE_PRESETS,
    MODES,
    Thermostat as ThermostatControls,
    hvac_modes,
    mode_presets,
)

PARALLEL_UPDATES = 1

# The limits of the usual valves, for a device with unknown limits.
LOWEST, HIGHEST = 4.5, 35.0


@dataclass(frozen=True, kw_only=True)
class PimaticClimateDescription(PimaticEntityDescription, ClimateEntityDescription):
    """A row of the table below."""


THERMOSTATS = (PimaticClimateDescription(key="thermostat", role=Role.THERMOSTAT, name=None),)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the thermostats."""
    add_entities(hass, entry, async_add_entities, table(entry, THERMOSTATS, PimaticThermostat))


class PimaticThermostat(WholeEntity, Thermostat):
    """A thermostat (docs/protocol/pimatic.md#thermostats)."""

    entity_description: PimaticClimateDescription

    _attr_translation_key = "thermostat"

    def __init__(
        self,
        coordinator: PimaticCoordinator,
        part: Part,
        feature: ControlFeature[ThermostatControls],
        row: PimaticClimateDescription,
    ) -> None:
        super().__init__(coordinator, part, feature, row)
        thermostat = self._thermostat = feature.thing
        self._set_limits()
        self._words = hvac_modes(thermostat)
        modes = list(self._words)
        if thermostat.program:
            modes = [HVACMode.AUTO, *(mode for mode in modes or [HVACMode.HEAT] if mode is not HVACMode.AUTO)]
        if thermostat.power:
            modes = [HVACMode.OFF, *(mode for mode in modes or [HVACMode.HEAT] if mode is not HVACMode.OFF)]
        self._attr_hvac_modes = modes or [HVACMode.HEAT]
        config = self._device.config
        temperatures = {
            PRESET_COMFORT: config.comfort_temperature,
            PRESET_ECO: config.eco_temperature,
            PRESET_AWAY: config.away_temperature,
        }
        self._mode_presets = mode_presets(thermostat)
        self._temperatures = {
            preset: one for preset, one in temperatures.items() if one is not None and preset not in self._mode_presets
        }
        self._attr_supported_features = ClimateEntityFeature.TARGET_TEMPERATURE
        self._has_range = thermostat.low is not None and HVACMode.HEAT_COOL in self._words
        if self._has_range:
            self._attr_supported_features |= ClimateEntityFeature.TARGET_TEMPERATURE_RANGE
        if HVACMode.OFF in modes:
            self._attr_supported_features |= ClimateEntityFeature.TURN_OFF | ClimateEntityFeature.TURN_ON
        if presets := [*self._temperatures, *self._mode_presets]:
            self._attr_supported_features |= ClimateEntityFeature.PRESET_MODE
            self._attr_preset_modes = [PRESET_NONE, *presets]

    def _set_limits(self) -> None:
        """Set the unit and the limits that the device reports."""
        setpoint = self._device.attribute(self._thermostat.setpoint.attribute)
        unit = measure(setpoint).unit if setpoint else None
        is_fahrenheit = unit == UnitOfTemperature.FAHRENHEIT
        unit = UnitOfTemperature.FAHRENHEIT if is_fahrenheit else UnitOfTemperature.CELSIUS
        self._attr_temperature_unit = self._attr_native_temperature_unit = unit
        config = self._device.config
        lowest, highest = config.lowest_temperature, config.highest_temperature
        if not is_fahrenheit:
            lowest, highest = LOWEST if lowest is None else lowest, HIGHEST if highest is None else highest
        if lowest is not None and (highest is None or lowest < highest):
            self._attr_min_temp = lowest
        if highest is not None and (lowest is None or lowest < highest):
            self._attr_max_temp = highest

    # State --------------------------------------------------------------------------------------

    def _read(self, control: Control | None) -> Value:
        return self._attribute_value(control.attribute) if control else None

    def _measured(self, name: str | None) -> float | None:
        """Return a measured value; None for a number that stands for no value."""
        attribute = self._device.attribute(name) if name else None
        if attribute is None or (number := to_number(self._attribute_value(attribute.name))) is None:
            return None
        possible = possible_numbers(measure(attribute))
        return number if possible is None or possible.has(number) else None

    @property
    def _is_range(self) -> bool:
        return self._has_range and self.hvac_mode is HVACMode.HEAT_COOL

    @property
    @override
    def native_target_temperature(self) -> float | None:
        """Return the set point; None while there are two."""
        return None if self._is_range else to_number(self._value)

    @property
    @override
    def native_target_temperature_low(self) -> float | None:
        """Return the temperature below which it heats."""
        return to_number(self._read(self._thermostat.low)) if self._is_range else None

    @property
    @override
    def native_target_temperature_high(self) -> float | None:
        """Return the temperature above which it cools."""
        return to_number(self._read(self._thermostat.high)) if self._is_range else None

    @property
    @override
    def native_current_temperature(self) -> float | None:
        return self._measured(self._thermostat.temperature)

    @property
    @override
    def current_humidity(self) -> float | None:
        return self._measured(self._thermostat.humidity)

    @property
    def _mode_word(self) -> str:
        return str(self._read(self._thermostat.mode) or "").lower()

    @property
    def _is_off(self) -> bool:
        power = self._thermostat.power
        return power is not None and to_flag(self._read(power)) is False

    @property
    def _follows_program(self) -> bool:
        program = self._thermostat.program
        return program is not None and str(self._read(program)).lower() == "auto"

    @property
    @override
    def hvac_mode(self) -> HVACMode | None:
        """Return the mode; a thermostat without modes heats, and one with a preset that is a mode, too."""
        if self._is_off:
            return HVACMode.OFF
        if self._follows_program:
            return HVACMode.AUTO
        if not self._thermostat.mode:
            return HVACMode.HEAT
        return HVACMode.HEAT if self._mode_word in MODE_PRESETS else MODES.get(self._mode_word)

    @property
    @override
    def hvac_action(self) -> HVACAction | None:
        """Return the action that the device reports, or the one that follows from its valve."""
        if self._thermostat.action:
            return ACTIONS.get(str(self._attribute_value(self._thermostat.action)).lower())
        valve = self._attribute_value("valve")
        if valve is None or self.hvac_mode is HVACMode.OFF:
            return None if valve is None else HVACAction.OFF
        is_open = valve if isinstance(valve, bool) else (to_number(valve) or 0) > 0
        return HVACAction.HEATING if is_open else HVACAction.IDLE

    @property
    @override
    def preset_mode(self) -> str:
        """Return the preset that is a mode, or else the one whose temperature is set."""
        if (preset := MODE_PRESETS.get(self._mode_word)) in self._mode_presets and preset is not None:
            return preset
        target = self.native_target_temperature
        return next((preset for preset, one in self._temperatures.items() if one == target), PRESET_NONE)

    # Commands -----------------------------------------------------------------------------------

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        """Set the mode if one is given, and the set point or both of them."""
        if mode := kwargs.get(ATTR_HVAC_MODE):
            await self.async_set_hvac_mode(mode)
        thermostat = self._thermostat
        for name, control in (
            (ATTR_TEMPERATURE, thermostat.setpoint),
            (ATTR_TARGET_TEMP_LOW, thermostat.low),
            (ATTR_TARGET_TEMP_HIGH, thermostat.high),
        ):
            if (temperature := kwargs.get(name)) is not None:
                await self._async_set(control, float(temperature))

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Set the mode, and switch on what must be on for it."""
        thermostat = self._thermostat
        if hvac_mode is HVACMode.OFF and thermostat.power:
            await self._async_set(thermostat.power, False)
            return
        if self._is_off:
            await self._async_set(thermostat.power, True)
        if hvac_mode is HVACMode.AUTO or self._follows_program:
            await self._async_set(thermostat.program, "auto" if hvac_mode is HVACMode.AUTO else "manual")
        if (word := self._words.get(hvac_mode)) is not None:
            await self._async_set(thermostat.mode, word)

    @override
    async def async_turn_on(self) -> None:
        """Switch on: by the power alone, or in the first mode that is not off."""
        if self._thermostat.power:
            await self._async_set(self._thermostat.power, True)
            return
        await self.async_set_hvac_mode(next(mode for mode in self.hvac_modes if mode is not HVACMode.OFF))

    async def _async_set(self, control: Control | None, value: bool | float | str) -> None:
        """Set a control, if the thermostat has it."""
        if control is not None:
            await self._async_act(control.setter.action, **control.setter.parameters(value))

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        """Set a mode or a temperature; without a preset the mode of a preset ends."""
        if preset_mode in self._mode_presets:
            await self._async_set(self._thermostat.mode, self._mode_presets[preset_mode])
        elif preset_mode in self._temperatures:
            await self._async_set(self._thermostat.setpoint, self._temperatures[preset_mode])
        elif self.preset_mode in self._mode_presets:
            await self.async_set_hvac_mode(next(iter(self._words), HVACMode.AUTO))
        elif self.preset_mode != PRESET_NONE:
            # The preset is the temperature, so that only another temperature can end it.
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="preset_needs_temperature")
