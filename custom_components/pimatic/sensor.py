"""Sensors: every attribute that has no other entity, and variables that are computed."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .api import Value
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import (
    AttributeEntity,
    PimaticEntity,
    PimaticEntityDescription,
    RuleEntity,
    VariableEntity,
    known_text,
    table,
    text,
)
from .meaning.features import AttributeFeature, Role, VariableFeature
from .meaning.measures import Measure, possible_numbers, words_of
from .moving.comparison import State
from .moving.watch import DraftWatch

PARALLEL_UPDATES = 0

# The size of the cache of descriptions: sensors of the same quantity share them.
MOST_ROWS = 256


def number_or_text(value: Value) -> StateType:
    """Return the value of an expression: a number, or as much of a text as a state holds."""
    return value if isinstance(value, int | float) else text(value)


def moment(value: datetime) -> datetime:
    """Return a moment with a zone: a server without one is in Home Assistant's own."""
    return value if value.tzinfo else value.replace(tzinfo=dt_util.get_default_time_zone())


# Nouns in the names of texts about the condition of a device.
DIAGNOSTIC_WORDS = frozenset({"ip", "mac", "firmware", "battery", "bat", "batterystate", "batterie", "ipaddress"})


@dataclass(frozen=True, kw_only=True)
class PimaticSensorDescription(PimaticEntityDescription, SensorEntityDescription):
    """A row of the tables below."""


NUMBERS = (PimaticSensorDescription(key="number", role=Role.NUMBER, measurement=True),)
TEXTS = (
    PimaticSensorDescription(key="text", role=Role.TEXT, value_fn=known_text),
    PimaticSensorDescription(
        key="last_move", role=Role.LAST_MOVE, value_fn=text, entity_registry_enabled_default=False
    ),
)
MOMENTS = (
    PimaticSensorDescription(key="moment", role=Role.MOMENT, device_class=SensorDeviceClass.TIMESTAMP, value_fn=moment),
)
WATCHED = (
    PimaticSensorDescription(
        key="watched_draft",
        role=Role.WATCHED,
        translation_key="watched_draft",
        device_class=SensorDeviceClass.ENUM,
        options=[*State],
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)
EXPRESSIONS = (PimaticSensorDescription(key="expression", role=Role.EXPRESSION, value_fn=number_or_text),)


@lru_cache(maxsize=MOST_ROWS)
def row_of(row: PimaticSensorDescription, measured: Measure) -> PimaticSensorDescription:
    """Return the row for the numbers of a quantity. A number that stands for no value is unknown."""
    return replace(
        row,
        device_class=measured.device_class,
        native_unit_of_measurement=measured.unit,
        state_class=measured.state_class,
        entity_category=EntityCategory.DIAGNOSTIC if measured.is_diagnostic else None,
        possible=possible_numbers(measured),
    )


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        table(entry, NUMBERS, PimaticNumberSensor),
        table(entry, TEXTS, PimaticTextSensor),
        table(entry, MOMENTS, PimaticAttributeSensor),
        table(entry, EXPRESSIONS, PimaticExpressionSensor),
        table(entry, WATCHED, PimaticWatchedDraft),
    )


class PimaticSensor(PimaticEntity, SensorEntity):
    """A value that is only read."""

    entity_description: PimaticSensorDescription
    native_value = own_value


class PimaticAttributeSensor(AttributeEntity, PimaticSensor):
    """An attribute."""


class PimaticNumberSensor(PimaticAttributeSensor):
    """A number."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: AttributeFeature, row: PimaticSensorDescription
    ) -> None:
        measured = feature.measure
        super().__init__(coordinator, part, feature, row_of(row, measured))
        if measured.device_class is SensorDeviceClass.BATTERY:
            # Hidden on the server, since its forms have no place for it.
            self._attr_entity_registry_enabled_default = True
        if (
            getattr(self, "_attr_name", None)
            and measured.device_class in (SensorDeviceClass.TEMPERATURE, SensorDeviceClass.HUMIDITY)
            and feature.attribute.label.lower() == measured.device_class
        ):
            # Home Assistant names it in the user's own language.
            del self._attr_name
        self._use_plain_icon()


class PimaticTextSensor(PimaticAttributeSensor):
    """A text, or one of the attribute's options."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: AttributeFeature, row: PimaticSensorDescription
    ) -> None:
        super().__init__(coordinator, part, feature, row)
        if feature.attribute.options:
            self._attr_device_class = SensorDeviceClass.ENUM
            self._attr_options = list(feature.attribute.options)
        if not DIAGNOSTIC_WORDS.isdisjoint(words_of(feature.attribute.name)) and row.role is Role.TEXT:
            self._attr_entity_category = EntityCategory.DIAGNOSTIC
        self._use_plain_icon()

    @property
    @override
    def _value(self) -> str | None:
        """Return the text; None if it is not one of the options."""
        state: str | None = super()._value
        return state if self.options is None or state in self.options else None


class PimaticExpressionSensor(VariableEntity, PimaticSensor):
    """An expression's value."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: VariableFeature, row: PimaticSensorDescription
    ) -> None:
        super().__init__(coordinator, part, feature, row)
        self._attr_device_class = feature.measure.device_class
        self._attr_native_unit_of_measurement = feature.measure.unit
        self._attr_state_class = feature.measure.state_class
        # The entity of a number stays one until the entity of the new kind has taken its place.
        self._is_number = self._attr_native_unit_of_measurement is not None or self._attr_state_class is not None

    @property
    @override
    def _value(self) -> StateType:
        """Return the value; None for a text while this is the entity of a number."""
        state: StateType = super()._value
        return None if self._is_number and isinstance(state, str | bool) else state


class PimaticWatchedDraft(RuleEntity, PimaticSensor):
    """Whether the last run of a rule and that of its draft agree; unknown while they cannot be compared."""

    _unrecorded_attributes = frozenset({"problem"})

    @property
    def _watch(self) -> DraftWatch | None:
        return self.coordinator.watches.of(self._part.id)

    @property
    @override
    def _value(self) -> str | None:
        """Return what the last run showed."""
        watch = self._watch
        return None if watch is None or watch.problem else watch.record.state

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return how often both agreed, when they last did, and when each ran as they last did not."""
        if (watch := self._watch) is None:
            return None
        record = watch.record
        return {
            "agreements": record.agreements,
            "differences": record.differences,
            "watched_since": time_of(record.since),
            "last_agreement": time_of(record.agreed_pimatic),
            "last_agreement_draft": time_of(record.agreed_draft),
            "last_difference": time_of(record.differed_pimatic),
            "last_difference_draft": time_of(record.differed_draft),
            "problem": watch.problem or None,
        }


def time_of(timestamp: float | None) -> datetime | None:
    """Return a time of a record."""
    return None if timestamp is None else dt_util.utc_from_timestamp(timestamp)
