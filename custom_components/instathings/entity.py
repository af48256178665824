"""The base classes of all Instathings entities, and the fields of their descriptions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from typing import NotRequired, TypedDict, override

from homeassistant.const import EntityCategory

from .api import Control, ControlKind, DataPoint, DataPointKind
from .api.http_commands import Request
from .api.meaning.variants import NO_VARIANT, Variant, variant_of
from .api.model import Scalar
from .cloud import CloudConfigEntry, CloudCoordinator
from .commands import async_request, async_set
from .common.push.entity import PushEntity, PushEntityDescription
from .common.push.parts import Build
from .const import DESCRIPTION, ONLINE, REPORTED_LOCALLY
from .coordinator import InstathingsCoordinator, Part
from .names import ONLY_VALUE, Name, humanized, name_of

# The size of the cache of descriptions: devices of the same kind share them.
MOST_ROWS = 1024

READ_ONLY = (DataPointKind.SENSOR, DataPointKind.BINARY_SENSOR, DataPointKind.EVENT)


@dataclass(frozen=True, kw_only=True)
class InstathingsEntityDescription(PushEntityDescription):
    """A row of a platform's table: `key` is the end of the unique id, `path` that of the value.

    By default the value is the `Device` as the cloud describes it.
    """

    path: str = DESCRIPTION


class InstathingsEntity[C: InstathingsCoordinator = InstathingsCoordinator](PushEntity[C]):
    """An entity of one device, available while the device is online."""

    entity_description: InstathingsEntityDescription

    def __init__(
        self,
        coordinator: C,
        part: Part,
        description: InstathingsEntityDescription,
        *,
        unique: str | None = None,
        paths: Iterable[str] | None = None,
    ) -> None:
        """Initialize with the row of the table.

        `unique` is the end of the unique id where it is not the row's key, `paths` what the entity reads where
        that is not the row's path.
        """
        super().__init__(
            coordinator,
            description,
            tuple((part.device_id, path) for path in ((description.path,) if paths is None else paths)),
            unavailable_while={(part.device_id, ONLINE): False},
            available_while={(part.device_id, REPORTED_LOCALLY): True},
        )
        self.device_id = part.device_id
        # The empty part distinguishes the integration's own keys from the keys that a device sends.
        parts = ("", description.key) if unique is None else (unique,)
        self._attr_unique_id = coordinator.unique_id(part.device_id, *parts)
        self.legacy_unique_id = f"{coordinator.identifier(part.device_id)[1]}_{unique or description.key}"

    @property
    @override
    def entity_registry_enabled_default(self) -> bool:
        """Return False if the project's device has the same entity: Assist would have each twice."""
        return super().entity_registry_enabled_default and not self.coordinator.has_twin(self.device_id)


# Translation keys for the numbered parts of HTTP devices.
PART_NAMES = {
    ControlKind.RELAY: "relay",
    ControlKind.HTTP_LIGHT: "channel",
    ControlKind.HTTP_COVER: "channel",
    ControlKind.HTTP_CLIMATE: "channel",
}


class ControlEntity(InstathingsEntity[CloudCoordinator]):
    """An entity that controls a device through the cloud."""

    def __init__(
        self, coordinator: CloudCoordinator, part: Part, control: Control, description: InstathingsEntityDescription
    ) -> None:
        """Initialize with the control; the entity is replaced when the control gets more keys."""
        # The main path first: it is the entity's own key.
        paths = sorted(control.paths, key=lambda path: (path != control.main, path))
        super().__init__(coordinator, part, description, unique=control.main, paths=paths)
        self.control = control
        is_alone = len(coordinator.profiles[part.device_id].controls()) == 1
        self.definition = (control, is_alone, description)
        if is_alone:
            self._attr_name = None
        elif control.component:
            self._attr_translation_key = PART_NAMES[control.kind]
            self._attr_translation_placeholders = {"number": str(int(control.number) + 1)}
        else:
            self._attr_translation_key = "named"
            self._attr_translation_placeholders = {"name": humanized(control.endpoint or control.kind)}

    def of_model(self, key: str) -> Variant:
        """Return the limits and options of the device's model for a key, empty if they are unknown."""
        model = self.coordinator.profiles[self.device_id].model
        return variant_of(f"{self.control.kind}.{key}", model) or NO_VARIANT

    def value(self, key: str) -> Scalar:
        """Return the value of a key of this endpoint; None while it is unknown."""
        found: Scalar = self.coordinator.data.get((self.device_id, self.control.path(key)))
        return found

    def number(self, key: str, low: float = -inf, high: float = inf) -> float | None:
        """Return the value of a key of this endpoint that is a number in this range; any other is unknown."""
        value = self.value(key)
        return value if isinstance(value, int | float) and low <= value <= high else None

    def has(self, key: str) -> bool:
        """Return True if the device has a key of this endpoint."""
        return self.control.path(key) in self.control.paths

    async def async_set(self, payload: Mapping[str, object], expected: Mapping[str, Scalar]) -> None:
        """Send keys of this endpoint, and wait until the device reports the expected values."""
        await async_set(
            self.coordinator,
            self.device_id,
            {self.control.path(key): value for key, value in payload.items()},
            {self.control.path(key): value for key, value in expected.items()},
        )

    async def async_request(self, request: Request, expected: Mapping[str, Scalar]) -> None:
        """Send a request to an HTTP device, and wait until it reports the expected values of this part."""
        paths = {self.control.path(key): value for key, value in expected.items()}
        await async_request(self.coordinator, self.device_id, request, paths)

    async def async_set_values(self, values: Mapping[str, Scalar]) -> None:
        """Send keys of this endpoint, and wait until the device reports the same values."""
        await self.async_set(values, values)


