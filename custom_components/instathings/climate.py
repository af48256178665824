"""Climate: radiator valves and thermostats of a cloud project."""

from dataclasses import dataclass
from math import isfinite
from typing import Any, override

from homeassistant.components.climate import (
    ATTR_HVAC_MODE,
    ATTR_TARGET_TEMP_HIGH,
    ATTR_TARGET_TEMP_LOW,
    ClimateEntityDescription,
    ClimateEntityFeature,
    HVACAction,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Control, ControlKind
from .api.http_commands import is_first_generation, setpoint
from .api.model import Scalar
from .cloud import CloudConfigEntry, CloudCoordinator
from .common.push.parts import add_entities
from .common.thermostat import Thermostat
from .const import DOMAIN
from .coordinator import Part
from .entity import ControlEntity, InstathingsEntityDescription, controls

# The client bounds what is sent at once; a sleeping valve must not hold up the others.
PARALLEL_UPDATES = 0

# What a thermostat can measure or be set to, in °C.
TEMPERATURES = (-100, 200)
# Earlier converters have spaces in some words, and other words for modes.
MODES: dict[str, HVACMode] = {
    "off": HVACMode.OFF, "heat": HVACMode.HEAT, "auto": HVACMode.AUTO, "cool": HVACMode.COOL, "dry": HVACMode.DRY,
    "fan_only": HVACMode.FAN_ONLY, "emergency_heating": HVACMode.HEAT, "manual": HVACMode.HEAT,
    "comfort": HVACMode.HEAT, "eco": HVACMode.HEAT, "boost": HVACMode.HEAT, "complex": HVACMode.AUTO,
}  # fmt: skip
ACTIONS: dict[str, HVACAction] = {
    "idle": HVACAction.IDLE, "heat": HVACAction.HEATING, "heating": HVACAction.HEATING, "cool": HVACAction.COOLING,
    "cooling": HVACAction.COOLING, "fan_only": HVACAction.FAN, "off": HVACAction.OFF,
}  # fmt: skip
# The words of devices for these modes; the word that a device reports is also sent to it. Other words are presets.
OWN_WORDS = frozenset({"manual", "fan only"})
# Modes of every valve with modes; others are added when the valve reports them.
USUAL_MODES = (HVACMode.OFF, HVACMode.HEAT, HVACMode.AUTO)
# A valve that has both is at the current one.
HEATING_SETPOINTS = ("current_heating_setpoint", "occupied_heating_setpoint")
COOLING_SETPOINT = "occupied_cooling_setpoint"
# The device's own keys for its limits, and zigbee2mqtt's presets.
LOWEST, HIGHEST = ("min_heat_setpoint_limit", "min_temperature"), ("max_heat_setpoint_limit", "max_temperature")
FAN_MODES, SWING_MODES = ("off", "low", "medium", "high", "auto"), ("off", "on")
PRESETS = ("manual", "schedule", "auto", "eco", "comfort", "holiday", "away", "boost")


@dataclass(frozen=True, kw_only=True)
class InstathingsClimateDescription(InstathingsEntityDescription, ClimateEntityDescription):
    """The row below."""


CLIMATE = InstathingsClimateDescription(key="climate")


async def async_setup_entry(
    hass: HomeAssistant, entry: CloudConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the thermostats."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        controls(entry, ControlKind.CLIMATE, InstathingsClimate, CLIMATE),
        controls(entry, ControlKind.HTTP_CLIMATE, HttpClimate, CLIMATE),
    )


class InstathingsClimate(ControlEntity, Thermostat):
    """A valve with a setpoint; its mode is heat if it reports none."""

    entity_description: InstathingsClimateDescription

    _attr_min_temp: float = 5
    _attr_max_temp: float = 30
    _attr_target_temperature_step = 0.5
    _attr_supported_features = ClimateEntityFeature.TARGET_TEMPERATURE

    def __init__(
        self, coordinator: CloudCoordinator, part: Part, control: Control, description: InstathingsClimateDescription
    ) -> None:
        super().__init__(coordinator, part, control, description)
        self._setpoint = next(key for key in (*HEATING_SETPOINTS, COOLING_SETPOINT) if self.has(key))
        self._has_range = self._setpoint != COOLING_SETPOINT and self.has(COOLING_SETPOINT)
        self._has_mode = self.has("system_mode")
        self._words = coordinator.mode_words.setdefault((self.device_id, control.path("system_mode")), {})
        self._note_word()
        self._attr_hvac_modes = self._modes() if self._has_mode else [HVACMode.HEAT]
        if HVACMode.OFF in self._attr_hvac_modes:
            self._attr_supported_features |= ClimateEntityFeature.TURN_ON | ClimateEntityFeature.TURN_OFF
        of_model = self.of_model(self._setpoint)
        if of_model.limits:
            self._attr_min_temp, self._attr_max_temp = of_model.limits
        if of_model.step:
            self._attr_target_temperature_step = of_model.step
        if self._has_range:
            self._attr_supported_features |= ClimateEntityFeature.TARGET_TEMPERATURE_RANGE
        if self.has("preset"):
            self._attr_supported_features |= ClimateEntityFeature.PRESET_MODE
        if isinstance(self.value("fan_mode"), str):
            self._attr_supported_features |= ClimateEntityFeature.FAN_MODE
        if isinstance(self.value("swing_mode"), str):
            self._attr_supported_features |= ClimateEntityFeature.SWING_MODE

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Store the device's word for its mode."""
        self._note_word()
        super()._handle_coordinator_update()

    def _note_word(self) -> None:
        if (word := self._word("system_mode")) in OWN_WORDS:
            self._words[MODES[_plain(word)]] = word

    def _modes(self) -> list[HVACMode]:
        """Return the modes of the model, or the usual ones."""
        if found := [MODES[word] for word in self.of_model("system_mode").options if word in MODES]:
            return [*dict.fromkeys(found)]
        return [*USUAL_MODES, HVACMode.COOL] if self.has(COOLING_SETPOINT) else [*USUAL_MODES]

    @property
    @override
    def hvac_modes(self) -> list[HVACMode]:
        """Return the modes: the usual ones and the current one."""
        usual, mode = self._attr_hvac_modes, self.hvac_mode
        return usual if mode is None or mode in usual else [*usual, mode]

    def _limit(self, keys: tuple[str, ...], default: float) -> float:
        return next((value for key in keys if (value := self.number(key, *TEMPERATURES)) is not None), default)

    @property
    @override
    def min_temp(self) -> float:
        """Return the lowest setpoint: the one that the device reports, at most the current one."""
        return min(self._limit(LOWEST, self._attr_min_temp), *self._targets())

    @property
    @override
    def max_temp(self) -> float:
        """Return the highest setpoint: the one that the device reports, at least the current one."""
        return max(self._limit(HIGHEST, self._attr_max_temp), *self._targets())

    def _targets(self) -> list[float]:
        keys = (self._setpoint, COOLING_SETPOINT)
        found = [value for key in keys if self.has(key) and (value := self.number(key, *TEMPERATURES)) is not None]
        return found or [self._attr_min_temp]

    @property
    @override
    def preset_modes(self) -> list[str] | None:
        return _with_current(self.of_model("preset").options or PRESETS, self.preset_mode)

    @property
    @override
    def preset_mode(self) -> str | None:
        return self._word("preset")

    @property
    @override
    def fan_modes(self) -> list[str] | None:
        return _with_current(self.of_model("fan_mode").options or FAN_MODES, self.fan_mode)

    @property
    @override
    def fan_mode(self) -> str | None:
        return self._word("fan_mode")

    @property
    @override
    def swing_modes(self) -> list[str] | None:
        return _with_current(self.of_model("swing_mode").options or SWING_MODES, self.swing_mode)

    @property
    @override
    def swing_mode(self) -> str | None:
        return self._word("swing_mode")

    def _word(self, key: str) -> str | None:
        value = self.value(key)
        return value if isinstance(value, str) else None

    @property
    @override
    def hvac_mode(self) -> HVACMode | None:
        return MODES.get(_plain(self._word("system_mode"))) if self._has_mode else HVACMode.HEAT

    @property
    @override
    def hvac_action(self) -> HVACAction | None:
        """Return the current action of the valve."""
        if self.hvac_mode is HVACMode.OFF:
            return HVACAction.OFF
        return ACTIONS.get(_plain(self._word("running_state") or self._word("operation")))

    @property
    @override
    def native_current_temperature(self) -> float | None:
        return self.number("local_temperature", *TEMPERATURES)

    @property
    @override
    def native_target_temperature(self) -> float | None:
        """Return the setpoint of the mode, or None if it has a range."""
        if self._has_range and self.hvac_mode not in (HVACMode.HEAT, HVACMode.COOL):
            return None
        is_cooling = self._has_range and self.hvac_mode is HVACMode.COOL
        return self.number(COOLING_SETPOINT if is_cooling else self._setpoint, *TEMPERATURES)

    @property
    @override
    def native_target_temperature_low(self) -> float | None:
        return self.number(self._setpoint, *TEMPERATURES) if self._has_range else None

    @property
    @override
    def native_target_temperature_high(self) -> float | None:
        return self.number(COOLING_SETPOINT, *TEMPERATURES) if self._has_range else None

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        """Set the setpoint, and the mode if the call has one."""
        values: dict[str, Scalar] = {}
        if (target := kwargs.get(ATTR_TEMPERATURE)) is not None:
            is_cooling = self._has_range and self.hvac_mode is HVACMode.COOL
            values[COOLING_SETPOINT if is_cooling else self._setpoint] = target
        for name, key in ((ATTR_TARGET_TEMP_LOW, self._setpoint), (ATTR_TARGET_TEMP_HIGH, COOLING_SETPOINT)):
            if (target := kwargs.get(name)) is not None:
                values[key] = target
        if self._has_mode and (mode := kwargs.get(ATTR_HVAC_MODE)) is not None:
            values["system_mode"] = self._words.get(mode, str(mode))
        if values:
            await self.async_set_values(values)

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Set the mode; a valve without modes always heats."""
        if self._has_mode:
            await self.async_set_values({"system_mode": self._words.get(hvac_mode, str(hvac_mode))})

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        await self.async_set_values({"preset": preset_mode})

    @override
    async def async_set_fan_mode(self, fan_mode: str) -> None:
        await self.async_set_values({"fan_mode": fan_mode})

    @override
    async def async_set_swing_mode(self, swing_mode: str) -> None:
        await self.async_set_values({"swing_mode": swing_mode})

    @override
    async def async_turn_on(self) -> None:
        """Set the mode heat, or the first other mode of the model."""
        modes = [mode for mode in self.hvac_modes if mode is not HVACMode.OFF]
        await self.async_set_hvac_mode(HVACMode.HEAT if HVACMode.HEAT in modes else modes[0])

    @override
    async def async_turn_off(self) -> None:
        """Set the mode off."""
        await self.async_set_hvac_mode(HVACMode.OFF)


def _plain(word: str | None) -> str:
    """Return a word in the spelling of current converters."""
    return (word or "").lower().replace(" ", "_")


def _with_current(usual: tuple[str, ...], current: str | None) -> list[str]:
    """Return the usual words, and the current one if it is another."""
    return [*usual] if current is None or current in usual else [*usual, current]


class HttpClimate(ControlEntity, Thermostat):
    """A thermostat of an HTTP device. It heats; a valve is off at its lowest setpoint."""

    entity_description: InstathingsClimateDescription

    _attr_supported_features = ClimateEntityFeature.TARGET_TEMPERATURE

    def __init__(
        self, coordinator: CloudCoordinator, part: Part, control: Control, description: InstathingsClimateDescription
    ) -> None:
        super().__init__(coordinator, part, control, description)
        is_first = is_first_generation(control.component)
        is_valve = is_first or control.component.startswith("blutrv:")
        self._attr_min_temp, self._attr_max_temp = (4, 31) if is_first else (4, 30) if is_valve else (5, 35)
        self._current = "tmp.value" if is_first else "current_C"
        self._attr_hvac_modes = [HVACMode.HEAT, HVACMode.OFF] if is_valve else [HVACMode.HEAT]

    @property
    @override
    def hvac_mode(self) -> HVACMode:
        if self.value("enable") is False:
            return HVACMode.OFF
        target = self.native_target_temperature
        is_off = HVACMode.OFF in self.hvac_modes and target is not None and target <= self.min_temp
        return HVACMode.OFF if is_off else HVACMode.HEAT

    @property
    @override
    def hvac_action(self) -> HVACAction | None:
        """Return the current action; a valve does not report it."""
        match self.value("output"):
            case True:
                return HVACAction.HEATING
            case False:
                return HVACAction.IDLE
        return None

    @property
    @override
    def native_current_temperature(self) -> float | None:
        return self.number(self._current, *TEMPERATURES)

    @property
    @override
    def native_target_temperature(self) -> float | None:
        return self.number(self.control.state, *TEMPERATURES)

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        if (target := kwargs.get(ATTR_TEMPERATURE)) is not None:
            if not isfinite(target):
                # Home Assistant finds NaN in every range.
                raise ServiceValidationError(translation_domain=DOMAIN, translation_key="refused")
            await self.async_request(setpoint(self.control.component, target), {self.control.state: target})

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Set the lowest setpoint to switch a valve off, and a usual one to switch it on."""
        target = self.min_temp if hvac_mode is HVACMode.OFF else 20.0
        if hvac_mode is not self.hvac_mode:
            await self.async_set_temperature(temperature=target)
