"""The shortest way from a changed value to the state machine."""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.core_config import DATA_CUSTOMIZE
from homeassistant.helpers.entity_values import EntityValues
from homeassistant.util.unit_system import UnitSystem

if TYPE_CHECKING:
    from .value_entity import ValueEntity


class Shortcut:
    """Writes the value of one entity, while Home Assistant is known to show it as it is.

    With thousands of entities, most of the time goes into reaching what lies scattered in memory. So all
    that a write needs is here, and the entity itself is not looked at.
    """

    __slots__ = (
        "_as_state",
        "_coordinator",
        "_customize",
        "_entity",
        "_entity_id",
        "_hass",
        "_key",
        "_shows",
        "_units",
    )

    def __init__(
        self,
        entity: ValueEntity[Any],
        key: Hashable,
        shows: Callable[[Any], Any],
        as_state: Callable[[Any], str | None],
    ) -> None:
        """Take whose value it is, its key, what is shown of it, and how that is a state; it is barred at first."""
        self._entity = entity
        self._coordinator = entity.coordinator
        self._key = key
        self._shows = shows
        self._as_state = as_state
        self._entity_id = ""
        self._hass: HomeAssistant | None = None
        self._units: UnitSystem | None = None
        self._customize: EntityValues | None = None

    @property
    def is_free(self) -> bool:
        """Tell whether Home Assistant is known to show the value as it is."""
        return self._hass is not None

    def free(self, hass: HomeAssistant, entity_id: str) -> None:
        """Note that Home Assistant has just shown the value as it is, and what that depends on."""
        self._hass = hass
        self._entity_id = entity_id
        # These two are replaced when they change.
        self._units = hass.config.units
        self._customize = hass.data.get(DATA_CUSTOMIZE)

    def bar(self) -> None:
        """Leave the next value to Home Assistant."""
        self._hass = None

    @callback
    def write(self) -> None:
        """Write the value, or have Home Assistant do it."""
        if (
            (hass := self._hass) is not None
            and hass.config.units is self._units
            and hass.data.get(DATA_CUSTOMIZE) is self._customize
            and (value := self._coordinator.data.get(self._key)) is not None
            and (state := self._as_state(self._shows(value))) is not None
            and (last := hass.states.get(self._entity_id)) is not None
            # A state that somebody else wrote has none.
            and (info := last.state_info) is not None
        ):
            hass.states.async_set(self._entity_id, state, last.attributes, state_info=info)
        else:
            self._entity.write_by_home_assistant()
