"""The webhook: every encoding, bursts, refusals, unknown boards."""

import asyncio
from collections.abc import Callable, Iterator
import gc
import json
import logging
from time import thread_time
from typing import Any

import aiohttp
from homeassistant.core import Event, HomeAssistant, callback
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.iottly.api import MAX_BODY_BYTES
from custom_components.iottly.const import HEADER_AUTH, HEADER_DEVICE
from simulators.iottly.boards import DOORBELL, GREENHOUSE, METER
from simulators.iottly.cloud import AGENT, IottlyCloud
from simulators.iottly.push import FORM, JSON, PAYLOAD
from tests.waiting import eventually

from .conftest import SECRET, both_generations

LOGGER = "custom_components.iottly"
TEMPERATURE = f"{GREENHOUSE}_payload_temperature"


@pytest.fixture(autouse=True)
def no_access_log() -> None:
    """Disable the access log, which would add a thousand lines to the output of a failing test."""
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


@pytest.fixture
def frozen_garbage() -> Iterator[None]:
    """Exclude the objects of earlier tests from garbage collection, as Home Assistant does after its start."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@both_generations
@pytest.mark.parametrize("encoding", [FORM, JSON, PAYLOAD])
async def test_a_webhook_of_every_encoding_is_received(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    webhook_url: str,
    encoding: str,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    headers = {HEADER_DEVICE: GREENHOUSE} if encoding == PAYLOAD else {}
    cloud.do_webhook(webhook_url, encoding, headers)
    cloud.do_message(GREENHOUSE, {"temperature": 28.25, "frost": {"danger": True}})
    await reaches(entity_of("sensor", TEMPERATURE), "28.25")
    await hass.async_block_till_done()
    await reaches(entity_of("binary_sensor", f"{GREENHOUSE}_payload_frost.danger"), "on")
    cloud.do_message(GREENHOUSE, {"connectionstatus": "disconnected"}, AGENT)
    await reaches(entity_of("binary_sensor", f"{GREENHOUSE}_connected"), "off")
    await cloud.pusher.idle()
    assert cloud.pusher.statuses == [200, 200]


async def test_the_board_of_a_bare_payload_is_in_the_query(
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    webhook_url: str,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    cloud.do_webhook(f"{webhook_url}?device={METER}", PAYLOAD)
    cloud.do_message(METER, {"power_w": 77})
    await reaches(entity_of("sensor", f"{METER}_payload_power_w"), "77")


@pytest.mark.usefixtures("frozen_garbage")
async def test_a_burst_of_webhooks_is_received_without_blocking(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    seen: list[int] = []
    longest = 0.0

    @callback
    def note(event: Event[Any]) -> None:
        if event.data["entity_id"] == message and event.data["new_state"] is not None:
            payload = event.data["new_state"].attributes.get("payload") or {}
            if "burst" in payload:
                seen.append(payload["burst"]["number"])

    async def watch() -> None:
        nonlocal longest
        while True:
            # The CPU time of this thread does not depend on the load of the machine.
            before = thread_time()
            await asyncio.sleep(0)
            longest = max(longest, thread_time() - before)

    message = entity_of("event", f"{DOORBELL}_message")
    hass.bus.async_listen("state_changed", note)
    watcher = asyncio.create_task(watch())
    cloud.do_burst(DOORBELL, 1000)
    await eventually(lambda: len(seen) == 1000, 30, lambda: f"{len(seen)} of 1000")
    await cloud.pusher.idle()
    watcher.cancel()
    assert set(seen) == set(range(1000))
    assert cloud.pusher.statuses == [200] * 1000
    await hass.async_block_till_done()
    await asyncio.sleep(0.15)
    state = hass.states.get(entity_of("sensor", f"{DOORBELL}_payload_burst.number"))
    assert state is not None
    assert state.state == "999", "the state is that of the newest message, in any order of arrival"
    assert longest < 0.5, "no turn of the event loop takes long, including simulator and server"


async def test_a_pushed_and_polled_message_is_applied_once(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    fired: list[Any] = []
    loaded_with_webhook.runtime_data.subscribe_event(METER, fired.append)
    cloud.do_message(METER, {"power_w": 99})
    await eventually(lambda: len(fired) == 1)
    cloud.record.clear()
    await loaded_with_webhook.runtime_data.async_request_refresh()
    await cloud.record.wait_for("request")
    await asyncio.sleep(0.2)
    assert len(fired) == 1


async def test_a_late_message_does_not_replace_a_newer_value(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    message = {"from": GREENHOUSE, "timestamp": "2020-01-01T00:00:00", "payload": {"temperature": -40}}
    cloud.do_post(cloud.pusher.webhooks[0].url, json.dumps({"msg": {**message, "type": "userdefined"}}))
    await cloud.pusher.idle()
    assert cloud.pusher.statuses == [200]
    state = hass.states.get(entity_of("sensor", TEMPERATURE))
    assert state is not None
    assert state.state == "21.5"


async def test_a_message_of_an_unknown_board_causes_one_refresh(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded_with_webhook: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    board = cloud.do_add_board("Shed")
    await cloud.record.wait_for("request", path=f"/v1.0/project/{loaded_with_webhook.unique_id}/messages/{board}")
    await eventually(lambda: board in {part.id for part in loaded_with_webhook.runtime_data.parts})
    await hass.async_block_till_done()
    await reaches(entity_of("binary_sensor", f"{board}_connected"), "on")

    cloud.record.clear()
    for number in range(5):
        message = {"from": f"unknown-{number}", "type": "userdefined", "payload": {}}
        cloud.do_post(cloud.pusher.webhooks[0].url, json.dumps({"msg": message}))
    await cloud.pusher.idle()
    await asyncio.sleep(0.2)
    assert not cloud.record.of("request"), "unknown boards cause no refresh shortly after another refresh"


@pytest.mark.parametrize(
    ("body", "headers", "status", "reason"),
    [
        ('{"temperature": 99}', {HEADER_DEVICE: GREENHOUSE}, 401, "a wrong or missing secret"),
        ('{"temperature": 99}', {HEADER_DEVICE: GREENHOUSE, HEADER_AUTH: "wröng"}, 401, "a wrong or missing secret"),
        ("{broken", {HEADER_AUTH: SECRET}, 400, "a body without a message"),
        ('{"temperature": 99}', {HEADER_AUTH: SECRET}, 400, "a body without a message"),
        ('{"a": "' + "x" * MAX_BODY_BYTES + '"}', {HEADER_AUTH: SECRET}, 413, "an oversized body"),
    ],
    ids=["no secret", "wrong secret", "broken", "no board", "oversized"],
)
async def test_a_refused_call_changes_nothing_and_is_logged_once(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    entry: MockConfigEntry,
    webhook_url: str,
    body: str,
    headers: dict[str, str],
    status: int,
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hass.config_entries.async_update_entry(entry, options={**entry.options, "webhook_secret": SECRET})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    before = dict(entry.runtime_data.data)
    caplog.clear()
    async with aiohttp.ClientSession() as session:
        for _ in range(3):
            async with session.post(webhook_url, data=body.encode(), headers=headers) as response:
                assert response.status == status
    assert entry.runtime_data.data == before
    logged = [record.getMessage() for record in caplog.records if record.name == LOGGER]
    assert logged == [f"Farm: the webhook was called with {reason}; later ones are only counted"]
    assert entry.runtime_data.client.dropped.as_dict()[f"webhook with {reason}"] == 3

    async with (
        aiohttp.ClientSession() as session,
        session.post(
            webhook_url, data=b'{"temperature": 1}', headers={HEADER_DEVICE: GREENHOUSE, HEADER_AUTH: SECRET}
        ) as response,
    ):
        assert response.status == 200


async def test_a_body_without_end_is_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, webhook_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.iottly.webhook.BODY_SECONDS", 0.2)

    async def endless_body() -> Any:
        yield b"{"
        await asyncio.sleep(0.6)

    async with aiohttp.ClientSession() as session, session.post(webhook_url, data=endless_body()) as response:
        assert response.status == 408


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Encoding: gzip\r\nContent-Length: 10",
        b"Content-Encoding: zstd\r\nContent-Length: 10",
        b"Content-Encoding: deflate\r\nContent-Length: 10",
    ],
    ids=["gzip", "zstd", "deflate"],
)
async def test_a_body_with_invalid_compression_is_refused(
    loaded: MockConfigEntry, webhook_url: str, head: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Home Assistant alone responds with 200, and logs an error with the webhook's id for each call."""
    url = URL(webhook_url)
    for _ in range(2):
        reader, writer = await asyncio.open_connection("127.0.0.1", url.port)
        writer.write(b"POST %s HTTP/1.1\r\nHost: home\r\n%s\r\n\r\n0123456789" % (url.path.encode(), head))
        answer = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        assert answer.split()[1] == b"400"
    # aiohttp logs a line about the rest of such a body, without the webhook's id.
    errors = [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING and record.name != "aiohttp.server"
    ]
    assert errors == ["Farm: the webhook was called with a body in a broken encoding; later ones are only counted"]


async def test_webhooks_are_received_by_post_and_while_the_entry_is_loaded(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, webhook_url: str
) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.put(webhook_url, data=b"{}") as response:
            assert response.status == 405
        await hass.config_entries.async_unload(loaded.entry_id)
        async with session.post(webhook_url, data=b"{}") as response:
            assert response.status == 200, "Home Assistant responds with 200 without a webhook"
    assert cloud.pusher.statuses == []


async def test_the_project_is_polled_without_a_webhook(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, webhook_url: str
) -> None:
    hass.config_entries.async_update_entry(entry, options={**entry.options, "webhook": False})
    assert await hass.config_entries.async_setup(entry.entry_id)
    cloud.do_webhook(webhook_url)
    cloud.do_message(METER, {"power_w": 5})
    await cloud.pusher.idle()
    assert entry.runtime_data.pushed == 0
