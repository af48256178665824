"""Entities and devices that appear and vanish with the parts of a device, without a reload.

A part is anything that comes and goes by itself: a camera head, a device behind a hub, a rule. In every
integration it is a NamedTuple with a kind.
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

# More than any house has: a faulty server must not fill the registries with endless devices.
MAX_PARTS = 2_500
# Of all that came since the setup, those that went again among them: Home Assistant's registries remember each of
# them as long as the entry is there.
MAX_EVER = 10_000
# Of one platform.
MAX_ENTITIES = 10_000
# Home Assistant needs about a millisecond for each: so many hold up nothing else.
ADDED_AT_ONCE = 20

# What makes the entities of one part.
type Build[P] = Callable[[P], Iterable[PushEntity[Any]]]


class _Known(NamedTuple):
    """An entity of a part: what it was built from, and None where it is disabled and Home Assistant knows it."""

    definition: Hashable
    entity: PushEntity[Any] | None


class Parts[P: Hashable]:
    """The parts that exist now, and the listeners for one that appears, changes or goes."""

    def __init__(self) -> None:
        self._parts: dict[P, None] = {}
        self._ever: dict[P, None] = {}
        self._listeners: list[Callable[[P], None]] = []
        # True once something was left out; `on_overflow` is called then.
        self.has_overflowed = False
        self.on_overflow: CALLBACK_TYPE | None = None

    def __contains__(self, part: P) -> bool:
        """Return True if a part exists."""
        return part in self._parts

    def __iter__(self) -> Iterator[P]:
        """Go through the parts that exist, in the order in which they appeared."""
        return iter(tuple(self._parts))

    def __len__(self) -> int:
        """Count the parts."""
        return len(self._parts)

    @callback
    def replace(self, parts: Iterable[P]) -> None:
        """Make exactly these the parts that exist; those that stay may have changed, too."""
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
        """Add a part, or note that one has changed."""
        if part not in self._parts and (len(self._parts) >= MAX_PARTS or not self._is_admitted(part)):
            self.overflow()
            return
        self._parts[part] = None
        self._notify(part)

    @callback
    def remove(self, part: P) -> None:
        """Remove a part."""
        if self._parts.pop(part, _GONE) is not _GONE:
            self._notify(part)

    @callback
    def subscribe(self, listener: Callable[[P], None]) -> CALLBACK_TYPE:
        """Call `listener` with each part that appeared, changed or went; return what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def overflow(self) -> None:
        """Note that something was left out, because there is more than Home Assistant can take."""
        if not self.has_overflowed:
            self.has_overflowed = True
            if self.on_overflow is not None:
                self.on_overflow()

    def _is_admitted(self, part: P) -> bool:
        """Return True if a part was there before, or there is room for one that was not."""
        if part not in self._ever:
            if len(self._ever) >= MAX_EVER:
                return False
            self._ever[part] = None
        return True

    def _notify(self, part: P) -> None:
        for listener in tuple(self._listeners):
            listener(part)


_GONE: Any = object()


