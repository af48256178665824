"""Buttons: those of a buttons device, every action without parameters, and two of the server's own."""

from typing import override

from homeassistant.components.button import ButtonDeviceClass, ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Action, Button, Device
from .coordinator import SERVER, PimaticConfigEntry, PimaticCoordinator
from .entity import DeviceEntity, Made, PimaticEntity, add_entities
from .templates import Role

PARALLEL_UPDATES = 1

# The actions of built-in devices that have a name in every language; all others have the server's.
TRANSLATED = {"resetTimer": "reset_timer"}


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons."""
    add_entities(hass, entry, async_add_entities, device=_of_device, server=_of_server)


def _of_device(coordinator: PimaticCoordinator, device: Device) -> Made:
    if Role.BUTTONS in coordinator.shape(device).roles:
        for button in device.config.buttons:
            yield PimaticButton(coordinator, device, button)
    for action in coordinator.shape(device).plain_actions:
        yield PimaticAction(coordinator, device, action)


def _of_server(coordinator: PimaticCoordinator) -> Made:
    return [ImportHistoryButton(coordinator), RestartButton(coordinator)]


class PimaticButton(DeviceEntity, ButtonEntity):
    """A button of a buttons device."""

    _attr_translation_key = "button"

    def __init__(self, coordinator: PimaticCoordinator, device: Device, button: Button) -> None:
        """Take the button."""
        super().__init__(coordinator, device, f"button_{button.id}", ())
        self._button = button
        self._attr_name = button.text

    @override
    async def async_press(self) -> None:
        """Press it."""
        await self._async_act("buttonPressed", buttonId=self._button.id)


class PimaticAction(DeviceEntity, ButtonEntity):
    """An action without parameters."""

    def __init__(self, coordinator: PimaticCoordinator, device: Device, action: Action) -> None:
        """Take the action."""
        super().__init__(coordinator, device, f"action_{action.name}", ())
        self._action = action
        if key := TRANSLATED.get(action.name):
            self._attr_translation_key = key
        else:
            self._attr_translation_key = "action"
            self._attr_name = _words(action.name)

    @override
    async def async_press(self) -> None:
        """Call it."""
        await self._async_act(self._action.name)


class ServerButton(PimaticEntity, ButtonEntity):
    """A button of the server: rarely pressed, so not there unless somebody wants it."""

    _attr_entity_category = EntityCategory.CONFIG
    _attr_entity_registry_enabled_default = False
    key: str

    def __init__(self, coordinator: PimaticCoordinator) -> None:
        """Belong to the server."""
        super().__init__(coordinator, SERVER, f"$server_{self.key}", ())
        self._attr_translation_key = self.key


class ImportHistoryButton(ServerButton):
    """Starts the import of all stored history."""

    key = "import_history"

    @override
    async def async_press(self) -> None:
        """Start; it goes on by itself and tells of its progress."""
        self.coordinator.history.start()


class RestartButton(ServerButton):
    """Restarts the server, which it only does when it runs as a daemon."""

    key = "restart"
    _attr_device_class = ButtonDeviceClass.RESTART

    @override
    async def async_press(self) -> None:
        """Restart the server."""
        await self.coordinator.async_call(self.coordinator.client.call("restart"))


def _words(name: str) -> str:
    """Return `volumeUp` as `Volume up`."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return spaced[:1].upper() + spaced[1:]
