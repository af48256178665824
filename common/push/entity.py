"""The base entity: it subscribes to the keys it reads and is written when one of them changed."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import PushCoordinator


@dataclass(frozen=True, kw_only=True)
class PushEntityDescription(EntityDescription):
    """A row of a platform's table.

    `value_fn` makes what the entity shows of its key's value, which is known then. `measurement` marks a
    number that drifts, see `KeyedState.subscribe`.
    """

    value_fn: Callable[[Any], Any] = lambda value: value
    measurement: bool = False


class PushEntity[C: PushCoordinator[Any, Any]](CoordinatorEntity[C]):
    """An entity that reads some keys of its coordinator's data.

    What it shows are the properties of its platform (`native_value`, `is_on`, ...), which Home Assistant
    asks for when it writes the state. They read `_value`.
    """

    entity_description: PushEntityDescription
    _attr_has_entity_name = True

    # What the entity was built from, where that can change at run time (a name, a unit, a list of
    # options). An entity whose definition changed is replaced, see parts.py.
    definition: Hashable = None

    # The unique id that an earlier version of the integration gave it: its registry entry takes the new one.
    legacy_unique_id: str | None = None

    def __init__(
        self,
        coordinator: C,
        keys: tuple[Hashable, ...],
        *,
        availability_keys: tuple[Hashable, ...] = (),
        measurement: bool = False,
    ) -> None:
        """Show these keys, the first of which is the entity's own; `measurement` as in `KeyedState.subscribe`.

        `availability_keys` are those that `available` reads: their changes are never throttled.
        """
        super().__init__(coordinator)
        self._keys = keys
        self._availability_keys = availability_keys
        self._measurement = measurement

    @property
    def _value(self) -> Any:
        """Return what the row's `value_fn` makes of the entity's own key; None while that is unknown."""
        value = self.coordinator.data.get(self._keys[0])
        return None if value is None else self.entity_description.value_fn(value)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        subscribe, update = self.coordinator.subscribe, self._handle_coordinator_update
        self.async_on_remove(subscribe(self._keys, update, measurement=self._measurement))
        if self._availability_keys:
            self.async_on_remove(subscribe(self._availability_keys, update))
