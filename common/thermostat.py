"""A thermostat for Home Assistant 2026.10 and 2026.11, which calls native what 2026.10 did not."""

from typing import override

from homeassistant.components.climate import ClimateEntity
from homeassistant.const import UnitOfTemperature


class Thermostat(ClimateEntity):
    """A thermostat; a vendor's overrides the properties whose names begin with `native`."""

    # On the class: Home Assistant 2026.11 warns of a thermostat that writes the older name where it has its own.
    _attr_temperature_unit: str = UnitOfTemperature.CELSIUS
    _attr_native_temperature_unit: str = UnitOfTemperature.CELSIUS
    _attr_target_temperature_step = 0.5

    @property
    def native_current_temperature(self) -> float | None:
        """Return the measured temperature."""
        return None

    @property
    def native_target_temperature(self) -> float | None:
        """Return the setpoint; None where there are two."""
        return None

    @property
    def native_target_temperature_low(self) -> float | None:
        """Return the setpoint of heating, where there is one of cooling."""
        return None

    @property
    def native_target_temperature_high(self) -> float | None:
        """Return the setpoint of cooling, where there is one of heating."""
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
