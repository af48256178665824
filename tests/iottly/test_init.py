"""Setting up, losing and regaining the connection, boards and groups that come and go, unloading."""

import asyncio
from collections.abc import Callable
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly import async_remove_config_entry_device
from custom_components.iottly.api import ServerError
from custom_components.iottly.const import DOMAIN
from simulators.iottly.boards import DOORBELL, GREENHOUSE, METER
from simulators.iottly.cloud import IottlyCloud
from simulators.iottly.project import FIELD_GROUP, ORPHANED, PROJECT_ID
from tests.waiting import eventually

from .conftest import TOKEN, WEBHOOK_ID, both_generations, older_generation

LOGGER = "custom_components.iottly"
TEMPERATURE = f"{GREENHOUSE}_payload_temperature"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the integration logged at INFO and above."""
    return [
        record.getMessage() for record in caplog.records if record.name == LOGGER and record.levelno >= logging.INFO
    ]


def identifiers(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the identifiers of the entry's devices."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {identifier for device in devices for _, identifier in device.identifiers}


async def poll(entry: MockConfigEntry) -> None:
    """Poll now."""
    await entry.runtime_data.async_request_refresh()


@both_generations
async def test_set_up_and_unload(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    assert hass.states.is_state(entity_of("sensor", TEMPERATURE), "21.5")
    boards = {GREENHOUSE, METER, DOORBELL, f"project_{PROJECT_ID}"}
    groups = {f"group_{ORPHANED}", f"group_{FIELD_GROUP}"} if cloud.is_old else set()
    assert identifiers(hass, loaded) == boards | groups

    assert await hass.config_entries.async_unload(loaded.entry_id)
    await hass.async_block_till_done()
    assert loaded.state is ConfigEntryState.NOT_LOADED
    state = hass.states.get(entity_of("sensor", TEMPERATURE))
    assert state is not None
    assert state.state == STATE_UNAVAILABLE
    cloud.record.clear()
    await asyncio.sleep(0.1)
    assert not cloud.record.all()


async def test_reload_many_times(hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    before = len(hass.states.async_all())
    for _ in range(3):
        assert await hass.config_entries.async_reload(loaded.entry_id)
        await hass.async_block_till_done()
    assert len(hass.states.async_all()) == before


async def test_the_cloud_is_away_at_start(hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry) -> None:
    await cloud.stop()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.reason == "Iottly cannot be reached"


@pytest.mark.parametrize("fault", ["unauthorized", "forbidden"])
async def test_refused_at_start(hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, fault: str) -> None:
    cloud.set_fault(fault)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


@pytest.mark.parametrize("fault", ["broken_json", "wrong_types", "oversized", "redirect"])
async def test_bad_answers_at_start(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, fault: str
) -> None:
    cloud.set_fault(fault)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY


async def test_one_line_down_and_one_up(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    temperature = entity_of("sensor", TEMPERATURE)
    caplog.clear()
    cloud.set_fault("status", 503)
    await poll(loaded)
    await reaches(temperature, STATE_UNAVAILABLE)
    for _ in range(3):
        await poll(loaded)
        await asyncio.sleep(0.1)
    assert lines(caplog) == ["Farm is unavailable: the server answered with status 503"]

    cloud.set_fault("status", 0)
    cloud.do_set(GREENHOUSE, temperature=30.5)
    await poll(loaded)
    await reaches(temperature, "30.5")
    assert lines(caplog)[1:] == ["Farm is available again"]


async def test_a_token_refused_at_run_time_asks_for_the_new_one_once(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    cloud.token = "another"
    await poll(loaded)
    await eventually(hass.config_entries.flow.async_progress)
    await asyncio.sleep(0.3)
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


@both_generations
async def test_boards_come_and_go(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    board = cloud.do_add_board("Shed")
    cloud.do_message(board, {"temperature": 5})
    await poll(loaded)
    await eventually(lambda: board in identifiers(hass, loaded))
    await hass.async_block_till_done()
    await reaches(entity_of("sensor", f"{board}_payload_temperature"), "5")

    cloud.do_remove_board(board)
    await poll(loaded)
    await eventually(lambda: board not in identifiers(hass, loaded))
    await hass.async_block_till_done()
    assert not [
        one
        for one in er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
        if one.unique_id.startswith(board)
    ]


@older_generation
async def test_groups_come_and_go(hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    cloud.do_remove_group(FIELD_GROUP)
    await poll(loaded)
    await eventually(lambda: f"group_{FIELD_GROUP}" not in identifiers(hass, loaded))
    assert f"group_{ORPHANED}" in identifiers(hass, loaded)


async def test_a_board_is_removed_while_the_entry_is_not_loaded(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    assert await hass.config_entries.async_unload(loaded.entry_id)
    cloud.do_remove_board(METER)
    assert await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    assert METER not in identifiers(hass, loaded)


async def test_a_leaf_is_kept(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    """It is kept, of whatever kind it is, when the latest messages do not have it any more."""
    cloud.do_message(METER, {"rare": 1, "seldom": True, "never": "so", "when": "2026-11-21T01:00:00Z", "energy": 5})
    await poll(loaded)
    await eventually(lambda: "rare" in loaded.runtime_data.messages.leaf_kinds(METER))
    await hass.async_block_till_done()
    known = dict(loaded.runtime_data.messages.leaf_kinds(METER))
    assert await hass.config_entries.async_unload(loaded.entry_id)
    cloud.project.messages.clear()
    assert await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    assert loaded.runtime_data.messages.leaf_kinds(METER) == known
    for platform, path in (("sensor", "rare"), ("binary_sensor", "seldom"), ("sensor", "never"), ("sensor", "when")):
        state = hass.states.get(entity_of(platform, f"{METER}_payload_{path}"))
        assert state is not None
        assert state.state == "unknown"


async def test_a_disconnected_board_makes_only_its_own_entities_unavailable(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    pushing: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    temperature, power = entity_of("sensor", TEMPERATURE), entity_of("sensor", f"{METER}_payload_power_w")
    cloud.do_offline(GREENHOUSE)
    await reaches(entity_of("binary_sensor", f"{GREENHOUSE}_connected"), "off")
    await reaches(temperature, STATE_UNAVAILABLE)
    state = hass.states.get(power)
    assert state is not None
    assert state.state == "310"
    cloud.do_online(GREENHOUSE)
    await reaches(temperature, "21.5")


async def test_operatingstatus_is_polled(
    cloud: IottlyCloud, loaded: MockConfigEntry, entity_of: Callable[[str, str], str], reaches: Callable[..., Any]
) -> None:
    """The properties are newer than the last message of the agent."""
    cloud.project.boards[METER].connected = False
    await poll(loaded)
    await reaches(entity_of("binary_sensor", f"{METER}_connected"), "off")


async def test_deleting_a_board_forgets_its_leaves(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, device_of: Callable[[str], str]
) -> None:
    registry = dr.async_get(hass)
    device = registry.async_get(device_of(METER))
    assert isinstance(device, dr.DeviceEntry)
    assert await async_remove_config_entry_device(hass, loaded, device)
    registry.async_remove_device(device.id)
    await eventually(lambda: METER in identifiers(hass, loaded))
    await hass.async_block_till_done()
    assert loaded.runtime_data.messages.leaf_kinds(METER) == {}
    hub = registry.async_get(device_of(f"project_{PROJECT_ID}"))
    assert isinstance(hub, dr.DeviceEntry)
    assert not await async_remove_config_entry_device(hass, loaded, hub)
    gone = registry.async_get_or_create(config_entry_id=loaded.entry_id, identifiers={(DOMAIN, "gone")})
    assert await async_remove_config_entry_device(hass, loaded, gone)


async def test_one_board_that_the_server_cannot_serve(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    """Its properties are there, but the route of its messages answers with status 500 and HTML."""
    broken = cloud.project.boards[METER]
    cloud.project.boards.pop(METER)
    cloud.project.boards["b0ken"] = broken
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    state = hass.states.get(entity_of("sensor", TEMPERATURE))
    assert state is not None
    assert state.state == "21.5"


async def test_secrets_are_in_no_log(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    logging.getLogger("custom_components").setLevel(logging.DEBUG)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    for fault in ("unauthorized", "html_errors", "broken_json"):
        cloud.set_fault(fault)
        await poll(entry)
        await asyncio.sleep(0.1)
    await hass.config_entries.async_unload(entry.entry_id)
    own = [record.getMessage() for record in caplog.records if record.name.startswith("custom_components")]
    assert own
    assert not [line for line in own if TOKEN in line or WEBHOOK_ID in line or "127.0.0.1" in line]
    assert CONF_TOKEN in entry.data


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("cut_messages", "connection failed (ServerDisconnectedError)"),
        ("fail_messages", "the server answered with status 500"),
    ],
)
async def test_the_messages_of_no_board_can_be_read(
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
    fault: str,
    reason: str,
) -> None:
    caplog.clear()
    cloud.set_fault(fault)
    await poll(loaded)
    await reaches(entity_of("sensor", TEMPERATURE), STATE_UNAVAILABLE)
    assert lines(caplog) == [f"Farm is unavailable: {reason}"]
    cloud.set_fault(fault, False)
    await poll(loaded)
    await reaches(entity_of("sensor", TEMPERATURE), "21.5")


async def test_a_long_time_away_loses_no_message(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    """There are more messages than one answer holds: the rest is read page by page."""
    fired: list[Any] = []
    loaded.runtime_data.subscribe_event(DOORBELL, fired.append)
    for number in range(350):
        cloud.do_message(DOORBELL, {"ring": {"number": number}})
        if number % 50 == 0:
            await asyncio.sleep(0.003)
    await poll(loaded)
    await eventually(lambda: len(fired) == 350, 5, lambda: f"{len(fired)}")
    assert [message.payload["ring"]["number"] for message in fired] == list(range(350))


async def test_no_permission_for_one_board_does_not_refuse_the_token(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    client = loaded.runtime_data.client
    with pytest.raises(ServerError) as refused:
        await client.board("unknown")
    assert refused.value.status == 403
