"""Locks: devices with the actions that lock and unlock a door."""

from dataclasses import dataclass
from functools import partial
from typing import Any, override

from homeassistant.components.lock import LockEntity, LockEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .coordinator import PimaticConfigEntry
from .entity import PimaticEntityDescription, WholeEntity, entities_of
from .features import Role

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class PimaticLockDescription(PimaticEntityDescription, LockEntityDescription):
    """A row of the table below."""


LOCKS = (PimaticLockDescription(key="lock", role=Role.LOCK, name=None, value_fn=lambda value: str(value).lower()),)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the locks."""
    make = partial(entities_of, entry.runtime_data, rows=LOCKS, make=PimaticLock)
    add_entities(hass, entry, async_add_entities, make)


class PimaticLock(WholeEntity, LockEntity):
    """A lock of a door."""

    entity_description: PimaticLockDescription

    @property
    @override
    def is_locked(self) -> bool | None:
        """Return True if it is locked; None where it says neither."""
        return {"locked": True, "unlocking": True, "unlocked": False, "locking": False}.get(self._value)

    @property
    @override
    def is_locking(self) -> bool:
        """Return True while it locks."""
        return bool(self._value == "locking")

    @property
    @override
    def is_unlocking(self) -> bool:
        """Return True while it unlocks."""
        return bool(self._value == "unlocking")

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        """Lock the door."""
        await self._async_act("lockDoor")

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        """Unlock the door."""
        await self._async_act("unlockDoor")
