"""Actions, command buttons and switches, flashing, the import of history: from Home Assistant to the board and back."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.util.dt import utcnow
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.commands import means_on
from custom_components.iottly.const import DOMAIN, SUBENTRY_BUTTON, SUBENTRY_SWITCH
from simulators.iottly.boards import DOORBELL, GREENHOUSE, METER
from simulators.iottly.cloud import IottlyCloud
from simulators.iottly.project import FIELD_GROUP, ORPHANED, PROJECT_ID
from tests.waiting import eventually

from .conftest import both_generations, older_generation

SWITCH = {
    "board": GREENHOUSE,
    "cmd_type": "relay",
    "values_on": {"status": "on"},
    "values_off": {"status": "off"},
    "state_key": "relay.status",
}


@pytest.fixture
def act(hass: HomeAssistant, device_of: Callable[[str], str]) -> Callable[..., Any]:
    """Return a way to call one of our actions for a board or another device and get its response."""

    async def call(action: str, identifier: str, *, response: bool = True, **data: Any) -> Any:
        return await hass.services.async_call(
            DOMAIN,
            action,
            {"device_id": device_of(identifier), **data},
            blocking=True,
            return_response=response,
        )

    return call


def sent(cloud: IottlyCloud) -> list[Any]:
    """Return the commands that reached the cloud."""
    return [one["command"] for one in cloud.record.of("command")]


# send_command ---------------------------------------------------------------------------------------


@both_generations
async def test_a_forgotten_prefix_still_does_what_was_meant(
    cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    await act("send_command", GREENHOUSE, response=False, cmd_type="relay", values={"status": "on"})
    assert sent(cloud) == [{"relay": {"status": "on"}}]
    assert await act("send_command", GREENHOUSE, cmd_type="echo") == {"answer": None}


@both_generations
async def test_an_answer_is_waited_for(cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]) -> None:
    """No webhook is configured: the answer is asked for."""
    got = await act("send_command", METER, cmd_type="echo", values={"content": "hi"}, wait=5)
    assert got["answer"]["payload"] == {"ECHO": {"echo": {"content": "hi"}}}
    got = await act("send_command", METER, cmd_type="list_processes", wait=5, answer="processes")
    assert got["answer"]["payload"]["processes"] == ["init", "iottlyagent", "loop"]


async def test_an_answer_is_pushed(cloud: IottlyCloud, pushing: MockConfigEntry, act: Callable[..., Any]) -> None:
    cloud.record.clear()
    got = await act("send_command", METER, cmd_type="echo", values={"content": "hi"}, wait=5)
    assert got["answer"]["type"] == "userdefined"
    assert len([one for one in cloud.record.of("request") if "/messages/" in one["path"]]) == 1, "only once, before"


async def test_a_lost_command_raises(cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]) -> None:
    cloud.set_fault("lose_commands")
    with pytest.raises(HomeAssistantError) as lost:
        await act("send_command", METER, cmd_type="echo", wait=1.2)
    assert lost.value.translation_key == "no_answer"
    cloud.set_fault("lose_commands", False)
    cloud.do_message(METER, {"ECHO": {"echo": {"content": "an old answer"}}})
    cloud.set_fault("lose_commands")
    with pytest.raises(HomeAssistantError):
        await act("send_command", METER, cmd_type="echo", wait=1.2)


@pytest.mark.parametrize(("fault", "key"), [(("status", 503), None), (("unauthorized", True), "auth_failed")])
async def test_trouble_while_an_answer_is_waited_for(
    cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any], fault: tuple[str, Any], key: str | None
) -> None:
    """What passes is waited out; a refused token is not."""
    cloud.set_fault("lose_commands")
    waiting = asyncio.create_task(act("send_command", METER, cmd_type="echo", wait=6))
    await cloud.record.wait_for("command")
    cloud.set_fault(*fault)
    await asyncio.sleep(1.3)
    cloud.set_fault(fault[0], False)
    cloud.do_message(METER, {"ECHO": {"echo": {}}})
    if key is None:
        assert (await waiting)["answer"]["payload"] == {"ECHO": {"echo": {}}}
    else:
        with pytest.raises(HomeAssistantError) as refused:
            await waiting
        assert refused.value.translation_key == key


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"cmd_type": "relay", "values": {"foo.bar": 1}}, "foreign_prefix"),
        ({"cmd_type": "relay", "values": {"status": ""}}, "empty_value"),
        ({"cmd_type": "relay", "values": {"status": {}}}, "not_a_scalar"),
        ({"cmd_type": " ", "values": {}}, "no_cmd_type"),
    ],
)
async def test_what_must_not_be_sent(
    cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any], data: dict[str, Any], key: str
) -> None:
    for wait in (0, 5):
        with pytest.raises(ServiceValidationError) as refused:
            await act("send_command", METER, wait=wait, **data)
        assert refused.value.translation_key == key
    assert sent(cloud) == []


@both_generations
async def test_the_servers_own_words(cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]) -> None:
    with pytest.raises(HomeAssistantError, match="list index out of range"):
        await act("send_command", METER, cmd_type="nope")
    cloud.set_fault("html_errors")
    with pytest.raises(HomeAssistantError, match="the server answered with status"):
        await act("send_command", METER, cmd_type="nope")


async def test_the_server_is_away_or_refuses(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    cloud.set_fault("unauthorized")
    with pytest.raises(HomeAssistantError) as refused:
        await act("send_command", METER, cmd_type="echo")
    assert refused.value.translation_key == "auth_failed"
    await hass.async_block_till_done()
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]
    await cloud.stop()
    with pytest.raises(HomeAssistantError, match="connection failed"):
        await act("send_command", METER, cmd_type="echo")


async def test_devices_that_are_none(
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


# get_messages ---------------------------------------------------------------------------------------


@both_generations
async def test_get_messages(cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]) -> None:
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


# Firmware and names ---------------------------------------------------------------------------------


@older_generation
async def test_flash(
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


async def test_rename(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any], device_of: Any
) -> None:
    await act("rename_board", METER, response=False, name="Cellar")
    assert cloud.project.boards[METER].name == "Cellar"
    device = dr.async_get(hass).async_get(device_of(METER))
    assert device is not None
    assert device.name == "Cellar"


# Buttons and switches of one's own ------------------------------------------------------------------


async def with_command(hass: HomeAssistant, entry: MockConfigEntry, kind: str, data: dict[str, Any]) -> str:
    """Add a subentry and return the entity id of what it makes."""
    subentry = ConfigSubentry(data=data, subentry_type=kind, title="Own", unique_id=None)
    hass.config_entries.async_add_subentry(entry, subentry)
    await hass.async_block_till_done()
    platform = "button" if kind == SUBENTRY_BUTTON else "switch"
    entity_id = f"{platform}.{'greenhouse' if data['board'] == GREENHOUSE else 'power_meter'}_own"
    assert hass.states.get(entity_id), hass.states.async_entity_ids()
    return entity_id


async def test_button(hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    button = await with_command(
        hass, loaded, SUBENTRY_BUTTON, {"board": METER, "cmd_type": "echo", "values": {"content": "x"}}
    )
    await hass.services.async_call("button", "press", {"entity_id": button}, blocking=True)
    assert sent(cloud) == [{"echo": {"content": "x"}}]


@pytest.mark.parametrize("is_pushed", [True, False])
async def test_switch(
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
        assert state.state == wanted, "it is so when the action returns"
    assert sent(cloud) == [{"relay": {"status": status}} for status in ("on", "off", "off")]


async def test_a_switch_that_nobody_confirms(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, reaches: Callable[..., Any]
) -> None:
    switch = await with_command(hass, loaded, SUBENTRY_SWITCH, SWITCH)
    cloud.set_fault("lose_commands")
    with pytest.raises(HomeAssistantError) as lost:
        await hass.services.async_call("switch", "turn_on", {"entity_id": switch}, blocking=True)
    assert lost.value.translation_key == "no_answer"
    await reaches(switch, "off")
    cloud.do_offline(GREENHOUSE)
    await loaded.runtime_data.async_request_refresh()
    await reaches(switch, STATE_UNAVAILABLE)


async def test_a_switch_that_never_reports(
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


async def test_a_switch_whose_board_is_gone(hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    switch = await with_command(hass, loaded, SUBENTRY_SWITCH, SWITCH)
    cloud.do_remove_board(GREENHOUSE)
    await loaded.runtime_data.async_request_refresh()
    await eventually(lambda: hass.states.get(switch) is None)
    assert loaded.subentries, "what a person has defined stays defined"


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
def test_what_means_on(value: Any, on: str | None, result: bool | None) -> None:
    assert means_on(value, on) is result


# History --------------------------------------------------------------------------------------------


@pytest.fixture
async def with_recorder(recorder_mock: Recorder) -> Recorder:
    """Set the recorder up before Home Assistant."""
    return recorder_mock


async def statistics(hass: HomeAssistant, entity_id: str) -> list[Any]:
    recorder = get_instance(hass)
    await recorder.async_block_till_done()
    rows = await recorder.async_add_executor_job(
        lambda: statistics_during_period(
            hass, utcnow() - timedelta(days=30), None, {entity_id}, "hour", None, {"mean", "state", "sum"}
        )
    )
    return rows.get(entity_id, [])


async def test_import_history(
    with_recorder: Recorder,
    hass: HomeAssistant,
    everything_enabled: None,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    act: Callable[..., Any],
    entity_of: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.iottly.history_import.CHUNK", 20)
    monkeypatch.setattr("custom_components.iottly.history_import.PAUSE_SECONDS", 0.0)
    for hour in range(48, 0, -1):
        cloud.do_message(METER, {"power_w": 100 + hour, "energy": 1000 - hour}, hours_ago=hour)
    done = await act("import_history", METER, wait=True)
    assert done["points"] >= 96
    assert done["failed"] == []
    power = await statistics(hass, entity_of("sensor", f"{METER}_payload_power_w"))
    assert len(power) >= 47
    energy = await statistics(hass, entity_of("sensor", f"{METER}_payload_energy"))
    assert energy[-1]["sum"] - energy[0]["sum"] == pytest.approx(len(energy) - 1, abs=1)

    await act("import_history", METER, wait=True, response=False)
    again = await act("import_history", METER, wait=True)
    assert again["hours"] == 0
    assert len(await statistics(hass, entity_of("sensor", f"{METER}_payload_power_w"))) == len(power)
    button = entity_of("button", f"{PROJECT_ID}_import_history")
    await hass.services.async_call("button", "press", {"entity_id": button}, blocking=True)
    assert loaded.runtime_data.history.is_running
    with pytest.raises(HomeAssistantError) as running:
        await act("import_history", METER, response=False, entity_id=[entity_of("sensor", f"{METER}_payload_power_w")])
    assert running.value.translation_key == "import_running"
    await eventually(lambda: not loaded.runtime_data.history.is_running)


async def test_import_without_a_recorder(cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]) -> None:
    with pytest.raises(HomeAssistantError) as missing:
        await act("import_history", METER, response=False)
    assert missing.value.translation_key == "no_recorder"


async def test_an_import_that_is_cut_off(
    with_recorder: Recorder, hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    cloud.set_fault("status", 503)
    with pytest.raises(HomeAssistantError) as cut:
        await act("import_history", METER, wait=True, response=False)
    assert cut.value.translation_key == "import_interrupted"


async def test_commands_that_were_changed_while_nobody_looked(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    switch = await with_command(hass, loaded, SUBENTRY_SWITCH, SWITCH)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    (subentry,) = loaded.subentries.values()
    hass.config_entries.async_remove_subentry(loaded, subentry.subentry_id)
    assert await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    assert hass.states.get(switch) is None


async def test_a_command_is_changed_in_place(hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    switch = await with_command(hass, loaded, SUBENTRY_SWITCH, SWITCH)
    cloud.record.clear()
    (subentry,) = loaded.subentries.values()
    hass.config_entries.async_update_subentry(loaded, subentry, data={**SWITCH, "state_on": "off"})
    await hass.async_block_till_done()
    state = hass.states.get(switch)
    assert state is not None
    assert state.state == "on", "the other way round now"
    assert not cloud.record.all(), "without a reload"


async def test_an_import_of_one_sensor_is_stopped_with_the_entry(
    with_recorder: Recorder,
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    act: Callable[..., Any],
    entity_of: Callable[[str, str], str],
) -> None:
    cloud.set_fault("delay", 2)
    await act("import_history", METER, response=False, entity_id=[entity_of("sensor", f"{METER}_payload_power_w")])
    history = loaded.runtime_data.history
    assert history.is_running
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert not history.is_running


async def test_a_fault_of_ours_in_an_import(
    with_recorder: Recorder,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    act: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(loaded.runtime_data.history, "_series", broken)
    with pytest.raises(HomeAssistantError) as fault:
        await act("import_history", METER, wait=True, response=False)
    assert fault.value.translation_key == "import_failed"
