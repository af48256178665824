"""Long answers and long messages of the server: what they cost, and what users see of them."""

import threading
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.iottly.api import LONG_BODY_BYTES, IottlyClient, client as client_module, parse_webhook
from custom_components.iottly.api.client import LONGEST_WORDS, MAX_MESSAGES, MOST_LISTED
from custom_components.iottly.common.client.errors import InvalidAnswer, PushError
from simulators.iottly.boards import METER
from simulators.iottly.project import PROJECT_ID

SECRET = "0123456789abcdef-this-is-the-token"


async def answered(session: aiohttp.ClientSession, status: int, answer: Any, call: str, *arguments: Any) -> Any:
    """Return what a call of the client returns for an answer of the server."""

    async def answers(_request: web.Request) -> web.Response:
        return web.json_response(answer, status=status)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answers)
    async with TestServer(application) as server:
        client = IottlyClient(session, URL(f"http://127.0.0.1:{server.port}/v1.0"), PROJECT_ID, SECRET)
        return await getattr(client, call)(*arguments)


def messages(count: int) -> list[dict[str, Any]]:
    rows = [
        {"from": METER, "timestamp": 1_795_000_000_000 + number, "payload": {"a": number}} for number in range(count)
    ]
    return [{**row, "type": "userdefined"} for row in rows]


async def test_a_server_that_sends_more_messages_than_requested_gives_the_latest_ones(
    session: aiohttp.ClientSession,
) -> None:
    found = await answered(session, 200, {"messages": messages(MAX_MESSAGES + 50)}, "messages", METER)
    assert [message.payload["a"] for message in found] == list(range(50, MAX_MESSAGES + 50))
    with pytest.raises(InvalidAnswer):
        await answered(session, 200, {"messages": [{}] * (MOST_LISTED + 1)}, "messages", METER)


@pytest.mark.parametrize(
    ("call", "parser", "answer"),
    [
        ("messages", "parse_message", {"messages": messages(900)}),
        ("boards", "parse_boards", {"devices": [{"ID": f"board{number}"} for number in range(900)]}),
        ("project", "parse_project", {"id": PROJECT_ID, "name": "x" * LONG_BODY_BYTES}),
        ("board", "parse_board", {"ID": METER, "name": "x" * LONG_BODY_BYTES}),
        ("licenses", "parse_licenses", {f"licence{number}": {"status": "paired"} for number in range(900)}),
    ],
)
async def test_a_long_answer_is_parsed_outside_the_event_loop(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, call: str, parser: str, answer: Any
) -> None:
    """The messages of 1.3 MB took two seconds."""
    threads: set[int] = set()
    for name in (parser, "decode_answer"):
        real = getattr(client_module, name)

        def noting(*arguments: Any, real: Any = real, **options: Any) -> Any:
            threads.add(threading.get_ident())
            return real(*arguments, **options)

        monkeypatch.setattr(client_module, name, noting)
    await answered(session, 200, answer, call, *([METER] if call in ("messages", "board") else []))
    assert threads
    assert threading.get_ident() not in threads


@pytest.mark.parametrize("status", [200, 400, 403, 404, 500])
@pytest.mark.parametrize(
    "before", ["x" * (LONGEST_WORDS - 12), "\x1b[31m\nERROR (MainThread) forged\u202e ", "x" * 100_000]
)
async def test_an_error_of_the_server_is_one_short_line_without_a_part_of_the_token(
    session: aiohttp.ClientSession, status: int, before: str
) -> None:
    """A token at the end of the longest text was cut first, and then not recognized."""
    with pytest.raises(PushError) as failed:
        await answered(session, status, {"status": max(status, 400), "error": f"{before}{SECRET}"}, "project")
    text = str(failed.value)
    assert len(text) <= LONGEST_WORDS + 20
    assert text.isprintable()
    assert SECRET[:8] not in text


async def test_a_webhook_body_of_many_keys_is_parsed_outside_the_event_loop(
    loaded: MockConfigEntry, webhook_url: str, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The 4,000 addresses of 95 kB took a third of a second."""
    threads: list[int] = []

    def noting(*arguments: Any, **options: Any) -> Any:
        threads.append(threading.get_ident())
        return parse_webhook(*arguments, **options)

    monkeypatch.setattr("custom_components.iottly.webhook.parse_webhook", noting)
    for count in (1, 1000):
        payload = {f"ip{number}": "192.0.2.1" for number in range(count)}
        async with session.post(webhook_url, json={"from": METER, "payload": payload}) as response:
            assert response.status == 200
    assert [thread == threading.get_ident() for thread in threads] == [True, False]
