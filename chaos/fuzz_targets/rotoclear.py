"""Rotoclear: the HTTP responses, the frames of the WebSocket, the camera stream, and values to write."""

from typing import Any

from hypothesis import strategies as st

from chaos.fake import FakeSession, FakeWebSocket
from chaos.fuzz_target import FuzzTarget
from chaos.inputs import answers, bodies, frames, values, words
from chaos.mutate import Mutator
from custom_components.rotoclear.api import VARIABLES, RotoclearClient, StreamRelay, check_writes
from custom_components.rotoclear.api.client import Updates
from custom_components.rotoclear.api.stream import part_of
from custom_components.rotoclear.common.client.errors import PushError

DOMAIN = "rotoclear"


def fuzz_targets() -> tuple[dict[str, FuzzTarget], list[Any]]:
    """Return the fuzz targets and the counters of what they drop."""
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
        try:
            updates = Updates(client, websocket, 10)
            async with updates.socket:
                await updates.full_state()
                await updates.run(lambda _: None)
        finally:
            websocket.assert_all_received()

    async def stream(body: bytes) -> None:
        session.answer = (200, "multipart/x-mixed-replace; boundary=x", body, {})
        async with StreamRelay(client).watch() as viewer:
            async for picture in viewer:
                part_of(picture)

    header = st.sampled_from([b"--x\r\n", b"Content-Length: 5\r\n", b"Content-Length: " + b"9" * 5000, b"\r\n\r\n"])
    parts = st.lists(header | st.sampled_from([b"\xff\xd8", b"\xff\xd9\r\n--"]) | st.binary(max_size=30), max_size=12)
    return {
        "state": FuzzTarget(answers(DOMAIN), Mutator.answer, state, (PushError,)),
        "picture": FuzzTarget(answers(DOMAIN), Mutator.answer, picture, (PushError,)),
        "websocket": FuzzTarget(frames(DOMAIN), Mutator.frames, listen, (PushError,)),
        "frame": FuzzTarget(bodies(DOMAIN), Mutator.body, client.read_answer, ()),
        "stream": FuzzTarget(parts.map(b"".join), Mutator.multipart, stream, (PushError,)),
        "writes": FuzzTarget(
            st.dictionaries(st.sampled_from(sorted(VARIABLES)) | st.sampled_from(words(DOMAIN)), values(DOMAIN)),
            _writes,
            check_writes,
            (ValueError,),
        ),
    }, [client.dropped]


def _writes(mutator: Mutator) -> dict[str, Any]:
    names = sorted(VARIABLES)
    return {mutator.word() if mutator.chance(5) else mutator.pick(names): mutator.value() for _ in range(2)}
