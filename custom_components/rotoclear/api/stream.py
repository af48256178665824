"""Relay of the unit's MJPEG stream: all viewers share one connection, which is open while there are viewers.

The JPEG pictures are not decoded. A slow viewer misses pictures and does not slow down the others.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import re
from typing import Self

from ..common.client.errors import CannotConnect, InvalidAnswer, PushError
from ..common.client.images import image_type
from .client import MAX_IMAGE_BYTES, PICTURE_TYPE, RotoclearClient

BOUNDARY = "rotoclear-picture"
STREAM_TYPE = f"multipart/x-mixed-replace;boundary={BOUNDARY}"

FIRST_BOUNDARY = f"--{BOUNDARY}\r\n".encode()
HEADER = b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
# Sent together with the picture before it: browsers show a picture only when its end boundary has come.
NEXT_BOUNDARY = b"\r\n" + FIRST_BOUNDARY

HEADER_LIMIT = 8192
# Of one turn of the event loop: megabytes of tiny pictures would block it.
PIECE_BYTES = 64 * 1024
END_OF_HEADER = b"\r\n\r\n"
# Python raises ValueError for integers of thousands of digits.
LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,19})[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
# A picture without a length ends with JPEG's end marker, followed by the boundary of the next part.
END_OF_JPEG = b"\xff\xd9"
END_OF_PART = END_OF_JPEG + b"\r\n--"


class StreamRelay:
    """Relays the unit's MJPEG stream to viewers."""

    def __init__(self, client: RotoclearClient) -> None:
        """Initialize without a connection."""
        self._client = client
        self._viewers: set[Viewer] = set()
        self._task: asyncio.Task[None] | None = None

    @property
    def viewers(self) -> int:
        """Return the number of viewers."""
        return len(self._viewers)

    @asynccontextmanager
    async def watch(self) -> AsyncGenerator[Viewer]:
        """Yield a new viewer. The first viewer opens the connection to the unit, the last one closes it."""
        viewer = Viewer()
        self._viewers.add(viewer)
        if self._task is None:
            self._task = asyncio.create_task(self._pump(), name="rotoclear stream")
        try:
            yield viewer
        finally:
            self._viewers.discard(viewer)
            if not self._viewers:
                await self.stop()

    async def stop(self) -> None:
        """Close the connection to the unit, which ends the stream of each viewer."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _pump(self) -> None:
        error: PushError = CannotConnect("the stream ended")
        try:
            async with self._client.stream() as chunks:
                splitter = Splitter()
                async for chunk in chunks:
                    for start in range(0, len(chunk), PIECE_BYTES):
                        self._take(splitter.feed(chunk[start : start + PIECE_BYTES]))
                        await asyncio.sleep(0)
        except PushError as failure:
            error = failure
        finally:
            if self._task is asyncio.current_task():
                self._task = None
            self._offer(error)

    def _take(self, pictures: list[bytes]) -> None:
        for picture in pictures:
            if image_type(picture) == PICTURE_TYPE:
                self._offer(picture)
            else:
                self._client.dropped.add("picture that is no JPEG")

    def _offer(self, item: bytes | PushError) -> None:
        for viewer in self._viewers:
            viewer.offer(item)


class Viewer:
    """The stream of one viewer: `async for` yields JPEG pictures, and raises PushError at the end."""

    def __init__(self) -> None:
        self._latest: asyncio.Queue[bytes | PushError] = asyncio.Queue(maxsize=1)

    def offer(self, item: bytes | PushError) -> None:
        """Replace the picture that the viewer has not taken yet. A PushError ends the stream."""
        if self._latest.full():
            self._latest.get_nowait()
        self._latest.put_nowait(item)

    def __aiter__(self) -> Self:
        """Return the iterator over the pictures."""
        return self

    async def __anext__(self) -> bytes:
        """Return the latest picture. Raises PushError if the stream ended."""
        item = await self._latest.get()
        if isinstance(item, PushError):
            raise item
        return item


def part_of(picture: bytes) -> bytes:
    """Return a picture as a part of the multipart response."""
    # `+` would copy the picture twice.
    return b"".join((HEADER % len(picture), picture, NEXT_BOUNDARY))


class Splitter:
    """Splits a multipart/x-mixed-replace body into its JPEG pictures.

    A part without Content-Length ends with JPEG's end marker.
    """

    def __init__(self) -> None:
        self._body = bytearray()
        self._is_in_picture = False
        self._length: int | None = None
        self._searched = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """Add the next bytes of the body, and return the pictures that are complete now.

        Raises InvalidAnswer if a header or a picture is too large.
        """
        self._body += chunk
        pictures: list[bytes] = []
        while (self._is_in_picture or self._read_header()) and (picture := self._take_picture()) is not None:
            if picture:
                pictures.append(picture)
        return pictures

    def _read_header(self) -> bool:
        """Read the header of a part; return False if it is not complete."""
        if (end := self._body.find(END_OF_HEADER)) < 0:
            if len(self._body) > HEADER_LIMIT:
                raise InvalidAnswer("the stream is not multipart")
            return False
        length = LENGTH.search(self._body, 0, end)
        self._length = int(length[1]) if length else None
        if self._length is not None and self._length > MAX_IMAGE_BYTES:
            raise InvalidAnswer("a picture of the stream is too large")
        self._is_in_picture, self._searched = True, 0
        del self._body[: end + len(END_OF_HEADER)]
        return True

    def _take_picture(self) -> bytes | None:
        """Remove and return the picture; return None if it is not complete."""
        length = self._find_end() if self._length is None else self._length
        if length is None or len(self._body) < length:
            return None
        with memoryview(self._body) as body:
            picture = body[:length].tobytes()
        del self._body[:length]
        self._is_in_picture = False
        return picture

    def _find_end(self) -> int | None:
        """Return the length of a picture without Content-Length; None if it is not complete."""
        end = self._body.find(END_OF_PART, self._searched)
        if end >= 0:
            return end + len(END_OF_JPEG)
        if len(self._body) > MAX_IMAGE_BYTES:
            raise InvalidAnswer("a picture of the stream is too large")
        self._searched = max(0, len(self._body) - len(END_OF_PART) + 1)
        return None
