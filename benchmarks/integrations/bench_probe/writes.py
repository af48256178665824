"""Counts what the recorder stores for each integration of a running demo."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
import importlib
from typing import Any

from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.db_schema import StateAttributes
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.json import json_bytes
from sqlalchemy import text

VENDORS = ("instathings", "iottly", "misty", "pimatic", "rotoclear")
# Longer than the commit interval of the recorder.
COMMIT_SECONDS = 6


def disable_throttle() -> None:
    """Disable the throttling of measurements."""
    for vendor in VENDORS:
        vars(importlib.import_module(f"custom_components.{vendor}.common.push.state"))["THROTTLE_SECONDS"] = 0.0


@dataclass
class Stored:
    """The data of one integration in the recorder."""

    rows: int = 0
    attributes: set[bytes] = field(default_factory=set)
    """The different sets of attributes, each of which the recorder stores once."""

    everything: set[bytes] = field(default_factory=set)
    """The same including the attributes that the integration excludes from the recorder."""


async def count_writes(hass: HomeAssistant, order: dict[str, Any]) -> dict[str, Any]:
    """Count for some seconds; return rows and bytes of attributes by integration, and the bytes of a row."""
    registry = er.async_get(hass)
    recorder = get_instance(hass)
    found: defaultdict[str, Stored] = defaultdict(Stored)

    @callback
    def note(event: Event[Any]) -> None:
        state: State | None = event.data["new_state"]
        entry = registry.async_get(event.data["entity_id"])
        if state is None or entry is None or entry.platform not in VENDORS:
            return
        one = found[entry.platform]
        one.rows += 1
        one.attributes.add(StateAttributes.shared_attrs_bytes_from_event(event, recorder.dialect_name))
        one.everything.add(json_bytes(state.attributes))

    await asyncio.sleep(order["warm_up"])
    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    await asyncio.sleep(order["seconds"])
    stop()
    await asyncio.sleep(COMMIT_SECONDS)
    return {
        "row_bytes": await recorder.async_add_executor_job(_row_bytes, recorder),
        "stored": {
            name: {
                "rows": one.rows,
                "attributes": sum(map(len, one.attributes)),
                "everything": sum(map(len, one.everything)),
            }
            for name, one in found.items()
        },
    }


def _row_bytes(recorder: Any) -> float:
    """Return the bytes of a row of the table `states`, including its indexes."""
    with recorder.engine.connect() as connection:
        tables = "SELECT name FROM sqlite_master WHERE tbl_name = 'states'"
        size = connection.execute(text(f"SELECT SUM(pgsize) FROM dbstat WHERE name IN ({tables})")).scalar()
        rows = connection.execute(text("SELECT COUNT(*) FROM states")).scalar()
    return float(size) / float(rows)
