"""The base entity: listens to the keys it reads and is written when one of them changed."""

from collections.abc import Hashable
from typing import Any, override

from homeassistant.core import callback
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

    def __init__(self, coordinator: C, keys: tuple[Hashable, ...], *, measurement: bool = False) -> None:
        """Listen to these keys; `measurement` as in `PushCoordinator.listen`."""
        super().__init__(coordinator)
        self._keys = keys
        self._measurement = measurement

    def _read(self) -> None:
        """Set the attributes from the coordinator's data."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the keys and the availability from now on.

        Not through `CoordinatorEntity`: the closures that it and `async_on_remove` keep for each
        entity take a tenth of its memory.
        """
        await super(BaseCoordinatorEntity, self).async_added_to_hass()
        self.coordinator.follow(self._keys, self._handle_coordinator_update, measurement=self._measurement)
        self._read()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Follow nothing any more."""
        self.coordinator.unfollow(self._keys, self._handle_coordinator_update, measurement=self._measurement)
        await super().async_will_remove_from_hass()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Read the new values and write the state."""
        self._read()
        self.async_write_ha_state()
