"""The response of `get_dashboard`: its entities exist, and Home Assistant saves the view."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from chaos.subject import Subject
from custom_components.iottly.common.dashboard import MAX_CARDS, MAX_SECTIONS


def entities_in(value: Any) -> Iterator[str]:
    """Go through the entities of a view at any depth."""
    if isinstance(value, list):
        for one in value:
            yield from [one] if isinstance(one, str) else entities_in(one)
    elif isinstance(value, dict):
        if "entity" in value:
            yield value["entity"]
        for key in ("sections", "cards", "badges", "entities"):
            yield from entities_in(value.get(key))


def hub_of(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Return the device with most devices behind it."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    behind = Counter(device.via_device_id for device in devices)
    return max(devices, key=lambda device: behind[device.id]).id


async def view_of(hass: HomeAssistant, domain: str, device_id: str) -> dict[str, Any]:
    """Return the response of the action."""
    answer = await hass.services.async_call(
        domain, "get_dashboard", {"device_id": device_id}, blocking=True, return_response=True
    )
    assert answer is not None
    return dict(answer)


async def test_every_entity_of_the_view_exists(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    """The view of a hub also has the devices behind it."""
    own = {one.entity_id for one in er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)}
    view = await view_of(hass, subject.domain, hub_of(hass, loaded))
    entities = set(entities_in(view))
    assert entities
    assert entities <= own
    assert all(hass.states.get(entity_id) is not None for entity_id in entities)
    assert 0 < len(view["sections"]) <= MAX_SECTIONS
    assert all(len(section["cards"]) <= MAX_CARDS + 2 for section in view["sections"])

    assert await async_setup_component(hass, "lovelace", {})
    client = await hass_ws_client()
    await client.send_json_auto_id({"type": "lovelace/config/save", "config": {"views": [view]}})
    assert (await client.receive_json())["success"]
    await client.send_json_auto_id({"type": "lovelace/config"})
    assert (await client.receive_json())["result"] == {"views": [view]}


async def test_a_device_behind_another_has_its_own_view(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry
) -> None:
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    for device in [one for one in devices if one.via_device_id is not None][:5]:
        own = {one.entity_id for one in er.async_entries_for_device(er.async_get(hass), device.id)}
        view = await view_of(hass, subject.domain, device.id)
        assert view["title"] == device.name
        assert set(entities_in(view)) <= own


async def test_hidden_entities_are_left_out_of_the_view(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry
) -> None:
    hub = hub_of(hass, loaded)
    hidden = next(entities_in(await view_of(hass, subject.domain, hub)))
    er.async_get(hass).async_update_entity(hidden, hidden_by=er.RegistryEntryHider.USER)
    assert hidden not in set(entities_in(await view_of(hass, subject.domain, hub)))


async def test_an_unknown_device_is_refused(hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await view_of(hass, subject.domain, "0" * 32)
    assert refused.value.translation_key == "unknown_device"
