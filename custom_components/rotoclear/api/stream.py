"""One upstream MJPEG connection for all viewers; none while nobody watches.

Pictures are passed on as they come, never decoded. A viewer who is too slow misses pictures
instead of holding up the others.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp

from ..push.errors import CannotConnect, InvalidAnswer, PushError
from .client import MAX_IMAGE_BYTES, RotoclearClient

HEADER_LIMIT = 8192
LONGEST_NUMBER = 20


class StreamRelay:
    """Shares the unit's MJPEG stream among viewers."""

    def __init__(self, client: RotoclearClient) -> None:
        """Open nothing before the first viewer."""
        self._client = client
        self._viewers: set[Viewer] = set()
        self._task: asyncio.Task[None] | None = None

    @property
    def viewers(self) -> int:
        """How many watch now."""
        return len(self._viewers)

    @asynccontextmanager
    async def watch(self) -> AsyncGenerator[Viewer]:
        """Give the pictures to one viewer; the last one to leave closes the upstream connection."""
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
        """End the upstream connection and every viewer's stream."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _pump(self) -> None:
        error: PushError = CannotConnect("the stream ended")
        try:
            async with self._client.stream() as response:
                async for picture in pictures(response.content):
                    for viewer in self._viewers:
                        viewer.offer(picture)
        except PushError as failure:
            error = failure
        finally:
            if self._task is asyncio.current_task():
                self._task = None
            for viewer in self._viewers:
                viewer.end(error)


class Viewer:
    """One viewer's place in the stream: always the latest picture."""

    def __init__(self) -> None:
        """Start without a picture."""
        self._latest: bytes | None = None
        self._error: PushError | None = None
        self._changed = asyncio.Event()

    def offer(self, picture: bytes) -> None:
        """Replace the picture that waits."""
        self._latest = picture
        self._changed.set()

    def end(self, error: PushError) -> None:
        """Tell that no more pictures come."""
        self._error = error
        self._changed.set()

    async def picture(self) -> bytes:
        """Return the next JPEG picture. Raises PushError when the stream is over."""
        await self._changed.wait()
        self._changed.clear()
        if self._latest is not None:
            picture, self._latest = self._latest, None
            if self._error is not None:
                self._changed.set()
            return picture
        raise self._error or CannotConnect("the stream ended")


async def pictures(content: aiohttp.StreamReader) -> AsyncGenerator[bytes]:
    """Split a multipart/x-mixed-replace body into its JPEG pictures.

    A part's length comes from its header, or, where there is none, from JPEG's own end marker.
    Raises InvalidAnswer on a part that is too large.
    """
    buffer = bytearray()
    while True:
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            if len(buffer) > HEADER_LIMIT:
                raise InvalidAnswer("the stream is not multipart")
            if not (chunk := await content.readany()):
                return
            buffer += chunk
        length = _content_length(bytes(buffer[:end]))
        del buffer[: end + 4]
        searched = 0
        while length is None or len(buffer) < length:
            if length is None and (stop := buffer.find(b"\xff\xd9\r\n--", searched)) >= 0:
                length = stop + 2
                break
            searched = max(0, len(buffer) - 6)
            if len(buffer) > MAX_IMAGE_BYTES or (length or 0) > MAX_IMAGE_BYTES:
                raise InvalidAnswer("a picture of the stream is too large")
            if not (chunk := await content.readany()):
                return
            buffer += chunk
        # A slice of the buffer itself would be copied twice.
        with memoryview(buffer) as view:
            picture = bytes(view[:length])
        yield picture
        del buffer[:length]


def _content_length(header: bytes) -> int | None:
    for line in header.split(b"\r\n"):
        name, _, value = line.partition(b":")
        # Python refuses to read numbers of thousands of digits.
        if name.strip().lower() == b"content-length" and value.strip().isdigit() and len(value) < LONGEST_NUMBER:
            return int(value)
    return None
