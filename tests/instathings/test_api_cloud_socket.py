"""The WebSocket of the cloud client, and the readings missed during a disconnect."""

import asyncio
from base64 import b64encode
import hashlib

import aiohttp
import pytest
from yarl import URL

from custom_components.instathings.api import cloud_socket
from custom_components.instathings.api.cloud import CloudClient
from custom_components.instathings.api.latest import Latest
from custom_components.instathings.api.model import (
    GatewayLink,
    GatewaySoftware,
    Installation,
    Logs,
    Pairing,
    Reading,
    Status,
)
from custom_components.instathings.common.client.errors import AuthFailed, CannotConnect, PushRefused
from custom_components.instathings.common.client.wire import DropCounter
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.house import GATEWAY
from tests.waiting import eventually


async def test_every_action_of_the_websocket_is_received(
    client: CloudClient, cloud: CloudSimulator, dropped: DropCounter
) -> None:
    token = await client.tokens.get()
    async with (
        aiohttp.ClientSession() as session,
        cloud_socket.connect(session, _ws(cloud), "house", token, dropped) as events,
    ):

        async def next_event() -> object:
            async with asyncio.timeout(2):
                return await anext(events)

        cloud.command("connect", connected=False)
        event = await next_event()
        assert isinstance(event, GatewayLink)
        assert (event.connected, event.reason, event.device.id) == (False, "CONNECTION_LOST", GATEWAY)
        cloud.command("connect", connected=True)
        event = await next_event()
        assert isinstance(event, GatewayLink)
        assert event.connected
        assert isinstance(await next_event(), GatewaySoftware)
        cloud.command("install", protocol="knx")
        event = await next_event()
        assert isinstance(event, Installation)
        assert event.succeeded
        cloud.command("install", protocol="x", succeeds=False)
        event = await next_event()
        assert isinstance(event, Installation)
        assert not event.succeeded
        cloud.command("pair", device="zbNew0001", label="New", payload={"contact": True})
        stages = [await next_event(), await next_event()]
        assert [stage.stage for stage in stages if isinstance(stage, Pairing)] == ["discovering", "paired"]
        event = await next_event()
        assert isinstance(event, Reading)
        assert event.values == {"contact": True}
        cloud.command("unpair", device="zbNew0001")
        event = await next_event()
        assert isinstance(event, Pairing)
        assert event.stage == "not_paired"
        cloud.command("log", message="hello", kind="ERR")
        event = await next_event()
        assert isinstance(event, Logs)
        assert event.lines[0].kind == "ERR"
        await client.status("zbBulb001", {"state": ""})
        kinds = {type(await next_event()), type(await next_event())}
        assert kinds == {Status, Reading}
        await cloud.command("close_websockets")
        with pytest.raises(CannotConnect):
            await next_event()


async def test_invalid_websocket_messages_are_counted(
    client: CloudClient, cloud: CloudSimulator, dropped: DropCounter
) -> None:
    token = await client.tokens.get()
    garbage = [
        "",
        "{",
        "[]",
        "42",
        "null",
        '{"action":1}',
        '{"action":"data"}',
        '{"action":"data","payload":[]}',
        '{"action":"boom","payload":{}}',
        '{"action":"data","payload":{"deviceId":"a","data":[],"ts":1}}',
        '{"action":"data","payload":{"deviceId":"a","data":{},"ts":"x"}}',
        '{"action":"connected","payload":{}}',
        '{"action":"log","payload":{}}',
        '{"action":"installation_failed","payload":{"event":{}}}',
        '{"action":"status","payload":{"deviceId":"a","response":7}}',
        "[" * 5000,
    ]
    async with (
        aiohttp.ClientSession() as session,
        cloud_socket.connect(session, _ws(cloud), "house", token, dropped) as events,
    ):
        for text in garbage:
            cloud.command("raw", text=text)
        cloud.command("press")
        async with asyncio.timeout(2):
            event = await anext(events)
    assert isinstance(event, Reading)
    # JSON null is ignored, and not counted.
    assert sum(dropped.as_dict().values()) == len(garbage) - 1


