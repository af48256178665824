"""Instathings: the responses, tokens and events of the cloud, and the packets of the gateway."""

from base64 import b64encode
from typing import Any

from hypothesis import strategies as st
from yarl import URL

from chaos.fake import FakeSession, FakeWebSocket
from chaos.fuzz_target import FuzzTarget
from chaos.inputs import answers, bodies, frames, messages, words
from chaos.mutate import Mutator
from chaos.socketio_packets import assert_all_received, packets, socket_of
from custom_components.instathings.api import CloudClient, DeviceProfile, GatewayClient, parse, readings
from custom_components.instathings.api.cloud_socket import PARSERS
from custom_components.instathings.api.gateway import PARSERS as GATEWAY_PARSERS
from custom_components.instathings.api.token import lifetime
from custom_components.instathings.common.client import socketio
from custom_components.instathings.common.client.errors import PushError
from custom_components.instathings.common.client.secrets import NO_SECRETS
from custom_components.instathings.common.client.wire import DropCounter, Socket

DOMAIN = "instathings"
QUESTIONS = ("devices", "types", "device", "data", "protocol", "type", "fetch")
EVENTS = ("data", "status", "data_device01", "nonsense")
DEVICE = "device01"
# Longer than a run, so that no ping is sent.
IDLE_SECONDS = 3600.0


def fuzz_targets() -> tuple[dict[str, FuzzTarget], list[Any]]:
    """Return the fuzz targets and the counters of what they drop."""
    dropped = DropCounter()
    return {**_cloud(dropped), **_gateway(dropped), **_values(dropped)}, [dropped]


def _cloud(dropped: DropCounter) -> dict[str, FuzzTarget]:
    session: Any = FakeSession()
    cloud: Any = CloudClient(session, URL("http://cloud"), "id", "secret", dropped)
    # No wait after a status 429, whose length the response determines.
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
        async with Socket(websocket, dropped, idle=IDLE_SECONDS, redactor=NO_SECRETS) as socket:
            try:
                async for _ in readings.PushedEvents(socket, PARSERS, dropped):
                    pass
            finally:
                websocket.assert_all_received()

    questions = st.sampled_from(QUESTIONS)
    return {
        "token": FuzzTarget(answers(DOMAIN), Mutator.answer, token, (PushError,)),
        "lifetime": FuzzTarget(bodies(DOMAIN).map(lambda body: body.decode("utf-8", "replace")), _token, lifetime, ()),
        "answers": FuzzTarget(st.tuples(questions, answers(DOMAIN)), _question, ask, (PushError,)),
        "websocket": FuzzTarget(frames(DOMAIN), Mutator.frames, listen, (PushError,)),
    }


def _gateway(dropped: DropCounter) -> dict[str, FuzzTarget]:
    session: Any = FakeSession()
    gateway = GatewayClient(session, URL("http://gateway"), dropped)

    async def ask(answer: Any) -> None:
        session.answer = answer
        await gateway.data(DEVICE)

    async def listen(sent: list[Any]) -> None:
        async with socket_of(socketio, sent, dropped, NO_SECRETS) as socket:
            try:
                async for _ in readings.PushedEvents(socket, GATEWAY_PARSERS, dropped):
                    pass
            finally:
                assert_all_received(socket)

    sent_packets = st.lists(packets(DOMAIN, EVENTS), max_size=5)
    return {
        "gateway answers": FuzzTarget(answers(DOMAIN), Mutator.answer, ask, (PushError,)),
        "gateway packets": FuzzTarget(sent_packets, lambda m: m.packets(EVENTS), listen, (PushError,)),
    }


def _values(dropped: DropCounter) -> dict[str, FuzzTarget]:
    parsers: list[Any] = [
        parse.parse_device,
        parse.parse_device_type,
        parse.parse_protocol,
        parse.parse_log_lines,
        readings.parse_page,
        readings.parse_reading,
        readings.parse_status,
        *PARSERS.values(),
    ]

    # It gets the values of all inputs: its memory must not grow without limit.
    old_profile = DeviceProfile(DEVICE, can_be_set=True)

    def read(value: Any) -> None:
        for parser in parsers:
            parser(value, dropped)
        readings.parse_timestamp(value)
        if isinstance(value, dict):
            read_payload(value)

    def read_payload(payload: dict[str, Any]) -> None:
        values = readings.parse_values(readings.unwrapped(payload), dropped)
        profile = DeviceProfile(DEVICE, can_be_set=True)
        for one in (profile, old_profile):
            one.read(values, dropped)
        profile.controls()
        profile.data_points()

    def one_value(pair: tuple[str, Any]) -> None:
        path, value = pair
        read_payload({path: value})

    paths = st.sampled_from(words(DOMAIN)) | st.text(max_size=20)
    return {
        "messages": FuzzTarget(messages(DOMAIN), Mutator.message, read, ()),
        "values": FuzzTarget(st.tuples(paths, messages(DOMAIN)), lambda m: (m.word(), m.message()), one_value, ()),
    }


def _token(mutator: Mutator) -> str:
    """Return a token, mostly with three parts, or any text."""
    if mutator.chance(3):
        return mutator.text()
    parts = [mutator.body() for _ in range(mutator.pick((3, 3, 3, 1, 2, 4)))]
    return ".".join(b64encode(part).decode().rstrip("=") for part in parts)


def _question(mutator: Mutator) -> tuple[str, Any]:
    return mutator.pick(QUESTIONS), mutator.answer()
