"""Every vendor's entities write their values directly, each as Home Assistant would: tests/value_states.py compares."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity_platform import async_get_platforms
from pytest_homeassistant_custom_component.common import MockConfigEntry

from chaos.vendor import Vendor
from tests.value_states import difference

# So many entities of each vendor write their values directly at least, with all enabled.
LEAST = {"rotoclear": 14, "pimatic": 14, "misty": 30, "instathings": 80, "instathings_gateway": 90, "iottly": 14}


def value_entities(hass: HomeAssistant, domain: str) -> list[Any]:
    """Return the entities that show values."""
    platforms = async_get_platforms(hass, domain)
    return [one for platform in platforms for one in platform.entities.values() if hasattr(one, "shown")]


def other(value: Any) -> Any:
    """Return another value of the same kind, where one is at hand."""
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else value


async def change_all(entities: list[Any]) -> None:
    """Change all values that the entities read, and have everybody told."""
    for coordinator in {entity.coordinator for entity in entities}:
        for key in {key for entity in entities for key in entity._keys} & coordinator.data.keys():
            coordinator.data[key] = other(coordinator.data[key])
        await coordinator._async_notify(coordinator._everybody())


async def rename(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Give all devices and entities other names."""
    devices, entities = dr.async_get(hass), er.async_get(hass)
    for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
        devices.async_update_device(device.id, name_by_user=f"My {device.name}")
    for number, entity in enumerate(er.async_entries_for_config_entry(entities, entry.entry_id)):
        entities.async_update_entity(entity.entity_id, name=f"Mine {number}", icon="mdi:star")
    await hass.async_block_till_done()


async def move_to_america(hass: HomeAssistant, _entry: MockConfigEntry) -> None:
    """Show everything in other units."""
    await hass.config.async_update(unit_system="us_customary")
    await hass.async_block_till_done()


async def test_all_values_are_shown_as_home_assistant_would(
    hass: HomeAssistant, vendor: Vendor, everything_enabled: None, loaded: MockConfigEntry
) -> None:
    """From the start on, and after a person has changed how they are shown."""
    entities = value_entities(hass, vendor.domain)
    directly: set[str] = set()
    for act in (None, rename, move_to_america):
        if act is not None:
            await act(hass, loaded)
        for _ in range(3):
            await change_all(entities)
            wrong = {entity.entity_id: difference(hass, entity) for entity in entities}
            assert not any(wrong.values()), {entity_id: found for entity_id, found in wrong.items() if found}
            directly.update(one.entity_id for one in entities if one._shortcut is not None and one._shortcut.is_free)
    assert len(directly) >= LEAST[vendor.name]
