"""Times: the hour and minute of a time input."""

from dataclasses import dataclass
from datetime import time
from typing import override

from homeassistant.components.time import TimeEntity, TimeEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Value
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import PimaticConfigEntry
from .entity import PimaticEntityDescription, WholeEntity, table
from .meaning.features import Role

PARALLEL_UPDATES = 1


def to_time(value: Value) -> time | None:
    """Return the time in `HH:MM`. The server keeps even a text that is no time (docs/protocol/pimatic.md#inputs)."""
    hour, _, minute = str(value).partition(":")
    try:
        return time(int(hour), int(minute))
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True)
class PimaticTimeDescription(PimaticEntityDescription, TimeEntityDescription):
    """A row of the table below."""


INPUTS = (PimaticTimeDescription(key="input", role=Role.INPUT_TIME, name=None, value_fn=to_time),)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the times."""
    add_entities(hass, entry, async_add_entities, table(entry, INPUTS, PimaticTimeInput))


class PimaticTimeInput(WholeEntity, TimeEntity):
    """A time input."""

    entity_description: PimaticTimeDescription
    native_value = own_value

    _attr_translation_key = "input"

    @override
    async def async_set_value(self, value: time) -> None:
        await self._async_act("changeInputTo", value=value.strftime("%H:%M"))
