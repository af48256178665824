"""The base classes of all pimatic entities, and the functions that make entities of features."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
import re
from typing import Any, override

from homeassistant.core import callback

from .api import Attribute, Value
from .common.ids import join_id
from .common.push.entity import PushEntity, PushEntityDescription
from .common.push.parts import Build
from .const import LOGGER
from .coordinator import NO_PLUGIN, SEEN, VARIABLE, Key, Part, PimaticConfigEntry, PimaticCoordinator
from .meaning.features import AttributeFeature, ControlFeature, Feature, Role, VariableFeature, WholeFeature
from .meaning.units import known_unit

# The longest state in Home Assistant.
LONGEST_STATE = 255

# Attributes of built-in device classes that have a translated name, unless they have another label.
BUILT_IN = {
    ("thermostat", "valve", "Valve"): "valve",
    ("thermostat", "synced", "Synced"): "synced",
    ("timer", "time", "Time"): "elapsed",
}
# The first word in the unique id of an entity of an attribute.
ATTRIBUTE = "attribute"
# The translation key, and so the icon, of an entity that has neither a class nor a translated name.
PLAIN = "attribute"


@dataclass(frozen=True, kw_only=True)
class PimaticEntityDescription(PushEntityDescription):
    """A row of a platform's table, for the features with its `role`."""

    role: Role


class PimaticEntity(PushEntity[PimaticCoordinator]):
    """An entity of a part of the server."""

    entity_description: PimaticEntityDescription

    def __init__(
        self,
        coordinator: PimaticCoordinator,
        part: Part,
        row: PimaticEntityDescription,
        unique: tuple[str, ...],
        legacy: str,
        keys: tuple[Key, ...] = (),
        unavailable_while: Mapping[Key, Any] = {},
    ) -> None:
        """Initialize with the part, the row and the keys.

        `unique` is the end of the unique id, `legacy` that of the unique id in version 1.
        """
        super().__init__(coordinator, row, keys, unavailable_while=unavailable_while)
        self._part = part
        entry_id = coordinator.config_entry.entry_id
        self._attr_unique_id = join_id(entry_id, part.kind, *([part.id] if part.id else ()), *unique)
        self.legacy_unique_id = f"{entry_id}_{legacy}"


class DeviceEntity(PimaticEntity):
    """An entity of a device."""

    def __init__(
        self,
        coordinator: PimaticCoordinator,
        part: Part,
        row: PimaticEntityDescription,
        unique: tuple[str, ...],
        attributes: Iterable[str] = (),
    ) -> None:
        """Initialize with the names of the attributes that it reads; `unique` is unique within the device.

        The legacy id of an attribute's entity has only the name of the attribute.
        """
        profile = coordinator.profiles[part.id]
        self._device = profile.device
        super().__init__(
            coordinator,
            part,
            row,
            unique,
            "_".join((part.id, *(unique[1:] if unique[0] == ATTRIBUTE else unique))),
            tuple((part.id, name) for name in attributes if self._device.attribute(name) is not None),
            unavailable_while={(NO_PLUGIN, part.id): True},
        )
        self.definition = profile.definition

    def _attribute_value(self, attribute: str) -> Any:
        """Return the value of one of the attributes that it reads, or None if it is unknown."""
        return self.coordinator.data.get((self._device.id, attribute))

    def _has(self, action: str) -> bool:
        return self._device.action(action) is not None

    async def _async_act(self, action: str, **params: Any) -> None:
        await self.coordinator.async_act(self._device.id, action, **params)


class WholeEntity(DeviceEntity):
    """The main entity of a device: it has the device's name."""

    def __init__(
        self,
        coordinator: PimaticCoordinator,
        part: Part,
        feature: WholeFeature | ControlFeature[Any],
        row: PimaticEntityDescription,
    ) -> None:
        """Initialize; a sensing device whose attribute is hidden on the server is disabled by default.

        A control is not: plugins hide the attributes that their own form shows.
        """
        super().__init__(coordinator, part, row, (row.role,), feature.reads)
        read = [self._device.attribute(name) for name in feature.reads]
        if row.role in _SENSING and any(attribute is not None and attribute.hidden for attribute in read):
            self._attr_entity_registry_enabled_default = False


_SENSING = {Role.CONTACT, Role.PRESENCE}


