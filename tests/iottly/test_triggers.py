"""Triggers for messages of boards: those of Home Assistant and of the integration."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.iottly.const import DOMAIN
from simulators.iottly.boards import DOORBELL, METER
from simulators.iottly.cloud import IottlyCloud
from tests.automations import Run, automate, holds, offered
from tests.waiting import eventually


@pytest.mark.parametrize(
    ("trigger", "options", "count"),
    [
        ("event.received", {"event_type": "button_pressed"}, 2),
        ("iottly.message_received", {"message": "button_pressed"}, 2),
        ("iottly.message_received", {"message": ["log", "other"]}, 1),
        ("iottly.message_received", {}, 3),
    ],
)
async def test_a_message_of_a_board_triggers(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded_with_webhook: MockConfigEntry,
    device_of: Callable[[str], str],
    trigger: str,
    options: dict[str, Any],
    count: int,
) -> None:
    # The device also has entities of other kinds, and the project has other boards.
    target = {"device_id": device_of(DOORBELL)}
    automation = {
        "triggers": {"trigger": trigger, "target": target, "options": options},
        "actions": {"event": "rung"},
    }
    rung, ended = async_capture_events(hass, "rung"), async_capture_events(hass, "state_changed")
    assert await async_setup_component(hass, "automation", {"automation": automation})
    cloud.do_message(METER, {"log": "of another board"})
    cloud.do_message(DOORBELL, {"log": "nothing"})
    cloud.do_offline(DOORBELL)
    cloud.do_online(DOORBELL)
    cloud.do_press(DOORBELL)
    cloud.do_press(DOORBELL, state=0)
    await eventually(lambda: sum("button_pressed" in str(event.data["new_state"]) for event in ended) >= 2)
    await hass.async_block_till_done()
    assert len(rung) == count


async def test_events_of_other_integrations_do_not_trigger(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry
) -> None:
    rung = async_capture_events(hass, "rung")
    automation = {
        "triggers": {"trigger": "iottly.message_received", "target": {"entity_id": "event.of_another_integration"}},
        "actions": {"event": "rung"},
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})
    for moment in ("2026-11-28T10:00:00.000+00:00", "2026-11-28T10:00:01.000+00:00"):
        hass.states.async_set("event.of_another_integration", moment, {"event_type": "button_pressed"})
        await hass.async_block_till_done()
    assert rung == []


async def test_the_automation_editor_offers_the_triggers(
    hass: HomeAssistant, loaded_with_webhook: MockConfigEntry, device_of: Callable[[str], str]
) -> None:
    triggers, conditions = await offered(hass, DOMAIN, device_of(DOORBELL))
    assert triggers == {"message_received", "board_lost", "board_back"}
    assert conditions == {"board_is_connected", "board_is_lost"}


async def test_a_disconnect_and_a_reconnect_of_a_board_trigger(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry, device_of: Callable[[str], str]
) -> None:
    """A payload with the state of another connection does not trigger."""
    target = {"device_id": device_of(DOORBELL)}
    cloud.do_message(DOORBELL, {"gateway": {"connected": True}})
    done = await automate(hass, *(Run(f"iottly.{name}", target) for name in ("board_lost", "board_back")))
    cloud.do_message(DOORBELL, {"gateway": {"connected": False}})
    cloud.do_offline(DOORBELL)
    await eventually(lambda: done == ["iottly.board_lost"])
    assert await holds(hass, "iottly.board_is_lost", target)
    cloud.do_online(DOORBELL)
    await eventually(lambda: len(done) == 2)
    assert done[1] == "iottly.board_back"
    assert await holds(hass, "iottly.board_is_connected", target)
    assert not await holds(hass, "iottly.board_is_lost", target)
