"""Instathings: the cloud's answers, tokens and events, and the gateway's packets."""

from typing import Any

from hypothesis import strategies as st
from yarl import URL

from chaos.fake import FakeSession, FakeWebSocket
from chaos.fuzz import Door
from chaos.inputs import answers, bodies, frames, messages, words
from chaos.packets import packets, socket_of
from custom_components.instathings.api import parse
from custom_components.instathings.api.cloud import CloudApi
from custom_components.instathings.api.cloud_socket import CloudSocket
from custom_components.instathings.api.gateway import GatewayApi, GatewaySocket
from custom_components.instathings.api.rules import clean
from custom_components.instathings.api.shape import Shape
from custom_components.instathings.api.token import lifetime
from custom_components.instathings.api.values import parse_reading
from custom_components.instathings.push import socketio
from custom_components.instathings.push.errors import PushError
from custom_components.instathings.push.wire import Dropped

DOMAIN = "instathings"
DEVICE = "device01"


def doors() -> tuple[dict[str, Door], list[Any]]:
    """Return the doors and the counters behind them."""
    dropped = Dropped()
    return {**_cloud(dropped), **_gateway(dropped), **_values(dropped)}, [dropped]


def _cloud(dropped: Dropped) -> dict[str, Door]:
    session: Any = FakeSession()
    cloud: Any = CloudApi(session, URL("http://cloud"), "id", "secret", dropped)
    # How long a 429 makes us wait is the cloud's business; here nobody has the time.
    cloud._postpone = lambda _seconds: None

    async def token(answer: Any) -> None:
        session.answer = answer
        cloud.tokens._token = ""
        await cloud.tokens.get()

    async def ask(question: tuple[str, Any]) -> None:
        name, session.answer = question
        cloud.tokens._token, cloud.tokens._good_until = "token", float("inf")
        await (getattr(cloud, name)() if name in ("devices", "types") else getattr(cloud, name)(DEVICE))

    async def listen(sent: list[Any]) -> None:
        websocket: Any = FakeWebSocket(sent)
        socket = CloudSocket(websocket, dropped)
        while True:
            await socket.receive()

    questions = st.sampled_from(["devices", "types", "device", "data", "protocol", "type", "fetch"])
    return {
        "token": Door(answers(DOMAIN), token, (PushError,)),
        "lifetime": Door(bodies(DOMAIN).map(lambda body: body.decode("utf-8", "replace")), lifetime, ()),
        "answers": Door(st.tuples(questions, answers(DOMAIN)), ask, (PushError,)),
        "websocket": Door(frames(DOMAIN), listen, (PushError,)),
    }


def _gateway(dropped: Dropped) -> dict[str, Door]:
    session: Any = FakeSession()
    gateway = GatewayApi(session, URL("http://gateway"), dropped)

    async def ask(answer: Any) -> None:
        session.answer = answer
        await gateway.data(DEVICE)

    async def listen(sent: list[Any]) -> None:
        opened = socket_of(socketio, sent, dropped)
        try:
            socket = GatewaySocket(opened, dropped)
            while True:
                await socket.receive()
        finally:
            await opened.close()

    told = st.lists(packets(DOMAIN, ("data", "status", "data_device01", "nonsense")), max_size=5)
    return {
        "gateway answers": Door(answers(DOMAIN), ask, (PushError,)),
        "gateway packets": Door(told, listen, (PushError,)),
    }


def _values(dropped: Dropped) -> dict[str, Door]:
    parsers: list[Any] = [
        parse.parse_device,
        parse.parse_device_type,
        parse.parse_protocol,
        parse.parse_row,
        parse.parse_page,
        parse.parse_status,
        parse.parse_log_lines,
        parse.parse_event,
    ]

    def read(value: Any) -> None:
        for parser in parsers:
            parser(value, dropped)
        parse.parse_time(value)
        if (reading := parse_reading(value, dropped)) is not None:
            shape = Shape(controls=True)
            cleaned = {path: clean(path, one, dropped) for path, one in reading.items()}
            shape.learn({path: one for path, one in cleaned.items() if one is not None})
            shape.named(cleaned)
            list(shape.paths), shape.relays, shape.controls, shape.shown  # noqa: B018 - what is read may raise

    def one_value(told: tuple[str, Any]) -> None:
        clean(*told, dropped)

    paths = st.sampled_from(words(DOMAIN)) | st.text(max_size=20)
    return {
        "messages": Door(messages(DOMAIN), read, ()),
        "values": Door(st.tuples(paths, messages(DOMAIN)), one_value, ()),
    }
