"""Fakes of aiohttp's session and WebSocket for fuzz targets, because real sockets are too slow for 100,000 cases."""

from collections import deque
from collections.abc import AsyncGenerator, Iterable
from typing import Any, Self, override

import aiohttp
from multidict import CIMultiDict
from yarl import URL

PIECE = 4096


class FakeContent:
    """The stream of a body."""

    def __init__(self, body: bytes) -> None:
        """Initialize with the body."""
        self._pieces = deque(body[start : start + PIECE] for start in range(0, len(body), PIECE))

    async def readany(self) -> bytes:
        """Return the next piece, or empty bytes at the end."""
        return self._pieces.popleft() if self._pieces else b""

    async def read(self, _size: int = -1) -> bytes:
        """Return the next piece, or empty bytes at the end."""
        return await self.readany()

    async def iter_any(self) -> AsyncGenerator[bytes]:
        """Yield the pieces."""
        while piece := await self.readany():
            yield piece

    def iter_chunked(self, _size: int) -> AsyncGenerator[bytes]:
        """Yield the pieces."""
        return self.iter_any()


class FakeResponse:
    """An HTTP response."""

    def __init__(self, status: int, content_type: str, body: bytes, headers: dict[str, str]) -> None:
        """Initialize with the response."""
        self.status = status
        self.content_type = content_type
        self.headers = CIMultiDict({"Content-Type": content_type, **headers})
        self.content = FakeContent(body)
        self.content_length = len(body)
        self._body = body

    async def read(self) -> bytes:
        """Return the body."""
        return self._body

    async def __aenter__(self) -> Self:
        """Return the response."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Do nothing."""

    def release(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class _NoCookies:
    def clear(self) -> None:
        """Do nothing."""


class FakeSession:
    """A session with the same response, `answer`, to all requests."""

    def __init__(self) -> None:
        """Initialize with an empty JSON object as response."""
        self.answer: tuple[int, str, bytes, dict[str, str]] = (200, "application/json", b"{}", {})
        self.cookie_jar = _NoCookies()
        self.closed = False

    def request(self, _method: str, _url: URL, **_options: Any) -> FakeResponse:
        """Return the response."""
        return FakeResponse(*self.answer)

    def get(self, url: URL, **options: Any) -> FakeResponse:
        """Return the response."""
        return self.request("GET", url, **options)

    def post(self, url: URL, **options: Any) -> FakeResponse:
        """Return the response."""
        return self.request("POST", url, **options)


class FakeWebSocket:
    """A WebSocket that receives the given frames and is then closed."""

    closed = False

    def __init__(self, frames: Iterable[str | bytes]) -> None:
        """Initialize with the frames, text or binary."""
        self._frames = deque(frames)
        self._last: str | bytes = b""

    def assert_all_received(self, ends: tuple[str, ...] = ()) -> None:
        """Raise AssertionError if not all frames were received.

        `ends` are the prefixes of the frames that end a session by the protocol.
        """
        ended = isinstance(self._last, str) and self._last.startswith(ends)
        assert ended or not self._frames, f"nothing was received after {self._last[:60]!r}"

    def get_extra_info(self, _name: str) -> None:
        """Return None, as there is no transport."""

    async def receive(self, timeout: float | None = None) -> aiohttp.WSMessage:
        """Return the next frame, or the close message."""
        if not self._frames:
            return _message(aiohttp.WSMsgType.CLOSED, None)
        self._last = frame = self._frames.popleft()
        return _message(aiohttp.WSMsgType.TEXT if isinstance(frame, str) else aiohttp.WSMsgType.BINARY, frame)

    async def send_str(self, _text: str) -> None:
        """Do nothing."""

    async def send_bytes(self, _data: bytes) -> None:
        """Do nothing."""

    async def ping(self, _data: bytes = b"") -> None:
        """Do nothing."""

    async def pong(self, _data: bytes = b"") -> None:
        """Do nothing."""

    async def close(self, **_options: Any) -> bool:
        """Return True."""
        return True

    @override
    def __repr__(self) -> str:
        return f"<{len(self._frames)} frames left>"


def _message(kind: aiohttp.WSMsgType, data: Any) -> aiohttp.WSMessage:
    message: aiohttp.WSMessage = aiohttp.WSMessage(kind, data, None)
    return message
