"""The lights of the camera heads."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.light import ColorMode, LightEntity, LightEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import RotoclearConfigEntry
from .entity import RotoclearEntity, RotoclearEntityDescription, table

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class RotoclearLightDescription(RotoclearEntityDescription, LightEntityDescription):
    """A row of the table below."""


LIGHTS = (RotoclearLightDescription(key="light", variable="light{head}"),)


async def async_setup_entry(
    hass: HomeAssistant, entry: RotoclearConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights."""
    add_entities(hass, entry, async_add_entities, table(entry, LIGHTS, RotoclearLight))


class RotoclearLight(RotoclearEntity[bool], LightEntity):
    """The light of one head."""

    entity_description: RotoclearLightDescription
    is_on = own_value

    _attr_color_mode = ColorMode.ONOFF
    _attr_supported_color_modes = {ColorMode.ONOFF}

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self.async_set(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.async_set(False)
