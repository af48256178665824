"""The RTSP server of the unit, with H.264 in the RTSP connection.

The vendor's page has only the variables, so the rest follows RFC 2326 (RTSP), RFC 4566 (SDP) and RFC 6184 (H.264 in
RTP); see docs/protocol/rotoclear.md#rtsp. The encoder is PyAV, a requirement of Home Assistant's stream integration.
"""

import asyncio
import base64
import contextlib
from secrets import token_hex
import time
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import urlsplit

from ..kit.listener import close
from .h264 import Encoder, packets

if TYPE_CHECKING:
    from .simulator import RotoclearSimulator

PATH = "/"
TRACK = "track1"
METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"
SESSION_SECONDS = 60
REASONS = {200: "OK", 404: "Not Found", 455: "Method Not Valid In This State", 461: "Unsupported Transport"}
REASONS |= {501: "Not Implemented", 503: "Service Unavailable"}
CLOCK = 90_000  # of RTP timestamps of video, per second


class Request(NamedTuple):
    """A request. None of the methods needs a body."""

    method: str
    url: str
    headers: dict[str, str]

    @classmethod
    async def read(cls, reader: asyncio.StreamReader) -> Self:
        """Read the next request, and skip RTCP reports of the player."""
        while (first := await reader.readexactly(1)) == b"$":
            head = await reader.readexactly(3)
            await reader.readexactly(int.from_bytes(head[1:]))
        lines = (first + await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        method, url, _ = lines[0].split(" ", 2)
        pairs = (line.partition(":")[::2] for line in lines[1:] if line)
        headers = {name.lower(): value.strip() for name, value in pairs}
        await reader.readexactly(int(headers.get("content-length", 0)))
        return cls(method, url, headers)


class RtspServer:
    """A server that listens on `rtspPort` while `rtspOn` is set."""

    def __init__(self, simulator: RotoclearSimulator) -> None:
        """Initialize a server that does not listen yet."""
        self.simulator = simulator
        self.viewers = 0
        self._server: asyncio.Server | None = None
        self._port = 0
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def is_listening(self) -> bool:
        """Return True if players can connect."""
        return self._server is not None

    async def arrange(self, host: str) -> str:
        """Start, stop or move the server according to the variables. Return an error text, or an empty one."""
        values = self.simulator.unit.values
        wanted = int(values["rtspPort"]) if values["rtspOn"] else 0
        if wanted == self._port:
            return ""
        await self.stop()
        if wanted:
            try:
                self._server = await asyncio.start_server(self._connected, host, wanted)
            except OSError as error:
                return error.strerror or "unknown"
            self._port = wanted
        return ""

    async def stop(self) -> None:
        """Close the server and all connections."""
        server, self._server, self._port = self._server, None, 0
        if server is not None:
            close(server)
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await Connection(self, reader, writer).serve()
        except asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError:
            pass  # the player has disconnected, or the server was stopped
        finally:
            self._connections.discard(task)
            writer.transport.abort()


class Connection:
    """The connection of a player."""

    def __init__(self, server: RtspServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Initialize before the first request."""
        self._server = server
        self._reader = reader
        self._writer = writer
        self._session = token_hex(4)
        self._channel: int | None = None
        self._encoder = Encoder()
        self._playing: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Handle requests until the player disconnects."""
        try:
            while True:
                request = await Request.read(self._reader)
                self._server.simulator.record.add("rtsp", method=request.method, path=urlsplit(request.url).path)
                status, headers, body = await self._answer(request)
                self._send(request, status, headers, body)
                await self._writer.drain()
                if request.method == "TEARDOWN":
                    return
                if request.method == "PLAY" and status == 200 and self._playing is None:
                    self._playing = asyncio.create_task(self._play())
        finally:
            if self._playing is not None:
                self._playing.cancel()
                await asyncio.gather(self._playing, return_exceptions=True)

    async def _answer(self, request: Request) -> tuple[int, dict[str, str], str]:
        path = urlsplit(request.url).path or PATH
        match request.method:
            case "OPTIONS":
                return 200, {"Public": METHODS}, ""
            case "DESCRIBE" if path == PATH:
                return await self._describe(request.url)
            case "SETUP" if path.removesuffix(TRACK) == PATH:
                return self._set_up(request.headers.get("transport", ""))
            case "DESCRIBE" | "SETUP":
                return 404, {}, ""
            case "PLAY" if self._channel is not None:
                return 200, {"Session": self._session, "Range": "npt=now-"}, ""
            case "PLAY":
                return 455, {}, ""
            case "GET_PARAMETER" | "TEARDOWN":
                return 200, {"Session": self._session}, ""
        return 501, {}, ""

    async def _describe(self, url: str) -> tuple[int, dict[str, str], str]:
        """Return the description of the stream, with the decoder's parameters from the first picture."""
        if (picture := await self._server.simulator.camera.frame()) is None:
            return 503, {}, ""
        units = await asyncio.to_thread(self._encoder.encode, picture, 0)
        parameters = [unit for unit in units if unit[0] & 0x1F in (7, 8)]
        sets = ",".join(base64.b64encode(unit).decode() for unit in parameters)
        lines = (
            "v=0",
            "o=- 0 0 IN IP4 0.0.0.0",
            "s=Rotoclear C2",
            "c=IN IP4 0.0.0.0",
            "t=0 0",
            "m=video 0 RTP/AVP 96",
            f"a=rtpmap:96 H264/{CLOCK}",
            f"a=fmtp:96 packetization-mode=1;profile-level-id={parameters[0][1:4].hex()};sprop-parameter-sets={sets}",
            f"a=control:{TRACK}",
        )
        base = f"{url.rstrip('/')}/"
        return 200, {"Content-Base": base, "Content-Type": "application/sdp"}, "\r\n".join((*lines, ""))

    def _set_up(self, transport: str) -> tuple[int, dict[str, str], str]:
        """Return the channels in this connection, the only supported transport."""
        parts = dict(part.partition("=")[::2] for part in transport.split(";"))
        if "RTP/AVP/TCP" not in parts:
            return 461, {}, ""
        self._channel = int(parts.get("interleaved", "0-1").partition("-")[0])
        agreed = f"RTP/AVP/TCP;unicast;interleaved={self._channel}-{self._channel + 1}"
        return 200, {"Session": f"{self._session};timeout={SESSION_SECONDS}", "Transport": agreed}, ""

    def _send(self, request: Request, status: int, headers: dict[str, str], body: str) -> None:
        headers = {"CSeq": request.headers.get("cseq", "0"), **headers}
        if body:
            headers["Content-Length"] = str(len(body))
        lines = (f"RTSP/1.0 {status} {REASONS[status]}", *(f"{name}: {value}" for name, value in headers.items()), "")
        self._writer.write(("\r\n".join(lines) + "\r\n" + body).encode())

    async def _play(self) -> None:
        """Send pictures at the frame rate of the camera until the player disconnects."""
        camera, began, sequence = self._server.simulator.camera, time.monotonic(), 0
        self._server.viewers += 1
        try:
            with contextlib.suppress(ConnectionError):
                while True:
                    if (picture := await camera.next_frame()) is None or self._server.simulator.faults.get("silent"):
                        continue
                    timestamp = int((time.monotonic() - began) * CLOCK) + 1
                    units = await asyncio.to_thread(self._encoder.encode, picture, timestamp)
                    for packet in packets(units, sequence, timestamp):
                        sequence += 1
                        self._writer.write(b"$%c%b%b" % (self._channel or 0, len(packet).to_bytes(2), packet))
                    await self._writer.drain()
        finally:
            self._server.viewers -= 1
