"""The base entity: it subscribes to the keys that it reads, and writes its state when one of them changes."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from math import inf
from operator import attrgetter
from typing import Any, NamedTuple, override

from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import PushCoordinator


class Possible(NamedTuple):
    """The numbers that a quantity can have: from `low` to `high`, but none of `never`."""

    low: float = -inf
    high: float = inf
    never: frozenset[float] = frozenset()

    def has(self, number: float) -> bool:
        """Return True if a number is one of them."""
        return self.low <= number <= self.high and number not in self.never


@dataclass(frozen=True, kw_only=True)
class PushEntityDescription(EntityDescription):
    """A row of a platform's table.

    `value_fn` turns the value of the entity's key, which is never None then, into the entity's value. `measurement`
    marks a number that changes all the time: its updates are throttled, see `KeyedState.subscribe`. A number that is
    not `possible` stands for no value, so it is unknown.
    """

    value_fn: Callable[[Any], Any] = lambda value: value
    measurement: bool = False
    possible: Possible | None = None


# The property of a platform that is the value of the entity's own key: `native_value = own_value`, `is_on = own_value`.
own_value: Any = property(attrgetter("_value"))


class PushEntity[C: PushCoordinator[Any, Any], V = Any](CoordinatorEntity[C]):
    """An entity that reads some keys of the coordinator's data; V is the type of its value.

    When one of the keys changes, the state is written. The property of its platform for the value is `own_value`. An
    entity whose value depends on more than its own key overrides `_value`.
    """

    entity_description: PushEntityDescription
    _attr_has_entity_name = True

    # Whatever the entity was built from that can change at run time: a name, a unit, a list of options. PartEntities
    # replaces an entity whose definition has changed.
    definition: Hashable = None

    # The unique id in earlier versions of the integration; PartEntities migrates the registry entry.
    legacy_unique_id: str | None = None

    def __init__(
        self,
        coordinator: C,
        description: PushEntityDescription,
        keys: tuple[Hashable, ...],
        *,
        unavailable_while: Mapping[Any, Any] = {},
        available_while: Mapping[Any, Any] = {},
    ) -> None:
        """Initialize with the keys that the entity reads, its own key first.

        While a key has its value in `unavailable_while`, the entity is unavailable. While a key has its value in
        `available_while`, the entity is available even without a connection. Changes of these keys are never throttled.
        """
        super().__init__(coordinator)
        self.entity_description = description
        self._keys = keys
        # There are thousands of entities, and tuples are smaller than dicts.
        self._unavailable_while = tuple(unavailable_while.items())
        self._available_while = tuple(available_while.items())

    @property
    @override
    def available(self) -> bool:
        get = self.coordinator.data.get
        for key, value in self._available_while:
            if get(key) == value:
                return True
        for key, value in self._unavailable_while:
            if get(key) == value:
                return False
        return super().available

    @property
    def _value(self) -> V | None:
        """Return the value of the entity's own key, through `value_fn`; None if it is unknown."""
        raw = self.coordinator.data.get(self._keys[0])
        row = self.entity_description
        if raw is None or (row.possible is not None and not row.possible.has(raw)):
            return None
        value: V | None = row.value_fn(raw)
        return value

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        subscribe, update = self.coordinator.subscribe, self._handle_coordinator_update
        self.async_on_remove(subscribe(self._keys, update, measurement=self.entity_description.measurement))
        if availability_keys := [key for key, _ in (*self._unavailable_while, *self._available_while)]:
            self.async_on_remove(subscribe(availability_keys, update))
