"""Buttons: flash a deployment group, import the history, send a command that a user has defined."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonDeviceClass, ButtonEntity, ButtonEntityDescription
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .command_entity import CommandEntity, add_command_entities
from .commands import async_send
from .common.push.parts import add_entities
from .const import CONF_CMD_TYPE, CONF_VALUES, SUBENTRY_BUTTON
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .entity import IottlyEntity, IottlyEntityDescription, table
from .message_store import Fact

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class IottlyCommandButtonDescription(IottlyEntityDescription, ButtonEntityDescription):
    """The row of all command buttons."""


@dataclass(frozen=True, kw_only=True)
class IottlyButtonDescription(IottlyEntityDescription, ButtonEntityDescription):
    """A row of the table below; `press_fn` handles a press."""

    press_fn: Callable[[IottlyCoordinator, Part], Awaitable[None]]


async def _flash(coordinator: IottlyCoordinator, group: Part) -> None:
    await coordinator.deployer.start(group.id)


async def _import_history(coordinator: IottlyCoordinator, _project: Part) -> None:
    """Start the import in the background; a notification shows its progress."""
    coordinator.history.start()


BUTTONS = (
    IottlyButtonDescription(
        key="flash",
        translation_key="flash",
        part=PartKind.GROUP,
        what=Fact.GROUP,
        exists=lambda group: group.is_flashable,
        device_class=ButtonDeviceClass.UPDATE,
        entity_category=EntityCategory.CONFIG,
        # A press deploys to every board of the group.
        entity_registry_enabled_default=False,
        press_fn=_flash,
    ),
    IottlyButtonDescription(
        key="import_history",
        translation_key="import_history",
        part=PartKind.PROJECT,
        entity_category=EntityCategory.CONFIG,
        # Rarely used.
        entity_registry_enabled_default=False,
        press_fn=_import_history,
    ),
)
COMMAND_BUTTON = IottlyCommandButtonDescription(key="command", part=PartKind.BOARD, needs_board=True)


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons."""
    add_entities(hass, entry, async_add_entities, table(entry, BUTTONS, IottlyButton))
    add_command_entities(hass, entry, async_add_entities, SUBENTRY_BUTTON, IottlyCommandButton)


class IottlyButton(IottlyEntity, ButtonEntity):
    """A button that calls the `press_fn` of its row."""

    entity_description: IottlyButtonDescription

    @override
    async def async_press(self) -> None:
        await self.entity_description.press_fn(self.coordinator, self.part)


class IottlyCommandButton(CommandEntity, ButtonEntity):
    """A button that sends one command to a board."""

    entity_description: IottlyCommandButtonDescription

    def __init__(self, coordinator: IottlyCoordinator, part: Part, subentry: ConfigSubentry) -> None:
        super().__init__(coordinator, part, COMMAND_BUTTON, subentry)

    @override
    async def async_press(self) -> None:
        """Send the command."""
        await async_send(self.coordinator, self.part.id, self.config[CONF_CMD_TYPE], self.config.get(CONF_VALUES, {}))
