"""A small Socket.IO 2 client (Engine.IO 3) over aiohttp.

pimatic 0.9 and the Instathings gateway speak this generation only; python-socketio 5, which Home
Assistant's own integrations pin, cannot. Here the client sends the pings and the server answers.

Sources: vendor-facts/pimatic.md (a, h), vendor-facts/instathings.md; the packet types are those of
the Engine.IO 3 and Socket.IO 2 protocols.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import Any, Self

import aiohttp
import orjson
from yarl import URL

from .errors import AuthFailed, CannotConnect, InvalidAnswer, PushRefused
from .websocket import open_websocket
from .wire import MAX_FRAME_BYTES, Dropped, decode_json

CONNECT_SECONDS = 10.0
# A server that hangs does not answer a close frame either.
CLOSE_SECONDS = 2.0
# The servers allow far longer; this is how fast a dead connection is noticed.
PING_SECONDS = 10.0
PONG_SECONDS = 10.0
# How often is looked, in this time, whether the server has answered.
LOOKS = 10
# A server greets with a handful of packets; somebody who sends millions is not to be read to the end.
MOST_EARLY = 1000

# Engine.IO packets, then the Socket.IO types inside a message packet.
OPEN, CLOSE, PING, PONG, MESSAGE, UPGRADE, NOOP = "0123456"
CONNECTED, DISCONNECTED, EVENT, ERROR = "40", "41", "42", "44"

TEXT = aiohttp.WSMsgType.TEXT


@dataclass(frozen=True, slots=True)
class Open:
    """What the server says when a connection opens (times in seconds)."""

    sid: str
    ping_interval: float


class SocketIO:
    """One open connection. Use `connect`, then `receive` until it raises; `async with` closes it."""

    def __init__(
        self,
        websocket: aiohttp.ClientWebSocketResponse,
        opened: Open,
        early: list[str],
        dropped: Dropped,
        limit: int,
    ) -> None:
        """Take an open WebSocket and the packets that came before it; use `connect`."""
        self._websocket = websocket
        self._early = deque(early)
        self._dropped = dropped
        self._limit = limit
        # Whether nothing has come since the last ping: whatever comes proves that the server lives.
        self._is_silent = False
        self._pinging = asyncio.create_task(self._keep_pinging(min(opened.ping_interval, PING_SECONDS)))

    @classmethod
    async def connect(
        cls,
        session: aiohttp.ClientSession,
        base_url: URL,
        *,
        dropped: Dropped,
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
                    max_msg_size=limit,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
                )
                try:
                    if polling_first:
                        await _upgrade(websocket, dropped)
                    else:
                        opened = _parse_open(await _next_text(websocket, dropped), dropped)
                    return cls(websocket, opened, early, dropped, limit)
                except BaseException:
                    await websocket.close()
                    raise
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

    async def receive(self) -> tuple[str, Any]:
        """Return the next event: its name and its first argument (None without one).

        Raises AuthFailed on an error packet, CannotConnect when the connection is over. What is not
        of the protocol is dropped and counted.
        """
        while self._early:
            if (event := self._event_in(self._early.popleft())) is not None:
                return event
        while True:
            packet = _text_of(await self._websocket.receive(), self._dropped)
            if packet is not None and (event := self._event_in(packet)) is not None:
                return event

    async def follow(
        self,
        take: Callable[[str, Any], None],
        *,
        takers: Mapping[str, Callable[[Any], object]] = MappingProxyType({}),
        skip: Callable[[str], object] | None = None,
    ) -> None:
        """Hand every event to `take` as `receive` returns it, until the connection is over. Raises as `receive`.

        `takers` take the arguments of the events of their names, those that come often. `skip` tells the packets
        of other events that only repeat what was told: they are not even decoded.
        """
        while self._early:
            self._hand_on(self._early.popleft(), take, takers)
        receive, dropped, limit = self._websocket.receive, self._dropped, self._limit
        known = tuple(f'{EVENT}["{name}"' for name in takers)
        while True:
            message = await receive()
            packet = message.data if message.type is TEXT else _text_of(message, dropped)
            if packet is None:
                continue
            self._is_silent = False
            if packet.startswith(known):
                # What begins like this is broken, or a list whose first item is the name.
                value = decode_json(packet[2:], dropped, limit)
                if value is None:
                    dropped.add("malformed event packet")
                else:
                    takers[value[0]](value[1] if len(value) > 1 else None)
            elif skip is None or not skip(packet):
                self._hand_on(packet, take, takers)

    def _hand_on(
        self, packet: str, take: Callable[[str, Any], None], takers: Mapping[str, Callable[[Any], object]]
    ) -> None:
        """Hand the event a packet holds to who takes it. Raises as `receive`."""
        if (event := self._event_in(packet)) is not None:
            name, argument = event
            if (taker := takers.get(name)) is not None:
                taker(argument)
            else:
                take(name, argument)

    async def emit(self, event: str, payload: Any) -> None:
        """Send an event with one argument. Raises CannotConnect when the connection is over."""
        await self._send(EVENT + orjson.dumps([event, payload]).decode())

    async def close(self) -> None:
        """End the connection. Harmless when it is over already."""
        self._pinging.cancel()
        await asyncio.gather(self._pinging, return_exceptions=True)
        await self._websocket.close()

    def _event_in(self, packet: str) -> tuple[str, Any] | None:
        """Return the event a packet holds: its name and first argument. Raises as `receive`."""
        self._is_silent = False
        value = self._value_in(packet)
        return None if value is None else (value[0], value[1] if len(value) > 1 else None)

    def _value_in(self, packet: str) -> list[Any] | None:
        """Return the event a packet holds, with or without an acknowledgement id: its name and its arguments."""
        if packet.startswith(EVENT):
            start = packet.find("[", 0, 32)
            value = decode_json(packet[start:], self._dropped, self._limit) if start > 0 else None
            # Not a pattern: they take half as long as the decoding.
            if isinstance(value, list) and value and isinstance(value[0], str):
                return value
            self._dropped.add("malformed event packet")
            return None
        if packet.startswith(ERROR):
            raise AuthFailed("the server refused the session")
        if packet.startswith((DISCONNECTED, CLOSE)):
            raise CannotConnect("the server ended the session")
        if not packet.startswith((PONG, CONNECTED, NOOP, OPEN)):
            self._dropped.add("unknown Engine.IO packet")
        return None

    async def _send(self, packet: str) -> None:
        try:
            await self._websocket.send_str(packet)
        except aiohttp.ClientError, ConnectionError, RuntimeError:
            raise CannotConnect("the connection was lost") from None

    async def _keep_pinging(self, interval: float) -> None:
        """Close the socket when the server stops answering, so that `receive` ends."""
        step = min(interval, PONG_SECONDS / LOOKS)
        try:
            while True:
                await asyncio.sleep(interval - step)
                self._is_silent = True
                await self._send(PING)
                if not await self._is_answered(step):
                    break
        except CannotConnect:
            pass
        await self._websocket.close()

    async def _is_answered(self, step: float) -> bool:
        """Tell whether the server was heard in PONG_SECONDS, looking every `step` seconds.

        An event to wait for would cost more with every packet. And an event loop that was held up
        gets to read what is there.
        """
        waited = 0.0
        while waited < PONG_SECONDS:
            await asyncio.sleep(step)
            waited += step
            if not self._is_silent:
                return True
        return False


async def _poll_open(
    session: aiohttp.ClientSession,
    url: URL,
    ssl: aiohttp.Fingerprint | bool,
    headers: Mapping[str, str] | None,
    dropped: Dropped,
) -> tuple[Open, list[str]]:
    """Make the handshake by HTTP polling; b64 makes the server frame packets as text.

    Return the opening and the packets that came with it.
    """
    async with session.get(
        url.update_query(transport="polling", b64="1"), ssl=ssl, headers=headers, allow_redirects=False
    ) as response:
        if response.status != 200:
            raise _refused(response.status)
        body = await _read(response, dropped)
    packets = _split_payload(body)
    if any(packet.startswith(ERROR) for packet in packets):
        raise AuthFailed("the server refused the session")
    return _parse_open(packets[0] if packets else "", dropped), packets[1:]


async def _read(response: aiohttp.ClientResponse, dropped: Dropped) -> str:
    """Return the whole body, as far as a handshake may be long."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_FRAME_BYTES:
            dropped.add("oversized frame")
            raise InvalidAnswer("the server's answer is too large")
    return body.decode(errors="replace")


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


