"""Entities that appear and vanish with the parts of a device, without a reload.

A part is anything that comes and goes by itself: a camera head, a device behind a hub, a rule.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback, async_get_current_platform

from .entity import PushEntity

type Build = Callable[[Any], Iterable[PushEntity[Any]]]


class Parts[P: Hashable]:
    """The parts that exist now, and who wants to know when one appears, changes or goes."""

    def __init__(self) -> None:
        """Start without parts."""
        self._parts: dict[P, None] = {}
        self._listeners: list[Callable[[P], None]] = []

    def __contains__(self, part: P) -> bool:
        """Tell whether a part exists."""
        return part in self._parts

    def __iter__(self) -> Any:
        """Go through the parts that exist, in the order in which they appeared."""
        return iter(tuple(self._parts))

    def __len__(self) -> int:
        """Count the parts."""
        return len(self._parts)

    @callback
    def replace(self, parts: Iterable[P]) -> None:
        """Make exactly these the parts that exist; who stays is told of a possible change."""
        new = dict.fromkeys(parts)
        gone = [part for part in self._parts if part not in new]
        self._parts = new
        for part in (*gone, *new):
            self._tell(part)

    @callback
    def add(self, part: P) -> None:
        """Add a part, or tell that one has changed."""
        self._parts[part] = None
        self._tell(part)

    @callback
    def remove(self, part: P) -> None:
        """Remove a part."""
        if self._parts.pop(part, _GONE) is not _GONE:
            self._tell(part)

    @callback
    def listen(self, listener: Callable[[P], None]) -> CALLBACK_TYPE:
        """Call `listener` with each part that appeared, changed or went; return what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, part: P) -> None:
        for listener in tuple(self._listeners):
            listener(part)


_GONE: Any = object()


class PartEntities:
    """Keeps one platform's entities equal to what `build` makes of the parts that exist."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        parts: Parts[Any],
        add_entities: AddConfigEntryEntitiesCallback,
        build: Build,
    ) -> None:
        """Add the entities of the parts that exist and follow the parts until the entry is unloaded."""
        self._hass = hass
        self._entry = entry
        self._parts = parts
        self._add_entities = add_entities
        self._domain = async_get_current_platform().domain
        self._build = build
        self._entities: dict[Hashable, dict[str, PushEntity[Any]]] = {}
        self._replacing = asyncio.Lock()
        first: list[PushEntity[Any]] = []
        for part in parts:
            self._entities[part] = made = {str(entity.unique_id): entity for entity in build(part)}
            first.extend(made.values())
        add_entities(first)
        entry.async_on_unload(parts.listen(self._part_changed))

    @callback
    def _part_changed(self, part: Hashable) -> None:
        """Add, replace and remove entities until they match the part."""
        have = self._entities.setdefault(part, {})
        wanted = {str(entity.unique_id): entity for entity in self._build(part)} if part in self._parts else {}
        for unique_id in [unique_id for unique_id in have if unique_id not in wanted]:
            self._remove(unique_id, have.pop(unique_id))
        new: list[PushEntity[Any]] = []
        replaced: list[tuple[PushEntity[Any], PushEntity[Any]]] = []
        for unique_id, entity in wanted.items():
            if unique_id not in have:
                new.append(entity)
            elif have[unique_id].definition != entity.definition:
                replaced.append((have[unique_id], entity))
            else:
                continue
            have[unique_id] = entity
        if not have:
            del self._entities[part]
        if new:
            self._add_entities(new)
        if replaced:
            self._entry.async_create_task(self._hass, self._async_replace(replaced))

    async def _async_replace(self, pairs: list[tuple[PushEntity[Any], PushEntity[Any]]]) -> None:
        """Put new entities in the place of old ones: same unique id, same registry entry."""
        async with self._replacing:
            for old, _ in pairs:
                if _is_added(old):
                    await old.async_remove()
            self._add_entities([new for _, new in pairs])

    def _remove(self, unique_id: str, entity: PushEntity[Any]) -> None:
        """Remove an entity for good: its registry entry takes it along, also when it is disabled."""
        registry = er.async_get(self._hass)
        entity_id = registry.async_get_entity_id(self._domain, self._entry.domain, unique_id)
        if entity_id is not None:
            registry.async_remove(entity_id)
        elif _is_added(entity):
            self._entry.async_create_task(self._hass, entity.async_remove(force_remove=True))


def _is_added(entity: PushEntity[Any]) -> bool:
    """Tell whether Home Assistant holds the entity: it lets go of a disabled one at once."""
    hass: HomeAssistant | None = entity.hass
    return hass is not None


@callback
def remove_device(hass: HomeAssistant, entry: ConfigEntry[Any], identifier: tuple[str, str]) -> None:
    """Remove one device that is gone, with its entities."""
    registry = dr.async_get(hass)
    if device := registry.async_get_device_by_identifier(identifier, entry.entry_id):
        registry.async_remove_device(device.id)


@callback
def remove_stale_devices(hass: HomeAssistant, entry: ConfigEntry[Any], exist: Iterable[tuple[str, str]]) -> None:
    """Remove the entry's devices that the device or server no longer knows, with their entities."""
    registry = dr.async_get(hass)
    known = set(exist)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        if not device.identifiers & known:
            registry.async_remove_device(device.id)
