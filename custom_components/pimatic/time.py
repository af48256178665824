"""Times: the hour and minute of a time input."""

from datetime import time
from typing import override

from homeassistant.components.time import TimeEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PimaticConfigEntry
from .entity import RoleEntity, add_entities, by_role
from .templates import Role

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the times."""
    add_entities(hass, entry, async_add_entities, device=by_role({Role.INPUT_TIME: PimaticTimeInput}))


class PimaticTimeInput(RoleEntity, TimeEntity):
    """A time input. The server keeps even a text that is no time (docs/protocol/pimatic.md#inputs)."""

    _attr_translation_key = "input"
    reads = ("input",)

    @override
    def _read(self) -> None:
        hour, _, minute = str(self._value("input")).partition(":")
        try:
            self._attr_native_value = time(int(hour), int(minute))
        except ValueError:
            self._attr_native_value = None

    @override
    async def async_set_value(self, value: time) -> None:
        """Enter a time."""
        await self._async_act("changeInputTo", value=value.strftime("%H:%M"))