class PartEntities:
    """Keeps one platform's entities equal to what `build` makes of the parts that exist.

    Changes are worked through one after the other: an entity that needs time to come or to go is
    waited for, so that one that flickers neither stays behind nor gets a twin.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        parts: Parts[Any],
        add_entities: AddConfigEntryEntitiesCallback,
        build: Build[Any],
        device_of: Callable[[Any], dr.AnyDeviceEntry | None] | None = None,
    ) -> None:
        """Add the entities of the parts that exist, and keep them in line until the entry is unloaded.

        `device_of` returns the device of a part, once for all of its entities: with a DeviceInfo per
        entity Home Assistant would compare every field of the device for each of them.
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
            if made := self._made(part):
                self._put(part, {unique_id: self._as_known(unique_id, one) for unique_id, one in made.items()})
        known = (one for of_part in self._entities.values() for one in of_part.values())
        add_entities([one.entity for one in known if one.entity is not None])
        entry.async_on_unload(parts.subscribe(self._part_changed))
        entry.async_on_unload(self._stop)

    @callback
    def _part_changed(self, part: Hashable) -> None:
        if part not in self._parts and part not in self._entities and part != self._matching:
            # It went before it was worked on: there may be more of these than can be worked through.
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
        """Work through the parts that changed."""
        try:
            if self._entry.state is ConfigEntryState.SETUP_IN_PROGRESS:
                # The first entities are still being added.
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
                # Home Assistant adds most entities without a turn of the event loop.
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
            # Those that wait for the lock make theirs in other turns.
            await asyncio.sleep(0)
        stay: dict[str, _Known] = {}
        for unique_id, (definition, entity) in have.items():
            if unique_id not in wanted:
                await self._async_remove(unique_id, entity)
            elif definition == wanted[unique_id].definition:
                stay[unique_id] = have[unique_id]
            elif entity is not None and _is_added(entity):
                # The new one takes its place: same unique id, same registry entry.
                await entity.async_remove()
        new = [entity for unique_id, entity in wanted.items() if unique_id not in stay]
        if wanted:
            fresh = {str(entity.unique_id): _Known(entity.definition, entity) for entity in new}
            self._put(part, stay | fresh)
        for some in batched(new, ADDED_AT_ONCE, strict=False):
            await self._platform.async_add_entities(some)
            await asyncio.sleep(0)

    def _put(self, part: Hashable, entities: dict[str, _Known]) -> None:
        self._entities[part] = entities
        self._count += len(entities)

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
        if made and self._device_of is not None:
            device = self._device_of(part)
            for entity in made.values():
                entity.device_entry = device
        return made

    def _migrate(self, old: str, new: str) -> None:
        """Give a registry entry the unique id of today; the first of several that shared the old one keeps it."""
        registry, platform, domain = er.async_get(self._hass), self._platform.domain, self._entry.domain
        entity_id = registry.async_get_entity_id(platform, domain, old)
        if entity_id is None or registry.async_get_entity_id(platform, domain, new) is not None:
            return
        if (known := registry.async_get(entity_id)) is not None and known.config_entry_id == self._entry.entry_id:
            registry.async_update_entity(entity_id, new_unique_id=new)

    def _as_known(self, unique_id: str, entity: PushEntity[Any]) -> _Known:
        """Return what is kept of an entity. One that is disabled is not added again: when it is enabled, all are."""
        entity_id = self._entity_id(unique_id)
        entry = er.async_get(self._hass).async_get(entity_id) if entity_id else None
        is_disabled = entry is not None and entry.disabled
        return _Known(entity.definition, None if is_disabled else entity)

    def _entity_id(self, unique_id: str) -> str | None:
        registry = er.async_get(self._hass)
        return registry.async_get_entity_id(self._platform.domain, self._entry.domain, unique_id)

    async def _async_remove(self, unique_id: str, entity: PushEntity[Any] | None) -> None:
        """Remove an entity for good: its registry entry takes it along, also when it is disabled."""
        if (entity_id := self._entity_id(unique_id)) is not None:
            er.async_get(self._hass).async_remove(entity_id)
        if entity is not None and _is_added(entity):
            await entity.async_remove(force_remove=True)


def _is_added(entity: PushEntity[Any]) -> bool:
    """Return True if Home Assistant holds the entity: it drops a disabled one at once."""
    hass: HomeAssistant | None = entity.hass
    return hass is not None


class PartDevices[P: Hashable]:
    """The devices of the parts: registered, looked up and removed in one place."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], describe: Callable[[P], dr.DeviceInfo]) -> None:
        """Initialize; `describe` returns the DeviceInfo of a part, with one identifier."""
        self._registry = dr.async_get(hass)
        self._entry = entry
        self._describe = describe
        self._ids: dict[P, str] = {}

    @callback
    def register(self, part: P) -> dr.AnyDeviceEntry:
        """Bring the device registry in line with what is known of a part; return its device."""
        device = self._registry.async_get_or_create(config_entry_id=self._entry.entry_id, **self._describe(part))
        self._ids[part] = device.id
        return device

    @callback
    def get(self, part: P) -> dr.AnyDeviceEntry:
        """Return the device of a part; it is registered when it is not there."""
        return self._registry.async_get(self._ids.get(part, "")) or self.register(part)

    @callback
    def is_registered(self, part: P) -> bool:
        """Return True if the registry has the device of a part, perhaps from before a restart."""
        identifiers = self._describe(part).get("identifiers", ())
        return any(self._registry.async_get_device_by_identifier(one, self._entry.entry_id) for one in identifiers)

    @callback
    def part_of(self, device_id: str) -> P | None:
        """Return the part that a device of Home Assistant stands for."""
        return next((part for part, known in self._ids.items() if known == device_id), None)

    @callback
    def remove(self, part: P) -> None:
        """Remove the device of a part that is gone, with its entities."""
        self._ids.pop(part, None)
        for identifier in self._describe(part).get("identifiers", ()):
            if device := self._registry.async_get_device_by_identifier(identifier, self._entry.entry_id):
                self._registry.async_remove_device(device.id)

    @callback
    def remove_stale(self, parts: Iterable[P]) -> None:
        """Remove the devices of parts other than these: they went while nobody was connected."""
        parts = set(parts)
        ids = {self._ids[part] for part in parts & self._ids.keys()}
        # A description takes long, and the registered ones need none.
        known = {one for part in parts - self._ids.keys() for one in self._describe(part).get("identifiers", ())}
        for device in dr.async_entries_for_config_entry(self._registry, self._entry.entry_id):
            if device.id not in ids and not device.identifiers & known:
                self._registry.async_remove_device(device.id)


class _HasParts(Protocol):
    """What `add_entities` needs of a coordinator."""

    parts: Parts[Any]
    devices: PartDevices[Any]


@callback
def add_entities(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    async_add_entities: AddConfigEntryEntitiesCallback,
    *builds: Build[Any],
) -> None:
    """Keep a platform's entities in line with what the builds make of each part that exists."""
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
