"""Instathings: the cloud's answers, tokens and events, and the gateway's packets."""

from base64 import b64encode
from typing import Any

from hypothesis import strategies as st
from yarl import URL

from chaos.fake import FakeSession, FakeWebSocket
from chaos.fuzz_target import FuzzTarget
from chaos.inputs import answers, bodies, frames, messages, words
from chaos.mutate import Mutator
from chaos.socketio_packets import heard_out, packets, socket_of
from custom_components.instathings.api import parse
from custom_components.instathings.api.cloud import CloudApi
from custom_components.instathings.api.cloud_socket import CloudSocket
from custom_components.instathings.api.gateway import GatewayApi, GatewaySocket
from custom_components.instathings.api.models import Reading
from custom_components.instathings.api.rules import cleaner_of
from custom_components.instathings.api.shape import Shape
from custom_components.instathings.api.token import lifetime
from custom_components.instathings.api.values import unwrapped
from custom_components.instathings.common.client import socketio
from custom_components.instathings.common.client.errors import PushError
from custom_components.instathings.common.client.wire import DropCounter

DOMAIN = "instathings"
QUESTIONS = ("devices", "types", "device", "data", "protocol", "type", "fetch")
EVENTS = ("data", "status", "data_device01", "nonsense")
DEVICE = "device01"


def fuzz_targets() -> tuple[dict[str, FuzzTarget], list[Any]]:
    """Return the fuzz targets and the counters of what they drop."""
    dropped = DropCounter()
    return {**_cloud(dropped), **_gateway(dropped), **_values(dropped)}, [dropped]


def _cloud(dropped: DropCounter) -> dict[str, FuzzTarget]:
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
        try:
            await socket.follow(lambda *_: None, lambda _: None)
        finally:
            websocket.heard_out()
            await socket.close()

    questions = st.sampled_from(QUESTIONS)
    return {
        "token": FuzzTarget(answers(DOMAIN), Mutator.answer, token, (PushError,)),
        "lifetime": FuzzTarget(bodies(DOMAIN).map(lambda body: body.decode("utf-8", "replace")), _token, lifetime, ()),
        "answers": FuzzTarget(st.tuples(questions, answers(DOMAIN)), _question, ask, (PushError,)),
        "websocket": FuzzTarget(frames(DOMAIN), Mutator.frames, listen, (PushError,)),
    }


def _gateway(dropped: DropCounter) -> dict[str, FuzzTarget]:
    session: Any = FakeSession()
    gateway = GatewayApi(session, URL("http://gateway"), dropped)

    async def ask(answer: Any) -> None:
        session.answer = answer
        await gateway.data(DEVICE)

    async def listen(sent: list[Any]) -> None:
        opened = socket_of(socketio, sent, dropped)
        try:
            await GatewaySocket(opened, dropped).follow(lambda *_: None, lambda _: None)
        finally:
            heard_out(opened)
            await opened.close()

    told = st.lists(packets(DOMAIN, EVENTS), max_size=5)
    return {
        "gateway answers": FuzzTarget(answers(DOMAIN), Mutator.answer, ask, (PushError,)),
        "gateway packets": FuzzTarget(told, lambda m: m.packets(EVENTS), listen, (PushError,)),
    }


def _values(dropped: DropCounter) -> dict[str, FuzzTarget]:
    parsers: list[Any] = [
        parse.parse_device,
        parse.parse_device_type,
        parse.parse_protocol,
        parse.parse_page,
        parse.parse_status,
        parse.parse_log_lines,
    ]

    # One that has heard all before: what it learns must not grow without bound.
    seasoned = Shape(DEVICE, controls=True)

    def read(value: Any) -> None:
        for parser in parsers:
            parser(value, dropped)
        parse.parse_row(value, dropped, Reading)
        parse.parse_event(value, dropped, Reading)
        parse.parse_time(value)
        if isinstance(value, dict):
            said = unwrapped(value)
            shape = Shape(DEVICE, controls=True)
            for device in (shape, seasoned):
                device.read(said, dropped)
                device.events.clear()
            shape.controls()
            shape.shown()

    def one_value(told: tuple[str, Any]) -> None:
        path, value = told
        if (clean := cleaner_of(path)) is not None:
            clean(value)

    paths = st.sampled_from(words(DOMAIN)) | st.text(max_size=20)
    return {
        "messages": FuzzTarget(messages(DOMAIN), Mutator.message, read, ()),
        "values": FuzzTarget(st.tuples(paths, messages(DOMAIN)), lambda m: (m.word(), m.message()), one_value, ()),
    }


def _token(mutator: Mutator) -> str:
    """Return a token of three parts, as far as that goes, or anything."""
    if mutator.chance(3):
        return mutator.text()
    parts = [mutator.body() for _ in range(mutator.pick((3, 3, 3, 1, 2, 4)))]
    return ".".join(b64encode(part).decode().rstrip("=") for part in parts)


def _question(mutator: Mutator) -> tuple[str, Any]:
    return mutator.pick(QUESTIONS), mutator.answer()
