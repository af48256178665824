"""Parts of a device, whose entities and devices are added and removed without a reload.

A part is anything that may appear and disappear: a camera head, a device behind a hub, a rule. In every integration it
is a NamedTuple with a kind.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import batched, chain, islice
import logging
from typing import Any, NamedTuple, Protocol

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback, async_get_current_platform

from ..issues import drop_with_entry, set_issue
from .entity import PushEntity
from .turns import slice_lock

_LOGGER = logging.getLogger(__name__)

# Limits for a faulty server: parts that exist at the same time,
MAX_PARTS = 2_500
# all parts since the setup, because the registries keep removed devices and entities,
MAX_EVER = 10_000
# and entities of one platform.
MAX_ENTITIES = 10_000
# Adding an entity takes about a millisecond.
ADDED_AT_ONCE = 20

# A function that makes the entities of a part.
type Build[P] = Callable[[P], Iterable[PushEntity[Any]]]


class _Known(NamedTuple):
    """An entity of a part with its definition. `entity` is None if it is disabled in the registry."""

    definition: Hashable
    entity: PushEntity[Any] | None


# An entity that has to be made again. No other definition is equal.
_NOT_ADDED = _Known(object(), None)


class Parts[P: Hashable]:
    """The parts that exist now, with listeners for a part that is added, changed or removed."""

    def __init__(self) -> None:
        self._parts: dict[P, None] = {}
        self._ever: dict[P, None] = {}
        self._listeners: list[Callable[[P], None]] = []
        # True after a limit was exceeded; `on_overflow` is called then.
        self.has_overflowed = False
        self.on_overflow: CALLBACK_TYPE | None = None

    def __contains__(self, part: P) -> bool:
        """Return True if a part exists."""
        return part in self._parts

    def __iter__(self) -> Iterator[P]:
        """Iterate over the parts in the order in which they were added."""
        return iter(tuple(self._parts))

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self._parts)

    @callback
    def replace(self, parts: Iterable[P]) -> None:
        """Replace all parts. The listeners are also called for parts that stay, because they may have changed."""
        wanted = dict.fromkeys(parts)
        new = dict.fromkeys(islice(filter(self._is_admitted, wanted), MAX_PARTS))
        if len(new) < len(wanted):
            self.overflow()
        gone = [part for part in self._parts if part not in new]
        self._parts = new
        for part in (*gone, *new):
            self._notify(part)

    @callback
    def add(self, part: P) -> None:
        """Add a part, or notify the listeners that it has changed."""
        if part not in self._parts and (len(self._parts) >= MAX_PARTS or not self._is_admitted(part)):
            self.overflow()
            return
        self._parts[part] = None
        self._notify(part)

    @callback
    def remove(self, part: P) -> None:
        """Remove a part."""
        if part in self._parts:
            del self._parts[part]
            self._notify(part)

    @callback
    def subscribe(self, listener: Callable[[P], None]) -> CALLBACK_TYPE:
        """Call `listener` with each part that is added, changed or removed; return a function that unsubscribes."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def overflow(self) -> None:
        """Handle that a limit was exceeded and something was left out."""
        if not self.has_overflowed:
            self.has_overflowed = True
            if self.on_overflow is not None:
                self.on_overflow()

    def _is_admitted(self, part: P) -> bool:
        """Return True if a part has existed before, or MAX_EVER is not reached."""
        if part not in self._ever:
            if len(self._ever) >= MAX_EVER:
                return False
            self._ever[part] = None
        return True

    def _notify(self, part: P) -> None:
        for listener in tuple(self._listeners):
            listener(part)


