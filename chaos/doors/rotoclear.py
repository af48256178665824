"""Rotoclear: answers of the HTTP API, frames of the WebSocket, the camera stream, what a person sets."""

from typing import Any

from hypothesis import strategies as st

from chaos.fake import FakeContent, FakeSession, FakeWebSocket
from chaos.fuzz import Door
from chaos.inputs import answers, bodies, frames, values, words
from custom_components.rotoclear.api import VARIABLES, RotoclearClient, check_writes
from custom_components.rotoclear.api.client import Updates
from custom_components.rotoclear.api.stream import pictures
from custom_components.rotoclear.push.errors import PushError

DOMAIN = "rotoclear"


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
        await updates.full_state()
        await updates.follow(lambda _: None)

    async def stream(body: bytes) -> None:
        content: Any = FakeContent(body)
        async for _ in pictures(content):
            pass

    header = st.sampled_from([b"--x\r\n", b"Content-Length: 5\r\n", b"Content-Length: " + b"9" * 5000, b"\r\n\r\n"])
    parts = st.lists(header | st.sampled_from([b"\xff\xd8", b"\xff\xd9\r\n--"]) | st.binary(max_size=30), max_size=12)
    return {
        "state": Door(answers(DOMAIN), state, (PushError,)),
        "picture": Door(answers(DOMAIN), picture, (PushError,)),
        "websocket": Door(frames(DOMAIN), listen, (PushError,)),
        "frame": Door(bodies(DOMAIN), client.read_frame, ()),
        "stream": Door(parts.map(b"".join), stream, (PushError,)),
        "writes": Door(
            st.dictionaries(st.sampled_from(sorted(VARIABLES)) | st.sampled_from(words(DOMAIN)), values(DOMAIN)),
            check_writes,
            (ValueError,),
        ),
    }, [client.dropped]
