"""Reloads one entry many times, and measures the memory."""

import asyncio
import gc
from pathlib import Path
import sys
import tracemalloc
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from benchmarks.clocks import resident_bytes

CONFIG = "config/custom_components/"


async def reload_often(hass: HomeAssistant, order: dict[str, Any]) -> dict[str, Any]:
    """Reload the entry of a domain; return the resident bytes and the number of objects after each `every` reloads.

    With `traced`, `grown` has the bytes that were allocated in the second half, by the owner of the code.
    """
    times, every = int(order["times"]), int(order["every"])
    (entry,) = hass.config_entries.async_entries(order["domain"])
    curve = [_look()]
    middle: tracemalloc.Snapshot | None = None
    if order.get("traced"):
        tracemalloc.start(1)
    for number in range(1, times + 1):
        await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
        if entry.state is not ConfigEntryState.LOADED:
            raise RuntimeError(f"{entry.domain} did not load again: {entry.reason}")
        if number % every == 0:
            await asyncio.sleep(0.2)
            curve.append(_look())
        if number == times // 2 and tracemalloc.is_tracing():
            middle = await hass.async_add_executor_job(_snapshot)
    answer: dict[str, Any] = {"curve": curve, "of_entry": _entities(hass, entry.entry_id)}
    if middle is not None:
        answer["grown"] = await hass.async_add_executor_job(_grown, middle)
        tracemalloc.stop()
    return answer


def _look() -> tuple[int, int]:
    gc.collect()
    return resident_bytes(), len(gc.get_objects())


def _entities(hass: HomeAssistant, entry_id: str) -> int:
    from homeassistant.helpers import entity_registry as er

    entries = er.async_entries_for_config_entry(er.async_get(hass), entry_id)
    return sum(entry.disabled_by is None for entry in entries)


def _snapshot() -> tracemalloc.Snapshot:
    gc.collect()
    return tracemalloc.take_snapshot()


def _grown(before: tracemalloc.Snapshot) -> dict[str, int]:
    """Return the bytes that were allocated since a snapshot, by the owner of the code."""
    found: dict[str, int] = {}
    for difference in _snapshot().compare_to(before, "filename"):
        owner = _owner(difference.traceback[0].filename)
        found[owner] = found.get(owner, 0) + difference.size_diff
    return found


def _owner(file: str) -> str:
    """Return the owner of a file: this project, the benchmarks, Home Assistant, a package or Python."""
    if CONFIG in file or "/common/" in file or "/benchmarks/" in file:
        return "bench" if "bench" in file else "ours"
    if "/site-packages/homeassistant/" in file:
        return "Home Assistant"
    if "/site-packages/" in file:
        return file.partition("/site-packages/")[2].partition("/")[0]
    return "Python" if Path(sys.prefix).name in file or "/python3" in file or file.startswith("<") else file
