"""Untrusted data of the cloud, of boards and of callers of the webhook."""

from collections.abc import Callable
from datetime import timedelta
import json
from types import SimpleNamespace
from typing import Any

import aiohttp
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from hypothesis import given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.api import IottlyClient, parse_webhook
from custom_components.iottly.api.message import MalformedWebhook, parse_message
from custom_components.iottly.api.parse import MAX_BOARDS, parse_boards, parse_project
from custom_components.iottly.common.client.errors import CannotConnect, InvalidAnswer
from custom_components.iottly.common.client.wire import DropCounter
from custom_components.iottly.const import DOMAIN, HEADER_AUTH, HEADER_DEVICE
from custom_components.iottly.coordinator import Part, PartKind, device_identifier
from custom_components.iottly.diagnostics import async_get_config_entry_diagnostics
from custom_components.iottly.history_import import BoardHistory
from custom_components.iottly.identity import Identity, parse_unique_id, unique_id
from custom_components.iottly.message_store import MessageStore
from custom_components.iottly.webhook import Receiver
from simulators.iottly.boards import DOORBELL, GREENHOUSE, METER, Board
from simulators.iottly.cloud import IottlyCloud
from simulators.iottly.project import PROJECT_ID
from tests.entries import set_up
from tests.waiting import eventually

from .conftest import SECRET, TOKEN
from .samples import BOARD, NOW, parsed

UUIDS = [GREENHOUSE, METER, PROJECT_ID]


def add_board(cloud: IottlyCloud, board: str, values: dict[str, Any], mac: str = "") -> None:
    """Add a board with this id."""
    cloud.project.boards[board] = Board(board, board, mac)
    cloud.project.boards[board].values = values
    cloud.project.groups[0].boards.append(board)
    cloud.project.report(board)


async def refresh(hass: HomeAssistant, entry: MockConfigEntry, cloud: IottlyCloud) -> None:
    """Poll, and wait until the changes are applied."""
    coordinator = entry.runtime_data
    before = coordinator.schedule._polled_at
    await coordinator.async_request_refresh()
    await eventually(lambda: coordinator.schedule._polled_at > before)
    await hass.async_block_till_done()


def states_of(hass: HomeAssistant, entry: MockConfigEntry, board: str) -> dict[str, str]:
    """Return the states of a board's entities by key."""
    found = {}
    for known in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        identity = parse_unique_id(PROJECT_ID, known.unique_id)
        state = hass.states.get(known.entity_id)
        if identity is not None and identity.owner == board and state is not None:
            found[identity.key] = state.state
    return found


# Identity ---------------------------------------------------------------------------------------

_ids = st.sampled_from(UUIDS) | st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,20}", fullmatch=True)
_keys = st.text("ab_./%\\payload_command_", min_size=1, max_size=20)


@settings(max_examples=1000, deadline=None)
@given(st.tuples(_ids, _keys), st.tuples(_ids, _keys), _ids)
def test_unique_ids_are_distinct(one: tuple[str, str], other: tuple[str, str], project: str) -> None:
    assert (unique_id(project, *one) == unique_id(project, *other)) == (one == other)
    assert parse_unique_id(project, unique_id(project, *one)) == Identity(*one)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(list(PartKind)), st.sampled_from(list(PartKind)), _ids, _ids)
def test_identifiers_of_devices_are_distinct(one: PartKind, other: PartKind, first: str, second: str) -> None:
    for a in (first, f"group_{first}", f"project_{second}"):
        is_same = device_identifier(Part(one, a)) == device_identifier(Part(other, second))
        assert is_same == ((one, a) == (other, second))


async def test_a_board_with_separators_in_its_id_keeps_its_entities_in_the_migration(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry
) -> None:
    boards = ["shed", "shed_payload_x", "group_shed"]
    for board in boards:
        add_board(cloud, board, {"x_payload_y": 1, "y": 2})
    registry, devices = er.async_get(hass), dr.async_get(hass)
    golden: dict[str, str] = {}

    def entry_of(entity_id: str) -> er.RegistryEntry:
        found = registry.async_get(entity_id)
        assert found is not None
        return found

    for board in boards:
        device = devices.async_get_or_create(config_entry_id=entry.entry_id, identifiers={(DOMAIN, board)})
        for key in ("payload_y", "last_message", "payload_old"):
            known = registry.async_get_or_create(
                "sensor",
                DOMAIN,
                f"{board}_{key}",
                config_entry=entry,
                device_id=device.id,
                suggested_object_id=f"{board} {key}",
                capabilities={"state_class": "measurement"} if key != "last_message" else None,
            )
            golden[known.entity_id] = f"{PROJECT_ID}/{board}/{key}"
    await set_up(hass, entry)
    assert {entity_id: entry_of(entity_id).unique_id for entity_id in golden} == golden
    for board in boards:
        states = states_of(hass, entry, board)
        assert (states["payload_x_payload_y"], states["payload_y"]) == ("1", "2")
        assert states["payload_old"] == "unknown", "the leaf is restored although no message has it"
    assert len({entry_of(one).device_id for one in golden}) == 3


