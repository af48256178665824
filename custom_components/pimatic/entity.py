"""The base of all pimatic entities, and how the features of a part become entities."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, override

from .api import Value
from .common.push.entity import PushEntity, PushEntityDescription
from .coordinator import NO_PLUGIN, VARIABLE, Key, Part, PimaticCoordinator
from .features import AttributeFeature, Feature, Role, VariableFeature

# A state of Home Assistant holds no longer text.
LONGEST_STATE = 255

# Attributes of the built-in device classes that have a name in every language, unless they were given a label.
BUILT_IN = {
    ("thermostat", "valve", "Valve"): "valve",
    ("thermostat", "synced", "Synced"): "synced",
    ("timer", "time", "Time"): "elapsed",
}
# The translation key, and so the icon, of an entity that has neither a class nor a translated name.
PLAIN = "attribute"


@dataclass(frozen=True, kw_only=True)
class PimaticEntityDescription(PushEntityDescription):
    """A row of a platform's table.

    `role` is that of the features which become its entities. `reads` are the attributes of the device that they
    read, their own first; those that a device lacks are left out.
    """

    role: Role
    reads: tuple[str, ...] = ()


class PimaticEntity(PushEntity[PimaticCoordinator]):
    """An entity of a part of the server."""

    entity_description: PimaticEntityDescription

    def __init__(
        self,
        coordinator: PimaticCoordinator,
        part: Part,
        row: PimaticEntityDescription,
        unique: str,
        keys: tuple[Key, ...] = (),
        *,
        availability_keys: tuple[Key, ...] = (),
        measurement: bool = False,
    ) -> None:
        """Initialize with the part, the row and the keys.

        `unique` distinguishes the entity from all others of the server, for ever.
        """
        super().__init__(coordinator, keys, availability_keys=availability_keys, measurement=measurement)
        self.entity_description = row
        self._part = part
        self._attr_unique_id = f"{coordinator.config_entry.entry_id}_{unique}"


class DeviceEntity(PimaticEntity):
    """An entity of a device."""

    def __init__(
        self,
        coordinator: PimaticCoordinator,
        part: Part,
        row: PimaticEntityDescription,
        unique: str,
        attributes: Iterable[str] = (),
        *,
        measurement: bool = False,
    ) -> None:
        """Initialize with the names of the attributes that it reads; `unique` is unique within the device."""
        profile = coordinator.profiles[part.id]
        self._device = profile.device
        super().__init__(
            coordinator,
            part,
            row,
            f"{part.id}_{unique}",
            tuple((part.id, name) for name in attributes if self._device.attribute(name) is not None),
            availability_keys=((NO_PLUGIN, part.id),),
            measurement=measurement,
        )
        self.definition = profile.definition

    @property
    @override
    def available(self) -> bool:
        """Return True if the server is connected and has the plugin that drives the device."""
        return super().available and (NO_PLUGIN, self._device.id) not in self.coordinator.data

    def _attribute_value(self, attribute: str) -> Any:
        """Return the value of one of the attributes that it reads; None when that is unknown."""
        return self.coordinator.data.get((self._device.id, attribute))

    def _has(self, action: str) -> bool:
        return self._device.action(action) is not None

    async def _async_act(self, action: str, **params: Any) -> None:
        await self.coordinator.async_act(self._device.id, action, **params)


class WholeEntity(DeviceEntity):
    """The entity that is the device: its row has no name, so it has the device's."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: Feature, row: PimaticEntityDescription
    ) -> None:
        """Initialize; it starts disabled if everything that it reads is hidden on the server."""
        super().__init__(coordinator, part, row, row.role, row.reads)
        read = [attribute for name in row.reads if (attribute := self._device.attribute(name)) is not None]
        if read and all(attribute.hidden for attribute in read):
            self._attr_entity_registry_enabled_default = False


class AttributeEntity(DeviceEntity):
    """An entity that shows one attribute and has its label."""

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: AttributeFeature, row: PimaticEntityDescription
    ) -> None:
        """Initialize with an attribute; a hidden one starts disabled."""
        attribute = feature.attribute
        measurement = row.measurement and not attribute.discrete
        super().__init__(coordinator, part, row, attribute.name, (attribute.name,), measurement=measurement)
        self._feature = feature
        if attribute.hidden:
            self._attr_entity_registry_enabled_default = False
        # The label is the name; that of a variable without a label begins with a dollar sign.
        name = attribute.label.removeprefix("$") or attribute.name
        # The main attribute has the device's name alone, not "Kitchen Temperature Temperature".
        is_main = attribute.name == self._device.template or name.lower() == self._device.name.lower()
        if key := BUILT_IN.get((self._device.template, attribute.name, attribute.label)):
            self._attr_translation_key = key
        else:
            self._attr_name = None if is_main else name

    def _use_plain_icon(self) -> None:
        """Use the plain icon where neither a class nor a translated name brings one."""
        if not (self.translation_key or self.device_class):
            self._attr_translation_key = PLAIN


class VariableEntity(PimaticEntity):
    """An entity that shows a variable and has its name."""

    # Its icon; the name is the variable's.
    _attr_translation_key = "variable"

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: VariableFeature, row: PimaticEntityDescription
    ) -> None:
        """Initialize with a variable."""
        self._variable = feature.variable
        key = (VARIABLE, self._variable.name)
        super().__init__(coordinator, part, row, "_".join(key), (key,))
        self.definition = feature
        self._attr_name = self._variable.name

    async def _async_set(self, value: Value) -> None:
        """Set the variable, and its unit with it: a variable that is set without one loses it.

        Source: docs/protocol/pimatic.md#changing-variables.
        """
        coordinator, variable = self.coordinator, self._variable
        await coordinator.async_call(
            coordinator.client.call(
                "updateVariable", name=variable.name, type="value", valueOrExpression=value, unit=variable.unit
            )
        )


def entities_of[D: PimaticEntityDescription](
    coordinator: PimaticCoordinator,
    part: Part,
    rows: Iterable[D],
    make: Callable[[PimaticCoordinator, Part, Any, D], PimaticEntity],
) -> Iterable[PimaticEntity]:
    """Make the entities of a part: one for each of its features whose role a row of the table has."""
    features = coordinator.features(part)
    for row in rows:
        for feature in features:
            if feature.role is row.role:
                yield make(coordinator, part, feature, row)


def number(value: Value) -> float | None:
    """Return a variable's value where it is a number."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def flag(value: Value) -> bool | None:
    """Return a variable's value where it is true or false."""
    return value if isinstance(value, bool) else None


def text(value: Value) -> str:
    """Return as much of a value as a state holds."""
    return str(value)[:LONGEST_STATE]
