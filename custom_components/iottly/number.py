"""Numbers, set by a command of a board and confirmed by a key of its messages."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.number import NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .command_entity import ReportedEntity, add_command_entities
from .const import CONF_MAX, CONF_MIN, CONF_OPTION, CONF_STATE_KEY, CONF_STEP, CONF_UNIT, CONF_VALUES, SUBENTRY_NUMBER
from .coordinator import IottlyConfigEntry, IottlyCoordinator, Part, PartKind
from .entity import IottlyEntityDescription
from .reading import as_number, as_whole

# No limit: a number may wait long for its board, and must not delay others.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class IottlyNumberDescription(IottlyEntityDescription, NumberEntityDescription):
    """The row of all command numbers."""


COMMAND_NUMBER = IottlyNumberDescription(key="command", part=PartKind.BOARD, needs_board=True)


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the numbers."""
    add_command_entities(hass, entry, async_add_entities, SUBENTRY_NUMBER, IottlyCommandNumber)


class IottlyCommandNumber(ReportedEntity, NumberEntity):
    """A number on a board that a command sets."""

    entity_description: IottlyNumberDescription
    _attr_mode = NumberMode.AUTO
    _sent: float | None = None

    def __init__(self, coordinator: IottlyCoordinator, part: Part, subentry: ConfigSubentry) -> None:
        """Initialize with the board and the subentry, which has the limits."""
        super().__init__(coordinator, part, COMMAND_NUMBER, subentry)
        self._attr_native_min_value = self.config[CONF_MIN]
        self._attr_native_max_value = self.config[CONF_MAX]
        self._attr_native_step = self.config[CONF_STEP]
        self._attr_native_unit_of_measurement = self.config.get(CONF_UNIT)

    @property
    @override
    def native_value(self) -> float | None:
        """Return the number that the board reports, or that of the last command."""
        return as_number(self._reading(CONF_STATE_KEY)) if self._paths else self._sent

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Send the number, and wait until the board reports it."""
        values = {**self.config.get(CONF_VALUES, {}), self.config[CONF_OPTION]: as_whole(value)}
        await self._async_command(values, CONF_STATE_KEY, lambda reading: as_number(reading) == value)
        self._sent = value
        self.async_write_ha_state()
