"""Events: buttons, and what happens at a gateway of a cloud project."""

from collections.abc import Iterable
from typing import Any, override

from homeassistant.components.event import ATTR_EVENT_TYPES, EventDeviceClass, EventEntity, EventEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api.shape import Shown
from .cloud import CloudCoordinator
from .const import DOMAIN
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator
from .entity import InstathingsEntity, ShownEntity, keep_entities, shown_on

PARALLEL_UPDATES = 0

GATEWAY_EVENTS = (
    EventEntityDescription(
        key="log",
        event_types=["log", "err"],
        entity_category=EntityCategory.DIAGNOSTIC,
        # A gateway logs every few seconds.
        entity_registry_enabled_default=False,
    ),
    EventEntityDescription(key="pairing", event_types=["discovering", "paired", "not_paired"]),
    EventEntityDescription(
        key="installation", event_types=["succeeded", "failed"], entity_category=EntityCategory.DIAGNOSTIC
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: InstathingsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the events."""

    def build(coordinator: InstathingsCoordinator, device_id: str) -> Iterable[InstathingsEntity[Any]]:
        for shown in shown_on(coordinator, device_id, "event"):
            yield ActionEvent(coordinator, device_id, shown)
        if isinstance(coordinator, CloudCoordinator) and coordinator.devices[device_id].is_gateway:
            for description in GATEWAY_EVENTS:
                yield GatewayEvent(coordinator, device_id, description)

    keep_entities(hass, entry, async_add_entities, build)


class ActionEvent(ShownEntity, EventEntity):
    """A button: what it can do is what it has done so far, also before a restart."""

    _attr_device_class = EventDeviceClass.BUTTON

    def __init__(self, coordinator: InstathingsCoordinator, device_id: str, shown: Shown) -> None:
        """Remember what the button has done."""
        super().__init__(coordinator, device_id, shown)
        # Nothing to read: what is stored happened in the past.
        self._keys = ()
        self._key = coordinator.shapes[device_id].key(shown.path)
        last = self.known(shown.path)
        self._attr_event_types = sorted({*self._known_types(), *([last] if last else [])})

    def _known_types(self) -> Iterable[str]:
        """Return the event types kept in the registry."""
        registry = er.async_get(self.coordinator.hass)
        entity_id = registry.async_get_entity_id("event", DOMAIN, str(self.unique_id))
        entry = registry.async_get(entity_id) if entity_id else None
        return (entry.capabilities or {}).get(ATTR_EVENT_TYPES, ()) if entry else ()

    @override
    async def async_added_to_hass(self) -> None:
        """Listen, and catch up with what came before the entity."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event(self._key, self._happened))
        if (missed := self.coordinator.unheard(self._key)) is not None:
            self._happened(missed)

    @callback
    def _happened(self, kind: str) -> None:
        if kind not in self.event_types:
            self._attr_event_types = sorted({*self.event_types, kind})
        self._trigger_event(kind)
        self.async_write_ha_state()


class GatewayEvent(InstathingsEntity[CloudCoordinator], EventEntity):
    """Something that happens at a gateway."""

    entity_description: EventEntityDescription

    def __init__(self, coordinator: CloudCoordinator, device_id: str, description: EventEntityDescription) -> None:
        """Take the row of the table."""
        super().__init__(coordinator, device_id, description.key, ())
        self.entity_description = description
        self._attr_translation_key = description.key

    @override
    async def async_added_to_hass(self) -> None:
        """Listen."""
        await super().async_added_to_hass()
        key = (self.device_id, self.entity_description.key)
        self.async_on_remove(self.coordinator.subscribe_event(key, self._happened))

    @callback
    def _happened(self, what: tuple[str, dict[str, Any]]) -> None:
        kind, attributes = what
        if kind in self.event_types:
            self._trigger_event(kind, attributes)
            self.async_write_ha_state()
