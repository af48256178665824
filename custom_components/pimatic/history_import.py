"""What pimatic has stored and what of it can be imported: the numbers that have a sensor with statistics.

Needs the recorder: imported only when an import runs.
"""

from collections.abc import Iterator
from functools import partial

from homeassistant.components.sensor import SensorStateClass

from .api import Kind, PimaticClient, Value
from .common.history.statistics import Point, Series, enabled_sensor
from .const import DOMAIN
from .coordinator import PimaticCoordinator
from .measures import measure
from .templates import shape_of


def stored_series(coordinator: PimaticCoordinator) -> Iterator[Series]:
    """Yield a series for each of them."""
    for device in coordinator.devices.values():
        for attribute in shape_of(device).plain_attributes:
            if attribute.kind is not Kind.NUMBER or (shown := measure(attribute)).state_class is None:
                continue
            unique_id = f"{coordinator.config_entry.entry_id}_{device.id}_{attribute.name}"
            if entity_id := enabled_sensor(coordinator.hass, DOMAIN, unique_id):
                yield Series(
                    key=f"{device.id}.{attribute.name}",
                    entity_id=entity_id,
                    unit=shown.unit,
                    fetch=partial(_fetch, coordinator.client, device.id, attribute.name),
                    total=shown.state_class is SensorStateClass.TOTAL_INCREASING,
                )


async def _fetch(
    client: PimaticClient, device_id: str, attribute: str, after: float, until: float, limit: int
) -> list[Point]:
    points = await client.history(
        device_id, attribute, after=int(after * 1000) + 1 if after else 0, before=int(until * 1000), limit=limit
    )
    return [Point(point.time / 1000, _number(point.value)) for point in points]


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
