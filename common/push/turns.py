"""Locks between the config entries of a domain, so that hundreds of devices do not block the event loop.

Home Assistant sets up all config entries at the same time, and adds the entities of an entry without a pause. If 200
entries have waited for the same thing, such as the import of a platform, all their entities would be added in one turn
of the event loop, which would take seconds.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

# The other entries wait no longer for a slow one. The first one takes seconds on a small machine, because it imports
# the platforms.
LONGEST_TURN_SECONDS = 10.0

_LOCKS: HassKey[defaultdict[tuple[str, str], asyncio.Lock]] = HassKey("push_turns")


async def take_turn(hass: HomeAssistant, domain: str) -> None:
    """Wait for a turn of the event loop in which no other entry of the domain continues."""
    async with _lock(hass, domain, "state"):
        await asyncio.sleep(0)


async def async_forward_in_turn(hass: HomeAssistant, entry: ConfigEntry[Any], platforms: Iterable[str]) -> None:
    """Set up the platforms of an entry, one after the other, and after those of the other entries of its domain."""
    async with _lock(hass, entry.domain, "platforms"):
        forward = entry.async_create_task(hass, _forward(hass, entry, platforms), "platforms")
        await asyncio.wait((forward,), timeout=LONGEST_TURN_SECONDS)
    await forward


async def _forward(hass: HomeAssistant, entry: ConfigEntry[Any], platforms: Iterable[str]) -> None:
    for platform in platforms:
        await hass.config_entries.async_forward_entry_setups(entry, [platform])
        await asyncio.sleep(0)


def slice_lock(hass: HomeAssistant, domain: str) -> asyncio.Lock:
    """Return the lock for `in_slices` that all entries of a domain share."""
    return _lock(hass, domain, "slices")


def _lock(hass: HomeAssistant, domain: str, what: str) -> asyncio.Lock:
    return hass.data.setdefault(_LOCKS, defaultdict(asyncio.Lock))[domain, what]
