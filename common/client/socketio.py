"""A small Socket.IO 2 client (Engine.IO 3) over aiohttp.

pimatic 0.9 and the Instathings gateway speak this generation only; python-socketio 5, which Home
Assistant's own integrations pin, cannot. Here the client sends the pings and the server answers.

The packet types are those of the Engine.IO 3 and Socket.IO 2 protocols. What these servers do with them:
docs/protocol/pimatic.md#transport, docs/protocol/instathings.md#handshake.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NamedTuple, Self

import aiohttp
import orjson
from yarl import URL

from .errors import AuthFailed, CannotConnect, InvalidAnswer, PushRefused
from .websocket import Socket, open_websocket
from .wire import MAX_FRAME_BYTES, DropCounter, decode_json, read_body

CONNECT_SECONDS = 10.0
# The servers allow far longer; this is how fast a dead connection is noticed.
PING_SECONDS = 10.0
# Whatever a server asks for: pings without end would take a core.
LEAST_PING_SECONDS = 1.0
# A server greets with a handful of packets; somebody who sends millions is not to be read to the end.
MOST_EARLY = 1000
# Characters. Longer packets (the list of all devices of a large house) are decoded outside the event loop: a
# megabyte of them takes almost a tenth of a second.
LONG_PACKET = 100_000

# Engine.IO packets, then the Socket.IO types inside a message packet.
OPEN, CLOSE, PING, PONG, MESSAGE, UPGRADE, NOOP = "0123456"
CONNECTED, DISCONNECTED, EVENT, ERROR = "40", "41", "42", "44"


class Event(NamedTuple):
    """An event: its name, and its first argument (JSON; None without one)."""

    name: str
    argument: Any


@dataclass(frozen=True, slots=True)
class Open:
    """The server's opening packet; times in seconds."""

    sid: str
    ping_interval: float


class SocketIO:
    """One open connection. Use `connect`, then `receive` until it raises; `async with` closes it."""

    def __init__(self, socket: Socket, early: list[str], dropped: DropCounter, limit: int) -> None:
        """Initialize with an open socket and the packets that came before it; use `connect`."""
        self._socket = socket
        self._early = deque(early)
        self._dropped = dropped
        self._limit = limit

    @classmethod
    async def connect(
        cls,
        session: aiohttp.ClientSession,
        base_url: URL,
        *,
        dropped: DropCounter,
        polling_first: bool,
        ssl: aiohttp.Fingerprint | bool = True,
        headers: Mapping[str, str] | None = None,
        limit: int = MAX_FRAME_BYTES,
    ) -> Self:
        """Open a connection to `base_url`/socket.io/.

        `polling_first` makes the handshake by HTTP and upgrades to the WebSocket: where the server
        checks credentials at the handshake, that is the only way in.

        Raises AuthFailed (401, 403 or an error packet), PushRefused (the server answers, but not
        with this protocol), CannotConnect.
        """
        url = (base_url / "socket.io/").with_query(EIO="3")
        early: list[str] = []
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                if polling_first:
                    opened, early = await _poll_open(session, url, ssl, headers, dropped)
                    url = url.update_query(sid=opened.sid)
                websocket = await open_websocket(
                    session,
                    url.update_query(transport="websocket").with_scheme("wss" if url.scheme == "https" else "ws"),
                    ssl=ssl,
                    headers=headers,
                    autoping=False,
                    max_msg_size=limit,
                )
                try:
                    if polling_first:
                        await _upgrade(websocket, dropped)
                    else:
                        opened = _parse_open(await _next_text(websocket, dropped), dropped)
                except BaseException:
                    await websocket.close()
                    raise
                return cls(_watched(websocket, opened, dropped), early, dropped, limit)
        except aiohttp.WSServerHandshakeError as error:
            raise _refused(error.status) from None
        except TimeoutError:
            raise CannotConnect("no answer to the Socket.IO handshake") from None
        except aiohttp.ClientError as error:
            raise CannotConnect(f"connection failed ({type(error).__name__})") from None

    async def __aenter__(self) -> Self:
        """Return the open connection."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await self.close()

    def __aiter__(self) -> Self:
        """Give the events as `receive` returns them."""
        return self

    async def __anext__(self) -> Event:
        """Return the next event. Raises as `receive`."""
        return await self.receive()

    async def receive(self) -> Event:
        """Return the next event.

        Raises AuthFailed on an error packet, CannotConnect when the connection is over. What is not
        of the protocol is dropped and counted.
        """
        while True:
            packet = str(self._early.popleft() if self._early else await self._socket.receive())
            if len(packet) > LONG_PACKET:
                event = await asyncio.get_running_loop().run_in_executor(None, self._event_in, packet)
            else:
                event = self._event_in(packet)
            if event is not None:
                return event

    async def emit(self, event: str, payload: Any) -> None:
        """Send an event with one argument. Raises CannotConnect when the connection is over."""
        await self._socket.send(EVENT + orjson.dumps([event, payload]).decode())

    async def close(self) -> None:
        """End the connection. Harmless when it is over already."""
        await self._socket.close()

    def _event_in(self, packet: str) -> Event | None:
        """Return the event a packet holds, with or without an acknowledgement id. Raises as `receive`."""
        if packet.startswith(EVENT):
            start = packet.find("[", 0, 32)
            value = decode_json(packet[start:], self._dropped, self._limit) if start > 0 else None
            # Every change of a house comes this way, so no patterns here: they cost more than the rest.
            if isinstance(value, list) and value and isinstance(value[0], str):
                return Event(value[0], value[1] if len(value) > 1 else None)
            self._dropped.add("malformed event packet")
            return None
        if packet.startswith(ERROR):
            raise AuthFailed("the server refused the session")
        if packet.startswith((DISCONNECTED, CLOSE)):
            raise CannotConnect("the server ended the session")
        if not packet.startswith((PONG, CONNECTED, NOOP, OPEN)):
            self._dropped.add("unknown Engine.IO packet")
        return None


def _watched(websocket: aiohttp.ClientWebSocketResponse, opened: Open, dropped: DropCounter) -> Socket:
    """Return the WebSocket with Engine.IO's own pings, which the client of this generation sends."""
    return Socket(
        websocket,
        dropped,
        idle=min(max(opened.ping_interval, LEAST_PING_SECONDS), PING_SECONDS),
        ask=lambda: websocket.send_str(PING),
        always=True,
    )


