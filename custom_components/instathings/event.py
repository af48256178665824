"""Events of buttons, and of gateways of a cloud project."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.event import ATTR_EVENT_TYPES, EventDeviceClass, EventEntity, EventEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import DataPoint, DataPointKind
from .common.push.parts import add_entities
from .const import DOMAIN
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator, Part, PartKind
from .entity import DataPointEntity, InstathingsEntity, InstathingsEntityDescription, data_points_of, fields_of

PARALLEL_UPDATES = 0

# Of one button; remotes have up to about forty.
MAX_TYPES = 100


@dataclass(frozen=True, kw_only=True)
class InstathingsEventDescription(InstathingsEntityDescription, EventEntityDescription):
    """A row of the table below, or of a data point."""


GATEWAY_EVENTS = (
    InstathingsEventDescription(
        key="log",
        translation_key="log",
        event_types=["log", "err"],
        entity_category=EntityCategory.DIAGNOSTIC,
        # Disabled by default, because a gateway logs every few seconds.
        entity_registry_enabled_default=False,
    ),
    InstathingsEventDescription(
        key="pairing", translation_key="pairing", event_types=["discovering", "paired", "not_paired"]
    ),
    InstathingsEventDescription(
        key="installation",
        translation_key="installation",
        event_types=["succeeded", "failed"],
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: InstathingsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the events."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[InstathingsEntity]:
        for data_point in data_points_of(coordinator, part, DataPointKind.EVENT):
            yield ButtonEvent(coordinator, part, data_point)
        if part.kind is PartKind.GATEWAY:
            for row in GATEWAY_EVENTS:
                yield GatewayEvent(coordinator, part, row, paths=())

    add_entities(hass, entry, async_add_entities, build)


class ButtonEvent(DataPointEntity, EventEntity):
    """A button. Its event types are those received so far, also before a restart."""

    entity_description: InstathingsEventDescription

    def __init__(self, coordinator: InstathingsCoordinator, part: Part, data_point: DataPoint) -> None:
        description = InstathingsEventDescription(**fields_of(data_point), device_class=EventDeviceClass.BUTTON)
        # No keys: a stored value is an event of the past.
        super().__init__(coordinator, part, data_point, description, paths=())
        self._key = (part.device_id, data_point.path)
        last = coordinator.data.get(self._key)
        self._types = {*self._registered_types(), *([last] if last else [])}

    def _registered_types(self) -> Iterable[str]:
        """Return the event types in the entity registry."""
        registry = er.async_get(self.coordinator.hass)
        entity_id = registry.async_get_entity_id("event", DOMAIN, str(self.unique_id))
        entry = registry.async_get(entity_id) if entity_id else None
        return (entry.capabilities or {}).get(ATTR_EVENT_TYPES, ()) if entry else ()

    @property
    @override
    def event_types(self) -> list[str]:
        """Return the event types received so far."""
        return sorted(self._types)

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe, and handle the events received before the entity was added."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event(self._key, self._handle_event))
        for missed in self.coordinator.pop_pending_events(self._key):
            self._handle_event(missed)

    @callback
    def _handle_event(self, kind: str) -> None:
        if kind not in self._types and len(self._types) >= MAX_TYPES:
            self.coordinator.dropped.add("event type beyond the limit of a button")
            return
        self._types.add(kind)
        self._trigger_event(kind)
        self.async_write_ha_state()


class GatewayEvent(InstathingsEntity, EventEntity):
    """Events of a gateway: pairing, installation or log."""

    entity_description: InstathingsEventDescription

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        key = (self.device_id, self.entity_description.key)
        self.async_on_remove(self.coordinator.subscribe_event(key, self._handle_event))

    @callback
    def _handle_event(self, event: tuple[str, dict[str, Any]]) -> None:
        kind, attributes = event
        if kind in self.event_types:
            self._trigger_event(kind, attributes)
            self.async_write_ha_state()
