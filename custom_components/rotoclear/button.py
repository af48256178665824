"""Buttons of a Rotoclear control unit."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .coordinator import Part, RotoclearConfigEntry, RotoclearCoordinator
from .entity import RotoclearEntity, RotoclearEntityDescription, table

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class RotoclearButtonDescription(RotoclearEntityDescription, ButtonEntityDescription):
    """A row of the tables below; `value` is what a press writes."""

    value: Any = True

    @property
    @override
    def unique(self) -> str:
        """Return the key: several buttons write the same variable."""
        return self.unique_name or self.key


BUTTONS = (
    RotoclearButtonDescription(key="take_picture", variable="takePicture", always=True),
    RotoclearButtonDescription(key="create_tag", variable="createTag", value={}, always=True),
    RotoclearButtonDescription(key="pause_recording", variable="record", value="pause"),
    RotoclearButtonDescription(key="resume_recording", variable="record", value="release"),
)
SAVE_VIEW = (
    RotoclearButtonDescription(
        key="save_view",
        variable="zoom{head}",
        unique_name="save_view{head}",
        entity_category=EntityCategory.CONFIG,
    ),
)
VIEWS = (
    RotoclearButtonDescription(key="view", variable="zoom{head}", unique_name="view{head}_{view}", is_of_view=True),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: RotoclearConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        table(entry, BUTTONS, RotoclearButton),
        table(entry, SAVE_VIEW, RotoclearSaveViewButton),
        table(entry, VIEWS, RotoclearViewButton),
    )


class RotoclearButton(RotoclearEntity, ButtonEntity):
    """Writes one value when pressed."""

    entity_description: RotoclearButtonDescription

    def __init__(self, coordinator: RotoclearCoordinator, part: Part, description: RotoclearButtonDescription) -> None:
        super().__init__(coordinator, part, description)
        # The state of a button is the time of the last press, whatever the variable is.
        self._keys = ()

    @override
    async def async_press(self) -> None:
        """Write the value."""
        await self.async_set(self.entity_description.value)


class RotoclearSaveViewButton(RotoclearButton):
    """Saves the current view of a head under the next free number."""

    @override
    async def async_press(self) -> None:
        """Save the view."""
        head = self._part.number
        await self.coordinator.async_save_view(head, self.coordinator.views.next_name(head))


class RotoclearViewButton(RotoclearButton):
    """Moves a head to one of its saved views."""

    def __init__(self, coordinator: RotoclearCoordinator, part: Part, description: RotoclearButtonDescription) -> None:
        """Initialize with the name of the view; the entity is replaced when that changes."""
        super().__init__(coordinator, part, description)
        self._view = next(view.name for view in coordinator.views.of(part.number) if view.id == part.view)
        self._attr_translation_placeholders = {"view": self._view}
        self.definition = self._view

    @override
    async def async_press(self) -> None:
        """Move to the view."""
        head = self._part.number
        await self.coordinator.async_show_view(head, self.coordinator.views.find(head, self._view))
