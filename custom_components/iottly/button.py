"""Buttons: flash a deployment group, send a command that a user has defined."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonDeviceClass, ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .command_entity import CommandEntity, add_command_entities
from .commands import async_send
from .const import CONF_CMD_TYPE, CONF_VALUES, SUBENTRY_BUTTON
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .entity import FactEntity, IottlyEntity, IottlyEntityDescription, add_entities, facts_of
from .inbox import Fact

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class IottlyButtonDescription(IottlyEntityDescription, ButtonEntityDescription):
    """A row of the table below."""


BUTTONS = (
    IottlyButtonDescription(
        key="flash",
        translation_key="flash",
        part=PartKind.GROUP,
        fact=Fact.GROUP,
        exists=lambda group: group.is_flashable,
        device_class=ButtonDeviceClass.UPDATE,
        entity_category=EntityCategory.CONFIG,
        # A press deploys to every board of the group.
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[IottlyEntity]:
        for row in facts_of(coordinator, part, BUTTONS):
            yield IottlyFlashButton(coordinator, part, row)

        if part.kind is PartKind.PROJECT:
            yield IottlyImportButton(coordinator, part)

    add_entities(hass, entry, async_add_entities, build)
    add_command_entities(hass, entry, async_add_entities, SUBENTRY_BUTTON, IottlyCommandButton)


class IottlyFlashButton(FactEntity, ButtonEntity):
    """Deploys a group's branch to its boards."""

    entity_description: IottlyButtonDescription

    @override
    async def async_press(self) -> None:
        """Deploy."""
        await self.coordinator.async_flash(self.part.id)


class IottlyImportButton(IottlyEntity, ButtonEntity):
    """Starts the import of all stored messages."""

    _attr_translation_key = "import_history"
    _attr_entity_category = EntityCategory.CONFIG
    # Pressed once, if ever.
    _attr_entity_registry_enabled_default = False

    def __init__(self, coordinator: IottlyCoordinator, part: Part) -> None:
        """Belong to the project."""
        super().__init__(coordinator, part, ())
        self._attr_unique_id = f"{part.id}_import_history"

    @override
    async def async_press(self) -> None:
        """Start; it goes on by itself and tells of its progress."""
        self.coordinator.history.start()


class IottlyCommandButton(CommandEntity, ButtonEntity):
    """Sends one command to a board."""

    @override
    async def async_press(self) -> None:
        """Send it."""
        await async_send(self.coordinator, self.part.id, self.config[CONF_CMD_TYPE], self.config.get(CONF_VALUES, {}))
