"""Misty: REST answers of every kind of endpoint, and the event connection."""

from typing import Any

from hypothesis import strategies as st

from chaos.fake import FakeSession, FakeWebSocket
from chaos.fuzz import Door
from chaos.inputs import answers, frames, messages
from custom_components.misty.api import MistyClient
from custom_components.misty.api.events import parse_event
from custom_components.misty.api.socket import EventSocket
from custom_components.misty.push.errors import PushError

DOMAIN = "misty"


def doors() -> tuple[dict[str, Door], list[Any]]:
    """Return the doors and the counters behind them."""
    from custom_components.misty.api import events

    session: Any = FakeSession()
    client = MistyClient(session, "robot")
    types = next(value for value in vars(events).values() if isinstance(value, dict) and "BatteryCharge" in value)

    async def ask(question: tuple[str, Any]) -> None:
        name, session.answer = question
        match name:
            case "assets":
                await client.assets("images/list")
            case "file":
                await client.file("cameras/rgb", {})
            case _:
                await getattr(client, name)()

    async def listen(sent: list[Any]) -> None:
        websocket: Any = FakeWebSocket(sent)
        socket = EventSocket(websocket, "ha", client.dropped)
        try:
            while True:
                await socket.receive()
        finally:
            await socket.close()

    def event(told: tuple[str, Any]) -> None:
        parse_event(*told, client.dropped)

    questions = st.sampled_from(["device", "battery", "learn_features", "volume", "skills", "assets", "file"])
    return {
        "answers": Door(st.tuples(questions, answers(DOMAIN)), ask, (PushError,)),
        "websocket": Door(frames(DOMAIN), listen, (PushError,)),
        "events": Door(
            st.tuples(st.sampled_from(sorted(map(str, types))) | st.text(max_size=5), messages(DOMAIN)), event, ()
        ),
    }, [client.dropped]
