"""Rotoclear: answers of the HTTP API, frames of the WebSocket, the camera stream, what a person sets."""

import asyncio
from typing import Any, override

from hypothesis import strategies as st

from chaos.door import Door
from chaos.fake import FakeSession, FakeWebSocket
from chaos.inputs import answers, bodies, frames, values, words
from chaos.mutate import Mutator
from custom_components.rotoclear.api import VARIABLES, RotoclearClient, StreamRelay, check_writes
from custom_components.rotoclear.api.client import Updates
from custom_components.rotoclear.common.client.errors import PushError

DOMAIN = "rotoclear"


class Taken(asyncio.WriteTransport):
    """A viewer's connection that takes whatever it is given."""

    @override
    def is_closing(self) -> bool:
        return False

    @override
    def get_write_buffer_size(self) -> int:
        return 0

    @override
    def write(self, data: Any) -> None:
        len(data)

    @override
    def writelines(self, list_of_data: Any) -> None:
        for data in list_of_data:
            len(data)


def doors() -> tuple[dict[str, Door], list[Any]]:
    """Return the doors and the counters behind them."""
    session: Any = FakeSession()
    client = RotoclearClient(session, "unit", 80, tls=False, username="u", token="t")

    async def state(answer: Any) -> None:
        session.answer = answer
        await client.get_state()

    async def picture(answer: Any) -> None:
        session.answer = answer
        await client.still()

    async def listen(sent: list[Any]) -> None:
        websocket: Any = FakeWebSocket(sent)
        updates = Updates(client, websocket, 10)
        try:
            await updates.full_state()
            await updates.follow(lambda _: None)
        finally:
            websocket.heard_out()

    async def stream(body: bytes) -> None:
        session.answer = (200, "multipart/x-mixed-replace; boundary=x", body, {})
        async with StreamRelay(client).watch() as viewer:
            await viewer.watch(Taken(), chunked=True)

    header = st.sampled_from([b"--x\r\n", b"Content-Length: 5\r\n", b"Content-Length: " + b"9" * 5000, b"\r\n\r\n"])
    parts = st.lists(header | st.sampled_from([b"\xff\xd8", b"\xff\xd9\r\n--"]) | st.binary(max_size=30), max_size=12)
    return {
        "state": Door(answers(DOMAIN), Mutator.answer, state, (PushError,)),
        "picture": Door(answers(DOMAIN), Mutator.answer, picture, (PushError,)),
        "websocket": Door(frames(DOMAIN), Mutator.frames, listen, (PushError,)),
        "frame": Door(bodies(DOMAIN), Mutator.body, client.read_frame, ()),
        "stream": Door(parts.map(b"".join), Mutator.multipart, stream, (PushError,)),
        "writes": Door(
            st.dictionaries(st.sampled_from(sorted(VARIABLES)) | st.sampled_from(words(DOMAIN)), values(DOMAIN)),
            _writes,
            check_writes,
            (ValueError,),
        ),
    }, [client.dropped]


def _writes(mutator: Mutator) -> dict[str, Any]:
    names = sorted(VARIABLES)
    return {mutator.word() if mutator.chance(5) else mutator.pick(names): mutator.value() for _ in range(2)}