async def test_a_refused_websocket_raises_the_matching_error(
    client: CloudClient, cloud: CloudSimulator, dropped: DropCounter
) -> None:
    token = await client.tokens.get()
    async with aiohttp.ClientSession() as session:
        for project, used, status, error in (
            ("house", "wrong", None, AuthFailed),
            ("other", token, None, AuthFailed),
            ("house", token, 500, PushRefused),
        ):
            cloud.set_fault("websocket_status", status)
            with pytest.raises(error) as raised:
                async with cloud_socket.connect(session, _ws(cloud), project, used, dropped):
                    pass
            assert token not in str(raised.value)
        await cloud.stop()
        with pytest.raises(CannotConnect):
            async with cloud_socket.connect(session, URL("ws://127.0.0.1:9/"), "house", token, dropped):
                pass


async def test_missed_readings_are_fetched_a_few_at_a_time(client: CloudClient, cloud: CloudSimulator) -> None:
    cloud.command("add_many", count=300)
    cloud.set_fault("delay", 0.002)
    taken: dict[str, Reading] = {}
    sent = {"many00043": 1.0}
    latest = Latest(client, sent.get, lambda reading: taken.update({reading.device_id: reading}))
    latest.add(f"many{number:05}" for number in range(300))
    latest.add(["many00007", "gone"])
    latest.drop("many00042")
    # A device that sends a reading in the meantime is not requested.
    sent["many00043"] = 2.0
    await latest.run()
    assert len(taken) == 298
    assert "many00043" not in taken
    assert len(latest) == 0
    assert len(cloud.record.of("data")) == 298


async def test_fetching_missed_readings_survives_faults(
    client: CloudClient, cloud: CloudSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.instathings.api.latest.PAUSE_SECONDS", 0.2)
    await client.tokens.get()
    taken: list[str] = []
    latest = Latest(client, lambda _: None, lambda reading: taken.append(reading.device_id))
    latest.add(["zbBulb001", "zbDoor001"])
    cloud.set_fault("status", 503)
    running = asyncio.create_task(latest.run())
    await eventually(lambda: len(latest) < 2)  # the cloud receives the request
    await eventually(lambda: len(latest) == 2)  # and has refused it
    cloud.set_fault("status", None)
    await running
    assert sorted(taken) == ["zbBulb001", "zbDoor001"]
    latest.add(["zbBulb001"])
    cloud.set_fault("unauthorized")
    with pytest.raises(AuthFailed):
        await latest.run()
    assert len(latest) == 1


def _ws(cloud: CloudSimulator) -> URL:
    return URL(f"ws://127.0.0.1:{cloud.port}/")


@pytest.mark.timing(reason="the cloud has to answer a ping within a tenth of a second")
async def test_a_websocket_without_pongs_is_closed(
    client: CloudClient, cloud: CloudSimulator, dropped: DropCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud_socket, "IDLE_SECONDS", 0.2)
    token = await client.tokens.get()
    async with (
        aiohttp.ClientSession() as session,
        cloud_socket.connect(session, _ws(cloud), "house", token, dropped) as events,
    ):
        receiving = asyncio.create_task(events.__anext__())
        await asyncio.sleep(0.7)
        # The server responds to pings, and sends nothing else.
        assert not receiving.done()
        await cloud.websockets[0].ping(b"there?")
        cloud.command("press")
        assert isinstance(await asyncio.wait_for(receiving, 2), Reading)

    async def accept_without_pongs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        key = next(
            line for line in (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n") if b"Sec-WebSocket-Key" in line
        )
        digest = hashlib.sha1(key.split(b": ")[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
        head = (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        )
        writer.write(head + b64encode(digest) + b"\r\n\r\n")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(accept_without_pongs, "127.0.0.1", 0)
    url = URL(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    async with (
        aiohttp.ClientSession() as session,
        cloud_socket.connect(session, url, "house", token, dropped) as events,
    ):
        with pytest.raises(CannotConnect):
            await asyncio.wait_for(anext(events), 2)
    server.close()
