"""Misty: REST answers of every kind of endpoint, and the event connection."""

from typing import Any

from hypothesis import strategies as st

from chaos.fake import FakeSession, FakeWebSocket
from chaos.fuzz_target import FuzzTarget
from chaos.inputs import answers, frames, messages
from chaos.mutate import Mutator
from custom_components.misty.api import MistyClient
from custom_components.misty.api.event_types import EVENT_TYPES
from custom_components.misty.api.socket import EventSocket, Topic
from custom_components.misty.common.client.errors import PushError

DOMAIN = "misty"
QUESTIONS = ("device", "battery", "learn_features", "skills", "assets", "file")


def fuzz_targets() -> tuple[dict[str, FuzzTarget], list[Any]]:
    """Return the fuzz targets and the counters of what they drop."""
    session: Any = FakeSession()
    client = MistyClient(session, "robot")

    async def ask(question: tuple[str, Any]) -> None:
        name, session.answer = question
        match name:
            case "assets":
                await client.assets("images/list")
            case "file":
                await client.file("cameras/rgb", {})
            case _:
                await getattr(client, name)()

    names = sorted(EVENT_TYPES)
    subscribed = {f"ha_{name}": Topic(name) for name in names}

    async def listen(sent: list[Any]) -> None:
        websocket: Any = FakeWebSocket(sent)
        socket = EventSocket(websocket, "ha", client.dropped)
        socket._topics = dict(subscribed)
        socket._names = {topic: name for name, topic in subscribed.items()}
        try:
            await socket.run(lambda _: None)
        finally:
            await socket.close()
            websocket.heard_out()

    def event(told: tuple[str, Any]) -> None:
        name, message = told
        EVENT_TYPES[name].read(message, client.dropped)

    questions = st.sampled_from(QUESTIONS)
    return {
        "answers": FuzzTarget(st.tuples(questions, answers(DOMAIN)), _question, ask, (PushError,)),
        "websocket": FuzzTarget(frames(DOMAIN), lambda m: _frames(m, names), listen, (PushError,)),
        "events": FuzzTarget(
            st.tuples(st.sampled_from(names), messages(DOMAIN)),
            lambda m: (m.pick(names), m.message()),
            event,
            (),
        ),
    }, [client.dropped]


def _frames(mutator: Mutator, names: list[str]) -> list[str | bytes]:
    """Return frames, most of them of a subscription."""
    if mutator.chance(3):
        return mutator.frames()
    return [
        f'{{"eventName":"ha_{mutator.pick(names)}","message":{mutator.text()}}}'
        for _ in range(1 + int(mutator.rng.random() * 3))
    ]


def _question(mutator: Mutator) -> tuple[str, Any]:
    return mutator.pick(QUESTIONS), mutator.answer()
