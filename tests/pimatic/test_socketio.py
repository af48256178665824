"""The shared Socket.IO client against a server that sends the packets of a test."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
import json
import threading
import time
from typing import Any

import aiohttp
from aiohttp import web
import pytest
from yarl import URL

from custom_components.pimatic.common.client import socketio, wire
from custom_components.pimatic.common.client.errors import AuthFailed, CannotConnect, InvalidAnswer, PushRefused
from custom_components.pimatic.common.client.socketio import SocketIO
from custom_components.pimatic.common.client.wire import DropCounter, decode_json
from simulators.kit.listener import Listener
from simulators.kit.ports import free_port
from tests.waiting import eventually

OPEN = '0{"sid":"s1","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":60000}'
type Talk = Callable[[web.WebSocketResponse], Awaitable[None]]


class ScriptedServer:
    """A server; a test sets its polling response and its behaviour on the WebSocket."""

    def __init__(self) -> None:
        self.polling = web.Response(text=f"{len(OPEN)}:{OPEN}")
        self.probe = "3probe"
        self.requests: list[web.Request] = []
        self.frames: list[str] = []
        self.talk: Talk = self.listen
        self.url = URL()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        if request.query["transport"] == "polling":
            return self.polling
        websocket = web.WebSocketResponse(autoping=False)
        await websocket.prepare(request)
        if "sid" in request.query:
            assert await websocket.receive_str() == "2probe"
            await websocket.send_str(self.probe)
            if self.probe == "3probe":
                assert await websocket.receive_str() == "5"
        else:
            await websocket.send_str(OPEN)
        await self.talk(websocket)
        return websocket

    async def listen(self, websocket: web.WebSocketResponse) -> None:
        async for message in websocket:
            self.frames.append(message.data)


@pytest.fixture
async def server() -> AsyncGenerator[ScriptedServer]:
    handmade = ScriptedServer()
    application = web.Application()
    application.router.add_get("/socket.io/", handmade.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    listener = Listener(runner, ("127.0.0.1", free_port()))
    await listener.start()
    handmade.url = URL(f"http://127.0.0.1:{listener.port}")
    yield handmade
    await listener.stop()


@pytest.fixture
def dropped() -> DropCounter:
    return DropCounter()


def _sends(*frames: str) -> Talk:
    async def talk(websocket: web.WebSocketResponse) -> None:
        for frame in frames:
            await websocket.send_str(frame)
        async for _ in websocket:
            pass

    return talk


@pytest.mark.parametrize("polling_first", [True, False])
async def test_connect_with_and_without_polling(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter, polling_first: bool
) -> None:
    server.talk = _sends("40", '42["hello",{"a":1}]', '427["later"]')
    async with await SocketIO.connect(session, server.url, dropped=dropped, polling_first=polling_first) as socket:
        assert await anext(socket) == ["hello", {"a": 1}]
        assert await anext(socket) == ["later"]
    assert [request.query["transport"] for request in server.requests] == ["polling", "websocket"][not polling_first :]
    assert all(request.query["EIO"] == "3" for request in server.requests)
    assert dropped.as_dict() == {}


@pytest.mark.parametrize("early", ['42["hello","🏠"]', '42["hello","ä€"]'])
async def test_packets_in_the_polling_response_are_received(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter, early: str
) -> None:
    # JavaScript counts the emoji as two characters.
    length = len(early.encode("utf-16-le")) // 2
    server.polling = web.Response(text=f"{len(OPEN)}:{OPEN}2:40{length}:{early}2:40")
    server.talk = _sends('42["second"]')
    async with await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True) as socket:
        assert await anext(socket) == ["hello", early.split('"')[3]]
        assert await anext(socket) == ["second"]


async def test_events_are_received_in_order_and_invalid_ones_dropped(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter
) -> None:
    early = '42["often",0]'
    server.polling = web.Response(text=f"{len(OPEN)}:{OPEN}{len(early)}:{early}")
    server.talk = _sends(
        '42["often",1]',
        '4217["often",2]',
        '42[ "often", 3]',
        '42["often"]',
        '42["often',
        '42["often",4',
        '42["oftener",5]',
        '42["seldom",7,8]',
        "41",
    )
    async with await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True) as socket:
        events = [await anext(socket) for _ in range(7)]
        with pytest.raises(CannotConnect):
            await anext(socket)
    often = [["often", number] for number in range(4)]
    assert events == [*often, ["often"], ["oftener", 5], ["seldom", 7, 8]]
    assert dropped.as_dict() == {"broken JSON": 2}


async def test_emit_sends_one_event_packet(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter
) -> None:
    async with await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True) as socket:
        await socket.emit("call", {"id": 1})
    await eventually(lambda: server.frames == ['42["call",{"id":1}]'])


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (web.Response(status=401), AuthFailed),
        (web.Response(status=403), AuthFailed),
        (web.Response(status=400), PushRefused),
        (web.Response(status=404), PushRefused),
        (web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"}), PushRefused),
        (web.Response(status=503), CannotConnect),
        (web.Response(text=""), InvalidAnswer),
        (web.Response(text="<html>"), InvalidAnswer),
        (web.Response(text='12:0{"sid":null}'), InvalidAnswer),
        (web.Response(text="2:[]"), InvalidAnswer),
        (web.Response(text="99999999999999999999:0"), InvalidAnswer),
        (web.Response(body=b"\xff\xfe\x00" * 100), InvalidAnswer),
        (web.Response(text="x" * (5 * 1024 * 1024)), InvalidAnswer),
        (web.Response(text='22:44"Authentication error"'), AuthFailed),
    ],
)
async def test_a_failed_handshake_raises_the_error_of_the_cause(
    server: ScriptedServer,
    session: aiohttp.ClientSession,
    dropped: DropCounter,
    answer: web.Response,
    error: type[Exception],
) -> None:
    server.polling = answer
    with pytest.raises(error) as caught:
        await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True)
    assert type(caught.value) is error
    assert "127.0.0.1" not in str(caught.value)
    assert len(server.requests) == 1


async def test_connect_fails_when_the_upgrade_is_refused(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter
) -> None:
    server.probe = "6"
    with pytest.raises(PushRefused):
        await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True)


async def test_connect_fails_on_an_error_packet(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter
) -> None:
    server.talk = _sends('44"Authentication error"')
    async with await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True) as socket:
        with pytest.raises(AuthFailed):
            await anext(socket)


@pytest.mark.parametrize("packet", ["41", "1"])
async def test_the_connection_ends_on_a_disconnect_packet(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter, packet: str
) -> None:
    server.talk = _sends(packet)
    async with await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True) as socket:
        with pytest.raises(CannotConnect):
            await anext(socket)


@pytest.mark.parametrize("packet", ["", "8", "42", "42nonsense", "42[NaN]", "45-[1]"])
async def test_invalid_packets_are_dropped_without_a_disconnect(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter, packet: str
) -> None:
    server.talk = _sends(packet, '42["good"]')
    async with await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True) as socket:
        assert await anext(socket) == ["good"]
    assert sum(dropped.as_dict().values()) >= 1


async def test_binary_frames_are_dropped(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter
) -> None:
    async def talk(websocket: web.WebSocketResponse) -> None:
        await websocket.send_bytes(b"\x04\x00")
        await _sends('42["good"]')(websocket)

    server.talk = talk
    async with await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True) as socket:
        assert await anext(socket) == ["good"]
    assert dropped.as_dict() == {"binary frame": 1}


async def test_a_long_packet_keeps_the_order_and_does_not_block_the_event_loop(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[bool] = []
    decode = decode_json

    def noted(raw: str, *limits: Any, **options: Any) -> Any:
        threads.append(threading.current_thread() is threading.main_thread())
        return decode(raw, *limits, **options)

    monkeypatch.setattr(wire, "decode_json", noted)
    houses = ["x" * 90] * (wire.LONG_FRAME // 90)

    async def talk(websocket: web.WebSocketResponse) -> None:
        for packet in ('42["first",1]', "42" + json.dumps(["devices", houses]), '42["last",2]'):
            await websocket.send_str(packet)
        await server.listen(websocket)

    server.talk = talk
    async with await SocketIO.connect(session, server.url, dropped=dropped, polling_first=False) as connection:
        threads.clear()
        assert [await anext(connection) for _ in range(3)] == [["first", 1], ["devices", houses], ["last", 2]]
    assert threads == [True, False, True]


async def test_an_oversized_frame_ends_the_connection_and_is_counted(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter
) -> None:
    server.talk = _sends("42" + "x" * 5000)
    async with await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True, limit=1000) as socket:
        with pytest.raises(CannotConnect):
            await anext(socket)
    assert dropped.as_dict() == {"oversized or broken WebSocket frame": 1}


async def test_the_client_pings_and_disconnects_without_a_pong(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socketio, "PING_SECONDS", 0.05)
    monkeypatch.setattr(socketio, "LEAST_PING_SECONDS", 0.05)
    answered = 0

    async def talk(websocket: web.WebSocketResponse) -> None:
        nonlocal answered
        async for message in websocket:
            if message.data == "2" and answered < 3:
                answered += 1
                await websocket.send_str("3")

    server.talk = talk
    async with await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True) as socket:
        async with asyncio.timeout(3):
            with pytest.raises(CannotConnect):
                await anext(socket)
    assert answered == 3


async def test_a_blocked_event_loop_does_not_cause_a_disconnect(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socketio, "PING_SECONDS", 0.05)
    monkeypatch.setattr(socketio, "LEAST_PING_SECONDS", 0.05)

    async def talk(websocket: web.WebSocketResponse) -> None:
        async for _ in websocket:
            await websocket.send_str("3")

    server.talk = talk
    async with await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True) as socket:
        receiving = asyncio.create_task(socket.__anext__())
        await asyncio.sleep(0.06)
        for _ in range(3):
            asyncio.get_running_loop().call_soon(time.sleep, 0.15)
            await asyncio.sleep(0.06)
        assert not receiving.done()
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)


async def test_close_does_not_wait_for_a_server_that_does_not_respond(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "CLOSE_SECONDS", 0.1)
    hanging = asyncio.Event()

    async def talk(websocket: web.WebSocketResponse) -> None:
        await hanging.wait()

    server.talk = talk
    socket = await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True)
    async with asyncio.timeout(1):
        await socket.close()
        await socket.close()
    hanging.set()


async def test_emit_on_a_closed_connection_raises_an_error(
    server: ScriptedServer, session: aiohttp.ClientSession, dropped: DropCounter
) -> None:
    socket = await SocketIO.connect(session, server.url, dropped=dropped, polling_first=True)
    await socket.close()
    with pytest.raises(CannotConnect):
        await socket.emit("call", {})


async def test_connect_fails_when_there_is_no_server(session: aiohttp.ClientSession, dropped: DropCounter) -> None:
    with pytest.raises(CannotConnect):
        await SocketIO.connect(session, URL("http://127.0.0.1:1"), dropped=dropped, polling_first=True)
