"""Malicious and invalid calls of the webhook, whose URL needs no login."""

import asyncio
from collections.abc import Iterator
import json
import logging
from typing import Any

import aiohttp
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from yarl import URL

from custom_components.iottly.const import HEADER_DEVICE
from harness.vendors.iottly import WEBHOOK_ID
from simulators.iottly.boards import GREENHOUSE, METER
from simulators.iottly.cloud import IottlyCloud
from tests.waiting import eventually

STORED = {
    "msg": {"from": METER, "type": "userdefined", "timestamp": "2026-01-01T00:00:00.5", "payload": {"mode": "boost"}}
}
POST = b"POST %s HTTP/1.1\r\nHost: home\r\nX-Iottly-Device: %s\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
# Bodies that are invalid or incomplete.
BROKEN = {
    "a length that is no number": CHUNKED + b"zz\r\n{}\r\n",
    "a piece that is longer than it says": CHUNKED + b"2\r\n{}{}{}\r\n0\r\n\r\n",
    "an end after half a piece": CHUNKED + b"ff\r\n{",
    "an end before the length": b"Content-Length: 100\r\n\r\n{",
    "two lengths": b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length and pieces": b"Content-Length: 2\r\n" + CHUNKED + b"2\r\n{}\r\n0\r\n\r\n",
    "a piece of an endless length": CHUNKED + b"ffffffffffffffffff\r\n{}",
}


@pytest.fixture
def own_lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Return the log messages of the integration; check at the end that nothing logged an error."""
    lines: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    handler = Handler()
    logger = logging.getLogger("custom_components.iottly")
    logger.addHandler(handler)
    yield lines
    logger.removeHandler(handler)
    errors = [one for one in caplog.records if one.levelno >= logging.ERROR and one.name != "aiohttp.server"]
    assert [one.getMessage() for one in errors] == []


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN)
async def test_an_invalid_body_changes_nothing_and_is_logged_without_the_id(
    hass: HomeAssistant, loaded: MockConfigEntry, webhook_url: str, sent: bytes, own_lines: list[str]
) -> None:
    url = URL(webhook_url)
    before = dict(loaded.runtime_data.data)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(POST % (url.path.encode(), GREENHOUSE.encode()) + sent)
    writer.write_eof()
    async with asyncio.timeout(15):
        answer = await reader.read(65536)
    writer.close()
    await hass.async_block_till_done()
    assert not answer.startswith(b"HTTP/1.1 2")
    assert loaded.runtime_data.data == before
    assert WEBHOOK_ID not in "\n".join(own_lines) + answer.decode()


async def test_the_total_size_of_concurrent_bodies_is_limited(
    hass: HomeAssistant, loaded: MockConfigEntry, webhook_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many slow bodies would fill the memory."""
    monkeypatch.setattr("custom_components.iottly.webhook.MAX_ARRIVING_BYTES", 1000)
    end = asyncio.Event()

    async def slow() -> Any:
        yield b'{"mode": "'.ljust(700, b"x")
        await end.wait()
        yield b'"}'

    async with aiohttp.ClientSession(headers={HEADER_DEVICE: METER}) as session:

        async def post(body: Any) -> int:
            async with session.post(webhook_url, data=body) as response:
                return response.status

        first = asyncio.create_task(post(slow()))
        # A waiting body leaves room for small bodies, but not for large ones.
        await _call_until(post, b'{"mode": "%s"}' % (b"y" * 500), 503)
        assert await post(b'{"mode": "night"}') == 200
        end.set()
        assert await first == 200
        assert await post(b'{"mode": "%s"}' % (b"z" * 500)) == 200
    assert loaded.runtime_data.client.dropped.as_dict()["webhook with too many bodies at once"] >= 1


async def _call_until(post: Any, body: bytes, wanted: int) -> None:
    """Repeat the call until the response is as expected, because the other body may not have been received yet."""
    async with asyncio.timeout(10):
        while await post(body) != wanted:
            await asyncio.sleep(0.01)


async def test_a_repeated_message_is_applied_once(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, webhook_url: str, own_lines: list[str]
) -> None:
    changes = async_capture_events(hass, "state_changed")
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {HEADER_DEVICE: GREENHOUSE}, {"Content-Type": "text/html"}, {"Content-Type": ""}):
            query = "?device=" + "x" * 3000
            async with session.post(webhook_url + query, data=json.dumps(STORED), headers=headers) as response:
                assert response.status == 200
                assert await response.read() == b""
    await eventually(lambda: loaded.runtime_data.pushed == 4)
    await hass.async_block_till_done()
    events = [one for one in changes if one.data["entity_id"].startswith("event.")]
    assert len(events) == 1
    assert own_lines == []