class DataPointEntity(InstathingsEntity):
    """An entity that shows one value of a device."""

    def __init__(
        self,
        coordinator: InstathingsCoordinator,
        part: Part,
        data_point: DataPoint,
        description: InstathingsEntityDescription,
        *,
        paths: Iterable[str] | None = None,
    ) -> None:
        """Initialize with the data point; the entity is replaced when the data point changes."""
        super().__init__(coordinator, part, description, unique=data_point.path, paths=paths)
        self.definition = data_point


class SettingEntity(InstathingsEntity[CloudCoordinator]):
    """An entity that shows one value of a device and can set it."""

    def __init__(
        self,
        coordinator: CloudCoordinator,
        part: Part,
        data_point: DataPoint,
        description: InstathingsEntityDescription,
    ) -> None:
        """Initialize with the data point; the entity is replaced when the data point changes."""
        super().__init__(coordinator, part, description, unique=data_point.path)
        self.definition = data_point
        self.path = data_point.path

    async def async_send_value(self, value: Scalar) -> None:
        """Send a value, and wait until the device reports it."""
        await async_set(self.coordinator, self.device_id, {self.path: value}, {self.path: value})


class DataPointFields(TypedDict):
    """The fields that the descriptions of all data points have."""

    key: str
    path: str
    name: NotRequired[None]
    translation_key: str | None
    translation_placeholders: Mapping[str, str] | None
    entity_registry_enabled_default: bool
    entity_category: EntityCategory | None


def fields_of(data_point: DataPoint, name: Name | None = None) -> DataPointFields:
    """Return the fields of a data point's description; the default name is that of a device's only data point."""
    path, rule = data_point.path, data_point.rule
    name = name or name_of(data_point, ())
    fields: DataPointFields = {
        "key": path,
        "path": path,
        "translation_key": name.translation_key,
        "translation_placeholders": name.placeholders,
        "entity_registry_enabled_default": rule.enabled,
        "entity_category": _category(data_point),
    }
    if name.translation_key == ONLY_VALUE:
        fields["name"] = None
    return fields


def _category(data_point: DataPoint) -> EntityCategory | None:
    """Return the category; an entity that is read-only is diagnostic instead of configuration."""
    category = data_point.rule.category
    if category == EntityCategory.CONFIG and data_point.kind in READ_ONLY:
        return EntityCategory.DIAGNOSTIC
    return EntityCategory(category) if category else None


def data_points_of(coordinator: InstathingsCoordinator, part: Part, kind: DataPointKind) -> Iterable[DataPoint]:
    """Return the data points of a device for a platform."""
    return (one for one in coordinator.profiles[part.device_id].data_points() if one.kind is kind)


def controls_of(coordinator: CloudCoordinator, part: Part, kind: ControlKind) -> Iterable[Control]:
    """Return the controls of a device that have this kind."""
    return (one for one in coordinator.profiles[part.device_id].controls() if one.kind is kind)


def controls[D: InstathingsEntityDescription](
    entry: CloudConfigEntry,
    kind: ControlKind,
    make: Callable[[CloudCoordinator, Part, Control, D], ControlEntity],
    row: D,
) -> Build[Part]:
    """Return a function that makes an entity for each control of a kind, for `add_entities`."""
    coordinator = entry.runtime_data
    return lambda part: (make(coordinator, part, control, row) for control in controls_of(coordinator, part, kind))