async def _poll_open(
    session: aiohttp.ClientSession,
    url: URL,
    ssl: aiohttp.Fingerprint | bool,
    headers: Mapping[str, str] | None,
    dropped: DropCounter,
) -> tuple[Open, list[str]]:
    """Make the handshake by HTTP polling; b64 makes the server frame packets as text.

    Return the opening and the packets that came with it.
    """
    async with session.get(
        url.update_query(transport="polling", b64="1"), ssl=ssl, headers=headers, allow_redirects=False
    ) as response:
        if response.status != 200:
            raise _refused(response.status)
        body = (await read_body(response)).decode(errors="replace")
    packets = _split_payload(body)
    if any(packet.startswith(ERROR) for packet in packets):
        raise AuthFailed("the server refused the session")
    return _parse_open(packets[0] if packets else "", dropped), packets[1:]


def _split_payload(body: str) -> list[str]:
    """Split `<length>:<packet><length>:<packet>...`, up to MOST_EARLY; JavaScript counts UTF-16 units."""
    packets: list[str] = []
    raw = body.encode("utf-16-le", "replace")
    colon = ":".encode("utf-16-le")
    at = 0
    while len(packets) < MOST_EARLY and (end := raw.find(colon, at)) > at:
        if not (length := raw[at:end].decode("utf-16-le", "replace")).isdecimal():
            break
        start = end + len(colon)
        at = start + 2 * int(length[:9])
        packets.append(raw[start:at].decode("utf-16-le", "replace"))
    return packets


def _parse_open(packet: str, dropped: DropCounter) -> Open:
    value = decode_json(packet[1:], dropped) if packet.startswith(OPEN) else None
    match value:
        case {"sid": str(sid), "pingInterval": int() | float() as interval} if interval > 0:
            return Open(sid, interval / 1000)
    raise InvalidAnswer("the server does not speak Engine.IO 3")


async def _upgrade(websocket: aiohttp.ClientWebSocketResponse, dropped: DropCounter) -> None:
    """Move the session from polling to this WebSocket."""
    await websocket.send_str(f"{PING}probe")
    if await _next_text(websocket, dropped) != f"{PONG}probe":
        raise PushRefused("the server did not upgrade to the WebSocket")
    await websocket.send_str(UPGRADE)


async def _next_text(websocket: aiohttp.ClientWebSocketResponse, dropped: DropCounter) -> str:
    """Return the next text frame of the handshake. Raises CannotConnect."""
    while (message := await websocket.receive()).type is not aiohttp.WSMsgType.TEXT:
        if message.type is not aiohttp.WSMsgType.BINARY:
            raise CannotConnect("the connection was lost")
        dropped.add("binary frame")
    text: str = message.data
    return text


def _refused(status: int) -> AuthFailed | CannotConnect:
    if status in (401, 403):
        return AuthFailed("the server refused the credentials")
    if status in (502, 503, 504):
        return CannotConnect(f"the server is not ready (status {status})")
    return PushRefused(f"the server refused the Socket.IO connection with status {status}")
