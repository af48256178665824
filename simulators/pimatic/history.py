"""Stored history and log messages, with queries by criteria.

Sources: docs/protocol/pimatic.md#history, docs/protocol/pimatic.md#stored-log.
"""

import math
import time
from typing import Any

from .house import House, Json


def events(house: House, device_id: str, name: str, criteria: Json) -> list[Json]:
    """Return the stored values of an attribute, by default oldest first."""
    if device_id not in house.devices:
        raise ValueError(f"{device_id} not found.")
    if house.attribute(device_id, name) is None:
        raise ValueError(f"{device_id} has no attribute {name}.")
    after, before = _number(criteria.get("after"), -math.inf), _number(criteria.get("before"), math.inf)
    found = [point for point in house.stored.get((device_id, name), ()) if after <= point["time"] <= before]
    if str(criteria.get("orderDirection", "")).lower() == "desc":
        found.reverse()
    return _page(found, criteria)


def all_events(house: House, criteria: Json) -> list[Json]:
    """Return the stored values of all attributes or of those in the criteria, newest first."""
    wanted = {key: criteria.get(key) for key in ("deviceId", "attributeName")}
    found = [
        {"deviceId": device_id, "attributeName": name, "type": attribute["type"], **point}
        for (device_id, name), points in house.stored.items()
        if (attribute := house.attribute(device_id, name)) is not None
        and _is_wanted(device_id, wanted["deviceId"])
        and _is_wanted(name, wanted["attributeName"])
        for point in points
    ]
    return _page(sorted(found, key=lambda point: point["time"], reverse=True), criteria)


def _is_wanted(name: str, wanted: Any) -> bool:
    return wanted is None or name in (wanted if isinstance(wanted, list) else [wanted])


def messages(stored: list[Json], criteria: Json) -> list[Json]:
    """Return log messages, newest first."""
    level = criteria.get("level")
    return _page([message for message in stored if level in (None, message["level"])], criteria)


def fill(
    house: House, device_id: str, name: str, *, start: int, step: int, count: int, middle: float = 20, swing: float = 3
) -> None:
    """Store values with the daily cycle of an outdoor temperature. Times are in milliseconds."""
    day = 24 * 3600 * 1000
    house.stored[device_id, name] = [
        {"time": moment, "value": round(middle + swing * math.sin(2 * math.pi * moment / day), 2)}
        for moment in range(start, start + count * step, step)
    ]


def remember(house: House) -> None:
    """Store a month of temperatures and a week of the house meter."""
    hour = 3600 * 1000
    now = int(time.time()) // 3600 * hour
    for name, middle, swing in (("temperature", 20, 3), ("humidity", 50, -10)):
        start = now - 30 * 24 * hour
        quarters = {"step": hour // 4, "count": 30 * 24 * 4}
        fill(house, "dummy-temperature", name, start=start, **quarters, middle=middle, swing=swing)
    house.stored["probe", "energy"] = [
        {"time": now - (7 * 24 - number) * hour, "value": round(10 + number * 0.027, 3)} for number in range(7 * 24)
    ]


def _page(found: list[Json], criteria: Json) -> list[Json]:
    offset = int(_number(criteria.get("offset"), 0))
    limit = criteria.get("limit")
    return found[offset : None if limit is None else offset + int(_number(limit, 0))]


def _number(raw: Any, default: float) -> float:
    return default if raw is None else float(raw)
