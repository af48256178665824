"""The multipart stream: it is split into pictures, and a viewer receives whole pictures only."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

import pytest

from custom_components.rotoclear.api import FIRST_BOUNDARY, RotoclearClient, StreamRelay, Viewer, part_of
from custom_components.rotoclear.api.stream import Splitter
from custom_components.rotoclear.common.client.errors import CannotConnect, InvalidAnswer, PushError
from custom_components.rotoclear.common.client.wire import DropCounter
from tests.turns import turns_during

JPEG = b"\xff\xd8" + b"picture" * 50 + b"\xff\xd9"


def split(*chunks: bytes) -> list[bytes]:
    """Return the pictures of a stream that arrives in these chunks."""
    splitter = Splitter()
    return [picture for chunk in chunks for picture in splitter.feed(chunk)]


def part(length: bool) -> bytes:
    header = f"Content-Length: {len(JPEG)}\r\n" if length else ""
    return f"--b\r\nContent-Type: image/jpeg\r\n{header}\r\n".encode() + JPEG + b"\r\n"


@pytest.mark.parametrize("length", [True, False])
@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_pictures_are_found_in_chunks_of_any_size(length: bool, size: int) -> None:
    body = part(length) * 3 + b"--b--\r\n"
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    assert split(*chunks) == [JPEG] * 3


def test_a_stream_that_is_not_multipart_is_refused() -> None:
    with pytest.raises(InvalidAnswer):
        split(*[b"x" * 5000] * 5)


@pytest.mark.parametrize("header", [b"--b\r\nContent-Length: 99999999999\r\n\r\n", b"--b\r\n\r\n"])
def test_a_picture_that_is_too_large_is_refused(header: bytes) -> None:
    with pytest.raises(InvalidAnswer):
        split(header, *[b"x" * 1_000_000] * 20)


@pytest.mark.parametrize(
    "line", [b"content-length : 364", b"CONTENT-LENGTH:364  ", b"X: 1\r\nContent-Length:\t364\r\nX: 2"]
)
def test_the_length_is_parsed_in_any_spelling(line: bytes) -> None:
    with_tail = JPEG + b"\xff\xd9\r\n--tail"
    line = line.replace(b"364", str(len(with_tail)).encode())
    assert split(b"--b\r\n" + line + b"\r\n\r\n" + with_tail + b"\r\n") == [with_tail]


@pytest.mark.parametrize("line", [b"X-Content-Length: 3", b"Content-Length: 3x", b"Content-Length: " + b"1" * 5000])
def test_an_invalid_length_is_ignored(line: bytes) -> None:
    assert split(b"--b\r\n" + line + b"\r\n\r\n" + JPEG + b"\r\n--b--") == [JPEG]


def test_the_content_type_of_the_unit_is_ignored() -> None:
    hostile = b"--b\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(JPEG)
    assert split(hostile + JPEG + b"\r\n") == [JPEG]


def test_an_empty_picture_is_left_out() -> None:
    empty = b"--b\r\nContent-Length: 0\r\n\r\n\r\n"
    assert split(empty + part(length=True) + empty) == [JPEG]


def test_a_part_for_a_viewer_has_its_own_header() -> None:
    header, _, rest = part_of(JPEG).partition(b"\r\n\r\n")
    assert header.decode().split("\r\n") == ["Content-Type: image/jpeg", f"Content-Length: {len(JPEG)}"]
    assert rest == JPEG + b"\r\n" + FIRST_BOUNDARY


async def test_a_viewer_receives_the_latest_picture() -> None:
    viewer = Viewer()
    for picture in (b"1", b"2", b"3"):
        viewer.offer(picture)
    assert await anext(viewer) == b"3"
    viewer.offer(b"4")
    assert await anext(viewer) == b"4"


async def test_a_viewer_waits_for_a_picture() -> None:
    viewer = Viewer()
    waiting = asyncio.create_task(anext(viewer))
    await asyncio.sleep(0)
    assert not waiting.done()
    viewer.offer(b"1")
    assert await waiting == b"1"


async def test_a_stream_ends_with_its_error() -> None:
    viewer = Viewer()
    viewer.offer(b"1")
    viewer.offer(CannotConnect("over"))
    with pytest.raises(PushError, match="over"):
        await anext(viewer)


@pytest.mark.parametrize("tiny", [b"content-length:0\r\n\r\n", b"\r\n\r\n\xff\xd9\r\n--"])
async def test_megabytes_of_tiny_pictures_do_not_block_the_event_loop(tiny: bytes) -> None:
    class Client:
        dropped = DropCounter()

        @asynccontextmanager
        async def stream(self) -> AsyncGenerator[AsyncIterator[bytes]]:
            async def chunks() -> AsyncGenerator[bytes]:
                yield tiny * (2_000_000 // len(tiny))

            yield chunks()

    async def view() -> None:
        async with StreamRelay(cast(RotoclearClient, Client())).watch() as viewer:
            with suppress(CannotConnect):
                async for _ in viewer:
                    pass

    assert await turns_during(view()) > 25
