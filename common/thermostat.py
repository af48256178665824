"""A climate entity for Home Assistant 2026.10 and 2026.11, which renames properties to `native_...`."""

from typing import override

from homeassistant.components.climate import ClimateEntity
from homeassistant.const import UnitOfTemperature


class Thermostat(ClimateEntity):
    """A thermostat; subclasses override the properties whose names begin with `native`."""

    # Class attributes, because Home Assistant 2026.11 logs a warning if an instance sets the older name.
    _attr_temperature_unit: str = UnitOfTemperature.CELSIUS
    _attr_native_temperature_unit: str = UnitOfTemperature.CELSIUS
    _attr_target_temperature_step = 0.5

    @property
    def native_current_temperature(self) -> float | None:
        """Return the measured temperature."""
        return None

    @property
    def native_target_temperature(self) -> float | None:
        """Return the setpoint; None if there are two."""
        return None

    @property
    def native_target_temperature_low(self) -> float | None:
        """Return the lower of two setpoints."""
        return None

    @property
    def native_target_temperature_high(self) -> float | None:
        """Return the upper of two setpoints."""
        return None

    @property
    @override
    def current_temperature(self) -> float | None:
        return self.native_current_temperature

    @property
    @override
    def target_temperature(self) -> float | None:
        return self.native_target_temperature

    @property
    @override
    def target_temperature_low(self) -> float | None:
        return self.native_target_temperature_low

    @property
    @override
    def target_temperature_high(self) -> float | None:
        return self.native_target_temperature_high
