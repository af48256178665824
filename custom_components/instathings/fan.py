"""Fans and air purifiers of a cloud project."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.fan import FanEntity, FanEntityDescription, FanEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Control, ControlKind
from .cloud import CloudConfigEntry, CloudCoordinator
from .common.push.parts import add_entities
from .coordinator import Part
from .entity import ControlEntity, InstathingsEntityDescription, controls

# The client bounds what is sent at once; a fan without power must not hold up the others.
PARALLEL_UPDATES = 0

# zigbee2mqtt's words; an air purifier has numbers, too.
MODES = ("low", "medium", "high", "on", "auto", "smart", *map(str, range(1, 10)))


@dataclass(frozen=True, kw_only=True)
class InstathingsFanDescription(InstathingsEntityDescription, FanEntityDescription):
    """The row below."""


FAN = InstathingsFanDescription(key="fan", value_fn=lambda value: str(value).upper() == "ON")


async def async_setup_entry(
    hass: HomeAssistant, entry: CloudConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the fans."""
    add_entities(hass, entry, async_add_entities, controls(entry, ControlKind.FAN, InstathingsFan, FAN))


class InstathingsFan(ControlEntity, FanEntity):
    """A fan that is on or off and has modes."""

    entity_description: InstathingsFanDescription
    _attr_supported_features = FanEntityFeature.TURN_ON | FanEntityFeature.TURN_OFF

    def __init__(
        self, coordinator: CloudCoordinator, part: Part, control: Control, description: InstathingsFanDescription
    ) -> None:
        super().__init__(coordinator, part, control, description)
        self._modes = [mode for mode in self.of_model("fan_mode").options if mode != "off"] or MODES
        if self.has("fan_mode"):
            self._attr_supported_features |= FanEntityFeature.PRESET_MODE

    @property
    @override
    def is_on(self) -> bool | None:
        value: bool | None = self._value
        return value

    @property
    @override
    def preset_modes(self) -> list[str] | None:
        return list(self._modes) if self.has("fan_mode") else None

    @property
    @override
    def preset_mode(self) -> str | None:
        value = self.value("fan_mode")
        return value if isinstance(value, str) and value in self._modes else None

    @override
    async def async_turn_on(self, percentage: int | None = None, preset_mode: str | None = None, **kwargs: Any) -> None:
        """Switch it on, in a mode if the call has one."""
        if preset_mode is not None:
            await self.async_set_preset_mode(preset_mode)
        else:
            await self.async_set_values({"fan_state": "ON"})

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.async_set_values({"fan_state": "OFF"})

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        await self.async_set_values({"fan_mode": preset_mode})
