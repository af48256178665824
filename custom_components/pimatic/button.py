"""Buttons: those of a buttons device, actions without parameters, and two of the server."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonDeviceClass, ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import DeviceEntity, PimaticEntity, PimaticEntityDescription, as_words, table
from .meaning.features import ActionFeature, ButtonFeature, Feature, Role
from .meaning.profile import is_reset

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class PimaticButtonDescription(PimaticEntityDescription, ButtonEntityDescription):
    """A row of the tables below."""


BUTTONS = (PimaticButtonDescription(key="button", role=Role.BUTTON),)
ACTIONS = (PimaticButtonDescription(key="action", role=Role.ACTION),)
# Rarely used, so disabled by default.
HISTORY = (
    PimaticButtonDescription(
        key="import_history",
        role=Role.IMPORT_HISTORY,
        translation_key="import_history",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)
RESTART = (
    PimaticButtonDescription(
        key="restart",
        role=Role.RESTART,
        translation_key="restart",
        device_class=ButtonDeviceClass.RESTART,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)
# The actions of built-in devices that have a name in every language; all others have the server's.
TRANSLATED = {"resetTimer": "reset_timer"}


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        table(entry, BUTTONS, PimaticButton),
        table(entry, ACTIONS, PimaticAction),
        table(entry, HISTORY, PimaticImportHistory),
        table(entry, RESTART, PimaticRestart),
    )


class PimaticButton(DeviceEntity, ButtonEntity):
    """A button of a buttons device."""

    entity_description: PimaticButtonDescription

    _attr_translation_key = "button"

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: ButtonFeature, row: PimaticButtonDescription
    ) -> None:
        super().__init__(coordinator, part, row, ("button", feature.button.id))
        self._button = feature.button
        self._attr_name = feature.button.text

    @override
    async def async_press(self) -> None:
        """Press the button on the server."""
        await self._async_act("buttonPressed", buttonId=self._button.id)


class PimaticAction(DeviceEntity, ButtonEntity):
    """An action without parameters."""

    entity_description: PimaticButtonDescription

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: ActionFeature, row: PimaticButtonDescription
    ) -> None:
        super().__init__(coordinator, part, row, ("action", feature.action.name))
        self._action = feature.action
        if key := TRANSLATED.get(feature.action.name):
            self._attr_translation_key = key
        else:
            self._attr_translation_key = "action"
            self._attr_name = as_words(feature.action.name)
            if is_reset(feature.action):
                self._attr_entity_category = EntityCategory.CONFIG
                self._attr_entity_registry_enabled_default = False

    @override
    async def async_press(self) -> None:
        """Call the action."""
        await self._async_act(self._action.name)


class PimaticServerButton(PimaticEntity, ButtonEntity):
    """A button of the server."""

    entity_description: PimaticButtonDescription

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: Feature, row: PimaticButtonDescription
    ) -> None:
        super().__init__(coordinator, part, row, (row.key,), f"$server_{row.key}")


class PimaticImportHistory(PimaticServerButton):
    """Starts the import of all stored history."""

    @override
    async def async_press(self) -> None:
        """Start the import in the background; a notification shows its progress."""
        self.coordinator.history.start()


class PimaticRestart(PimaticServerButton):
    """Restarts the server, which it only does when it runs as a daemon."""

    @override
    async def async_press(self) -> None:
        """Restart the server."""
        await self.coordinator.async_call(self.coordinator.client.call("restart"))
