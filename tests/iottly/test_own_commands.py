"""Buttons and switches of command subentries: their commands, confirmation and lifetime."""

from collections.abc import Callable
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.const import SUBENTRY_BUTTON, SUBENTRY_SWITCH
from custom_components.iottly.reading import means_on
from simulators.iottly.boards import GREENHOUSE, METER
from simulators.iottly.cloud import IottlyCloud
from tests.waiting import eventually

from .conftest import sent
from .subentries import SWITCH, with_command


async def test_a_button_sends_its_command(hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    button = await with_command(
        hass, loaded, SUBENTRY_BUTTON, {"board": METER, "cmd_type": "echo", "values": {"content": "x"}}
    )
    await hass.services.async_call("button", "press", {"entity_id": button}, blocking=True)
    assert sent(cloud) == [{"echo": {"content": "x"}}]


@pytest.mark.usefixtures("short_pauses")
@pytest.mark.parametrize("is_pushed", [True, False])
async def test_a_switch_with_reported_state(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, webhook_url: str, is_pushed: bool
) -> None:
    if is_pushed:
        cloud.do_webhook(webhook_url)
    switch = await with_command(hass, loaded, SUBENTRY_SWITCH, SWITCH)
    state = hass.states.get(switch)
    assert state is not None
    assert state.state == "off"
    assert "assumed_state" not in state.attributes
    for wanted in ("on", "off", "off"):
        await hass.services.async_call("switch", f"turn_{wanted}", {"entity_id": switch}, blocking=True)
        state = hass.states.get(switch)
        assert state is not None
        assert state.state == wanted, "the state is updated before the action returns"
    assert sent(cloud) == [{"relay": {"status": status}} for status in ("on", "off", "off")]


async def test_a_switch_raises_an_error_without_confirmation(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, reaches: Callable[..., Any]
) -> None:
    hass.config_entries.async_update_entry(loaded, options={"answer_seconds": 0.3})
    switch = await with_command(hass, loaded, SUBENTRY_SWITCH, SWITCH)
    cloud.set_fault("lose_commands")
    with pytest.raises(HomeAssistantError) as lost:
        await hass.services.async_call("switch", "turn_on", {"entity_id": switch}, blocking=True)
    assert lost.value.translation_key == "no_answer"
    await reaches(switch, "off")
    cloud.do_offline(GREENHOUSE)
    await loaded.runtime_data.async_request_refresh()
    await reaches(switch, STATE_UNAVAILABLE)


async def test_a_switch_without_reported_state(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, reaches: Callable[..., Any]
) -> None:
    data = {name: value for name, value in SWITCH.items() if name != "state_key"}
    switch = await with_command(hass, loaded, SUBENTRY_SWITCH, data)
    state = hass.states.get(switch)
    assert state is not None
    assert state.attributes["assumed_state"] is True
    await hass.services.async_call("switch", "turn_on", {"entity_id": switch}, blocking=True)
    await reaches(switch, "on")
    assert sent(cloud) == [{"relay": {"status": "on"}}]


async def test_a_switch_is_removed_with_its_board(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    switch = await with_command(hass, loaded, SUBENTRY_SWITCH, SWITCH)
    cloud.do_remove_board(GREENHOUSE)
    await loaded.runtime_data.async_request_refresh()
    await eventually(lambda: hass.states.get(switch) is None)
    assert loaded.subentries, "the subentry is kept"


@pytest.mark.parametrize(
    ("value", "on", "result"),
    [
        (True, None, True),
        (False, None, False),
        (2, None, True),
        (0.0, None, False),
        ("Started", None, True),
        ("closed", None, False),
        ("eco", None, None),
        (None, "eco", None),
        ("ECO", "eco", True),
        ("on", "eco", False),
        (7, "7", True),
        (7.0, "7", True),
    ],
)
def test_reported_values_that_are_on(value: Any, on: str | None, result: bool | None) -> None:
    assert means_on(value, on) is result


async def test_a_subentry_removed_while_the_entry_is_not_loaded(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    switch = await with_command(hass, loaded, SUBENTRY_SWITCH, SWITCH)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    (subentry,) = loaded.subentries.values()
    hass.config_entries.async_remove_subentry(loaded, subentry.subentry_id)
    assert await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    assert hass.states.get(switch) is None


async def test_a_leaf_named_like_a_command_keeps_its_entity(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    cloud.do_message(METER, {"last_command_text": "echo"})
    await loaded.runtime_data.async_request_refresh()
    unique_id = f"{METER}_payload_last_command_text"
    await eventually(lambda: "last_command_text" in loaded.runtime_data.messages.leaf_kinds(METER))
    await hass.async_block_till_done()
    er.async_get(hass).async_update_entity(entity_of("sensor", unique_id), new_entity_id="sensor.last_command")
    await hass.async_block_till_done()
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert entity_of("sensor", unique_id) == "sensor.last_command", "the entity was not removed and added again"


async def test_changing_a_command_updates_the_entity_without_a_reload(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    switch = await with_command(hass, loaded, SUBENTRY_SWITCH, SWITCH)
    cloud.record.clear()
    (subentry,) = loaded.subentries.values()
    hass.config_entries.async_update_subentry(loaded, subentry, data={**SWITCH, "state_on": "off"})
    await hass.async_block_till_done()
    state = hass.states.get(switch)
    assert state is not None
    assert state.state == "on", "the value for on has changed"
    assert not cloud.record.all(), "the entry is not reloaded"
