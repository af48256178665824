"""Buttons of a Rotoclear control unit."""

from dataclasses import dataclass
from functools import partial
from typing import Any, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .coordinator import Part, RotoclearConfigEntry, RotoclearCoordinator
from .entity import RotoclearEntity, RotoclearEntityDescription, entities_of

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class RotoclearButtonDescription(RotoclearEntityDescription, ButtonEntityDescription):
    """A row of the table below: what a press writes."""

    value: Any = True

    @property
    @override
    def unique(self) -> str:
        """Distinguish the buttons of one variable."""
        return self.key


BUTTONS = (
    RotoclearButtonDescription(key="take_picture", variable="takePicture", always=True),
    RotoclearButtonDescription(key="create_tag", variable="createTag", value={}, always=True),
    RotoclearButtonDescription(key="pause_recording", variable="record", value="pause"),
    RotoclearButtonDescription(key="resume_recording", variable="record", value="release"),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: RotoclearConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons."""
    make = partial(entities_of, entry.runtime_data, rows=BUTTONS, make=RotoclearButton)
    add_entities(hass, entry, async_add_entities, make)


class RotoclearButton(RotoclearEntity, ButtonEntity):
    """Writes one value when pressed."""

    entity_description: RotoclearButtonDescription

    def __init__(self, coordinator: RotoclearCoordinator, part: Part, description: RotoclearButtonDescription) -> None:
        """Subscribe to no variable: a press has no state of its own."""
        super().__init__(coordinator, part, description)
        self._keys = ()

    @override
    async def async_press(self) -> None:
        """Write the value."""
        await self.async_set(self.entity_description.value)
