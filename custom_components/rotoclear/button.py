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
    """A row of the table below: what a press writes."""

    value: Any = True

    @property
    @override
    def unique(self) -> str:
        """Distinguish the buttons of one variable."""
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
        reads=("pan{head}",),
        unique_name="save_view{head}",
        entity_category=EntityCategory.CONFIG,
    ),
)
VIEWS = (
    RotoclearButtonDescription(
        key="view", variable="zoom{head}", reads=("pan{head}",), unique_name="view{head}_{view}", is_of_view=True
    ),
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
        """Subscribe to no variable: a press has no state of its own."""
        super().__init__(coordinator, part, description)
        self._keys = ()

    @override
    async def async_press(self) -> None:
        """Write the value."""
        await self.async_set(self.entity_description.value)


class RotoclearSaveViewButton(RotoclearButton):
    """Keeps what a head looks at now, under the next free number."""

    def __init__(self, coordinator: RotoclearCoordinator, part: Part, description: RotoclearButtonDescription) -> None:
        super().__init__(coordinator, part, description)
        self._head = part.number

    @override
    async def async_press(self) -> None:
        """Keep the view."""
        await self.coordinator.async_save_view(self._head, self.coordinator.views.next_name(self._head))


class RotoclearViewButton(RotoclearButton):
    """Moves a head to one of its named views."""

    def __init__(self, coordinator: RotoclearCoordinator, part: Part, description: RotoclearButtonDescription) -> None:
        """Initialize for a view; one that is renamed gets a new entity in its place."""
        super().__init__(coordinator, part, description)
        self._head = part.number
        self._view = next(view.name for view in coordinator.views.of(part.number) if view.id == part.view)
        self._attr_translation_placeholders = {"view": self._view}
        self.definition = self._view

    @override
    async def async_press(self) -> None:
        """Move there."""
        view = self.coordinator.views.find(self._head, self._view)
        await self.coordinator.async_show_view(self._head, view)
