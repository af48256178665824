"""Keeps each device in the area of its pimatic group, also when the group changes, until a user moves the device."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.debounce import Debouncer

from .const import LOGGER

# The most groups that become areas, because a group that is renamed leaves an area for each name.
MOST_AREAS = 200
# The least time between two comparisons of all groups: a server may change them one after the other.
FOLLOW_SECONDS = 1.0

type GroupName = Callable[[str], str | None]
type DeviceOf = Callable[[str], dr.AnyDeviceEntry]


class GroupAreas:
    """Moves devices whose group has changed, if they are in the area of the old group."""

    def __init__(self, hass: HomeAssistant, group_of: GroupName, device_of: DeviceOf) -> None:
        """Initialize; `group_of` returns the name of a device's group in pimatic, `device_of` its device."""
        self._areas = ar.async_get(hass)
        self._devices = dr.async_get(hass)
        self._name_of = group_of
        self._names: set[str] = set()
        self._device_of = device_of
        self._groups: dict[str, str | None] = {}
        self._soon = Debouncer(hass, LOGGER, cooldown=FOLLOW_SECONDS, immediate=True, function=self.follow)
        self.follow_soon = self._soon.async_schedule_call
        self.stop = self._soon.async_shutdown

    @callback
    def area_of(self, device_id: str) -> str | None:
        """Return the name of a device's group if it may become an area, or already is one."""
        name = self._name_of(device_id)
        if name is None or name in self._names or self._areas.async_get_area_by_name(name) is not None:
            return name
        if len(self._names) >= MOST_AREAS:
            return None
        self._names.add(name)
        return name

    @callback
    def note(self, device_id: str) -> None:
        """Remember the group of a new device: it is the suggested area of the device."""
        self._groups.setdefault(device_id, self.area_of(device_id))

    @callback
    def forget(self, device_id: str) -> None:
        """Forget a removed device."""
        self._groups.pop(device_id, None)

    @callback
    def follow(self) -> None:
        """Move the devices whose group has changed or was renamed."""
        for device_id, old in self._groups.items():
            new = self.area_of(device_id)
            if old != new:
                self._groups[device_id] = new
                self._move(self._device_of(device_id), old, new)

    def _move(self, device: dr.AnyDeviceEntry, old: str | None, new: str | None) -> None:
        area = self._areas.async_get_area(device.area_id) if device.area_id else None
        if (area.name if area else None) == old:
            area_id = self._areas.async_get_or_create(new).id if new else None
            self._devices.async_update_device(device.id, area_id=area_id)
