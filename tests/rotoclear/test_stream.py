"""The multipart stream: what the unit sends becomes pieces, and a viewer gets or misses whole pictures."""

import asyncio
from collections.abc import Iterable
from typing import Any, override

import pytest

from custom_components.rotoclear.api import FIRST_BOUNDARY, Viewer
from custom_components.rotoclear.api.stream import NEXT_BOUNDARY, Piece, Splitter
from custom_components.rotoclear.common.client.errors import CannotConnect, InvalidAnswer, PushError

JPEG = b"\xff\xd8" + b"picture" * 50 + b"\xff\xd9"


def split(*chunks: bytes) -> list[bytes]:
    """Feed a stream in these chunks and return its pictures."""
    splitter = Splitter()
    return pictures(piece for chunk in chunks for piece in splitter.feed(chunk))


def pictures(pieces: Iterable[Piece]) -> list[bytes]:
    """Return the pictures in what a viewer got, whose form must be right."""
    body = FIRST_BOUNDARY + b"".join(map(unframed, pieces))
    *parts, rest = body.removeprefix(FIRST_BOUNDARY).split(NEXT_BOUNDARY)
    assert not rest
    return [picture_of(part) for part in parts]


def unframed(piece: Piece) -> bytes:
    """Return what is in a chunk of HTTP's chunked encoding."""
    size, _, rest = b"".join(piece).partition(b"\r\n")
    assert rest.endswith(b"\r\n")
    assert int(size, 16) == len(rest) - 2
    return rest[:-2]


def picture_of(part: bytes) -> bytes:
    """Return the picture in a part of ours, whose header must be right."""
    header, _, picture = part.partition(b"\r\n\r\n")
    assert header.decode().split("\r\n") == ["Content-Type: image/jpeg", f"Content-Length: {len(picture)}"]
    return picture


def part(length: bool) -> bytes:
    header = f"Content-Length: {len(JPEG)}\r\n" if length else ""
    return f"--b\r\nContent-Type: image/jpeg\r\n{header}\r\n".encode() + JPEG + b"\r\n"


@pytest.mark.parametrize("length", [True, False])
@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_pictures_are_found_however_the_stream_is_cut(length: bool, size: int) -> None:
    body = part(length) * 3 + b"--b--\r\n"
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    assert split(*chunks) == [JPEG] * 3


def test_stream_that_is_not_multipart() -> None:
    with pytest.raises(InvalidAnswer):
        split(*[b"x" * 5000] * 5)


@pytest.mark.parametrize("header", [b"--b\r\nContent-Length: 99999999999\r\n\r\n", b"--b\r\n\r\n"])
def test_endless_picture_is_refused(header: bytes) -> None:
    with pytest.raises(InvalidAnswer):
        split(header, *[b"x" * 1_000_000] * 20)


@pytest.mark.parametrize(
    "line", [b"content-length : 364", b"CONTENT-LENGTH:364  ", b"X: 1\r\nContent-Length:\t364\r\nX: 2"]
)
def test_length_is_read_however_it_is_written(line: bytes) -> None:
    with_tail = JPEG + b"\xff\xd9\r\n--tail"
    line = line.replace(b"364", str(len(with_tail)).encode())
    assert split(b"--b\r\n" + line + b"\r\n\r\n" + with_tail + b"\r\n") == [with_tail]


@pytest.mark.parametrize("line", [b"X-Content-Length: 3", b"Content-Length: 3x", b"Content-Length: " + b"1" * 5000])
def test_what_is_no_length_is_not_taken_for_one(line: bytes) -> None:
    assert split(b"--b\r\n" + line + b"\r\n\r\n" + JPEG + b"\r\n--b--") == [JPEG]


def test_header_of_the_unit_is_not_passed_on() -> None:
    hostile = b"--b\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(JPEG)
    assert split(hostile + JPEG + b"\r\n") == [JPEG]


def test_picture_without_bytes_is_none() -> None:
    empty = b"--b\r\nContent-Length: 0\r\n\r\n\r\n"
    assert split(empty + part(length=True) + empty) == [JPEG]


def test_picture_is_passed_on_before_it_is_complete() -> None:
    splitter = Splitter()
    body = part(length=True)
    middle = body.index(JPEG) + 100
    first, second = splitter.feed(body[:middle]), splitter.feed(body[middle:])
    assert [bytes(piece[2]) for piece in first] == [JPEG[:100]]
    assert pictures([*first, *second]) == [JPEG]


class Connection(asyncio.WriteTransport):
    """A connection to a viewer who takes what was written when he is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.got = b""
        self.waiting = 0
        self.closing = False

    @override
    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        self.got += data

    @override
    def get_write_buffer_size(self) -> int:
        return self.waiting

    @override
    def is_closing(self) -> bool:
        return self.closing


def piece(text: str, header: str = "", end: str = "") -> Piece:
    return b"<", header.encode(), memoryview(text.encode()), end.encode(), b">"


async def watching(viewer: Viewer, connection: Connection, *, chunked: bool = True) -> asyncio.Task[None]:
    """Let the viewer watch on a connection."""
    task = asyncio.create_task(viewer.watch(connection, chunked=chunked))
    await asyncio.sleep(0)
    return task


async def test_viewer_gets_what_came_of_the_latest_picture_before_he_could_be_written_to() -> None:
    viewer, connection = Viewer(), Connection()
    assert not viewer.begun.done()
    viewer.offer(piece("0"))
    assert not viewer.begun.done()
    for early in (piece("1", "H"), piece("2"), piece("3", "H"), piece("4")):
        viewer.offer(early)
        assert viewer.begun.done()
    task = await watching(viewer, connection)
    viewer.offer(piece("5", end="E"))
    viewer.end(CannotConnect("over"))
    with pytest.raises(PushError, match="over"):
        await task
    assert connection.got == b"<H3><4><5E>"


async def test_viewer_who_is_behind_misses_whole_pictures() -> None:
    viewer, connection = Viewer(), Connection()
    viewer.offer(piece("1", "H"))
    task = await watching(viewer, connection)
    connection.waiting = 1
    viewer.offer(piece("2", end="E"))
    viewer.offer(piece("3", "H"))
    connection.waiting = 0
    viewer.offer(piece("4", end="E"))
    assert connection.got == b"<H1><2E>"
    viewer.offer(piece("5", "H", "E"))
    assert connection.got == b"<H1><2E><H5E>"
    task.cancel()


async def test_viewer_without_chunked_encoding() -> None:
    viewer, connection = Viewer(), Connection()
    viewer.offer(piece("1", "H"))
    task = await watching(viewer, connection, chunked=False)
    viewer.offer(piece("2", end="E"))
    assert connection.got == b"H12E"
    task.cancel()


async def test_viewer_who_is_gone_is_over() -> None:
    viewer, connection = Viewer(), Connection()
    viewer.offer(piece("1", "H"))
    task = await watching(viewer, connection)
    connection.closing = True
    viewer.offer(piece("2", "H"))
    viewer.offer(piece("3", "H"))
    with pytest.raises(ConnectionResetError):
        await task
    assert connection.got == b"<H1>"


async def test_stream_without_a_picture_is_over() -> None:
    viewer = Viewer()
    viewer.end(CannotConnect("over"))
    with pytest.raises(PushError, match="over"):
        await viewer.begun