async def test_a_key_with_a_dot_keeps_its_entity_in_the_migration(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry
) -> None:
    """Earlier versions did not distinguish a dot in a key from a dot between two keys."""
    registry = er.async_get(hass)
    capabilities = {"state_class": "measurement"}
    known = registry.async_get_or_create(
        "sensor", DOMAIN, f"{METER}_payload_a.b", config_entry=entry, capabilities=capabilities
    )
    cloud.do_message(METER, {"a.b": 4})
    await set_up(hass, entry)
    state = hass.states.get(known.entity_id)
    assert state is not None
    assert state.state == "4"
    assert registry.async_get_entity_id("sensor", DOMAIN, f"{METER}_payload_a\\.b") == known.entity_id
    assert entry.runtime_data.messages.find_leaf(METER, "a.b") == "a\\.b", (
        "a key of a switch from an earlier version is found"
    )


async def test_the_entity_of_a_key_like_a_command_is_kept_over_a_restart(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    cloud.do_message(METER, {"last_command_status": 1, "x_command_y": True})
    await refresh(hass, loaded, cloud)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    states = states_of(hass, loaded, METER)
    assert (states["payload_last_command_status"], states["payload_x_command_y"]) == ("1", "on")


@pytest.mark.parametrize("mac", ["00:00:00:00:00:00", "n/a", "ff:ff:ff:ff:ff:ff", "b8:27:eb:00:00:01"])
async def test_boards_with_the_same_mac_address_are_two_devices(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, mac: str, device_of: Callable[[str], str]
) -> None:
    first, second = (f"{number:08d}-0000-4000-8000-000000000000" for number in (1, 2))
    for board in (first, second):
        add_board(cloud, board, {"temperature": 20.5}, mac)
    await set_up(hass, entry)
    assert device_of(first) != device_of(second)
    cloud.do_remove_board(second)
    await refresh(hass, entry, cloud)
    assert states_of(hass, entry, first)["payload_temperature"] == "20.5"
    assert not states_of(hass, entry, second)


async def test_a_board_with_a_new_id_and_the_same_mac_address_has_entities(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, device_of: Callable[[str], str]
) -> None:
    cloud.do_remove_board(METER)
    again = "00000003-0000-4000-8000-000000000000"
    add_board(cloud, again, {"power_w": 5}, "b8:27:eb:10:20:31")
    await refresh(hass, loaded, cloud)
    assert states_of(hass, loaded, again)["payload_power_w"] == "5"
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    assert [one.identifiers for one in devices if (DOMAIN, again) in one.identifiers] == [{(DOMAIN, again)}]


@pytest.mark.parametrize("group", ["g@../../other", "../x", "a/b", "x" * 100_000, "", 7])
def test_a_group_with_an_invalid_id_is_dropped(group: Any) -> None:
    dropped = DropCounter()
    project = parse_project({"id": PROJECT_ID, "deployment_groups": [{"id": group, "boards": []}]}, dropped)
    assert (project.groups, project.is_complete) == ((), False)
    assert dropped.as_dict() == {"deployment group without an id": 1}


@pytest.mark.parametrize("name", ["![x](http://evil/p.png)", "[Log in](http://evil)", "<b>x</b>", "`a`\nb"])
def test_the_title_of_the_entry_contains_no_markup(name: str) -> None:
    title = parse_project({"id": PROJECT_ID, "name": name}, DropCounter()).name
    assert not set("[]<>`\n") & set(title)
    assert "://" not in title


# Incomplete responses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        {"devices": [{"ID": GREENHOUSE, "name": "Greenhouse"}, {"ID": None}]},
        {"devices": "none"},
        {"error": "later"},
    ],
)
async def test_boards_are_kept_after_an_invalid_response(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    answer: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = loaded.runtime_data.client
    real = client._call

    async def call(method: str, *path: str, **options: Any) -> Any:
        return answer if path[-2:] == ("devices", "props") else await real(method, *path, **options)

    monkeypatch.setattr(client, "_call", call)
    await refresh(hass, loaded, cloud)
    assert states_of(hass, loaded, METER)["payload_mode"] == "eco"
    assert set(loaded.runtime_data.boards) == {GREENHOUSE, METER, DOORBELL}


@pytest.mark.parametrize("fault", ["not JSON", "hangs", "no list"])
async def test_an_invalid_response_affects_only_its_board(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = IottlyClient._call
    is_broken = True

    async def call(self: IottlyClient, method: str, *path: str, **options: Any) -> Any:
        if METER in path and is_broken:
            if fault == "no list":
                return {"messages": None}
            raise CannotConnect("late") if fault == "hangs" else InvalidAnswer("broken")
        return await real(self, method, *path, **options)

    monkeypatch.setattr(IottlyClient, "_call", call)
    await set_up(hass, entry)
    assert states_of(hass, entry, GREENHOUSE)["payload_humidity"] == "40"
    assert "payload_mode" not in states_of(hass, entry, METER)
    is_broken = False
    await refresh(hass, entry, cloud)
    assert states_of(hass, entry, METER)["payload_mode"] == "eco"
    is_broken = True
    await refresh(hass, entry, cloud)
    assert states_of(hass, entry, METER)["payload_mode"] == "unavailable"
    assert states_of(hass, entry, GREENHOUSE)["payload_humidity"] == "40"


# Limits -----------------------------------------------------------------------------------------


async def test_the_number_of_boards_is_limited(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.iottly.polling.MAX_BOARDS", 5)
    for number in range(20):
        add_board(cloud, f"{number:08d}-0000-4000-8000-000000000000", {})
    await set_up(hass, entry)
    assert len(entry.runtime_data.boards) == 5
    assert entry.runtime_data.parts.has_overflowed
    assert MAX_BOARDS <= 1000


def test_the_message_store_does_not_keep_payloads() -> None:
    store = MessageStore(DropCounter())
    for number in range(50):
        store.is_new(parsed({"from": BOARD, "payload": {"text": "x" * 10_000, "number": number}}))
    assert sum(len(part) for identity in store._taken for part in identity if isinstance(part, bytes)) <= 50 * 16


async def test_the_size_of_messages_of_unknown_boards_is_limited(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    coordinator = loaded.runtime_data
    for number in range(50):
        body = {"from": f"unknown-{number}", "payload": {"text": "x" * 100_000}}
        message = parsed(body)
        coordinator.async_take(message, NOW)
    assert len(coordinator._pending) == 10
    await hass.async_block_till_done()


@pytest.mark.parametrize("body", [b'{"a": [' + b"{}," * 80_000 + b"{}]}", b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}"])
def test_a_body_that_would_block_the_event_loop_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedWebhook):
        parse_webhook(body, board=BOARD, received=NOW, dropped=DropCounter())


async def test_a_long_history_is_imported_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.iottly.history_import.CHUNK", 10)
    monkeypatch.setattr("custom_components.iottly.history_import.PAUSE_SECONDS", 0)
    monkeypatch.setattr("custom_components.iottly.history_import.MAX_POINTS", 100)
    begin = NOW.timestamp()
    stored = [
        parse_message(
            {
                "from": BOARD,
                "timestamp": (NOW + timedelta(seconds=n)).isoformat(),
                "payload": {"a": n, "b": -n, "c": 0},
            },
            NOW + timedelta(days=1),
            DropCounter(),
        )
        for n in range(1, 301)
    ]
    most = 0

    async def history(board: str, *, start: Any, end: Any, kind: Any, limit: int) -> list[Any]:
        nonlocal most
        most = max(most, sum(map(len, reader._times.values())))
        return [one for one in stored if one is not None and start <= one.timestamp < end][:limit]

    client: Any = SimpleNamespace(history=history)
    reader = BoardHistory(client, BOARD, ["a", "b"])
    for path, sign in (("a", 1), ("b", -1)):
        after, found = begin, []
        while points := await reader.fetch(path, after, begin + 300, 70):
            found += points
            after = points[-1].time
        assert [point.value for point in found] == [sign * n for n in range(1, 301)]
    assert 0 < most <= 120, "only readings of imported leaves are in memory"


# Time -------------------------------------------------------------------------------------------


async def test_a_board_is_available_after_the_clock_was_ahead(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    coordinator = loaded.runtime_data
    ahead = dt_util.utcnow() + timedelta(hours=6)
    gone = {"from": METER, "type": "iottlyagent", "payload": {"connectionstatus": "disconnected"}}
    for body, received in (({"mode": "boost"}, ahead), (gone, ahead)):
        raw = json.dumps(body).encode()
        coordinator.async_take(parse_webhook(raw, board=METER, received=received, dropped=DropCounter()), received)
    now = dt_util.utcnow()
    back = {**gone, "payload": {"connectionstatus": "connected"}}
    for body in (back, {"mode": "night"}):
        raw = json.dumps(body).encode()
        coordinator.async_take(parse_webhook(raw, board=METER, received=now, dropped=DropCounter()), dt_util.utcnow())
    await hass.async_block_till_done()
    assert states_of(hass, loaded, METER)["payload_mode"] == "night"
    assert states_of(hass, loaded, METER)["connected"] == "on"


def test_a_message_from_the_future_is_applied_once_with_the_current_time() -> None:
    store = MessageStore(DropCounter(), clock=lambda: NOW + timedelta(minutes=1))
    future = {"from": BOARD, "timestamp": (NOW + timedelta(minutes=30)).isoformat(), "payload": {"a": 1}}
    first = parse_message(future, NOW, DropCounter())
    again = parse_message(future, NOW + timedelta(seconds=30), DropCounter())
    assert first is not None
    assert again is not None
    assert first.timestamp == NOW
    assert store.is_new(first)
    assert not store.is_new(again), "a repeated message is not new"


# Secrets ----------------------------------------------------------------------------------------


async def test_secrets_are_in_no_state_log_or_diagnostics(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, everything_enabled: None, act: Callable[..., Any]
) -> None:
    hass.config_entries.async_update_entry(entry, options={**entry.options, "webhook_secret": SECRET})
    webhook_id = entry.data["webhook_id"]
    values_with_secrets = {
        "token_url": f"https://x/?token={TOKEN}",
        "note": f"use {TOKEN} and {SECRET}",
        "hook": f"https://ha/api/webhook/{webhook_id}",
        TOKEN: 1,
        "pin_code": 471199,
        "wifi": {"password": "hunter22"},
        "auth": {"user": "u", "secret": "s3cr3t-x"},
    }
    cloud.project.name = f"Farm {TOKEN}"
    cloud.project.boards[METER].name = f"Meter {SECRET}"
    cloud.do_message(METER, values_with_secrets)
    await set_up(hass, entry)
    cloud.do_message(METER, {**values_with_secrets, "more": 1})
    await refresh(hass, entry, cloud)
    answer = await act("get_messages", METER)
    diagnostics = await async_get_config_entry_diagnostics(hass, entry)
    devices = [(one.name, one.model) for one in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)]
    states = [(state.entity_id, state.state, dict(state.attributes)) for state in hass.states.async_all()]
    everything = repr((answer, diagnostics, devices, states, entry.runtime_data.data))
    for secret in (TOKEN, SECRET, webhook_id, "471199", "hunter22", "s3cr3t-x"):
        assert secret not in everything, secret


async def test_a_sensor_with_a_secret_is_removed(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry
) -> None:
    registry = er.async_get(hass)
    known = registry.async_get_or_create("sensor", DOMAIN, f"{METER}_payload_pin_code", config_entry=entry)
    await set_up(hass, entry)
    assert registry.async_get(known.entity_id) is None


# The webhook ------------------------------------------------------------------------------------


async def test_a_secret_that_is_not_utf8_is_refused_and_logged_once(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    entry: MockConfigEntry,
    webhook_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hass.config_entries.async_update_entry(entry, options={**entry.options, "webhook_secret": SECRET})
    await set_up(hass, entry)
    caplog.clear()
    headers = {HEADER_AUTH: b"\xff\xfe".decode(errors="surrogateescape"), HEADER_DEVICE: METER}
    receiver = Receiver(entry).handle
    request: Any = SimpleNamespace(headers=headers, query={})
    for _ in range(3):
        assert (await receiver(hass, "id", request)).status == 401
    assert len([one for one in caplog.records if one.name == "custom_components.iottly"]) == 1


async def test_messages_of_unknown_boards_do_not_count_as_a_working_webhook(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, webhook_url: str
) -> None:
    coordinator = loaded.runtime_data
    due = coordinator.schedule.due_in
    async with aiohttp.ClientSession() as session:
        body = {"from": "nobody", "payload": {"a": 1}}
        async with session.post(webhook_url, json=body) as response:
            assert response.status == 200
    assert coordinator.schedule.due_in <= due
    assert coordinator.pushed == 0
    assert coordinator.webhook_key not in coordinator.data
    await hass.async_block_till_done()


def test_a_list_with_an_invalid_row_is_incomplete() -> None:
    assert not parse_boards({"devices": [{"ID": METER}, 7]}, DropCounter()).is_complete
    assert parse_boards({"devices": [{"ID": METER}]}, DropCounter()).is_complete
