"""Sensors and switches that show a value and nothing else: written without working out the rest of the state again."""

from abc import abstractmethod
from math import isfinite
from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.sensor import SensorEntity
from homeassistant.components.switch import SwitchEntity
from homeassistant.const import MAX_LENGTH_STATE_STATE, STATE_OFF, STATE_ON
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.core_config import DATA_CUSTOMIZE
from homeassistant.helpers.entity import FLOAT_PRECISION

from .coordinator import PushCoordinator
from .entity import PushEntity

# How Home Assistant writes a number.
PRECISION = f".{FLOAT_PRECISION}"


class ValueEntity[C: PushCoordinator[Any, Any]](PushEntity[C]):
    """An entity that shows one value, which its platform's own property returns.

    Home Assistant works out unit, class, icon, name and capabilities anew for each state that it
    writes, and that takes longer than to set the state. A value that Home Assistant was seen to show
    as it is goes straight to the state machine, beside the attributes that Home Assistant wrote last,
    until something changes that they, or how the value is shown, are made of: the entity's settings,
    the house's units and customizations, whether it is available, or who had it changed. Everything
    else Home Assistant writes: texts, numbers to convert, states of an entity with extra attributes.

    Whatever `available` reads has to be among the guards: a change of the shown keys does not ask it.
    """

    # Home Assistant, the entity's id, and the units and customizations with which Home Assistant showed the
    # value as it is: those two are replaced when they change. In one tuple, because an entity's attributes
    # are slow to reach one by one.
    _shown_with: tuple[HomeAssistant, str, object, object] | None = None

    @property
    @override
    def _on_change(self) -> CALLBACK_TYPE:
        return self._write_value

    @abstractmethod
    def _plain_state(self) -> str | None:
        """Return the value as a state, as it is; None when that is more than to write it down."""

    @callback
    def _write_value(self) -> None:
        """Write the value, the shortest way there is."""
        if self._shown_with is not None:
            hass, entity_id, units, customize = self._shown_with
            if (
                hass.config.units is units
                and hass.data.get(DATA_CUSTOMIZE) is customize
                and (state := self._plain_state()) is not None
                and (last := hass.states.get(entity_id)) is not None
                # A state that somebody else wrote has none.
                and (info := last.state_info) is not None
            ):
                hass.states.async_set(entity_id, state, last.attributes, state_info=info)
                return
        self._handle_coordinator_update()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        super()._handle_coordinator_update()
        self._see_how_it_is_shown()

    def _see_how_it_is_shown(self) -> None:
        """Look whether Home Assistant wrote the value as it is."""
        self._shown_with = None
        written = self.hass.states.get(self.entity_id)
        if (
            written is not None
            and written.state == self._plain_state()
            and self.extra_state_attributes is None
            # Who had the entity changed stands in its states for some seconds.
            and self._context is None
        ):
            hass = self.hass
            self._shown_with = (hass, self.entity_id, hass.config.units, hass.data.get(DATA_CUSTOMIZE))

    @callback
    @override
    def async_set_context(self, context: Context) -> None:
        """Note who changes the entity: Home Assistant writes that into its next states."""
        self._shown_with = None
        super().async_set_context(context)

    @callback
    @override
    def async_registry_entry_updated(self) -> None:
        """Let Home Assistant write the next value: the entity's settings changed."""
        self._shown_with = None
        super().async_registry_entry_updated()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Write nothing more: only Home Assistant knows whether a removed entity still has a state."""
        self._shown_with = None
        await super().async_will_remove_from_hass()


class ValueSensor[C: PushCoordinator[Any, Any]](ValueEntity[C], SensorEntity):
    """A sensor; a subclass has `native_value`. Numbers in the unit they come in are shown as they are."""

    @override
    def _plain_state(self) -> str | None:
        value = self.native_value
        if type(value) is int:  # neither True nor False
            state = str(value)
            return state if len(state) <= MAX_LENGTH_STATE_STATE else None
        if isinstance(value, float) and isfinite(value):
            return format(value, PRECISION)
        return None

    @override
    def _see_how_it_is_shown(self) -> None:
        # Nought is nought in many units.
        if self.native_unit_of_measurement == self.unit_of_measurement:
            super()._see_how_it_is_shown()
        else:
            self._shown_with = None


class ValueBinarySensor[C: PushCoordinator[Any, Any]](ValueEntity[C], BinarySensorEntity):
    """A binary sensor; a subclass has `is_on`."""

    @override
    def _plain_state(self) -> str | None:
        return _on_or_off(self.is_on)


class ValueSwitch[C: PushCoordinator[Any, Any]](ValueEntity[C], SwitchEntity):
    """A switch whose state the device tells; a subclass has `is_on`."""

    @override
    def _plain_state(self) -> str | None:
        return _on_or_off(self.is_on)


def _on_or_off(is_on: bool | None) -> str | None:
    return None if is_on is None else STATE_ON if is_on else STATE_OFF
