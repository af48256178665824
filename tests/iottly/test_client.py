"""The client against the simulated cloud, both generations, over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest
from yarl import URL

from custom_components.iottly.api import (
    CommandRefused,
    InvalidCommand,
    IottlyClient,
    MessageKind,
    NoPermission,
    NotFound,
    ServerError,
    SilentError,
    UnknownCommand,
)
from custom_components.iottly.common.client.errors import AuthFailed, CannotConnect, InvalidAnswer, PushError
from custom_components.iottly.config_flow import parse_base_url
from simulators.iottly.boards import DOORBELL, GREENHOUSE, METER
from simulators.iottly.cloud import NEWER, PAGE, TOKEN, IottlyCloud
from simulators.iottly.project import FIELD_GROUP, ORPHANED, PROJECT_ID


@pytest.fixture(params=[PAGE, NEWER])
async def cloud(request: pytest.FixtureRequest) -> AsyncIterator[IottlyCloud]:
    cloud = IottlyCloud(generation=request.param)
    await cloud.start()
    yield cloud
    await cloud.stop()


@pytest.fixture
async def newer() -> AsyncIterator[IottlyCloud]:
    cloud = IottlyCloud(generation=NEWER)
    await cloud.start()
    yield cloud
    await cloud.stop()


def client_of(
    cloud: IottlyCloud, session: aiohttp.ClientSession, *, token: str = TOKEN, project: str = PROJECT_ID
) -> IottlyClient:
    return IottlyClient(session, parse_base_url(f"http://127.0.0.1:{cloud.port}"), project, token)


@pytest.fixture
def client(cloud: IottlyCloud, session: aiohttp.ClientSession) -> IottlyClient:
    return client_of(cloud, session)


async def test_ping_succeeds(client: IottlyClient) -> None:
    await client.ping()


async def test_the_client_reads_the_project(client: IottlyClient, cloud: IottlyCloud) -> None:
    project = await client.project()
    assert (project.id, project.name) == (PROJECT_ID, "My awesome project")
    if cloud.is_old:
        assert project.boards == (DOORBELL, GREENHOUSE, METER)
        orphaned, group = project.groups
        assert (orphaned.id, orphaned.name, orphaned.status, orphaned.branch) == (ORPHANED, "_orphaned", None, None)
        assert (group.branch, group.revision, group.status, len(group.boards)) == ("master", "3f2a91c", "deployed", 2)
        assert group.is_flashable
    else:
        assert (project.groups, project.board_model) == ((), "Raspberry Pi")


async def test_the_client_reads_boards_and_licenses(client: IottlyClient, cloud: IottlyCloud) -> None:
    cloud.do_offline(METER)
    boards, licenses = await client.boards(), await client.licenses()
    if cloud.is_old:
        assert (boards, licenses) == (None, None)
        assert (client.has_props, client.has_licenses) == (False, False)
        cloud.record.clear()
        assert (await client.boards(), await client.licenses()) == (None, None)
        assert cloud.record.all() == [], "a missing route is requested once"
    else:
        assert boards is not None
        assert licenses is not None
        greenhouse, meter, _ = boards.boards
        assert (greenhouse.id, greenhouse.name, greenhouse.connected) == (GREENHOUSE, "Greenhouse", True)
        assert (meter.mac, meter.agent_version, meter.connected) == ("b8:27:eb:10:20:31", "1.8.0", False)
        assert (licenses.paired, licenses.available) == (3, 2)
        assert "LIC-" not in repr((boards, licenses))


async def test_the_client_reads_and_renames_a_board(newer: IottlyCloud, session: aiohttp.ClientSession) -> None:
    client = client_of(newer, session)
    assert (await client.board(METER)).name == "Power meter"
    assert (await client.rename_board(METER, "Cellar")).name == "Cellar"
    assert newer.project.boards[METER].name == "Cellar"
    with pytest.raises(CommandRefused, match="malformed request"):
        await client.rename_board(METER, "")


@pytest.mark.parametrize("shape", ["top_level", "typed", "plain"])
@pytest.mark.parametrize("oldest_first", [False, True])
async def test_messages_of_every_shape_are_equal(
    shape: str, oldest_first: bool, session: aiohttp.ClientSession
) -> None:
    cloud = IottlyCloud(shape=shape, oldest_first=oldest_first)
    await cloud.start()
    # The order of messages of one millisecond is not defined.
    await asyncio.sleep(0.002)
    for number in range(3):
        cloud.do_message(GREENHOUSE, {"temperature": number})
    messages = await client_of(cloud, session).messages(GREENHOUSE)
    await cloud.stop()
    agent, report, *three = messages
    assert (agent.kind, agent.connected, agent.board) == (MessageKind.AGENT, True, GREENHOUSE)
    assert (report.kind, report.connected, report.name) == (MessageKind.USER, None, "temperature")
    assert report.leaves["soil.moisture"] == 35.5
    assert [message.payload for message in three] == [{"temperature": 0}, {"temperature": 1}, {"temperature": 2}]
    assert abs(agent.timestamp - datetime.now(UTC)) < timedelta(minutes=1)


async def test_messages_are_limited_and_filtered(client: IottlyClient, cloud: IottlyCloud) -> None:
    for number in range(130):
        cloud.do_message(DOORBELL, {"ring": {"number": number}})
    assert [message.payload["ring"]["number"] for message in await client.messages(DOORBELL)] == list(range(120, 130))
    assert len(await client.messages(DOORBELL, count=500)) == 100
    path = "connectionstatus" if cloud.is_old else "payload.connectionstatus"
    (only,) = await client.messages(DOORBELL, query={path: {"$exists": True}})
    assert only.connected is True


async def test_the_history_between_two_dates(client: IottlyClient, cloud: IottlyCloud) -> None:
    now = datetime.now(UTC)
    for hour in range(1, 251):
        cloud.do_message(METER, {"energy": 1000 - hour}, hours_ago=hour)
    start, end = now - timedelta(hours=240, minutes=30), now - timedelta(hours=10, minutes=-30)
    found = await client.history(METER, start=start, end=end)
    energies = [message.payload["energy"] for message in found]
    if cloud.is_old:
        assert energies == list(range(902, 991)), "the older generation returns only the latest 100 messages"
    else:
        assert energies == list(range(760, 991))
    assert client.has_paginated is not cloud.is_old
    assert len(await client.history(METER, start=start, end=end, limit=5)) == 5
    agents = await client.history(METER, start=now - timedelta(hours=1), end=now, kind=MessageKind.AGENT)
    assert all(message.kind is MessageKind.AGENT for message in agents)
    assert await client.history(METER, start=now + timedelta(days=1), end=now + timedelta(days=2)) == []


async def test_the_history_has_all_messages_of_one_millisecond(
    newer: IottlyCloud, session: aiohttp.ClientSession
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(150):
        newer.project.send(METER, {"number": number}, timestamp=moment)
    newer.project.send(METER, {"number": "after"}, timestamp=moment + timedelta(seconds=1))
    found = await client_of(newer, session).history(METER, start=moment, end=moment + timedelta(minutes=1))
    assert found[-1].payload == {"number": "after"}
    assert len(found) >= 101


async def test_the_client_sends_commands(client: IottlyClient, cloud: IottlyCloud) -> None:
    await client.send_command(GREENHOUSE, "relay", {"status": "on"})
    sent = await cloud.record.wait_for("command")
    assert sent["command"] == {"relay": {"status": "on"}}, "the missing prefix was added"
    await client.send_command(GREENHOUSE, "echo", {"echo.content": "hi there!"})
    assert (await cloud.record.wait_for("command"))["command"] == {"echo": {"content": "hi there!"}}
    with pytest.raises(InvalidCommand) as invalid:
        await client.send_command(GREENHOUSE, "relay", {"foo.bar": "on"})
    assert (invalid.value.reason, invalid.value.option) == (InvalidCommand.FOREIGN_PREFIX, "foo.bar")
    with pytest.raises(UnknownCommand, match="list index out of range"):
        await client.send_command(GREENHOUSE, "nope", {})
    with pytest.raises(CommandRefused):
        await client.send_command("unknown-board", "echo", {})
    assert len(cloud.record.of("command")) == 2


async def test_the_client_flashes_a_firmware(client: IottlyClient, cloud: IottlyCloud) -> None:
    await client.flash(FIELD_GROUP)
    assert cloud.record.of("flash") == [{"kind": "flash", "group": FIELD_GROUP}]
    with pytest.raises(CommandRefused):
        await client.flash("unknown")


async def test_a_refused_request_raises_the_matching_error(
    client: IottlyClient, cloud: IottlyCloud, session: aiohttp.ClientSession
) -> None:
    for call in (client_of(cloud, session, token="wrong").ping, client_of(cloud, session, token="wrong").project):
        with pytest.raises(AuthFailed) as refused:
            await call()
        assert not isinstance(refused.value, NoPermission)
    with pytest.raises(NoPermission):
        await client_of(cloud, session, project="another").project()
    cloud.set_fault("html_errors")
    with pytest.raises(AuthFailed, match="status 401"):
        await client_of(cloud, session, token="wrong").project()
    with pytest.raises(SilentError, match="the server answered with status"):
        await client.send_command(GREENHOUSE, "nope", {})
    with pytest.raises(ServerError, match="status 500") as html:
        await client.messages("not-a-board")
    assert html.value.status == 500


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("broken_json", InvalidAnswer),
        ("wrong_types", InvalidAnswer),
        ("oversized", InvalidAnswer),
        ("redirect", ServerError),
    ],
)
async def test_an_invalid_response_raises_an_error(
    client: IottlyClient, cloud: IottlyCloud, fault: str, error: type[PushError]
) -> None:
    calls: list[Callable[[], Awaitable[Any]]] = [client.project, client.ping, lambda: client.messages(METER)]
    if not cloud.is_old:
        calls += [client.boards, client.licenses, lambda: client.board(METER)]
    cloud.set_fault(fault)
    for call in calls:
        if fault == "wrong_types" and call == client.licenses:
            continue
        with pytest.raises(error):
            await call()
    cloud.set_fault(fault, False)
    assert (await client.project()).id == PROJECT_ID


async def test_an_unreachable_or_slow_server_raises_an_error(
    client: IottlyClient, cloud: IottlyCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.iottly.api.client.REQUEST_SECONDS", 0.2)
    cloud.set_fault("silent")
    with pytest.raises(CannotConnect, match="in time"):
        await client.project()
    await cloud.stop()
    with pytest.raises(CannotConnect, match="connection failed"):
        await client.project()


async def test_every_error_status_raises_an_error(client: IottlyClient, cloud: IottlyCloud) -> None:
    for status, error in ((404, NotFound), (429, ServerError), (503, ServerError), (204, ServerError)):
        cloud.set_fault("status", status)
        with pytest.raises(error):
            await client.project()


@pytest.mark.parametrize("status", [200, 401, 403, 500])
async def test_errors_do_not_contain_the_token(session: aiohttp.ClientSession, status: int) -> None:
    """The server may repeat the token in the text of any status."""

    async def repeat(request: web.Request) -> web.Response:
        words = f"bad token {request.headers['Authentication']}"
        return web.json_response({"status": 401, "error": words}, status=status)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", repeat)
    async with TestServer(application) as server:
        client = IottlyClient(session, server.make_url("/v1.0"), PROJECT_ID, "sesame-open-77")
        with pytest.raises(PushError) as error:
            await client.project()
    assert "bad token bearer **REDACTED**" in str(error.value)


async def test_errors_do_not_contain_the_address(newer: IottlyCloud, session: aiohttp.ClientSession) -> None:
    """The texts of aiohttp contain the address."""
    client = client_of(newer, session)
    await newer.stop()
    with pytest.raises(PushError) as error:
        await client.project()
    assert "127.0.0.1" not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("api.cloud.iottly.com", "https://api.cloud.iottly.com/v1.0"),
        ("https://iottly.com/v1.0/", "https://iottly.com/v1.0"),
        (" http://10.0.0.5:8080/iottly/v1.0/ ", "http://10.0.0.5:8080/iottly/v1.0"),
        ("https://iottly.com/?a=b#c", "https://iottly.com/v1.0"),
    ],
)
def test_a_base_url_is_parsed(text: str, url: str) -> None:
    assert parse_base_url(text) == URL(url)


@pytest.mark.parametrize(
    "text", ["", "ftp://iottly.com", "https://", "https://user:pass@iottly.com", "http://[::1", "a b"]
)
def test_an_invalid_base_url_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_base_url(text)
