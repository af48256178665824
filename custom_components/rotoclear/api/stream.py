"""One upstream MJPEG connection for all viewers; none while nobody watches.

Pictures are passed on as they come, never decoded, and copied once, whoever watches: into the part
that is written to all. A viewer who is too slow misses pictures instead of holding up the others.
"""

import asyncio
from collections.abc import Callable, Coroutine
import re
from typing import Any

from ..push.errors import CannotConnect, InvalidAnswer, PushError
from .client import MAX_IMAGE_BYTES, RotoclearClient

BOUNDARY = "rotoclear-picture"
STREAM_TYPE = f"multipart/x-mixed-replace;boundary={BOUNDARY}"

HEADER = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n".encode()

HEADER_LIMIT = 8192
END_OF_HEADER = b"\r\n\r\n"
# Python refuses to read numbers of thousands of digits.
LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,19})[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
# How much is looked through at a time: more than a part's header, less than a picture.
STEP = 2048
# Where a picture without a length ends: JPEG's own end marker, and the next part's boundary.
END_OF_JPEG = b"\xff\xd9"
END_OF_PART = END_OF_JPEG + b"\r\n--"

# Writes one part to a viewer; it may raise what it likes, and waits while the viewer is slow.
type Write = Callable[[bytearray], Coroutine[Any, Any, None]]


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

    async def watch(self, write: Write) -> None:
        """Write the pictures to one viewer, as parts of STREAM_TYPE, until he leaves or the stream ends.

        All viewers are given the same bytes: they are not to be changed. The last one to leave
        closes the upstream connection. Raises PushError when the stream ends, and what `write` raises.
        """
        viewer = Viewer(write)
        self._viewers.add(viewer)
        if self._task is None:
            self._task = asyncio.create_task(self._pump(), name="rotoclear stream")
        try:
            await viewer.over
        finally:
            self._viewers.discard(viewer)
            viewer.leave()
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
            async with self._client.stream() as read_chunk:
                splitter = Splitter()
                while chunk := await read_chunk():
                    for part in splitter.feed(chunk):
                        for viewer in self._viewers:
                            viewer.offer(part)
        except PushError as failure:
            error = failure
        finally:
            if self._task is asyncio.current_task():
                self._task = None
            for viewer in self._viewers:
                viewer.end(error)


class Viewer:
    """One viewer's place in the stream: always the latest picture, and each as a whole."""

    def __init__(self, write: Write) -> None:
        """Start without a picture."""
        self._loop = asyncio.get_running_loop()
        self.over: asyncio.Future[None] = self._loop.create_future()
        self._write = write
        self._writing: asyncio.Task[None] | None = None
        self._latest: bytearray | None = None
        self._error: PushError | None = None

    def offer(self, part: bytearray) -> None:
        """Write this picture, or, while one before it is being written, let it replace the one that waits."""
        if self._writing is not None:
            self._latest = part
            return
        if self.over.done():
            return
        # Most often the socket takes it all at once: then this is no more than a call.
        writing = asyncio.Task(self._write(part), loop=self._loop, eager_start=True)
        if writing.done():
            self._written(writing)
        else:
            self._writing = writing
            writing.add_done_callback(self._written)

    def end(self, error: PushError) -> None:
        """Let the stream be over, after the picture that waits."""
        self._error = error
        if self._writing is None:
            self._finish(error)

    def leave(self) -> None:
        """Write nothing more."""
        self.over.cancel()
        if self._writing is not None:
            self._writing.cancel()

    def _written(self, writing: asyncio.Task[None]) -> None:
        self._writing = None
        if writing.cancelled():
            self.over.cancel()
        elif error := writing.exception():
            self._finish(error)
        elif self._latest is not None:
            part, self._latest = self._latest, None
            self.offer(part)
        elif self._error is not None:
            self._finish(self._error)

    def _finish(self, error: BaseException) -> None:
        if not self.over.done():
            self.over.set_exception(error)


class Splitter:
    """Makes of a multipart/x-mixed-replace body the parts of our own, one for each JPEG picture.

    A picture's length comes from its header, or, where there is none, from JPEG's own end marker.
    Nothing else of the header is passed on: a browser would show whatever it names.
    """

    def __init__(self) -> None:
        """Start before the first header."""
        # The part that is being filled, and what it lacks of its picture.
        self._part: bytearray | None = None
        self._lacks = 0
        # What has come of something whose length nobody told: a header, or a picture.
        self._gathered = bytearray()
        self._end = END_OF_HEADER

    def feed(self, chunk: bytes) -> list[bytearray]:
        """Take the body's next bytes; return the parts they complete.

        Raises InvalidAnswer on a header or a picture that is too large.
        """
        complete: list[bytearray] = []
        at = 0
        while at < len(chunk):
            if self._part is None:
                at = self._gather(chunk, at)
            if self._part is not None:
                piece = memoryview(chunk)[at : at + self._lacks]
                self._part += piece
                at += len(piece)
                self._lacks -= len(piece)
                if not self._lacks:
                    self._part += b"\r\n"
                    complete.append(self._part)
                    self._part = None
        return complete

    def _gather(self, chunk: bytes, at: int) -> int:
        """Look for an end, a step further; return where to go on in the chunk."""
        gathered, end = self._gathered, self._end
        before = len(gathered)
        gathered += chunk[at : at + STEP]
        found = gathered.find(end, max(0, before - len(end) + 1))
        if found < 0:
            if len(gathered) > (HEADER_LIMIT if end is END_OF_HEADER else MAX_IMAGE_BYTES):
                raise InvalidAnswer("the stream is not multipart, or its picture too large")
            return at + len(gathered) - before
        if end is END_OF_PART:
            self._begin(found + len(END_OF_JPEG), gathered[:found] + END_OF_JPEG)
            self._end = END_OF_HEADER
        elif length := LENGTH.search(gathered, 0, found):
            self._begin(int(length[1]))
        else:
            self._end = END_OF_PART
        gathered.clear()
        return at + found + len(end) - before

    def _begin(self, length: int, picture: bytearray | None = None) -> None:
        """Begin a part with what there is of its picture."""
        if length > MAX_IMAGE_BYTES:
            raise InvalidAnswer("a picture of the stream is too large")
        self._part = bytearray(HEADER % length)
        self._lacks = length
        if picture is not None:
            self._part += picture
            self._lacks = 0
