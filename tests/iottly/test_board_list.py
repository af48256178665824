"""The lists of a project's boards and groups: a board is gone only if the server does not know it any more."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.api import Board
from custom_components.iottly.api.client import IottlyClient
from custom_components.iottly.api.model import Boards
from simulators.iottly.boards import GREENHOUSE, METER
from simulators.iottly.cloud import NEWER, PAGE, IottlyCloud

from .test_untrusted import refresh

# By the end of the path: the changed answer.
INVALID: dict[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "no boards": ("props", lambda answer: {"devices": []}),
    "null as ids": (
        "props",
        lambda answer: {"devices": [{**row, "ID": None, "id": None} for row in answer["devices"]]},
    ),
    "no groups": ("inspect", lambda answer: {**answer, "deployment_groups": []}),
    "null as groups": ("inspect", lambda answer: {**answer, "deployment_groups": None}),
    "groups of no boards": (
        "inspect",
        lambda answer: {
            **answer,
            "deployment_groups": [{**group, "boards": []} for group in answer.get("deployment_groups", ())],
        },
    ),
}


def devices_of(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the ids of an entry's devices in the registry."""
    return {device.id for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)}


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("name", INVALID)
@pytest.mark.parametrize("cloud", [PAGE, NEWER], indirect=True)
async def test_an_empty_or_invalid_list_removes_no_boards(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    restarts: bool,
) -> None:
    last, change = INVALID[name]
    real = IottlyClient._call

    async def call(client: IottlyClient, method: str, *path: str, **options: Any) -> Any:
        answer = await real(client, method, *path, **options)
        return change(answer) if path[-1] == last else answer

    before = devices_of(hass, loaded)
    assert len(before) >= 4
    monkeypatch.setattr(IottlyClient, "_call", call)
    if restarts:
        await hass.config_entries.async_reload(loaded.entry_id)
        await hass.async_block_till_done()
    else:
        await refresh(hass, loaded, cloud)
    assert devices_of(hass, loaded) == before


async def test_the_last_board_is_removed_if_the_server_does_not_know_it(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    for board in list(cloud.project.boards):
        if board != METER:
            cloud.do_remove_board(board)
    await refresh(hass, loaded, cloud)
    assert loaded.runtime_data.boards == [METER]
    cloud.do_remove_board(METER)
    await refresh(hass, loaded, cloud)
    assert loaded.runtime_data.boards == []
    assert loaded.runtime_data.last_update_success


@pytest.mark.parametrize("cloud", [PAGE], indirect=True)
async def test_the_last_board_of_an_older_server_is_unavailable_and_the_project_is_not(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    """This server has no clear answer for a board that it does not know."""
    for board in list(cloud.project.boards):
        cloud.do_remove_board(board)
    await refresh(hass, loaded, cloud)
    assert METER in loaded.runtime_data.boards
    assert loaded.runtime_data.last_update_success


async def test_boards_of_invalid_lists_are_not_remembered_without_end(
    loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.iottly.polling.MAX_BOARDS", 50)
    reader = loaded.runtime_data._reader
    project = await reader._read_project()
    for number in range(10):
        rows = [Board(id=f"{number}-{one}") for one in range(40)]

        async def boards(rows: list[Board] = rows) -> Boards:
            return Boards(tuple(rows), False)

        monkeypatch.setattr(reader._client, "boards", boards)
        await reader._read_boards(project)
    assert len(reader._boards) == 51


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 404}])
async def test_boards_stay_if_the_server_does_not_say_whether_it_knows_them(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    fault: dict[str, int],
) -> None:
    real = IottlyClient._call

    async def call(client: IottlyClient, method: str, *path: str, **options: Any) -> Any:
        if path[-1] != "props":
            return await real(client, method, *path, **options)
        # From now on the server has no answers of Iottly's.
        cloud.faults.update(fault)
        return {"devices": []}

    reader = loaded.runtime_data._reader
    monkeypatch.setattr(IottlyClient, "_call", call)
    boards, is_complete = await reader._read_boards(await reader._read_project())
    assert set(boards) == set(loaded.runtime_data.boards)
    assert not is_complete


@pytest.mark.parametrize("action", ["rename", "messages"])
async def test_a_board_that_is_removed_during_a_request_does_not_come_back(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    coordinator = loaded.runtime_data
    cloud.do_message(METER, {"new_key": {"a": 1}})
    real = IottlyClient._call

    async def call(client: IottlyClient, *arguments: Any, **options: Any) -> Any:
        answer = await real(client, *arguments, **options)
        monkeypatch.setattr(IottlyClient, "_call", real)
        cloud.do_remove_board(METER)
        await refresh(hass, loaded, cloud)
        return answer

    monkeypatch.setattr(IottlyClient, "_call", call)
    if action == "rename":
        await coordinator.async_rename(METER, "New name")
    else:
        await coordinator.async_fetch_board(METER)
    await hass.async_block_till_done()
    assert METER not in coordinator.boards
    assert not [key for key in coordinator.data if key.owner == METER]


async def test_a_renamed_board_is_the_one_that_was_to_be_renamed(
    loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def call(*_: Any, **__: Any) -> Any:
        return {"ID": GREENHOUSE, "name": "New name", "macaddress": "02:00:00:00:00:01"}

    before = dict(loaded.runtime_data.data)
    monkeypatch.setattr(IottlyClient, "_call", call)
    with pytest.raises(HomeAssistantError):
        await loaded.runtime_data.async_rename(METER, "New name")
    assert loaded.runtime_data.data == before
