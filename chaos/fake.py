"""Stand-ins for aiohttp's session and WebSocket that answer as a fuzz target wants it.

A socket could carry all of this too, but not a hundred thousand times in a few minutes.
"""

from collections import deque
from collections.abc import AsyncGenerator, Iterable
from typing import Any, Self, override

import aiohttp
from multidict import CIMultiDict
from yarl import URL

PIECE = 4096


class FakeContent:
    """A body, in pieces."""

    def __init__(self, body: bytes) -> None:
        """Initialize with the whole body."""
        self._pieces = deque(body[start : start + PIECE] for start in range(0, len(body), PIECE))

    async def readany(self) -> bytes:
        """Return the next piece, empty at the end."""
        return self._pieces.popleft() if self._pieces else b""

    async def read(self, _size: int = -1) -> bytes:
        """Return the next piece, empty at the end."""
        return await self.readany()

    async def iter_any(self) -> AsyncGenerator[bytes]:
        """Give the pieces."""
        while piece := await self.readany():
            yield piece

    def iter_chunked(self, _size: int) -> AsyncGenerator[bytes]:
        """Give the pieces."""
        return self.iter_any()


class FakeResponse:
    """An answer."""

    def __init__(self, status: int, content_type: str, body: bytes, headers: dict[str, str]) -> None:
        """Initialize with everything an answer has."""
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
        """Begin."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End."""

    def release(self) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Nothing is open."""


class _NoCookies:
    def clear(self) -> None:
        """Nothing is kept."""


class FakeSession:
    """A session that gives the same answer to everything."""

    def __init__(self) -> None:
        """Answer nothing yet: set `answer`."""
        self.answer: tuple[int, str, bytes, dict[str, str]] = (200, "application/json", b"{}", {})
        self.cookie_jar = _NoCookies()
        self.closed = False

    def request(self, _method: str, _url: URL, **_options: Any) -> FakeResponse:
        """Answer."""
        return FakeResponse(*self.answer)

    def get(self, url: URL, **options: Any) -> FakeResponse:
        """Answer."""
        return self.request("GET", url, **options)

    def post(self, url: URL, **options: Any) -> FakeResponse:
        """Answer."""
        return self.request("POST", url, **options)


class FakeWebSocket:
    """An open WebSocket that brings the given frames and is closed then."""

    closed = False

    def __init__(self, frames: Iterable[str | bytes]) -> None:
        """Initialize with the frames, text or binary."""
        self._frames = deque(frames)
        self._last: str | bytes = b""

    def heard_out(self, ends: tuple[str, ...] = ()) -> None:
        """Raise AssertionError when the reader stopped before the end.

        `ends`: the beginnings of frames that end a session, as the protocol has it.
        """
        ended = isinstance(self._last, str) and self._last.startswith(ends)
        assert ended or not self._frames, f"stopped listening after {self._last[:60]!r}"

    def get_extra_info(self, _name: str) -> None:
        """There is no transport."""

    async def receive(self, timeout: float | None = None) -> aiohttp.WSMessage:
        """Return the next frame."""
        if not self._frames:
            return _message(aiohttp.WSMsgType.CLOSED, None)
        self._last = frame = self._frames.popleft()
        return _message(aiohttp.WSMsgType.TEXT if isinstance(frame, str) else aiohttp.WSMsgType.BINARY, frame)

    async def send_str(self, _text: str) -> None:
        """Send into the void."""

    async def send_bytes(self, _data: bytes) -> None:
        """Send into the void."""

    async def ping(self, _data: bytes = b"") -> None:
        """Ping the void."""

    async def pong(self, _data: bytes = b"") -> None:
        """Answer the void."""

    async def close(self, **_options: Any) -> bool:
        """Close."""
        return True

    @override
    def __repr__(self) -> str:
        return f"<{len(self._frames)} frames left>"


def _message(kind: aiohttp.WSMsgType, data: Any) -> aiohttp.WSMessage:
    message: aiohttp.WSMessage = aiohttp.WSMessage(kind, data, None)
    return message
