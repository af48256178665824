"""Inputs that fuzzing found: each of them once raised or blocked."""

from datetime import UTC, datetime, timedelta
import time
from typing import Any

import orjson
import pytest
from yarl import URL

from chaos.fake import FakeResponse, FakeSession
from chaos.fuzz_target import feed, fuzz_targets_of, quiet_loop
from custom_components.instathings.api.readings import parse_values
from custom_components.instathings.common.client.wire import DropCounter, decode_json
from custom_components.iottly.api import IottlyClient
from custom_components.pimatic.common.client.socketio import MOST_EARLY, _split_payload

NOW = datetime(2026, 11, 21, tzinfo=UTC)


class CountingSession(FakeSession):
    """A session that counts its requests, and fails if there are too many."""

    requests = 0

    def request(self, _method: str, _url: URL, **_options: Any) -> FakeResponse:
        """Return the answer."""
        self.requests += 1
        assert self.requests < 50, "the client does not stop"
        return FakeResponse(*self.answer)


@pytest.mark.parametrize(
    "message",
    [
        {"status": 200},
        {"from": "other", "timestamp": "2026-11-21T01:00:00", "payload": {}},
        {"from": "board", "timestamp": "2020-01-01T00:00:00", "payload": {}},
        {"from": "board", "timestamp": "2026-11-21T01:00:00", "payload": {}},
    ],
    ids=["not a message", "of another board", "older than requested", "always the same page"],
)
async def test_iottly_history_ends_when_the_server_ignores_the_dates(message: dict[str, Any]) -> None:
    """After a full page, the client went on by a millisecond, so that it would never reach the end of a year."""
    session: Any = CountingSession()
    session.answer = (200, "application/json", orjson.dumps({"messages": [message] * 100}), {})
    client = IottlyClient(session, URL("http://cloud/v1.0"), "project", "token")
    found = await client.history("board", start=NOW, end=NOW + timedelta(days=1), limit=500)
    assert len(found) == (message.get("from") == "board" and message["timestamp"] > "2026")


def test_instathings_ignores_a_mapping_at_an_ignored_path() -> None:
    assert parse_values({"update": {"state": "idle"}, "last_seen": "now"}, DropCounter()) == {}


def test_rotoclear_stream_survives_a_length_with_thousands_of_digits() -> None:
    """Python raises ValueError for such a number, which ended the task of the stream."""
    target = fuzz_targets_of("rotoclear")[0]["stream"]
    with quiet_loop() as loop:
        feed(target, b"--x\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", loop)


def test_pimatic_reads_a_handshake_with_millions_of_empty_packets_fast() -> None:
    """The rest of the body was copied for each packet: four megabytes took hours."""
    began = time.monotonic()
    assert _split_payload("2:40" + "0:" * 2_000_000) == ["40", *[""] * (MOST_EARLY - 1)]
    assert time.monotonic() - began < 2.0


def test_json_with_millions_of_empty_lists_is_dropped_fast() -> None:
    """They fit into the size limit of an answer, and blocked the event loop for two seconds."""
    dropped = DropCounter()
    began = time.thread_time()
    assert decode_json(b"[" + b"[]," * 3_000_000 + b"0]", dropped, 16 * 1024 * 1024) is None
    assert time.thread_time() - began < 1.0
    assert dropped.as_dict() == {"frame of too many parts": 1}
