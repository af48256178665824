"""The base of all Instathings entities, and how their devices' keys name them."""

from collections.abc import Callable, Iterable
import re
from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api.models import Device
from .api.shape import Control, Shown
from .cloud import CloudCoordinator
from .common.push.entity import PushEntity
from .common.push.parts import PartEntities
from .const import DESCRIPTION, ONLINE
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator


class InstathingsEntity[C: InstathingsCoordinator = InstathingsCoordinator](PushEntity[C]):
    """An entity of one device: reads some of its paths, and is there while the device is online."""

    def __init__(
        self, coordinator: C, device_id: str, suffix: str, paths: Iterable[str], *, measurement: bool = False
    ) -> None:
        """Take the device, the end of the unique id, and the paths it shows."""
        keys = tuple(map(coordinator.shapes[device_id].key, paths))
        super().__init__(coordinator, keys, availability_keys=((device_id, ONLINE),), measurement=measurement)
        self.device_id = device_id
        self._attr_unique_id = f"{coordinator.identifier(device_id)[1]}_{suffix}"

    def known(self, path: str) -> Any:
        """Return what is known of a path; None when nothing is."""
        return self.coordinator.data.get((self.device_id, path))

    @property
    def device(self) -> Device | None:
        """The device as last told."""
        found: Device | None = self.known(DESCRIPTION)
        return found

    @property
    @override
    def available(self) -> bool:
        coordinator = self.coordinator
        return coordinator.last_update_success and bool(coordinator.data.get((self.device_id, ONLINE)))


class ControlEntity(InstathingsEntity[CloudCoordinator]):
    """An entity that commands a device through the cloud."""

    def __init__(self, coordinator: CloudCoordinator, device_id: str, control: Control) -> None:
        """Take the control; what it can do may grow, and then the entity is replaced."""
        super().__init__(coordinator, device_id, control.main, sorted(control.paths))
        self.control = control
        is_alone = len(coordinator.shapes[device_id].controls()) == 1
        self.definition = (control, is_alone)
        if is_alone:
            self._attr_name = None
        elif control.kind == "relay":
            self._attr_translation_key = "relay"
            self._attr_translation_placeholders = {"number": str(int(control.endpoint) + 1)}
        else:
            self._attr_translation_key = "named"
            self._attr_translation_placeholders = {"name": humanized(control.endpoint or control.kind)}

    def part(self, key: str) -> str:
        """Return the path of a key of this endpoint: `color.x` of `_left` is `color_left.x`."""
        first, dot, rest = key.partition(".")
        return f"{first}{self.control.endpoint}{dot}{rest}"

    async def async_set(self, payload: dict[str, Any], expected: dict[str, Any] | None = None) -> None:
        """Send keys of this endpoint; `expected` are the values to come back, by default the same."""
        wanted = payload if expected is None else expected
        await self.coordinator.async_set(
            self.device_id,
            {self.part(key): value for key, value in payload.items()},
            {self.part(key): value for key, value in wanted.items()},
        )


class ShownEntity(InstathingsEntity):
    """An entity that shows one path."""

    def __init__(self, coordinator: InstathingsCoordinator, device_id: str, shown: Shown) -> None:
        """Take the path and its rule."""
        rule = shown.rule
        super().__init__(
            coordinator,
            device_id,
            shown.path,
            (shown.path,),
            measurement=shown.is_number and rule.state_class == "measurement",
        )
        self.definition = shown
        self._attr_entity_registry_enabled_default = rule.enabled
        if rule.is_plain(shown.path):
            self._attr_translation_key = rule.key
        else:
            # Two keys of the same text: what has a device class has an icon by it.
            self._attr_translation_key = "named" if rule.device_class else "other"
            self._attr_translation_placeholders = {"name": humanized(shown.path)}


def humanized(path: str) -> str:
    """Return a path as a name: `meters.0.power` is "Meter 1 power"."""
    words: list[str] = []
    for word in re.split(r"[._]+", path):
        if word.isdigit() and words:
            words[-1] = words[-1].removesuffix("s")
            words.append(str(int(word) + 1))
        elif word:
            words.append(word)
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def keep_entities(
    hass: HomeAssistant,
    entry: InstathingsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    build: Callable[[Any, str], Iterable[PushEntity[Any]]],
) -> None:
    """Keep a platform's entities in line with what `build` makes of a device that exists."""
    coordinator = entry.runtime_data
    PartEntities(
        hass,
        entry,
        coordinator.parts,
        async_add_entities,
        lambda part: build(coordinator, part),
        coordinator.async_registered,
    )


def shown_on(coordinator: InstathingsCoordinator, device_id: str, platform: str) -> Iterable[Shown]:
    """Return what a platform shows of a device's readings."""
    return (shown for shown in coordinator.shapes[device_id].shown() if shown.platform == platform)


def controls_of(coordinator: InstathingsCoordinator, device_id: str, *kinds: str) -> Iterable[Control]:
    """Return what of these kinds can be commanded at a device."""
    return (control for control in coordinator.shapes[device_id].controls() if control.kind in kinds)
