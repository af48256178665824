"""pimatic: the REST responses, Socket.IO packets in any order, and the polling handshake."""

from typing import Any

from hypothesis import strategies as st
from yarl import URL

from chaos.fake import FakeSession
from chaos.fuzz_target import FuzzTarget
from chaos.inputs import answers, bodies, frames, messages
from chaos.mutate import Mutator
from chaos.socketio_packets import assert_all_received, packets, socket_of
from custom_components.pimatic.api import PimaticClient, ServerState
from custom_components.pimatic.common.client import socketio
from custom_components.pimatic.common.client.errors import PushError

DOMAIN = "pimatic"
PREFIXES = ("42", "0", "4", "")
EVENTS = (
    "hello", "devices", "rules", "variables", "pages", "groups", "deviceAttributeChanged", "variableValueChanged",
    "deviceAdded", "deviceChanged", "deviceRemoved", "ruleAdded", "ruleChanged", "ruleRemoved", "variableAdded",
    "variableChanged", "variableRemoved", "messageLogged", "callResult", "groupAdded", "groupChanged", "nonsense",
)  # fmt: skip


def fuzz_targets() -> tuple[dict[str, FuzzTarget], list[Any]]:
    """Return the fuzz targets and the counters of what they drop."""
    session: Any = FakeSession()
    client = PimaticClient(session, URL("http://server"), "u", "p")

    async def fetch(answer: Any) -> None:
        session.answer = answer
        await client.fetch()

    async def history(answer: Any) -> None:
        session.answer = answer
        await client.history("device", "attribute", after=0, before=1, limit=10)

    async def listen(sent: list[Any]) -> None:
        client._socket = socket_of(socketio, sent, client.dropped)
        try:
            client.state = await client._receive_initial(client._socket)
        except PushError:
            await client._socket.close()
            client.state = ServerState(client.dropped)
            client._socket = socket_of(socketio, sent, client.dropped)
        try:
            await client.run(lambda _: None)
        finally:
            assert_all_received(client._socket)
            await client.disconnect()

    async def events(sent: list[tuple[str, Any]]) -> None:
        state = ServerState(client.dropped)
        for name, payload in sent:
            state.load(name, payload)
            state.attribute_changed(payload)
            state.take(name, payload)
        client._take_result(sent[0][1])

    async def handshake(answer: Any) -> None:
        session.answer = answer
        await socketio._poll_open(session, URL("http://server"), True, None, client.dropped)

    named = st.lists(st.tuples(st.sampled_from(EVENTS), messages(DOMAIN)), min_size=1, max_size=4)
    polled: st.SearchStrategy[Any] = st.tuples(
        st.just(200), st.just("text/plain"), st.lists(packets(DOMAIN, EVENTS), max_size=3).map(_payload), st.just({})
    )
    return {
        "fetch": FuzzTarget(answers(DOMAIN), Mutator.answer, fetch, (PushError,)),
        "history": FuzzTarget(answers(DOMAIN), Mutator.answer, history, (PushError,)),
        "packets": FuzzTarget(
            st.lists(packets(DOMAIN, EVENTS), max_size=6), lambda m: m.packets(EVENTS), listen, (PushError,)
        ),
        "frames": FuzzTarget(frames(DOMAIN, PREFIXES), lambda m: m.frames(PREFIXES), listen, (PushError,)),
        "events": FuzzTarget(named, _events, events, ()),
        "handshake": FuzzTarget(polled | answers(DOMAIN), _handshake, handshake, (PushError,)),
        "payload": FuzzTarget(
            bodies(DOMAIN).map(lambda body: body.decode("utf-8", "replace")), Mutator.text, socketio._split_payload, ()
        ),
    }, [client.dropped]


def _payload(sent: list[Any]) -> bytes:
    """Return the body of a polling response with these packets."""
    return b"".join(f"{len(str(packet))}:{packet}".encode("utf-8", "replace") for packet in sent)


def _events(mutator: Mutator) -> list[tuple[str, Any]]:
    """Return events, some of them with lists, like the initial events."""
    names = [mutator.pick(EVENTS) for _ in range(1 + int(mutator.rng.random() * 6))]
    return [(name, [mutator.message() for _ in range(3)] if mutator.chance(4) else mutator.message()) for name in names]


def _handshake(mutator: Mutator) -> tuple[int, str, bytes, dict[str, str]]:
    """Return a response to the polling handshake, or any response in a third of the cases."""
    if mutator.chance(3):
        return mutator.answer()
    return 200, "text/plain", _payload(mutator.packets(EVENTS)), {}
