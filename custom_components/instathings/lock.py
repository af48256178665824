"""Locks of a cloud project."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.lock import LockEntity, LockEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import ControlKind
from .cloud import CloudConfigEntry
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .entity import ControlEntity, InstathingsEntityDescription, controls

# The client bounds what is sent at once; a lock without power must not hold up the others.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class InstathingsLockDescription(InstathingsEntityDescription, LockEntityDescription):
    """The row below."""


LOCKED = {"LOCK": True, "UNLOCK": False}
LOCK = InstathingsLockDescription(key="lock", value_fn=lambda value: LOCKED.get(value.upper()))


async def async_setup_entry(
    hass: HomeAssistant, entry: CloudConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the locks."""
    add_entities(hass, entry, async_add_entities, controls(entry, ControlKind.LOCK, InstathingsLock, LOCK))


class InstathingsLock(ControlEntity, LockEntity):
    """A lock whose state is LOCK or UNLOCK."""

    entity_description: InstathingsLockDescription
    is_locked = own_value

    @property
    @override
    def is_jammed(self) -> bool:
        """Return True if the bolt is not fully extended."""
        return self.value("lock_state") == "not_fully_locked"

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        await self.async_set_values({"state": "LOCK"})

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        await self.async_set_values({"state": "UNLOCK"})
