"""Setup, lost connections, reconnects, boards and groups that are added and removed, unload."""

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
    """Return the log messages of the integration at INFO and above."""
    return [
        record.getMessage() for record in caplog.records if record.name == LOGGER and record.levelno >= logging.INFO
    ]


def identifiers(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the identifiers of the entry's devices."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {identifier for device in devices for _, identifier in device.identifiers}


async def poll(entry: MockConfigEntry) -> None:
    """Poll the project now."""
    await entry.runtime_data.async_request_refresh()


@both_generations
async def test_setup_and_unload(
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


async def test_many_reloads_leave_the_same_entities(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    before = len(hass.states.async_all())
    for _ in range(3):
        assert await hass.config_entries.async_reload(loaded.entry_id)
        await hass.async_block_till_done()
    assert len(hass.states.async_all()) == before


async def test_setup_is_retried_when_the_cloud_is_unreachable(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry
) -> None:
    await cloud.stop()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.reason == "Iottly cannot be reached"


@pytest.mark.parametrize("fault", ["unauthorized", "forbidden"])
async def test_a_refused_token_at_setup_starts_the_reauthentication(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, fault: str
) -> None:
    cloud.set_fault(fault)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


@pytest.mark.parametrize("fault", ["broken_json", "wrong_types", "oversized", "redirect"])
async def test_setup_is_retried_after_an_invalid_response(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, fault: str
) -> None:
    cloud.set_fault(fault)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY


async def test_a_lost_connection_and_a_reconnect_are_logged_once_each(
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


async def test_a_token_refused_at_run_time_starts_the_reauthentication_once(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    cloud.token = "another"
    await poll(loaded)
    await eventually(hass.config_entries.flow.async_progress)
    await asyncio.sleep(0.3)
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


@both_generations
async def test_boards_are_added_and_removed(
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
async def test_groups_are_added_and_removed(hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    cloud.do_remove_group(FIELD_GROUP)
    await poll(loaded)
    await eventually(lambda: f"group_{FIELD_GROUP}" not in identifiers(hass, loaded))
    assert f"group_{ORPHANED}" in identifiers(hass, loaded)


async def test_a_board_removed_while_the_entry_is_not_loaded_is_removed(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    assert await hass.config_entries.async_unload(loaded.entry_id)
    cloud.do_remove_board(METER)
    assert await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    assert METER not in identifiers(hass, loaded)


async def test_a_leaf_is_kept_over_a_restart(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    """A leaf of any kind is kept if the latest messages do not have it."""
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


async def test_only_the_entities_of_a_disconnected_board_are_unavailable(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded_with_webhook: MockConfigEntry,
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


async def test_the_operatingstatus_is_polled(
    cloud: IottlyCloud, loaded: MockConfigEntry, entity_of: Callable[[str, str], str], reaches: Callable[..., Any]
) -> None:
    """The properties are newer than the last message of the agent."""
    cloud.project.boards[METER].connected = False
    await poll(loaded)
    await reaches(entity_of("binary_sensor", f"{METER}_connected"), "off")


async def test_the_leaves_of_a_removed_board_are_removed(
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


async def test_one_board_with_a_server_error_does_not_affect_the_others(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    """The properties of the board can be read, but its messages cause status 500 with HTML."""
    broken = cloud.project.boards[METER]
    cloud.project.boards.pop(METER)
    cloud.project.boards["b0ken"] = broken
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    state = hass.states.get(entity_of("sensor", TEMPERATURE))
    assert state is not None
    assert state.state == "21.5"


async def test_logs_contain_no_secrets(
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
async def test_entities_are_unavailable_when_no_messages_can_be_read(
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


async def test_all_messages_of_a_long_disconnect_are_read(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    """The history has more messages than one page."""
    fired: list[Any] = []
    loaded.runtime_data.subscribe_event(DOORBELL, fired.append)
    for number in range(350):
        cloud.do_message(DOORBELL, {"ring": {"number": number}})
        if number % 50 == 0:
            await asyncio.sleep(0.003)
    await poll(loaded)
    await eventually(lambda: len(fired) == 350, 5, lambda: f"{len(fired)}")
    assert [message.payload["ring"]["number"] for message in fired] == list(range(350))


async def test_status_403_for_one_board_is_no_authentication_error(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    client = loaded.runtime_data.client
    with pytest.raises(ServerError) as refused:
        await client.board("unknown")
    assert refused.value.status == 403
