"""The base entity: listens to the keys it reads and is written when one of them changed."""

from collections.abc import Hashable
from typing import Any, override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.update_coordinator import BaseCoordinatorEntity, CoordinatorEntity

from .coordinator import PushCoordinator


class PushEntity[C: PushCoordinator[Any, Any]](CoordinatorEntity[C]):
    """An entity that reads some keys of its coordinator's data.

    A subclass implements `_read`, which sets `_attr_...` from `coordinator.data`; reading into
    attributes once per change is what lets Home Assistant's own property cache work.
    """

    _attr_has_entity_name = True

    # What the entity was built from, where that can change at run time (a name, a unit, a list of
    # options). An entity whose definition changed is replaced, see platform.py.
    definition: Hashable = None

    def __init__(
        self,
        coordinator: C,
        keys: tuple[Hashable, ...],
        *,
        guards: tuple[Hashable, ...] = (),
        measurement: bool = False,
    ) -> None:
        """Show these keys; `measurement` as in `PushCoordinator.listen`.

        `guards` are keys that `available` reads. They never wait as a measurement does.
        """
        super().__init__(coordinator)
        self._keys = keys
        self._guards = guards
        self._measurement = measurement

    @property
    def _on_change(self) -> CALLBACK_TYPE:
        """What is called when one of the shown keys changed."""
        return self._handle_coordinator_update

    def _read(self) -> None:
        """Set the attributes from the coordinator's data."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the keys and the availability from now on.

        Not through `CoordinatorEntity`: the closures that it and `async_on_remove` keep for each
        entity take a tenth of its memory.
        """
        await super(BaseCoordinatorEntity, self).async_added_to_hass()
        coordinator, update, on_change = self.coordinator, self._handle_coordinator_update, self._on_change
        coordinator.follow(update, on_change)
        coordinator.tell(self._guards, update)
        coordinator.tell(self._keys, on_change, measurement=self._measurement)
        self._read()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Follow nothing any more."""
        coordinator, update = self.coordinator, self._handle_coordinator_update
        coordinator.unfollow(update)
        coordinator.untell(self._guards, update)
        coordinator.untell(self._keys, self._on_change, measurement=self._measurement)
        await super().async_will_remove_from_hass()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Read the new values and write the state."""
        self._read()
        self.async_write_ha_state()