class PartEntities:
    """Keeps the entities of a platform equal to those that `build` makes of the parts.

    Changed parts are handled one after the other: adding and removing an entity may take time, and must be finished
    before the next change of the same part.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        parts: Parts[Any],
        add_entities: AddConfigEntryEntitiesCallback,
        build: Build[Any],
        device_of: Callable[[Any], dr.AnyDeviceEntry | None],
    ) -> None:
        """Add the entities of all parts, and update them until the entry is unloaded.

        `device_of` returns the device of a part for all its entities. With a DeviceInfo per entity, Home Assistant
        would compare the fields of the device for each of them.
        """
        self._hass = hass
        self._entry = entry
        self._parts = parts
        self._platform = async_get_current_platform()
        self._build = build
        self._device_of = device_of
        self._entities: dict[Hashable, dict[str, _Known]] = {}
        self._count = 0
        self._due: dict[Hashable, None] = {}
        self._matching: Hashable = None
        self._working = False
        self._stopped = False
        for part in parts:
            try:
                made = self._made(part)
            except Exception:
                # The entities of all other parts must not be missing.
                _LOGGER.exception("%s: the entities of a part could not be made", entry.title)
                continue
            if made:
                self._set_device(part, made.values())
                self._put(part, {unique_id: self._as_known(unique_id, one) for unique_id, one in made.items()})
        known = (one for of_part in self._entities.values() for one in of_part.values())
        add_entities([one.entity for one in known if one.entity is not None])
        entry.async_on_unload(parts.subscribe(self._part_changed))
        entry.async_on_unload(self._stop)

    @callback
    def _part_changed(self, part: Hashable) -> None:
        if part not in self._parts and part not in self._entities and part != self._matching:
            # It was added and removed again before it was handled.
            self._due.pop(part, None)
            return
        self._due[part] = None
        if not self._working:
            self._working = True
            self._entry.async_create_task(self._hass, self._async_work(), f"{self._entry.domain} parts")

    @callback
    def _stop(self) -> None:
        self._stopped = True

    async def _async_work(self) -> None:
        """Handle the changed parts."""
        try:
            if self._entry.state is ConfigEntryState.SETUP_IN_PROGRESS:
                # Wait until Home Assistant has added the first entities.
                async with self._entry.setup_lock:
                    pass
            while self._due and not self._stopped:
                part = next(iter(self._due))
                del self._due[part]
                self._matching = part
                try:
                    await self._async_match(part)
                except Exception:
                    _LOGGER.exception("%s: the entities of a part could not be changed", self._entry.title)
                self._matching = None
                # Home Assistant adds most entities without yielding to the event loop.
                await asyncio.sleep(0)
        finally:
            self._working = False

    async def _async_match(self, part: Hashable) -> None:
        """Add, replace and remove entities until they match the part."""
        async with slice_lock(self._hass, self._entry.domain):
            if self._stopped:
                return
            wanted = self._made(part) if part in self._parts else {}
            have = self._entities.pop(part, {})
            self._count -= len(have)
            # The next holder of the lock continues in another turn of the event loop.
            await asyncio.sleep(0)
        stay: dict[str, _Known] = {}
        for unique_id, (definition, entity) in have.items():
            if unique_id not in wanted:
                await self._async_remove(unique_id, entity)
            elif definition == wanted[unique_id].definition and self._entity_id(unique_id) is not None:
                # It would have no registry entry if its device had been removed meanwhile.
                stay[unique_id] = have[unique_id]
            elif entity is not None and _is_added(entity):
                # The new entity has the same unique id, so it gets the same registry entry.
                await entity.async_remove()
        new = [entity for unique_id, entity in wanted.items() if unique_id not in stay]
        if wanted:
            self._put(part, stay)
        for some in batched(new, ADDED_AT_ONCE, strict=False):
            if part not in self._parts:
                # The part was removed meanwhile. Its next change removes the other entities from the registry, or makes
                # them again.
                self._put(part, {str(one.unique_id): _NOT_ADDED for one in new if not _is_added(one)})
                return
            self._set_device(part, some)
            self._put(part, {str(entity.unique_id): _Known(entity.definition, entity) for entity in some})
            await self._platform.async_add_entities(some)
            await asyncio.sleep(0)

    def _put(self, part: Hashable, entities: dict[str, _Known]) -> None:
        known = self._entities.setdefault(part, {})
        self._count += len(entities.keys() - known.keys())
        known.update(entities)

    def _set_device(self, part: Hashable, entities: Iterable[PushEntity[Any]]) -> None:
        """Set the device of new entities. A part that was removed and added again has another device."""
        device = self._device_of(part)
        for entity in entities:
            entity.device_entry = device

    def _made(self, part: Hashable) -> dict[str, PushEntity[Any]]:
        """Return new entities of a part by their unique ids."""
        room = MAX_ENTITIES - self._count
        made = {str(entity.unique_id): entity for entity in islice(self._build(part), room + 1)}
        if len(made) > room:
            made.popitem()
            self._parts.overflow()
        for unique_id, entity in made.items():
            if entity.legacy_unique_id is not None:
                self._migrate(entity.legacy_unique_id, unique_id)
        return made

    def _migrate(self, old: str, new: str) -> None:
        """Change the unique id of a registry entry. If several entities had the old one, the first one gets it."""
        registry, platform, domain = er.async_get(self._hass), self._platform.domain, self._entry.domain
        entity_id = registry.async_get_entity_id(platform, domain, old)
        if entity_id is None or registry.async_get_entity_id(platform, domain, new) is not None:
            return
        if (known := registry.async_get(entity_id)) is not None and known.config_entry_id == self._entry.entry_id:
            registry.async_update_entity(entity_id, new_unique_id=new)

    def _as_known(self, unique_id: str, entity: PushEntity[Any]) -> _Known:
        """Return a _Known. A disabled entity is not added, because the entry is reloaded when it is enabled."""
        entity_id = self._entity_id(unique_id)
        entry = er.async_get(self._hass).async_get(entity_id) if entity_id else None
        is_disabled = entry is not None and entry.disabled
        return _Known(entity.definition, None if is_disabled else entity)

    def _entity_id(self, unique_id: str) -> str | None:
        registry = er.async_get(self._hass)
        return registry.async_get_entity_id(self._platform.domain, self._entry.domain, unique_id)

    async def _async_remove(self, unique_id: str, entity: PushEntity[Any] | None) -> None:
        """Remove an entity and its registry entry."""
        if (entity_id := self._entity_id(unique_id)) is not None:
            er.async_get(self._hass).async_remove(entity_id)
        if entity is not None and _is_added(entity):
            await entity.async_remove(force_remove=True)


def _is_added(entity: PushEntity[Any]) -> bool:
    """Return True if the entity was added: Home Assistant does not add a disabled one."""
    hass: HomeAssistant | None = entity.hass
    return hass is not None


class PartDevices[P: Hashable]:
    """The devices of the parts in the device registry."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], describe: Callable[[P], dr.DeviceInfo]) -> None:
        """Initialize; `describe` returns the DeviceInfo of a part, which has one identifier."""
        self._registry = dr.async_get(hass)
        self._entry = entry
        self._describe = describe
        self._ids: dict[P, str] = {}

    @callback
    def register(self, part: P) -> dr.AnyDeviceEntry:
        """Create or update the device of a part, and return it."""
        device = self._registry.async_get_or_create(config_entry_id=self._entry.entry_id, **self._describe(part))
        self._ids[part] = device.id
        return device

    @callback
    def get(self, part: P) -> dr.AnyDeviceEntry:
        """Return the device of a part, which is created if it does not exist."""
        return self._registry.async_get(self._ids.get(part, "")) or self.register(part)

    @callback
    def is_registered(self, part: P) -> bool:
        """Return True if the device registry has the device of a part."""
        identifiers = self._describe(part).get("identifiers", ())
        return any(self._registry.async_get_device_by_identifier(one, self._entry.entry_id) for one in identifiers)

    @callback
    def part_of(self, device_id: str) -> P | None:
        """Return the part of a device."""
        return next((part for part, known in self._ids.items() if known == device_id), None)

    @callback
    def remove(self, part: P) -> None:
        """Remove the device of a part, with its entities."""
        self._ids.pop(part, None)
        for identifier in self._describe(part).get("identifiers", ()):
            if device := self._registry.async_get_device_by_identifier(identifier, self._entry.entry_id):
                self._registry.async_remove_device(device.id)

    @callback
    def remove_stale(self, parts: Iterable[P]) -> None:
        """Remove the devices of all other parts: they were removed while there was no connection."""
        parts = set(parts)
        ids = {self._ids[part] for part in parts & self._ids.keys()}
        # `describe` is slow, and only needed for parts without a known device id.
        known = {one for part in parts - self._ids.keys() for one in self._describe(part).get("identifiers", ())}
        for device in dr.async_entries_for_config_entry(self._registry, self._entry.entry_id):
            if device.id not in ids and not device.identifiers & known:
                self._registry.async_remove_device(device.id)


class _HasParts(Protocol):
    """The attributes of a coordinator that `add_entities` needs."""

    parts: Parts[Any]
    devices: PartDevices[Any]


@callback
def add_entities(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    async_add_entities: AddConfigEntryEntitiesCallback,
    *builds: Build[Any],
) -> None:
    """Keep the entities of a platform equal to those that the builds make of the parts."""
    coordinator: _HasParts = entry.runtime_data
    parts = coordinator.parts

    @callback
    def report_overflow() -> None:
        _LOGGER.warning("%s has more devices or entities than Home Assistant can take; some are left out", entry.title)
        set_issue(hass, entry, "too_many", True, is_fixable=False)

    if parts.on_overflow is None:
        parts.on_overflow = report_overflow
        drop_with_entry(hass, entry, "too_many")
        if parts.has_overflowed:
            report_overflow()

    def build(part: Hashable) -> Iterable[PushEntity[Any]]:
        return chain.from_iterable(one(part) for one in builds)

    PartEntities(hass, entry, parts, async_add_entities, build, coordinator.devices.get)
