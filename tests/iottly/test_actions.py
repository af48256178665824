"""The actions except send_command: messages, flashing, names, and devices of the wrong kind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.util.dt import utcnow
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.const import DOMAIN
from simulators.iottly.boards import DOORBELL, METER
from simulators.iottly.cloud import IottlyCloud
from simulators.iottly.project import FIELD_GROUP, ORPHANED, PROJECT_ID
from tests.waiting import eventually

from .conftest import both_generations, older_generation


@both_generations
async def test_get_messages_returns_the_messages_of_a_board(
    cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    for hour in range(30, 0, -1):
        cloud.do_message(DOORBELL, {"ring": {"hour": hour}}, hours_ago=hour)
    latest = (await act("get_messages", DOORBELL, limit=4))["messages"]
    assert [one["payload"] for one in latest][:-1] == [{"ring": {"hour": hour}} for hour in (3, 2, 1)]
    assert latest[-1]["type"] == "iottlyagent"
    agents = (await act("get_messages", DOORBELL, limit=100, type="iottlyagent"))["messages"]
    assert len(agents) == 1
    start, end = utcnow() - timedelta(hours=5.5), utcnow() - timedelta(hours=2.5)
    between = (await act("get_messages", DOORBELL, start=start.isoformat(), end=end.isoformat()))["messages"]
    assert [one["payload"]["ring"]["hour"] for one in between] == [5, 4, 3]
    assert len((await act("get_messages", DOORBELL, start=start.isoformat()))["messages"]) == 6
    path = "ring" if cloud.is_old else "payload.ring"
    found = (await act("get_messages", DOORBELL, query={path: {"$exists": True}}))["messages"]
    assert len(found) == 10
    with pytest.raises(ServiceValidationError) as wrong:
        await act("get_messages", DOORBELL, query={path: 1}, end=end.isoformat())
    assert wrong.value.translation_key == "query_and_dates"


@older_generation
async def test_flash_sends_the_firmware_to_all_boards_of_a_group(
    hass: HomeAssistant,
    everything_enabled: None,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    act: Callable[..., Any],
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    revision = entity_of("sensor", f"{FIELD_GROUP}_revision")
    await reaches(revision, "3f2a91c")
    button = entity_of("button", f"{FIELD_GROUP}_flash")
    await hass.services.async_call("button", "press", {"entity_id": button}, blocking=True)
    assert [one["group"] for one in cloud.record.of("flash")] == [FIELD_GROUP]
    await eventually(lambda: cloud.project.groups[1].revision != "3f2a91c")
    await loaded.runtime_data.async_request_refresh()
    await reaches(revision, cloud.project.groups[1].revision)
    await eventually(lambda: cloud.project.boards[METER].connected)
    await cloud.pusher.idle()
    await loaded.runtime_data.deployer.idle()
    await act("flash_firmware", f"group_{FIELD_GROUP}", response=False)
    assert len(cloud.record.of("flash")) == 2


@older_generation
async def test_an_empty_group_has_no_flash_button(
    hass: HomeAssistant,
    everything_enabled: None,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
) -> None:
    button = entity_of("button", f"{ORPHANED}_flash")
    cloud.project.groups[1].boards.append(cloud.project.groups[0].boards.pop())
    await loaded.runtime_data.async_request_refresh()
    await eventually(lambda: hass.states.get(button) is None)


async def test_rename_changes_the_name_of_a_board(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any], device_of: Any
) -> None:
    await act("rename_board", METER, response=False, name="Cellar")
    assert cloud.project.boards[METER].name == "Cellar"
    device = dr.async_get(hass).async_get(device_of(METER))
    assert device is not None
    assert device.name == "Cellar"


async def test_an_action_for_a_device_of_the_wrong_kind_is_refused(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    with pytest.raises(ServiceValidationError) as wrong:
        await act("send_command", f"project_{PROJECT_ID}", cmd_type="echo")
    assert wrong.value.translation_key == "not_a_board"
    with pytest.raises(ServiceValidationError) as wrong:
        await act("flash_firmware", METER, response=False)
    assert wrong.value.translation_key == "not_a_group"
    data = {"device_id": "nothing", "cmd_type": "echo"}
    with pytest.raises(ServiceValidationError) as wrong:
        await hass.services.async_call(DOMAIN, "send_command", data, blocking=True)
    assert wrong.value.translation_key == "unknown_device"
    await hass.config_entries.async_unload(loaded.entry_id)
    with pytest.raises(ServiceValidationError) as wrong:
        await act("send_command", METER, cmd_type="echo")
    assert wrong.value.translation_key == "not_loaded"


@pytest.mark.parametrize("query", [{"payload.a": {1: 2}}, {"payload.a": 2**70}, {"payload.a": float("nan")}], ids=str)
async def test_a_query_that_is_not_json_is_refused_with_a_text(
    loaded: MockConfigEntry, act: Callable[..., Any], query: dict[str, Any]
) -> None:
    with pytest.raises(HomeAssistantError) as refused:
        await act("get_messages", METER, query=query)
    assert refused.value.translation_key == "command_failed"
