"""The base of all pimatic entities, and how parts of the server become entities."""

from collections.abc import Callable, Iterable
from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Attribute, Device, Value, Variable
from .common.push.entity import PushEntity
from .common.push.parts import PartEntities
from .coordinator import NO_PLUGIN, RULE, SERVER, VARIABLE, Key, Part, PimaticConfigEntry, PimaticCoordinator
from .templates import Role

type Made = Iterable[PimaticEntity]

# Attributes of the built-in device classes that have a name in every language, unless they were given a label.
BUILT_IN = {
    ("thermostat", "valve", "Valve"): "valve",
    ("thermostat", "synced", "Synced"): "synced",
    ("timer", "time", "Time"): "elapsed",
}
# The icon of what says nothing of itself.
PLAIN = "attribute"


class PimaticEntity(PushEntity[PimaticCoordinator]):
    """An entity of a part of the server; `unique` tells it from all others of the server, for ever."""

    def __init__(
        self,
        coordinator: PimaticCoordinator,
        part: Part,
        unique: str,
        keys: tuple[Key, ...],
        *,
        availability_keys: tuple[Key, ...] = (),
        measurement: bool = False,
    ) -> None:
        """Take the part it belongs to and the keys it reads, as `PushEntity` does."""
        super().__init__(coordinator, keys, availability_keys=availability_keys, measurement=measurement)
        self._part = part
        self._attr_unique_id = f"{coordinator.config_entry.entry_id}_{unique}"
        self._attr_device_info = coordinator.device_info(part)


class DeviceEntity(PimaticEntity):
    """An entity of a device."""

    def __init__(
        self, coordinator: PimaticCoordinator, device: Device, unique: str, attributes: Iterable[str], **options: bool
    ) -> None:
        """Take the device and the names of the attributes it reads."""
        key = coordinator.client.state.key
        keys = tuple(key(device.id, name) for name in attributes if device.attribute(name) is not None)
        availability_keys = ((NO_PLUGIN, device.id),)
        super().__init__(
            coordinator, Part("device", device.id), f"{device.id}_{unique}", keys, availability_keys=availability_keys, **options
        )
        self._device = device
        self.definition = coordinator.shape(device).definition

    @property
    @override
    def available(self) -> bool:
        """Tell whether the server is there, and the plugin that drives the device."""
        coordinator = self.coordinator
        return coordinator.last_update_success and (NO_PLUGIN, self._device.id) not in coordinator.data

    def _value(self, attribute: str) -> Any:
        """Return an attribute's value; None when it has none."""
        return self.coordinator.data.get((self._device.id, attribute))

    def _has(self, action: str) -> bool:
        return self._device.action(action) is not None

    async def _async_act(self, action: str, **params: Any) -> None:
        await self.coordinator.async_act(self._device.id, action, **params)


class RoleEntity(DeviceEntity):
    """The entity that is the device: it has the device's name."""

    _attr_name = None
    reads: tuple[str, ...] = ()

    def __init__(self, coordinator: PimaticCoordinator, device: Device, role: Role) -> None:
        """Take the device and what it is."""
        super().__init__(coordinator, device, role, self.reads)
        shown = [attribute for name in self.reads if (attribute := device.attribute(name)) is not None]
        self._attr_entity_registry_enabled_default = not (shown and all(attribute.hidden for attribute in shown))


class AttributeEntity(DeviceEntity):
    """An entity that shows one attribute and has its label."""

    def __init__(self, coordinator: PimaticCoordinator, device: Device, attribute: Attribute, **options: bool) -> None:
        """Take the device and the attribute."""
        super().__init__(coordinator, device, attribute.name, (attribute.name,), **options)
        self._attribute = attribute
        self._key = coordinator.client.state.key(device.id, attribute.name)
        self._attr_entity_registry_enabled_default = not attribute.hidden
        # What the server's user wrote as a label is the name; a variable's own name stands behind a dollar sign.
        name = attribute.label.removeprefix("$") or attribute.name
        # The one thing that a device measures has the device's name, not "Kitchen Temperature Temperature".
        is_main = attribute.name == device.template or name.lower() == device.name.lower()
        if key := BUILT_IN.get((device.template, attribute.name, attribute.label)):
            self._attr_translation_key = key
        else:
            self._attr_name = None if is_main else name

    def _use_plain_icon(self) -> None:
        """Take the plain icon, where neither a class nor a name of ours brings one."""
        if not (self.translation_key or self.device_class):
            self._attr_translation_key = PLAIN

    @property
    def _own_value(self) -> Any:
        return self.coordinator.data.get(self._key)


def flag(value: Value) -> bool | None:
    """Show what is true or false."""
    return value if isinstance(value, bool) else None


class VariableEntity(PimaticEntity):
    """An entity that shows a variable and has its name."""

    def __init__(self, coordinator: PimaticCoordinator, variable: Variable) -> None:
        """Take the variable."""
        key = (VARIABLE, variable.name)
        super().__init__(coordinator, Part("variable", variable.name), f"{VARIABLE}_{variable.name}", (key,))
        self._variable = variable
        self.definition = (variable, type(coordinator.data.get(key)))
        self._attr_name = variable.name

    @property
    def _own_value(self) -> Any:
        return self.coordinator.data.get((VARIABLE, self._variable.name))

    async def _async_set(self, value: Value) -> None:
        """Set the variable and its unit; without it the variable would lose its unit.

        Source: docs/protocol/pimatic.md#changing-variables.
        """
        coordinator, variable = self.coordinator, self._variable
        await coordinator.async_call(
            coordinator.client.call(
                "updateVariable", name=variable.name, type="value", valueOrExpression=value, unit=variable.unit
            )
        )


def add_entities(
    hass: HomeAssistant,
    entry: PimaticConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    *,
    device: Callable[[PimaticCoordinator, Device], Made] | None = None,
    variable: Callable[[PimaticCoordinator, Variable], Made] | None = None,
    rule: Callable[[PimaticCoordinator, str], Made] | None = None,
    server: Callable[[PimaticCoordinator], Made] | None = None,
) -> None:
    """Keep a platform's entities in line with the parts of the server, by what each kind of part becomes."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Made:
        if part == SERVER:
            return server(coordinator) if server else ()
        if part.kind == "device" and device and (found := coordinator.devices.get(part.id)):
            return device(coordinator, found)
        if part.kind == "variable" and variable and (known := coordinator.variables.get(part.id)):
            return variable(coordinator, known)
        if part.kind == "rule" and rule and (RULE, part.id) in coordinator.data:
            return rule(coordinator, part.id)
        return ()

    PartEntities(hass, entry, coordinator.parts, async_add_entities, build)


def by_role(
    classes: dict[Role, type[RoleEntity]],
) -> Callable[[PimaticCoordinator, Device], Made]:
    """Return what makes the entities of a device from the roles it has."""

    def make(coordinator: PimaticCoordinator, device: Device) -> Made:
        return [classes[role](coordinator, device, role) for role in coordinator.shape(device).roles if role in classes]

    return make
