"""What pimatic has stored and what of it can be imported: the numbers that have a sensor with statistics.

Needs the recorder: imported only when an import runs.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from homeassistant.components.sensor import SensorStateClass
from homeassistant.core import HomeAssistant

from .api import PimaticClient
from .common.history.statistics import Point, Series, enabled_sensor
from .common.ids import join_id
from .const import DOMAIN
from .coordinator import PartKind
from .entity import ATTRIBUTE, number
from .meaning.features import AttributeFeature, Role
from .meaning.profile import Profile


def stored_series(
    hass: HomeAssistant, entry_id: str, client: PimaticClient, profiles: Iterable[Profile]
) -> Iterator[Series]:
    """Give a series for each number that has a sensor with statistics, of the devices of a server."""
    for profile in profiles:
        device_id = profile.device.id
        for feature in profile.features:
            if not isinstance(feature, AttributeFeature) or feature.role is not Role.NUMBER:
                continue
            name, measure = feature.attribute.name, feature.measure
            entity_id = enabled_sensor(hass, DOMAIN, join_id(entry_id, PartKind.DEVICE, device_id, ATTRIBUTE, name))
            if entity_id and measure.state_class is not None:
                yield Series(
                    key=f"{device_id}.{name}",
                    entity_id=entity_id,
                    unit=measure.unit,
                    fetch=partial(_fetch, client, device_id, name),
                    total=measure.state_class is SensorStateClass.TOTAL_INCREASING,
                )


async def _fetch(
    client: PimaticClient, device_id: str, attribute: str, after: float, until: float, limit: int
) -> list[Point]:
    points = await client.history(
        device_id, attribute, after=int(after * 1000) + 1 if after else 0, before=int(until * 1000), limit=limit
    )
    return [Point(point.time / 1000, number(point.value)) for point in points]
