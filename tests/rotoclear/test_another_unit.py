"""Another unit at the address of one that is set up, as when a network gives its addresses anew."""

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


def become(unit: Any, mac: str, **values: Any) -> None:
    """Make the simulator another unit, and end its connections."""
    unit.unit.values.update(macAddr=mac, netInfo=[network_device(mac)] if mac else [], **values)
    unit.command("drop")


@pytest.mark.parametrize("fault", [None, "websocket_refused"])
async def test_state_of_another_unit_reaches_no_entity(
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
    become(unit, OTHER_MAC, light1=True)
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

    become(unit, MAC)
    await reaches(light, "on", 10)


async def test_another_unit_at_the_start_is_named_as_the_reason(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry
) -> None:
    become(unit, OTHER_MAC)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "another_unit"


async def test_unit_that_does_not_tell_who_it_is_stays_connected(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    """The user's rights to read the address may have been taken away since."""
    become(unit, "", light1=True)
    await reaches(entity_of("light", "light1"), "on", 10)
