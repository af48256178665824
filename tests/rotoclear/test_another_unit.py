"""Another unit has the address of the one in the entry, for example after the router gave new addresses."""

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_DEVICE_ID
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.rotoclear.const import DOMAIN
from simulators.rotoclear.unit import network_device
from tests.states import state_of
from tests.waiting import eventually

from .conftest import MAC

OTHER_MAC = "00:15:5d:c2:00:99"


def become_another_unit(unit: Any, mac: str, **values: Any) -> None:
    """Give the simulator another MAC address, and end its connections."""
    unit.unit.values.update(macAddr=mac, netInfo=[network_device(mac)] if mac else [], **values)
    unit.command("drop")


@pytest.mark.parametrize("fault", [None, "websocket_refused"])
async def test_entities_are_unavailable_while_another_unit_has_the_address(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    fault: str | None,
) -> None:
    light = entity_of("light", "light1")
    await reaches(light, "off")
    written: list[Event] = async_capture_events(hass, "state_changed")
    if fault is not None:
        unit.set_fault(fault)
    become_another_unit(unit, OTHER_MAC, light1=True)
    await reaches(light, "unavailable")
    attempts = loaded.runtime_data.connection.attempts
    await eventually(lambda: loaded.runtime_data.connection.attempts > attempts + 1)
    assert state_of(hass, light).state == "unavailable"
    assert "on" not in {event.data["new_state"].state for event in written if event.data["entity_id"] == light}

    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, MAC), loaded.entry_id)
    assert device is not None
    with pytest.raises(HomeAssistantError, match="not connected"):
        await hass.services.async_call(
            DOMAIN, "set_state", {CONF_DEVICE_ID: device.id, "values": {"light0": True}}, blocking=True
        )
    assert unit.unit.values["light0"] is False

    become_another_unit(unit, MAC)
    await reaches(light, "on", 10)


async def test_setup_fails_when_another_unit_has_the_address(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry
) -> None:
    become_another_unit(unit, OTHER_MAC)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "another_unit"


async def test_a_unit_without_mac_address_stays_connected(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    """The user may have lost the right to read it."""
    become_another_unit(unit, "", light1=True)
    await reaches(entity_of("light", "light1"), "on", 10)
