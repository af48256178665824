"""Keeps the long-term statistics of an entity id when the entity is replaced.

The recorder moves statistics when an entity id changes, unless the new id has statistics already. Therefore the
statistics of the new entity are cleared, those of the old entity are moved back to the id, and the hours that the new
entity recorded after the last hour of the old one are imported. The recorder runs its tasks in order.
"""

from typing import NamedTuple

from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.models import StatisticData, StatisticMetaData
from homeassistant.components.recorder.statistics import (
    StatisticsRow,
    async_import_statistics,
    async_update_statistics_metadata,
    get_last_statistics,
    get_metadata,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util


class KeptStatistics(NamedTuple):
    """The statistics of an entity id, and the hours of the entity that gets this id."""

    hass: HomeAssistant
    statistic_id: str
    new_id: str
    metadata: StatisticMetaData
    hours: list[StatisticData]

    @classmethod
    async def read(cls, hass: HomeAssistant, statistic_id: str, new_id: str) -> KeptStatistics | None:
        """Read the statistics; None if the id has none, because then those of the new entity move to it."""
        return await get_instance(hass).async_add_executor_job(cls._read, hass, statistic_id, new_id)

    @classmethod
    def _read(cls, hass: HomeAssistant, statistic_id: str, new_id: str) -> KeptStatistics | None:
        found = get_metadata(hass, statistic_ids={statistic_id})
        if statistic_id not in found:
            return None
        _, metadata = found[statistic_id]
        last = get_last_statistics(hass, 1, statistic_id, False, {"sum"}).get(statistic_id, [])
        hours: list[StatisticData] = []
        # Sums are not imported, because the meters of the two entities have different readings.
        if last and not metadata["has_sum"]:
            start = dt_util.utc_from_timestamp(last[0]["end"])
            rows = statistics_during_period(hass, start, None, {new_id}, "hour", None, {"mean", "min", "max"})
            hours = [_hour(row) for row in rows.get(new_id, [])]
        return cls(hass, statistic_id, new_id, metadata, hours)

    @callback
    def clear_new(self) -> None:
        """Clear the statistics of the new entity."""
        get_instance(self.hass).async_clear_statistics([self.new_id])

    @callback
    def return_from(self, moved_id: str) -> None:
        """Move the statistics of the old entity back."""
        async_update_statistics_metadata(self.hass, moved_id, new_statistic_id=self.statistic_id)

    @callback
    def add_new(self) -> None:
        """Import the hours of the new entity."""
        if self.hours:
            async_import_statistics(self.hass, self.metadata, self.hours)


def _hour(row: StatisticsRow) -> StatisticData:
    hour = StatisticData(start=dt_util.utc_from_timestamp(row["start"]))
    if (mean := row.get("mean")) is not None:
        hour["mean"] = mean
    if (least := row.get("min")) is not None:
        hour["min"] = least
    if (most := row.get("max")) is not None:
        hour["max"] = most
    return hour
