"""Locks of doors: what locks.py finds."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.lock import LockEntity, LockEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import PimaticEntityDescription, WholeEntity, table
from .meaning.features import ControlFeature, Role
from .meaning.locks import LOCKED, Lock

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class PimaticLockDescription(PimaticEntityDescription, LockEntityDescription):
    """A row of the table below."""


LOCKS = (PimaticLockDescription(key="lock", role=Role.LOCK, name=None),)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the locks."""
    add_entities(hass, entry, async_add_entities, table(entry, LOCKS, PimaticLock))


class PimaticLock(WholeEntity, LockEntity):
    """A lock of a door."""

    entity_description: PimaticLockDescription

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: ControlFeature[Lock], row: PimaticLockDescription
    ) -> None:
        super().__init__(coordinator, part, feature, row)
        self._lock = feature.thing

    @property
    def _state(self) -> bool | str:
        state = self._attribute_value(self._lock.state)
        return state if isinstance(state, bool) else str(state).lower()

    @property
    @override
    def is_locked(self) -> bool | None:
        """Return True if it is locked; None if that is unknown."""
        state = self._state
        return state is self._lock.locked_value if isinstance(state, bool) else LOCKED.get(state)

    @property
    @override
    def is_locking(self) -> bool:
        return self._state == "locking"

    @property
    @override
    def is_unlocking(self) -> bool:
        return self._state == "unlocking"

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        await self._async_act(self._lock.lock.action, **self._lock.lock.parameters)

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        await self._async_act(self._lock.unlock.action, **self._lock.unlock.parameters)
