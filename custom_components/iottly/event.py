"""Events: each message of a board, whole, for automations that need more than its leaves.

The type of an event is the message's name, which the user's code gives it: the first key of the payload.
"""

from dataclasses import dataclass
from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.json import json_bytes

from .api import Message
from .common.push.parts import add_entities
from .coordinator import IottlyConfigEntry, PartKind
from .entity import IottlyEntity, IottlyEntityDescription, table

PARALLEL_UPDATES = 0

# The recorder stores attributes of at most 16 KiB in total.
MAX_PAYLOAD_BYTES = 12 * 1024


@dataclass(frozen=True, kw_only=True)
class IottlyEventDescription(IottlyEntityDescription, EventEntityDescription):
    """A row of the table below."""


EVENTS = (IottlyEventDescription(key="message", translation_key="message", part=PartKind.BOARD),)


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add an event entity for each board."""
    add_entities(hass, entry, async_add_entities, table(entry, EVENTS, IottlyMessageEvent))


class IottlyMessageEvent(IottlyEntity, EventEntity):
    """The messages of one board."""

    entity_description: IottlyEventDescription
    # Messages are many and large, and the entities of leaves are recorded.
    _unrecorded_attributes = frozenset({"kind", "message", "payload", "timestamp", "devicetimestamp"})

    @property
    @override
    def event_types(self) -> list[str]:
        """Return the types of the messages that the board has sent."""
        return self.coordinator.messages.schema.type_names(self.part.id)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event(self.part.id, self._handle_message))

    @callback
    def _handle_message(self, message: Message) -> None:
        """Trigger the event of a message, without the payload if it is too large for the attributes."""
        if message.connected is not None:
            return  # the binary sensor of the connection has it
        fits = len(json_bytes(message.payload)) <= MAX_PAYLOAD_BYTES
        self._trigger_event(
            self.coordinator.messages.schema.type_of(message),
            {
                "kind": message.kind.value,
                "message": (message.name or "")[:255] or None,
                "payload": dict(message.payload) if fits else None,
                "timestamp": message.timestamp.isoformat(),
                "devicetimestamp": message.device_timestamp.isoformat() if message.device_timestamp else None,
            },
        )
        self.async_write_ha_state()
