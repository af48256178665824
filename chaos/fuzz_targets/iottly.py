"""Iottly: the REST responses of both generations, and the webhook."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from yarl import URL

from chaos.fake import FakeSession
from chaos.fuzz_target import FuzzTarget
from chaos.inputs import answers, bodies, messages, values
from chaos.mutate import Mutator
from custom_components.iottly.api import IottlyClient, as_kind, command_values, leaf_kind, parse_webhook
from custom_components.iottly.api.message import parse_message
from custom_components.iottly.common.client.errors import PushError

DOMAIN = "iottly"
QUESTIONS = ("ping", "project", "boards", "licenses", "messages", "board", "history", "send_command")
LONGEST_QUOTED = 100_000
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def fuzz_targets() -> tuple[dict[str, FuzzTarget], list[Any]]:
    """Return the fuzz targets and the counters of what they drop."""
    session: Any = FakeSession()
    client = IottlyClient(session, URL("http://cloud/v1.0"), "project", "token")

    async def ask(question: tuple[str, Any]) -> None:
        name, session.answer = question
        match name:
            case "messages" | "board":
                await getattr(client, name)("board")
            case "history":
                client.has_paginated = None
                await client.history("board", start=NOW, end=NOW.replace(year=2027), limit=50)
            case "send_command":
                await client.send_command("board", "echo", {"echo.content": "hi"})
            case _:
                client.has_props = client.has_licenses = None
                await getattr(client, name)()

    def webhook(call: tuple[bytes, str | None]) -> None:
        body, board = call
        message = parse_webhook(body, board=board, received=NOW, dropped=client.dropped)
        _ = message.identity, message.name, message.mentions("echo")  # properties may raise, too
        for value in message.leaves.values():
            if value is not None:
                as_kind(value, leaf_kind(value))

    def message(value: Any) -> None:
        parse_message(value, NOW, client.dropped)

    def command(call: tuple[str, dict[str, Any]]) -> None:
        command_values(*call)

    questions = st.sampled_from(QUESTIONS)
    forms = messages(DOMAIN).map(lambda value: b"msg=" + quote(repr(value)).encode()) | bodies(DOMAIN).map(
        lambda body: b"msg=" + quote(body).encode()
    )
    return {
        "answers": FuzzTarget(st.tuples(questions, answers(DOMAIN)), _question, ask, (PushError,)),
        "webhook": FuzzTarget(
            st.tuples(bodies(DOMAIN) | forms, st.none() | st.just("board") | st.text(max_size=9)),
            _webhook,
            webhook,
            (PushError,),
        ),
        "message": FuzzTarget(messages(DOMAIN), Mutator.message, message, ()),
        "command": FuzzTarget(
            st.tuples(st.text(max_size=8), st.dictionaries(st.text(max_size=8), values(DOMAIN), max_size=3)),
            lambda m: (m.word(), {m.word(): m.value() for _ in range(2)}),
            command,
            (ValueError,),
        ),
    }, [client.dropped]


def _webhook(mutator: Mutator) -> tuple[bytes, str | None]:
    """Return the body of a webhook, JSON or a form, and the board in the headers."""
    body = mutator.body()
    if mutator.chance(3):
        field = mutator.pick((b"msg=", b"msg=", b"msg=", b"a=b&msg=", b"msg"))
        # Huge bodies are not quoted, which would take too long.
        body = field + (body if mutator.chance(4) or len(body) > LONGEST_QUOTED else quote(body).encode())
    return body, mutator.pick((None, None, "board", mutator.word()))


def _question(mutator: Mutator) -> tuple[str, Any]:
    return mutator.pick(QUESTIONS), mutator.answer()
