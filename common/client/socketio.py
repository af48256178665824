"""A small Socket.IO 2 client (Engine.IO 3) over aiohttp.

pimatic 0.9 and the Instathings gateway have this version only, which python-socketio 5, the version of Home Assistant,
does not support. In this version the client sends the pings and the server answers.

Source: docs/protocol/pimatic.md#transport and docs/protocol/instathings.md#handshake.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, override

import aiohttp
from yarl import URL

from .errors import AuthFailed, CannotConnect, InvalidAnswer, PushRefused
from .secrets import Redactor
from .wire import MAX_FRAME_BYTES, DropCounter, Socket, decode_json, encode_json, open_websocket, read_body

CONNECT_SECONDS = 10.0
# Shorter than the servers require, so that a lost connection is noticed soon.
PING_SECONDS = 10.0
# The least ping interval that a server can require.
LEAST_PING_SECONDS = 1.0
# Limit of packets in the answer to the handshake, which has a handful.
MOST_EARLY = 1000

# Engine.IO packet types, then message packets with their Socket.IO type.
OPEN, CLOSE, PING, PONG, MESSAGE, UPGRADE, NOOP = "0123456"
CONNECTED, DISCONNECTED, EVENT, ERROR = "40", "41", "42", "44"


@dataclass(frozen=True, slots=True)
class Open:
    """The open packet of the server; the interval is in seconds."""

    sid: str
    ping_interval: float


class SocketIO(Socket):
    """A Socket.IO connection, see `connect`.

    `async for` yields its events, each a list of the name and the arguments. It raises AuthFailed for an error packet.
    """

    _json_type: ClassVar[str] = EVENT

    def __init__(
        self,
        websocket: aiohttp.ClientWebSocketResponse,
        dropped: DropCounter,
        opened: Open,
        *,
        early: Iterable[str] = (),
        limit: int = MAX_FRAME_BYTES,
        redactor: Redactor | None = None,
    ) -> None:
        """Initialize with an open WebSocket, the open packet, and the packets that were received before."""
        super().__init__(
            websocket,
            dropped,
            idle=min(max(opened.ping_interval, LEAST_PING_SECONDS), PING_SECONDS),
            ask=lambda: websocket.send_str(PING),
            always=True,
            limit=limit,
            redactor=redactor,
            early=early,
        )

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
        redactor: Redactor | None = None,
    ) -> Self:
        """Open a connection to `base_url`/socket.io/.

        With `polling_first` the handshake is done by HTTP polling, and then upgraded to a WebSocket: some servers check
        credentials only in that way. The secrets of `redactor` are removed from the events.

        Raises AuthFailed (401, 403 or an error packet), PushRefused (the server answers, but not with this protocol),
        CannotConnect.
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
                return cls(websocket, dropped, opened, early=early, limit=limit, redactor=redactor)
        except aiohttp.WSServerHandshakeError as error:
            raise _refused(error.status) from None
        except TimeoutError:
            raise CannotConnect("no answer to the Socket.IO handshake") from None
        except aiohttp.ClientError as error:
            raise CannotConnect(f"connection failed ({type(error).__name__})") from None

    async def emit(self, event: str, payload: Any) -> None:
        """Send an event with one argument. Raises CannotConnect if the connection is lost, CommandFailed."""
        await self.send(EVENT + encode_json([event, payload]).decode())

    @override
    def _take_packet(self, packet: str) -> None:
        if packet.startswith(ERROR):
            raise AuthFailed("the server refused the session")
        if packet.startswith((DISCONNECTED, CLOSE)):
            raise CannotConnect("the server ended the session")
        if not packet.startswith((PONG, CONNECTED, NOOP, OPEN)):
            self._dropped.add("unknown Engine.IO packet")


async def _poll_open(
    session: aiohttp.ClientSession,
    url: URL,
    ssl: aiohttp.Fingerprint | bool,
    headers: Mapping[str, str] | None,
    dropped: DropCounter,
) -> tuple[Open, list[str]]:
    """Do the handshake by HTTP polling; return the open packet and the packets after it.

    With `b64` the server sends the packets as text.
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
    """Split `<length>:<packet><length>:<packet>...`, up to MOST_EARLY. The lengths are in UTF-16 code units."""
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
    """Upgrade the session from polling to this WebSocket."""
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
