"""Events: a pressed button, a line in the server's log."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.event import EventDeviceClass, EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import LogMessage, Value
from .common.push.parts import add_entities
from .coordinator import MESSAGES, Part, PimaticConfigEntry, PimaticCoordinator
from .entity import PimaticEntity, PimaticEntityDescription, WholeEntity, table
from .meaning.features import Feature, Role, WholeFeature

PARALLEL_UPDATES = 0

LONGEST_TEXT = 1024
MOST_TAGS = 20
LEVELS = ["error", "warn", "info", "debug"]


@dataclass(frozen=True, kw_only=True)
class PimaticEventDescription(PimaticEntityDescription, EventEntityDescription):
    """A row of the tables below."""


PRESSES = (PimaticEventDescription(key="presses", role=Role.BUTTONS, name=None, device_class=EventDeviceClass.BUTTON),)
# A log can have many lines, so it is disabled by default.
LOGS = (
    PimaticEventDescription(
        key="messages",
        role=Role.MESSAGES,
        translation_key="messages",
        event_types=LEVELS,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the events."""
    add_entities(
        hass, entry, async_add_entities, table(entry, PRESSES, PimaticPresses), table(entry, LOGS, PimaticMessages)
    )


class PimaticPresses(WholeEntity, EventEntity):
    """The presses of a buttons device. Each is an event, also of the same button again.

    Source: docs/protocol/pimatic.md#buttons-devices.
    """

    entity_description: PimaticEventDescription

    _attr_translation_key = "presses"

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: WholeFeature, row: PimaticEventDescription
    ) -> None:
        """Initialize with the ids of the buttons as event types."""
        super().__init__(coordinator, part, feature, row)
        self._attr_event_types = [button.id for button in self._device.config.buttons]

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        key = (self._device.id, "button")
        self.async_on_remove(self.coordinator.subscribe_event(key, self._pressed))

    @callback
    def _pressed(self, button: Value) -> None:
        if button in self.event_types:
            self._trigger_event(str(button))
            self.async_write_ha_state()


class PimaticMessages(PimaticEntity, EventEntity):
    """The server's log."""

    entity_description: PimaticEventDescription

    # To limit the size of the recorder; pimatic keeps the texts.
    _unrecorded_attributes = frozenset({"text", "tags"})

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: Feature, row: PimaticEventDescription
    ) -> None:
        super().__init__(coordinator, part, row, (row.key,), f"$server_{row.key}")

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event(MESSAGES, self._logged))

    @callback
    def _logged(self, message: LogMessage) -> None:
        if message.level in LEVELS:
            tags = list(message.tags[:MOST_TAGS])
            self._trigger_event(message.level, {"text": message.text[:LONGEST_TEXT], "tags": tags})
            self.async_write_ha_state()
