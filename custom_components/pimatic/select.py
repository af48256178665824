"""Selects: attributes with a list of options and an action that changes them."""

from typing import override

from homeassistant.components.select import SelectEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Attribute, Device, Kind
from .coordinator import PimaticConfigEntry, PimaticCoordinator
from .entity import AttributeEntity, Made, add_entities
from .templates import setter

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the selects."""
    add_entities(hass, entry, async_add_entities, device=_of_device)


def _of_device(coordinator: PimaticCoordinator, device: Device) -> Made:
    for attribute in coordinator.shape(device).plain_attributes:
        if attribute.kind is Kind.STRING and attribute.options and (action := setter(device, attribute)):
            yield PimaticSelect(coordinator, device, attribute, action)


class PimaticSelect(AttributeEntity, SelectEntity):
    """One of a few options."""

    def __init__(
        self, coordinator: PimaticCoordinator, device: Device, attribute: Attribute, action: tuple[str, str]
    ) -> None:
        """Take the options, and the action that chooses with its parameter."""
        super().__init__(coordinator, device, attribute)
        self._attr_options = list(attribute.options)
        self._action, self._parameter = action
        self._use_plain_icon()

    @override
    def _read(self) -> None:
        value = self._own_value
        self._attr_current_option = value if isinstance(value, str) and value in self._attribute.options else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose an option."""
        await self._async_act(self._action, **{self._parameter: option})
