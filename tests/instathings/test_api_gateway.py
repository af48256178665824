"""The gateway client with the simulated gateway, and with recorded frames of a real one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from yarl import URL

from custom_components.instathings.api import GatewayClient, Reading, Status, is_device_id
from custom_components.instathings.api.errors import DatabaseDown, NotFound, Refused, Unavailable
from custom_components.instathings.common.client.errors import CannotConnect, PushRefused
from custom_components.instathings.common.client.wire import DropCounter
from simulators.instathings.gateway import GatewaySimulator

from .conftest import recorded_packets, replay


async def test_a_reading_is_received_once(
    gateway_client: GatewayClient, gateway: GatewaySimulator, dropped: DropCounter
) -> None:
    async with gateway_client.connect() as events:
        gateway.command("change", device="zbDoor001", payload={"contact": False})
        gateway.command("change", device="mbMeter01", payload={"active_power": 99.5})
        async with asyncio.timeout(2):
            first, second = await anext(events), await anext(events)
    assert isinstance(first, Reading)
    assert first.values["contact"] is False
    assert isinstance(second, Reading)
    assert second.values["active_power"] == 99.5
    assert dropped.as_dict() == {}


async def test_a_status_is_received_before_its_reading(
    gateway_client: GatewayClient, gateway: GatewaySimulator
) -> None:
    async with gateway_client.connect() as events:
        gateway.command("ask", device="httpPlug1", sent={"path": "/status"})
        async with asyncio.timeout(2):
            status, reading = await anext(events), await anext(events)
    assert isinstance(status, Status)
    assert isinstance(reading, Reading)
    assert status.values == reading.values
    assert reading.is_http
    assert reading.values["meters.0.total"] == pytest.approx(120345 / 60)


async def test_the_client_reads_the_history(gateway_client: GatewayClient, gateway: GatewaySimulator) -> None:
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    for hour in range(25):
        gateway.store.add("knxRain01", {"data": hour}, round((noon + timedelta(hours=hour)).timestamp() * 1000))
    page = await gateway_client.data("knxRain01", start=noon, end=noon + timedelta(hours=23), page=2)
    assert page.total == 24
    assert [reading.values["data"] for reading in page.readings] == list(range(13, 3, -1))
    last = await gateway_client.data("knxRain01", start=noon, end=noon + timedelta(hours=23), page=3)
    assert last.readings[-1].time == noon
    assert (await gateway_client.data("unknown01")).total == 0
    with pytest.raises(Refused):
        await gateway_client.data("short")


async def test_a_gateway_without_database_raises_an_error(
    gateway_client: GatewayClient, gateway: GatewaySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await gateway_client.database_works("zbDoor001")
    gateway.set_fault("database_down", 0.1)
    with pytest.raises(DatabaseDown):
        await gateway_client.data("zbDoor001")
    assert not await gateway_client.database_works("zbDoor001")
    monkeypatch.setattr("custom_components.instathings.api.gateway.REQUEST_SECONDS", 0.2)
    gateway.set_fault("database_down", 30)
    with pytest.raises(Unavailable):
        await gateway_client.data("zbDoor001")
    async with gateway_client.connect() as events:
        gateway.command("change", device="zbDoor001", payload={"contact": False})
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await anext(events)
    gateway.set_fault("database_down", None)
    gateway.set_fault("status", 404)
    with pytest.raises(NotFound):
        await gateway_client.data("zbDoor001")
    gateway.set_fault("status", 400)
    with pytest.raises(Refused):
        await gateway_client.data("zbDoor001")


async def test_the_client_reconnects_after_a_restart_of_the_gateway(
    gateway_client: GatewayClient, gateway: GatewaySimulator
) -> None:
    async with gateway_client.connect() as events:
        exiting = asyncio.create_task(gateway.command("exit", seconds=0.2))
        with pytest.raises(CannotConnect):
            async with asyncio.timeout(2):
                await anext(events)
    with pytest.raises(CannotConnect):
        async with gateway_client.connect():
            pass
    await exiting
    async with gateway_client.connect() as events:
        gateway.command("press")
        async with asyncio.timeout(2):
            assert isinstance(await anext(events), Reading)


@pytest.mark.timing(reason="pings have to arrive within half a second")
async def test_the_connection_lasts_longer_than_the_ping_timeout(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.instathings.common.client.socketio.LEAST_PING_SECONDS", 0.1)
    gateway = GatewaySimulator(ping_interval=0.2, ping_timeout=0.3)
    await gateway.start()
    client = GatewayClient(session, URL(f"http://127.0.0.1:{gateway.port}"), DropCounter())
    async with client.connect() as events:
        receiving = asyncio.create_task(events.__anext__())
        await asyncio.sleep(0.9)
        assert not receiving.done()
        gateway.command("press")
        assert isinstance(await asyncio.wait_for(receiving, 2), Reading)
    # The simulator disconnects a client that does not ping, as a real gateway does.
    url = f"ws://127.0.0.1:{gateway.port}/socket.io/?EIO=3&transport=websocket"
    async with session.ws_connect(url) as websocket, asyncio.timeout(3):
        kinds = [message.data[:1] async for message in websocket]
    assert kinds[:2] == ["0", "4"]
    await gateway.stop()


async def test_rest_responses_are_as_recorded(gateway: GatewaySimulator, session: aiohttp.ClientSession) -> None:
    base = f"http://127.0.0.1:{gateway.port}"
    for path, status, key in (
        ("/device/v1/devices/abc/data", 400, "errors"),
        ("/device/v1/devices/averyveryverylongid/data", 400, "errors"),
        ("/device/v1/devices/zbTemp001/data?perPage=abc&page=x", 400, "errors"),
        ("/device/v1/devices/zbTemp001/data?page=-1", 500, "message"),
        ("/device/v1/devices/zbTemp001/data?start=abc", 200, "data"),
        ("/device/v1/devices/zbTemp001/data?page=0&perPage=0", 200, "data"),
        ("/device/v1/devices", 404, "message"),
        ("/", 404, "message"),
    ):
        async with session.get(base + path) as response:
            assert (response.status, key in await response.json()) == (status, True)
    async with session.post(f"{base}/device/v1/control/zbBulb001/set", json={}) as response:
        assert response.status == 404


def test_valid_and_invalid_ids() -> None:
    for good in ("iIrGFfgU", "0_Rs0iIRW", "q6NJl1-_", "zbBulb0", "12345678901234"):
        assert is_device_id(good)
    for bad in ("", "short1", "123456789012345", "with space", "slash/es", "umläut1", "a?b=c&d", "tab\tbed1"):
        assert not is_device_id(bad)


@pytest.fixture
async def recorded(session: aiohttp.ClientSession) -> AsyncIterator[GatewayClient]:
    """Serve the recorded frames of a real gateway, and then close the connection."""
    async for url in replay(*recorded_packets()):
        yield GatewayClient(session, url, DropCounter())


async def test_recorded_frames_are_received(recorded: GatewayClient) -> None:
    received: list[Reading | Status] = []

    async def receive_all() -> None:
        async with recorded.connect() as events:
            while True:
                received.append(await anext(events))

    with pytest.raises(CannotConnect):
        await receive_all()
    readings = [(event.device_id, event.values) for event in received if isinstance(event, Reading)]
    statuses = [(event.device_id, event.values) for event in received if isinstance(event, Status)]
    assert [device for device, _ in readings] == [
        "zbBulb001", "zbTempHum1", "zbMotion01", "zbDoor001", "zbButton01", "httpPlug01", "httpPlug01",
        "zbBulb001", "zbBulb001", "mbTemp0002", "mbTemp0002",
    ]  # fmt: skip
    assert [device for device, _ in statuses] == ["httpPlug01", "zbBulb001"]
    assert readings[0][1] == {
        "state": "ON", "brightness": 254, "color_temp": 370, "color.x": 0.4599, "color.y": 0.4106, "linkquality": 110
    }  # fmt: skip
    assert readings[1][1]["temperature"] == 21.37
    assert readings[3][1]["contact"] is False
    assert readings[4][1]["click"] == "single"
    assert readings[5][1] == {"ison": True, "overpower": False}
    assert readings[6][1]["meters.0.power"] == 41.3
    assert readings[6][1]["wifi_sta.rssi"] == -61
    assert "wifi_sta.ssid" not in readings[6][1]
    assert readings[7][1]["state"] == "OFF"
    assert readings[9][1]["humidity"] == 51.2
    assert readings[0][0] == "zbBulb001"
    first = received[0]
    assert isinstance(first, Reading)
    assert first.time == datetime(2026, 11, 21, 0, 9, 3, 251000, UTC)
    assert not first.is_http


async def test_a_server_that_requires_credentials_is_no_gateway(
    gateway_client: GatewayClient, gateway: GatewaySimulator, session: aiohttp.ClientSession
) -> None:
    gateway.set_fault("status", 401)
    with pytest.raises(PushRefused):
        async with gateway_client.connect():
            pass

    opened = '0{"sid":"a","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}'
    async for url in replay(opened, "40", '44"no"'):
        with pytest.raises(PushRefused):
            async with GatewayClient(session, url, DropCounter()).connect() as events:
                await anext(events)


async def test_the_simulated_handshake_is_as_recorded(
    gateway: GatewaySimulator, session: aiohttp.ClientSession
) -> None:
    url = URL(f"http://127.0.0.1:{gateway.port}/socket.io/")
    for query in ({"EIO": "3"}, {"EIO": "4"}, {}):
        async with session.get(url.with_query({**query, "transport": "polling"})) as answer:
            body = await answer.text()
        assert answer.content_type == "text/plain"
        length, _, rest = body.partition(":")
        assert rest.startswith('0{"sid":')
        assert rest[int(length) :] == "2:40"
        async with session.ws_connect(url.with_query({**query, "transport": "websocket"})) as websocket:
            assert (await websocket.receive_str(timeout=2)).startswith('0{"sid":')
    for query, code in (({"transport": "bad"}, 0), ({"transport": "polling", "sid": "none"}, 1)):
        async with session.get(url.with_query(query)) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, code)
    async with session.get(url / "socket.io.js") as answer:
        assert (answer.status, answer.content_type) == (200, "application/javascript")
