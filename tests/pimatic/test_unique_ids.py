"""Unique ids: the migration of registry entries of earlier versions, and ids without collisions."""

from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from hypothesis import given, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.common.ids import join_id
from custom_components.pimatic.const import DOMAIN
from simulators.pimatic import PimaticSimulator
from tests.entries import set_up

from .conftest import ENTRY_ID

# The platforms and unique ids of the entities of version 1.
EARLIER = (Path(__file__).parent / "unique_ids_1.txt").read_text().replace("<entry>", ENTRY_ID).splitlines()


async def test_entities_of_version_1_get_the_new_unique_ids(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    registry = er.async_get(hass)
    names: dict[str, str] = {}
    for number, line in enumerate(EARLIER):
        platform, _, unique_id = line.partition(" ")
        entity = registry.async_get_or_create(
            platform, DOMAIN, unique_id, config_entry=entry, suggested_object_id=f"mine_{number}"
        )
        names[line] = entity.entity_id
    await set_up(hass, entry)
    lost = set()
    for line, entity_id in names.items():
        kept = registry.async_get(entity_id)
        if kept is None or not kept.unique_id.startswith(f"{ENTRY_ID}/"):
            lost.add(line)
    assert lost == set()


async def test_an_entity_with_another_platform_now_is_removed(
    hass: HomeAssistant, simulator: PimaticSimulator, entry: MockConfigEntry
) -> None:
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=ENTRY_ID, identifiers={(DOMAIN, f"{ENTRY_ID}_dummy-dimmer")}
    )
    registry = er.async_get(hass)
    getter = registry.async_get_or_create(
        "button", DOMAIN, f"{ENTRY_ID}_dummy-dimmer_action_getDimlevel", config_entry=entry, device_id=device.id
    )
    # The entity of a device whose plugin is missing stays, because the plugin may return.
    simulator.house.devices["dummy-switch"] |= {"template": "device", "attributes": [], "actions": []}
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=ENTRY_ID, identifiers={(DOMAIN, f"{ENTRY_ID}_dummy-switch")}
    )
    switch = registry.async_get_or_create(
        "switch", DOMAIN, f"{ENTRY_ID}_dummy-switch_switch", config_entry=entry, device_id=device.id
    )
    await set_up(hass, entry)
    assert registry.async_get(getter.entity_id) is None
    assert registry.async_get(switch.entity_id) is not None


async def test_ids_with_underscores_stay_distinct(
    hass: HomeAssistant, simulator: PimaticSimulator, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    model = simulator.house.devices["probe"]
    for device_id, name in (("power", "meter_total"), ("power_meter", "total")):
        attribute = {**model["attributes"][0], "name": name, "type": "number", "unit": "kWh", "value": 5}
        simulator.house.devices[device_id] = {
            **model, "id": device_id, "name": device_id, "attributes": [attribute], "actions": []
        }  # fmt: skip
    await set_up(hass, entry)
    assert "does not generate unique IDs" not in caplog.text
    registry = er.async_get(hass)
    for unique_id in (
        f"{ENTRY_ID}/device/power/attribute/meter_total",
        f"{ENTRY_ID}/device/power_meter/attribute/total",
    ):
        entity_id = registry.async_get_entity_id("sensor", DOMAIN, unique_id)
        assert entity_id is not None
        assert hass.states.is_state(entity_id, "5")


@given(st.lists(st.lists(st.text(alphabet="ab/%_2F$", max_size=5), min_size=1, max_size=4), min_size=2, max_size=2))
def test_different_parts_have_different_unique_ids(ids: list[list[str]]) -> None:
    first, second = ids
    assert (join_id(*first) == join_id(*second)) == (first == second)
