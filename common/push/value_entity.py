"""Sensors and switches that show a value and nothing else: written without working out the rest of the state again."""

from abc import abstractmethod
from collections.abc import Callable
from math import isfinite
from typing import Any, final, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.sensor import SensorEntity
from homeassistant.components.switch import SwitchEntity
from homeassistant.const import MAX_LENGTH_STATE_STATE, STATE_OFF, STATE_ON
from homeassistant.core import CALLBACK_TYPE, Context, callback
from homeassistant.helpers.entity import FLOAT_PRECISION

from .coordinator import PushCoordinator
from .entity import PushEntity
from .shortcut import Shortcut

# How Home Assistant writes a number.
PRECISION = f".{FLOAT_PRECISION}"


def as_it_is(value: Any) -> Any:
    """Show a value as it is."""
    return value


class ValueEntity[C: PushCoordinator[Any, Any]](PushEntity[C]):
    """An entity that shows what `shows` makes of the value of its first key.

    Home Assistant works out unit, class, icon, name and capabilities anew for each state that it
    writes, and that takes longer than to set the state. A value that Home Assistant was seen to show
    as it is goes straight to the state machine, beside the attributes that Home Assistant wrote last,
    until something changes that they, or how the value is shown, are made of: the entity's settings,
    the house's units and customizations, whether it is available, or who had it changed. Everything
    else Home Assistant writes: texts, numbers to convert, states of an entity with extra attributes.

    Whatever `available` reads has to be among the guards: a change of the shown keys does not ask it.
    """

    # Makes what is shown of a known value; what is unknown, is shown as that. It may use nothing that changes.
    shows: Callable[[Any], Any] = staticmethod(as_it_is)
    _shortcut: Shortcut | None = None

    def shown(self) -> Any:
        """Return what is shown; None when it is unknown. An entity that overrides this Home Assistant writes."""
        value = self.coordinator.data.get(self._keys[0])
        return None if value is None else self.shows(value)

    @staticmethod
    @abstractmethod
    def _as_state(shown: Any) -> str | None:
        """Return what is shown as a state, as it is; None when that is more than to write it down."""

    @property
    @override
    def _on_change(self) -> CALLBACK_TYPE:
        return super()._on_change if self._shortcut is None else self._shortcut.write

    @callback
    def write_by_home_assistant(self) -> None:
        """Have Home Assistant write the state."""
        self._handle_coordinator_update()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._bar_shortcut()
        super()._handle_coordinator_update()
        if self._shortcut is not None and self._is_shown_as_it_is():
            self._shortcut.free(self.hass, self.entity_id)

    def _is_shown_as_it_is(self) -> bool:
        """Tell whether Home Assistant has just written the value as it is, and will do so again."""
        written = self.hass.states.get(self.entity_id)
        return (
            written is not None
            and written.state == self._as_state(self.shown())
            and self.extra_state_attributes is None
            # Who had the entity changed stands in its states for some seconds.
            and self._context is None
        )

    def _bar_shortcut(self) -> None:
        if self._shortcut is not None:
            self._shortcut.bar()

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the value."""
        if type(self).shown is ValueEntity.shown:
            self._shortcut = Shortcut(self, self._keys[0], self.shows, self._as_state)
        await super().async_added_to_hass()

    @callback
    @override
    def async_set_context(self, context: Context) -> None:
        """Note who changes the entity: Home Assistant writes that into its next states."""
        self._bar_shortcut()
        super().async_set_context(context)

    @callback
    @override
    def async_registry_entry_updated(self) -> None:
        """Let Home Assistant write the next value: the entity's settings changed."""
        self._bar_shortcut()
        super().async_registry_entry_updated()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Write nothing more: only Home Assistant knows whether a removed entity still has a state."""
        self._bar_shortcut()
        await super().async_will_remove_from_hass()
        # The two hold each other: they would stay until the garbage is collected.
        self._shortcut = None


class ValueSensor[C: PushCoordinator[Any, Any]](ValueEntity[C], SensorEntity):
    """A sensor. Numbers in the unit they come in are shown as they are."""

    @final
    @property
    @override
    def native_value(self) -> Any:
        """Return what is shown."""
        return self.shown()

    @staticmethod
    @override
    def _as_state(shown: Any) -> str | None:
        if type(shown) is int:  # neither True nor False
            state = str(shown)
            return state if len(state) <= MAX_LENGTH_STATE_STATE else None
        if isinstance(shown, float) and isfinite(shown):
            return format(shown, PRECISION)
        return None

    @override
    def _is_shown_as_it_is(self) -> bool:
        # Nought is nought in many units.
        return self.native_unit_of_measurement == self.unit_of_measurement and super()._is_shown_as_it_is()


class _Flag[C: PushCoordinator[Any, Any]](ValueEntity[C]):
    """Something that is so, or not."""

    @final
    @property
    def is_on(self) -> bool | None:
        """Return whether it is so."""
        shown: bool | None = self.shown()
        return shown

    @staticmethod
    @override
    def _as_state(shown: Any) -> str | None:
        return None if shown is None else STATE_ON if shown else STATE_OFF


class ValueBinarySensor[C: PushCoordinator[Any, Any]](_Flag[C], BinarySensorEntity):
    """A binary sensor."""


class ValueSwitch[C: PushCoordinator[Any, Any]](_Flag[C], SwitchEntity):
    """A switch whose state the device tells."""
