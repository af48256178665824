"""One upstream MJPEG connection for all viewers; none while nobody watches.

Pictures are passed on as they come: never decoded, put together or copied. A viewer who has not taken
everything when a picture begins misses that picture, as a whole, instead of holding up the others.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
import re

from ..common.client.errors import CannotConnect, InvalidAnswer, PushError
from .client import MAX_IMAGE_BYTES, RotoclearClient

BOUNDARY = "rotoclear-picture"
STREAM_TYPE = f"multipart/x-mixed-replace;boundary={BOUNDARY}"

FIRST_BOUNDARY = f"--{BOUNDARY}\r\n".encode()
HEADER = b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
# Written with the picture before it: browsers show a picture when they see the boundary behind it.
NEXT_BOUNDARY = b"\r\n" + FIRST_BOUNDARY

HEADER_LIMIT = 8192
END_OF_HEADER = b"\r\n\r\n"
# Python refuses to read numbers of thousands of digits.
LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,19})[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
# How much is looked through at a time: more than a part's header, less than a picture.
STEP = 1024
# Where a picture without a length ends: JPEG's own end marker, and the next part's boundary.
END_OF_JPEG = b"\xff\xd9"
END_OF_PART = END_OF_JPEG + b"\r\n--"

# Bytes of one part of our own, as a chunk of HTTP's chunked encoding: the chunk's size, the part's header
# (empty but for its first piece), bytes of the picture, the next boundary (empty but for its last), the chunk's end.
type Piece = tuple[bytes, bytes, memoryview, bytes, bytes]


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
        """Give a new viewer, once a picture has begun for him. Raises PushError when there is none.

        The last one to leave closes the upstream connection.
        """
        viewer = Viewer()
        self._viewers.add(viewer)
        if self._task is None:
            self._task = asyncio.create_task(self._pump(), name="rotoclear stream")
        try:
            await viewer.begun
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
            async with self._client.stream() as read_chunk:
                splitter = Splitter()
                while self._pass_on(splitter, await read_chunk()):
                    pass
        except PushError as failure:
            error = failure
        finally:
            if self._task is asyncio.current_task():
                self._task = None
            for viewer in self._viewers:
                viewer.end(error)

    def _pass_on(self, splitter: Splitter, chunk: bytes) -> bool:
        """Give a chunk to the viewers and let go of it: the next one then has its memory, still in the cache."""
        for piece in splitter.feed(chunk):
            for viewer in self._viewers:
                viewer.offer(piece)
        return bool(chunk)


class Viewer:
    """One viewer's place in the stream."""

    def __init__(self) -> None:
        """Keep what comes of the latest picture until there is a connection to write it to."""
        loop = asyncio.get_running_loop()
        self.begun: asyncio.Future[None] = loop.create_future()
        self._over: asyncio.Future[Exception] = loop.create_future()
        self._transport: asyncio.WriteTransport | None = None
        self._early: list[Piece] = []
        self._write: Callable[[Piece], None] = self._early.append
        self._takes = False

    async def watch(self, transport: asyncio.WriteTransport, *, chunked: bool) -> None:
        """Write the pictures to a connection until the stream ends, then raise PushError.

        `chunked`: whether HTTP's chunked encoding is in use on it. Raises ConnectionResetError when
        the connection is lost. Past aiohttp's `write`, which takes one buffer at a time: the header
        would have to be sent by itself, or a copy of the picture made.
        """
        self._transport = transport
        self._write = transport.writelines if chunked else lambda piece: transport.write(b"".join(piece[1:-1]))
        for piece in self._early:
            self._write(piece)
        self._early.clear()
        raise await self._over

    def offer(self, piece: Piece) -> None:
        """Write a piece, unless it is of a picture that this viewer misses."""
        if piece[1]:
            self._takes = self._begin()
        if self._takes:
            self._write(piece)

    def end(self, error: Exception) -> None:
        """Let the stream be over."""
        if not self.begun.done():
            self.begun.set_exception(error)
        elif not self._over.done():
            self._over.set_result(error)

    def _begin(self) -> bool:
        """Tell whether to take the picture that begins: not while anything before it waits to be sent."""
        if (transport := self._transport) is None:
            self._early.clear()
            if not self.begun.done():
                self.begun.set_result(None)
            return True
        if transport.is_closing():
            self.end(ConnectionResetError())
            return False
        return not transport.get_write_buffer_size()


class Splitter:
    """Makes of a multipart/x-mixed-replace body the parts of our own, one for each JPEG picture.

    A picture's length comes from its header, or, where there is none, from JPEG's own end marker.
    Nothing else of the header is passed on: a browser would show whatever it names.
    """

    def __init__(self) -> None:
        """Start before the first header."""
        # The header of a part that was not passed on yet, and what the part lacks of its picture.
        self._header = b""
        self._lacks = 0
        # What has come of a part's header, and of a picture whose length nobody told.
        self._told = b""
        self._picture: bytearray | None = None

    def feed(self, chunk: bytes) -> list[Piece]:
        """Take the body's next bytes; return the pieces of parts in them.

        Raises InvalidAnswer on a header or a picture that is too large.
        """
        pieces: list[Piece] = []
        view = memoryview(chunk)
        at = 0
        while at < len(chunk):
            if self._lacks:
                picture = view[at : at + self._lacks]
                at += len(picture)
                self._lacks -= len(picture)
                pieces.append(_piece(self._header, picture, b"" if self._lacks else NEXT_BOUNDARY))
                self._header = b""
            elif self._picture is None:
                at = self._read_header(chunk, at)
            else:
                at = self._find_end(self._picture, chunk, at, pieces)
        return pieces

    def _read_header(self, chunk: bytes, at: int) -> int:
        """Read a part's header, a step further; return where to go on in the chunk."""
        told = self._told + chunk[at : at + STEP]
        at -= len(self._told)
        if (end := told.find(END_OF_HEADER)) < 0:
            if len(told) > HEADER_LIMIT:
                raise InvalidAnswer("the stream is not multipart")
            self._told = told
            return at + len(told)
        self._told = b""
        if length := LENGTH.search(told, 0, end):
            self._lacks = int(length[1])
            if self._lacks > MAX_IMAGE_BYTES:
                raise InvalidAnswer("a picture of the stream is too large")
            self._header = HEADER % self._lacks
        else:
            self._picture = bytearray()
        return at + end + len(END_OF_HEADER)

    def _find_end(self, picture: bytearray, chunk: bytes, at: int, pieces: list[Piece]) -> int:
        """Look for the end of a picture, a step further; return where to go on in the chunk."""
        before = len(picture)
        picture += chunk[at : at + STEP]
        end = picture.find(END_OF_PART, max(0, before - len(END_OF_PART) + 1))
        if end < 0:
            if len(picture) > MAX_IMAGE_BYTES:
                raise InvalidAnswer("a picture of the stream is too large")
            return at + len(picture) - before
        del picture[end + len(END_OF_JPEG) :]
        pieces.append(_piece(HEADER % len(picture), memoryview(picture), NEXT_BOUNDARY))
        self._picture = None
        return at + end + len(END_OF_PART) - before


def _piece(header: bytes, picture: memoryview, end: bytes) -> Piece:
    return b"%x\r\n" % (len(header) + len(picture) + len(end)), header, picture, end, b"\r\n"
