"""Locks of a cloud project."""

from collections.abc import Iterable
from typing import Any, override

from homeassistant.components.lock import LockEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud import CloudCoordinator
from .coordinator import InstathingsConfigEntry
from .entity import ControlEntity, controls_of, keep_entities

# The client bounds what is sent at once; a lock without power must not hold up the others.
PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: InstathingsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the locks."""

    def build(coordinator: CloudCoordinator, device_id: str) -> Iterable[ControlEntity]:
        return (InstathingsLock(coordinator, device_id, one) for one in controls_of(coordinator, device_id, "lock"))

    keep_entities(hass, entry, async_add_entities, build)


class InstathingsLock(ControlEntity, LockEntity):
    """A lock whose state is LOCK or UNLOCK."""

    @override
    def _read(self) -> None:
        state = (self.known(self.control.main) or "").upper()
        self._attr_is_locked = {"LOCK": True, "UNLOCK": False}.get(state)
        self._attr_is_jammed = self.known("lock_state") == "not_fully_locked"

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        """Lock."""
        await self.async_set({"state": "LOCK"})

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        """Unlock."""
        await self.async_set({"state": "UNLOCK"})
