"""Selects of a Rotoclear control unit."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Storage
from .common.push.parts import add_entities
from .const import DOMAIN
from .coordinator import Part, RotoclearConfigEntry, RotoclearCoordinator
from .entity import RotoclearEntity, RotoclearEntityDescription, table
from .views import WHOLE_PICTURE, View

PARALLEL_UPDATES = 1

CONFIG = EntityCategory.CONFIG


@dataclass(frozen=True, kw_only=True)
class RotoclearSelectDescription(RotoclearEntityDescription, SelectEntityDescription):
    """A row of the tables below; `values` maps the variable's values to the options."""

    values: dict[Any, str] = field(default_factory=dict)


RESOLUTIONS = {"4K": "4k", "FullHD": "full_hd", "HD": "hd"}
SELECTS = (
    RotoclearSelectDescription(
        key="camera", variable="cameraSwitch", values={False: "first_head", True: "second_head"}
    ),
    RotoclearSelectDescription(
        key="picture_in_picture",
        variable="pip",
        values={0: "off", 1: "top_left", 2: "top_right", 3: "bottom_left", 4: "bottom_right"},
    ),
    RotoclearSelectDescription(
        key="alignment", variable="alignmentStream{head}", values={"0": "0", "1": "180"}, entity_category=CONFIG
    ),
    RotoclearSelectDescription(
        key="recording_resolution", variable="recordingResolution", values=RESOLUTIONS, entity_category=CONFIG
    ),
    RotoclearSelectDescription(
        key="backup_resolution",
        variable="backupResolution",
        values={"FullHD": "full_hd", "HD": "hd"},
        entity_category=CONFIG,
    ),
    RotoclearSelectDescription(
        key="recording_fps",
        variable="recordingFps",
        values={fps: str(fps) for fps in (1, 5, 10, 15, 30, 60)},
        entity_category=CONFIG,
    ),
    RotoclearSelectDescription(
        key="backup_fps",
        variable="backupFps",
        values={fps: str(fps) for fps in (1, 5, 10, 15, 30)},
        entity_category=CONFIG,
    ),
)
OPTICAL_SENSORS = (
    RotoclearSelectDescription(
        key="optical_sensor",
        variable="cam{head}SelectedSensor",
        reads=("cfg3{head}", "cfg4{head}"),
        values={0: "first", 1: "second"},
        entity_category=CONFIG,
    ),
)
STORAGES = (
    RotoclearSelectDescription(
        key="recording_storage",
        variable="recordingStorage",
        reads=("diskStorages", "netStorages"),
        entity_category=CONFIG,
    ),
    RotoclearSelectDescription(
        key="backup_storage", variable="backupStorage", reads=("diskStorages", "netStorages"), entity_category=CONFIG
    ),
)
VIEWS = (RotoclearSelectDescription(key="view", variable="zoom{head}", reads=("pan{head}",), unique_name="view{head}"),)


async def async_setup_entry(
    hass: HomeAssistant, entry: RotoclearConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the selects."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        table(entry, SELECTS, RotoclearSelect),
        table(entry, OPTICAL_SENSORS, RotoclearOpticalSensorSelect),
        table(entry, STORAGES, RotoclearStorageSelect),
        table(entry, VIEWS, RotoclearViewSelect),
    )


class RotoclearSelect(RotoclearEntity, SelectEntity):
    """A state variable with a few values."""

    entity_description: RotoclearSelectDescription

    @property
    @override
    def options(self) -> list[str]:
        return list(self.entity_description.values.values())

    @property
    @override
    def current_option(self) -> str | None:
        return self.entity_description.values.get(self._value)

    @override
    async def async_select_option(self, option: str) -> None:
        """Set the variable to the option's value."""
        values = self.entity_description.values
        await self.async_set(next(value for value, name in values.items() if name == option))


class RotoclearOpticalSensorSelect(RotoclearSelect):
    """The optical sensor in use. If a head has only one, choosing the second mirrors the picture."""

    def __init__(self, coordinator: RotoclearCoordinator, part: Part, description: RotoclearSelectDescription) -> None:
        """Enable the entity only if the head reports two sensors."""
        super().__init__(coordinator, part, description)
        rates = [coordinator.data.get(variable) for variable in description.reads]
        self._attr_entity_registry_enabled_default = all(rate not in (None, "0") for rate in rates)


class RotoclearStorageSelect(RotoclearSelect):
    """The storage for recordings; the options are the storages that the unit has now."""

    @property
    @override
    def options(self) -> list[str]:
        """Return the names of the storages."""
        return list(self._names().values())

    @property
    @override
    def current_option(self) -> str | None:
        """Return the name of the storage in use."""
        return self._names().get(self._value or "")

    @override
    async def async_select_option(self, option: str) -> None:
        """Use the storage of this name."""
        for uuid, name in self._names().items():
            if name == option:
                await self.async_set(uuid)
                return
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="storage_gone", translation_placeholders={"storage": option}
        )

    def _names(self) -> dict[str, str]:
        """Return the names of the storages by uuid; storages of the same name have their uuid in it."""
        data = self.coordinator.data
        storages: list[Storage] = [*(data.get("diskStorages") or ()), *(data.get("netStorages") or ())]
        by_uuid = {storage.uuid: storage.name for storage in storages}
        counts = Counter(by_uuid.values())
        names: dict[str, str] = {}
        taken = {name for name, number in counts.items() if number == 1}
        for uuid, name in by_uuid.items():
            names[uuid] = name if counts[name] == 1 else _not_in(taken, f"{name} ({uuid})")
            taken.add(names[uuid])
        return names


class RotoclearViewSelect(RotoclearSelect):
    """The views of a head: the whole picture, and the saved ones."""

    @override
    async def async_added_to_hass(self) -> None:
        """Also subscribe to changes of the views."""
        await super().async_added_to_hass()
        key = ("views", self._part.number)
        self.async_on_remove(self.coordinator.subscribe_event(key, lambda _: self.async_write_ha_state()))

    @property
    @override
    def options(self) -> list[str]:
        """Return the names of the views."""
        return [view.name for view in self._views()]

    @property
    @override
    def current_option(self) -> str | None:
        """Return the name of the view that the head shows; None if it shows another part of the picture."""
        data, (pan_key,) = self.coordinator.data, self.entity_description.reads
        zoom, pan = data.get(self.entity_description.variable), data.get(pan_key)
        return next((view.name for view in self._views() if view.is_at(zoom, pan)), None)

    @override
    async def async_select_option(self, option: str) -> None:
        """Move the head to a view."""
        head = self._part.number
        await self.coordinator.async_show_view(head, self.coordinator.views.find(head, option))

    def _views(self) -> tuple[View, ...]:
        return (WHOLE_PICTURE, *self.coordinator.views.of(self._part.number))


def _not_in(taken: set[str], name: str) -> str:
    """Return the name with as many asterisks appended as make it unique."""
    while name in taken:
        name += "*"
    return name
