"""The faults of the simulator over real sockets (docs/protocol/rotoclear.md#faults-to-simulate)."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from .simulator_client import TOKEN, Client, simulator_client


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with simulator_client() as client:
        yield client


async def test_a_dropped_connection_ends_without_a_close_frame(client: Client) -> None:
    websocket = await client.connect()
    await websocket.receive_json()
    client.simulator.command("drop")
    end = await websocket.receive()
    assert end.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
    assert websocket.close_code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE
    assert (await client.get(get="[pip]")) == {"pip": 0}


async def test_a_silent_unit_sends_no_answer_and_no_pong(client: Client) -> None:
    websocket = await client.connect()
    await websocket.receive_json()
    client.simulator.set_fault("silent")
    await websocket.ping()
    client.simulator.command("change", pip=3)
    with pytest.raises(TimeoutError):
        await websocket.receive(timeout=0.3)
    with pytest.raises(TimeoutError):
        await client.session.get(client.url, timeout=aiohttp.ClientTimeout(total=0.3))
    client.simulator.set_fault("silent", False)
    assert await websocket.receive_json() == {"pip": 3}


async def test_a_heartbeat_detects_a_silent_unit(client: Client) -> None:
    websocket = await client.open(client.url, heartbeat=0.2)
    await websocket.receive_json()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.6):
            await websocket.receive()
    client.simulator.set_fault("silent")
    async with asyncio.timeout(3):
        end = await websocket.receive()
    assert end.type in {aiohttp.WSMsgType.ERROR, aiohttp.WSMsgType.CLOSED}


async def test_garbage_replaces_all_messages(client: Client) -> None:
    websocket = await client.connect()
    await websocket.receive_json()
    client.simulator.set_fault("garbage")
    await websocket.send_json({"light0": True})
    with pytest.raises(ValueError, match="Expecting value"):
        await websocket.receive_json()
    async with client.session.get(client.url, params={"token": TOKEN}) as answer:
        with pytest.raises(ValueError, match="Expecting value"):
            await answer.json()
    client.simulator.set_fault("garbage", False)
    client.simulator.command("send_raw", text="[]")
    assert await websocket.receive_str() == "[]"
    client.simulator.command("send_binary")
    assert await websocket.receive_bytes() == bytes(16)


async def test_wrong_types_replace_every_value(client: Client) -> None:
    right = await client.get()
    client.simulator.set_fault("wrong_types")
    wrong = await client.get()
    assert wrong.keys() == right.keys()
    assert not [key for key in right if type(wrong[key]) is type(right[key])]


async def test_answers_are_delayed(client: Client) -> None:
    websocket = await client.connect()
    await websocket.receive_json()
    client.simulator.set_fault("delay", 0.3)
    loop = asyncio.get_running_loop()
    start = loop.time()
    await client.get(get="[pip]")
    assert loop.time() - start >= 0.3
    start = loop.time()
    await websocket.send_json({"pip": 1})
    await websocket.receive_json()
    assert loop.time() - start >= 0.3


async def test_credentials_can_be_refused(client: Client) -> None:
    client.simulator.set_fault("unauthorized")
    assert await client.status({"token": TOKEN}) == 401
    client.simulator.set_fault("unauthorized", False)
    assert await client.status({"token": TOKEN}) == 200


async def test_websockets_can_be_refused_while_http_works(client: Client) -> None:
    client.simulator.set_fault("websocket_refused")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await client.connect()
    assert refused.value.status == 503
    assert await client.get(light0="true") == {"light0": True}


async def test_a_restart_keeps_the_ports_and_resets_the_state(client: Client) -> None:
    simulator = client.simulator
    ports = dict(simulator.ports)
    websocket = await client.connect()
    await websocket.receive_json()
    await client.get(pip="3")
    await simulator.command("restart", light1=True, swVersion="2.9.0")
    assert (await websocket.receive()).type is aiohttp.WSMsgType.TEXT
    assert (await websocket.receive()).type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
    state = await client.get()
    assert (state["light1"], state["swVersion"], state["pip"]) == (True, "2.9.0", 0)
    assert {"http": state["httpPort"], "https": state["httpsPort"]} == ports


async def test_a_unit_without_power_refuses_connections(client: Client) -> None:
    await client.simulator.command("power_off")
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.get()
    await client.simulator.command("power_on")
    assert (await client.get())["light0"] is False


async def test_faults_and_commands_over_the_control_port(client: Client) -> None:
    port = await client.simulator.start_control()
    base = f"http://127.0.0.1:{port}"
    async with client.session.post(f"{base}/command", json={"name": "restart", "pip": 2}) as answer:
        assert answer.status == 200
    async with client.session.get(f"{base}/state") as answer:
        state = await answer.json()
    assert state["pip"] == 2
    assert state["simulator"]["https_port"] == client.simulator.https_port
    async with client.session.post(f"{base}/fault", json={"unauthorized": True}) as answer:
        assert answer.status == 200
    assert await client.status({"token": TOKEN}) == 401
    async with client.session.get(f"{base}/record", params={"kind": "unauthorized"}) as answer:
        assert len(await answer.json()) == 1
