"""Unique ids: the migration of registry entries of earlier versions, and two entries of one gateway."""

from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.instathings.const import DOMAIN
from harness.vendors.instathings import PROJECT
from simulators.instathings.gateway import GatewaySimulator
from tests.entries import set_up
from tests.waiting import eventually

# The platforms and unique ids of the entities of version 1.
EARLIER = Path(__file__).parent / "unique_ids_1.txt"


async def test_entities_of_version_1_get_the_new_unique_ids(hass: HomeAssistant, cloud_entry: MockConfigEntry) -> None:
    registry = er.async_get(hass)
    names: dict[str, str] = {}
    for number, line in enumerate(EARLIER.read_text().splitlines()):
        platform, _, unique_id = line.partition(" ")
        entity = registry.async_get_or_create(
            platform, DOMAIN, unique_id, config_entry=cloud_entry, suggested_object_id=f"mine_{number}"
        )
        names[line] = entity.entity_id
    await set_up(hass, cloud_entry)
    lost = set()
    for line, entity_id in names.items():
        kept = registry.async_get(entity_id)
        assert kept is not None
        if not kept.unique_id.startswith(f"{PROJECT}/"):
            lost.add(line)
    assert lost == set()


async def test_two_entries_of_one_gateway_have_distinct_unique_ids(
    hass: HomeAssistant, gateway: GatewaySimulator, gateway_entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    other = MockConfigEntry(domain=DOMAIN, data=dict(gateway_entry.data), title="Again")
    other.add_to_hass(hass)
    # This also sets up the other entries of the integration.
    await set_up(hass, gateway_entry)
    gateway.house.send("zbTemp001")
    registry = er.async_get(hass)

    def ids(entry: MockConfigEntry) -> set[str]:
        entities = er.async_entries_for_config_entry(registry, entry.entry_id)
        return {one.unique_id for one in entities if "zbTemp001" in one.unique_id}

    await eventually(lambda: bool(ids(gateway_entry)) and bool(ids(other)))
    assert not ids(gateway_entry) & ids(other)
    assert "does not generate unique IDs" not in caplog.text
