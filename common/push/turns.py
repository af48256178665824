"""Many devices at once: each has its turn in the event loop, so that a hall of them does not hold it for seconds.

Home Assistant sets all config entries up at the same time, and an entry's entities are added without a pause. Whatever
two hundred devices have waited for together, such as a platform's import, would then be followed by all of their
entities in a single turn of the event loop: devices that answer meanwhile, also those of other integrations, are not
heard in time.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

# A device that lets Home Assistant wait longer keeps no other from going on. In the first turn the platforms are
# imported, which takes a small machine seconds.
LONGEST_TURN_SECONDS = 10.0

_LOCKS: HassKey[defaultdict[tuple[str, str], asyncio.Lock]] = HassKey("push_turns")


async def take_turn(hass: HomeAssistant, domain: str) -> None:
    """Go on in a turn of the event loop that no other entry of the domain goes on in."""
    async with _lock(hass, domain, "state"):
        await asyncio.sleep(0)


async def async_forward_in_turn(hass: HomeAssistant, entry: ConfigEntry[Any], platforms: Iterable[str]) -> None:
    """Set up an entry's platforms, after those of the other entries of its domain, one platform after the other."""
    async with _lock(hass, entry.domain, "platforms"):
        forward = entry.async_create_task(hass, _forward(hass, entry, platforms), "platforms")
        await asyncio.wait((forward,), timeout=LONGEST_TURN_SECONDS)
    await forward


async def _forward(hass: HomeAssistant, entry: ConfigEntry[Any], platforms: Iterable[str]) -> None:
    for platform in platforms:
        await hass.config_entries.async_forward_entry_setups(entry, [platform])
        await asyncio.sleep(0)


def slice_lock(hass: HomeAssistant, domain: str) -> asyncio.Lock:
    """Return what the entries of a domain share, so that only one of them has a slice of long work in a turn."""
    return _lock(hass, domain, "slices")


def _lock(hass: HomeAssistant, domain: str, what: str) -> asyncio.Lock:
    return hass.data.setdefault(_LOCKS, defaultdict(asyncio.Lock))[domain, what]