def _parse_open(packet: str, dropped: Dropped) -> Open:
    value = decode_json(packet[1:], dropped) if packet.startswith(OPEN) else None
    match value:
        case {"sid": str(sid), "pingInterval": int() | float() as interval} if interval > 0:
            return Open(sid, interval / 1000)
    raise InvalidAnswer("the server does not speak Engine.IO 3")


async def _upgrade(websocket: aiohttp.ClientWebSocketResponse, dropped: Dropped) -> None:
    """Move the session from polling to this WebSocket."""
    await websocket.send_str(f"{PING}probe")
    if await _next_text(websocket, dropped) != f"{PONG}probe":
        raise PushRefused("the server did not upgrade to the WebSocket")
    await websocket.send_str(UPGRADE)


async def _next_text(websocket: aiohttp.ClientWebSocketResponse, dropped: Dropped) -> str:
    """Return the next text frame. Raises CannotConnect."""
    while (text := _text_of(await websocket.receive(), dropped)) is None:
        pass
    return text


def _text_of(message: aiohttp.WSMessage, dropped: Dropped) -> str | None:
    """Return the text of a frame; None for a binary one, which carries nothing in this protocol.

    Raises CannotConnect for what ends the connection.
    """
    if message.type is TEXT:
        text: str = message.data
        return text
    if message.type is aiohttp.WSMsgType.BINARY:
        dropped.add("binary frame")
        return None
    if message.type is aiohttp.WSMsgType.ERROR:
        dropped.add("oversized or broken WebSocket frame")
    raise CannotConnect("the connection was lost")


def _refused(status: int) -> AuthFailed | CannotConnect:
    if status in (401, 403):
        return AuthFailed("the server refused the credentials")
    if status in (502, 503, 504):
        return CannotConnect(f"the server is not ready (status {status})")
    return PushRefused(f"the server refused the Socket.IO connection with status {status}")