class AttributeEntity(DeviceEntity):
    """An entity of one attribute, named by its label."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: AttributeFeature, row: PimaticEntityDescription
    ) -> None:
        """Initialize with an attribute; an entity of a hidden attribute is disabled by default."""
        attribute = feature.attribute
        if row.measurement and attribute.discrete:
            row = replace(row, measurement=False)
        super().__init__(coordinator, part, row, (ATTRIBUTE, attribute.name), (attribute.name,))
        self._feature = feature
        if attribute.hidden:
            self._attr_entity_registry_enabled_default = False
        # The label is the name; that of a variable without a label begins with a dollar sign.
        name = name_of(attribute)
        # The main attribute has the device's name alone, not "Kitchen Temperature Temperature".
        is_main = attribute.name == self._device.template or name.lower() == self._device.name.lower()
        if key := BUILT_IN.get((self._device.template, attribute.name, attribute.label)):
            self._attr_translation_key = key
        else:
            self._attr_name = None if is_main else name

    async def _async_set(self, value: bool | float | str) -> None:
        """Set the attribute."""
        if setter := self._feature.setter:
            await self._async_act(setter.action, **setter.parameters(value))

    def _use_plain_icon(self) -> None:
        """Use the plain icon if the entity has neither a device class nor a translated name."""
        if not (self.translation_key or self.device_class):
            self._attr_translation_key = PLAIN


class VariableEntity(PimaticEntity):
    """An entity of a variable, with its name."""

    # For the icon; the name is the variable's.
    _attr_translation_key = "variable"

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: VariableFeature, row: PimaticEntityDescription
    ) -> None:
        self._variable = feature.variable
        key = (VARIABLE, self._variable.name)
        super().__init__(coordinator, part, row, (), "_".join(key), (key,))
        self.definition = feature
        self._attr_name = self._variable.name

    async def _async_set(self, value: Value) -> None:
        """Set the variable together with its unit, which is lost otherwise.

        Source: docs/protocol/pimatic.md#changing-variables.
        """
        coordinator, variable = self.coordinator, self._variable
        await coordinator.async_call(
            coordinator.client.call(
                "updateVariable", name=variable.name, type="value", valueOrExpression=value, unit=variable.unit
            )
        )


class RuleEntity(PimaticEntity):
    """An entity for the draft of a rule."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: Feature, row: PimaticEntityDescription
    ) -> None:
        super().__init__(coordinator, part, row, (row.key,), f"${row.key}_{part.id}")
        name = self.definition = coordinator.rule_names[part.id]
        self._attr_translation_placeholders = {"rule": name}

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event((SEEN, self._part.id), self._seen))

    @callback
    def _seen(self, _: None) -> None:
        self._handle_coordinator_update()


def entities_of[D: PimaticEntityDescription](
    coordinator: PimaticCoordinator,
    part: Part,
    rows: Iterable[D],
    make: Callable[[PimaticCoordinator, Part, Any, D], PimaticEntity],
) -> Iterable[PimaticEntity]:
    """Make an entity for each feature of a part whose role is that of a row.

    A feature with a name that is too long for a unique id is left out.
    """
    features = coordinator.features(part)
    for row in rows:
        for feature in features:
            if feature.role is row.role:
                try:
                    entity = make(coordinator, part, feature, row)
                except ValueError:
                    LOGGER.debug("%s of %.40s has too long a name", row.role, part.id)
                    continue
                yield entity


def table[D: PimaticEntityDescription](
    entry: PimaticConfigEntry, rows: Iterable[D], make: Callable[[PimaticCoordinator, Part, Any, D], PimaticEntity]
) -> Build[Part]:
    """Return a function that makes a part's entities from the rows of a table, for `add_entities`."""
    return lambda part: entities_of(entry.runtime_data, part, rows, make)


# The start of a new word in a name: a capital after a small letter or a number, or an underscore.
_NEW_WORD = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=\d)(?=[A-Z][^\W\d_A-Z])|(?<=[^\W_])_(?=[^\W_])")


def name_of(attribute: Attribute) -> str:
    """Return the name of an attribute: its label, or if that is the same, the one of both with more capitals."""
    name, label = attribute.name, attribute.label.removeprefix("$") or attribute.name
    if label.lower() != name.lower():
        return label
    return as_words(max(name, label, key=lambda text: sum(map(str.isupper, text[1:]))))


def as_words(name: str) -> str:
    """Return a name in words: `lowBattery` is "Low battery". Abbreviations and units stay."""
    if known_unit(name) and not name.islower():
        return name
    first, *others = _NEW_WORD.split(name)
    words = [
        first[:1].upper() + first[1:],
        *(word if word.isupper() and len(word) > 1 else word.lower() for word in others),
    ]
    return " ".join(words)


def number(value: Value) -> float | None:
    """Return a variable's value if it is a number, else None."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def flag(value: Value) -> bool | None:
    """Return a variable's value if it is a boolean, else None."""
    return value if isinstance(value, bool) else None


def text(value: Value) -> str:
    """Return a value as a text, truncated to the length of a state."""
    return str(value)[:LONGEST_STATE]


# Texts that mean that there is no value.
_PLACEHOLDERS = frozenset({"", "-", "--", "n/a", "na", "nan", "null", "none", "undefined", "unknown"})


def known_text(value: Value) -> str | None:
    """Return a text, truncated to the length of a state; None for a placeholder."""
    return None if str(value).strip().lower() in _PLACEHOLDERS else text(value)
