"""Events: a pressed button, a line in the server's log."""

from typing import override

from homeassistant.components.event import EventDeviceClass, EventEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Device, LogMessage, Value
from .coordinator import MESSAGES, SERVER, PimaticConfigEntry, PimaticCoordinator
from .entity import Made, PimaticEntity, RoleEntity, add_entities
from .templates import Role

PARALLEL_UPDATES = 0

LONGEST_TEXT = 1024
LEVELS = ["error", "warn", "info", "debug"]


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the events."""
    add_entities(hass, entry, async_add_entities, device=_of_device, server=lambda one: [PimaticMessages(one)])


def _of_device(coordinator: PimaticCoordinator, device: Device) -> Made:
    if Role.BUTTONS in coordinator.shape(device).roles and device.config.buttons:
        yield PimaticPresses(coordinator, device, Role.BUTTONS)


class PimaticPresses(RoleEntity, EventEntity):
    """The presses of a buttons device. Each is an event, also of the same button again.

    Source: docs/protocol/pimatic.md#buttons-devices.
    """

    _attr_device_class = EventDeviceClass.BUTTON
    _attr_translation_key = "presses"

    def __init__(self, coordinator: PimaticCoordinator, device: Device, role: Role) -> None:
        """Take the ids of the buttons as event types."""
        super().__init__(coordinator, device, role)
        self._attr_event_types = [button.id for button in device.config.buttons]

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the presses."""
        await super().async_added_to_hass()
        key = (self._device.id, "button")
        self.async_on_remove(self.coordinator.subscribe_event(key, self._pressed))

    @callback
    def _pressed(self, button: Value) -> None:
        if button in self.event_types:
            self._trigger_event(str(button))
            self.async_write_ha_state()


class PimaticMessages(PimaticEntity, EventEntity):
    """The server's log. It can be a busy one, so it is not there unless somebody wants it."""

    _attr_translation_key = "messages"
    _attr_event_types = LEVELS
    _attr_entity_registry_enabled_default = False

    def __init__(self, coordinator: PimaticCoordinator) -> None:
        """Belong to the server."""
        super().__init__(coordinator, SERVER, "$server_messages", ())

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the log."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event(MESSAGES, self._logged))

    @callback
    def _logged(self, message: LogMessage) -> None:
        if message.level in LEVELS:
            self._trigger_event(message.level, {"text": message.text[:LONGEST_TEXT], "tags": list(message.tags)[:20]})
            self.async_write_ha_state()
