"""Events: each message of a board, whole, for automations that need more than its leaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.json import json_bytes

from .api import Message, MessageKind
from .common.push.parts import add_entities
from .coordinator import IottlyConfigEntry, Part, PartKind
from .entity import IottlyEntity, IottlyEntityDescription, rows_of

PARALLEL_UPDATES = 0

# Home Assistant keeps attributes of at most 16 KiB, all together.
MAX_PAYLOAD_BYTES = 12 * 1024


@dataclass(frozen=True, kw_only=True)
class IottlyEventDescription(IottlyEntityDescription, EventEntityDescription):
    """A row of the table below."""


EVENTS = (
    IottlyEventDescription(
        key="message",
        translation_key="message",
        part=PartKind.BOARD,
        # Who made the message.
        event_types=[kind.value for kind in MessageKind],
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add an event entity for each board."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[IottlyEntity]:
        for row in rows_of(coordinator, part, EVENTS):
            yield IottlyMessageEvent(coordinator, part, row)

    add_entities(hass, entry, async_add_entities, build)


class IottlyMessageEvent(IottlyEntity, EventEntity):
    """The messages of one board."""

    entity_description: IottlyEventDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to the board's messages."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event(self.part.id, self._handle_message))

    @callback
    def _handle_message(self, message: Message) -> None:
        """Show a message; one too large for the attributes is shown without its payload."""
        fits = len(json_bytes(message.payload)) <= MAX_PAYLOAD_BYTES
        self._trigger_event(
            message.kind.value,
            {
                "message": (message.name or "")[:255] or None,
                "payload": dict(message.payload) if fits else None,
                "timestamp": message.timestamp.isoformat(),
                "devicetimestamp": message.device_timestamp.isoformat() if message.device_timestamp else None,
            },
        )
        self.async_write_ha_state()
