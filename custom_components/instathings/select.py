"""Selects: settings of devices with options."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import DataPoint, DataPointKind
from .api.meaning.variants import fitting_options
from .cloud import CloudConfigEntry, CloudCoordinator
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import Part
from .entity import InstathingsEntityDescription, SettingEntity, data_points_of, fields_of

# The client bounds what is sent at once; a sleeping device must not hold up the others.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class InstathingsSelectDescription(InstathingsEntityDescription, SelectEntityDescription):
    """A row of a data point."""


async def async_setup_entry(
    hass: HomeAssistant, entry: CloudConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the selects."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[SettingSelect]:
        for data_point in data_points_of(coordinator, part, DataPointKind.SELECT):
            yield SettingSelect(coordinator, part, data_point)

    add_entities(hass, entry, async_add_entities, build)


class SettingSelect(SettingEntity, SelectEntity):
    """A setting.

    Its options are those of its model. Where that is not known, they are those of all models that have every word which
    the device has reported.
    """

    entity_description: InstathingsSelectDescription
    current_option = own_value

    def __init__(self, coordinator: CloudCoordinator, part: Part, data_point: DataPoint) -> None:
        super().__init__(
            coordinator, part, data_point, InstathingsSelectDescription(**fields_of(data_point), value_fn=_option)
        )
        self._is_number = data_point.is_number
        self._option_sets = data_point.rule.option_sets or (data_point.rule.options,)
        self._seen: set[str] = set()
        self._note_current()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Add the option that the device reports."""
        self._note_current()
        super()._handle_coordinator_update()

    def _note_current(self) -> None:
        if (current := self._value) is not None:
            self._seen.add(current)

    @property
    @override
    def options(self) -> list[str]:
        """Return the options of the model, and those that the device has reported."""
        options = fitting_options(self._option_sets, self._seen)
        current = self._value
        return [*options] if current is None or current in options else [*options, current]

    @override
    async def async_select_option(self, option: str) -> None:
        await self.async_send_value(int(option) if self._is_number else option)


def _option(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"
