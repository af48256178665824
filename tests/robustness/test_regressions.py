"""What fuzzing found, by name: each of these came through once."""

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
    """A session that counts its requests, and fails after so many that a client must have stopped."""

    asked = 0

    def request(self, _method: str, _url: URL, **_options: Any) -> FakeResponse:
        """Answer."""
        self.asked += 1
        assert self.asked < 50, "asked again and again"
        return FakeResponse(*self.answer)


@pytest.mark.parametrize(
    "message",
    [
        {"status": 200},
        {"from": "other", "timestamp": "2026-11-21T01:00:00", "payload": {}},
        {"from": "board", "timestamp": "2020-01-01T00:00:00", "payload": {}},
        {"from": "board", "timestamp": "2026-11-21T01:00:00", "payload": {}},
    ],
    ids=["no message", "another board's", "older than asked for", "the same page for ever"],
)
async def test_iottly_history_ends_where_a_server_does_not_page_by_date(message: dict[str, Any]) -> None:
    """Full pages of what was not asked for were followed a millisecond at a time, for a year: for ever."""
    session: Any = CountingSession()
    session.answer = (200, "application/json", orjson.dumps({"messages": [message] * 100}), {})
    client = IottlyClient(session, URL("http://cloud/v1.0"), "project", "token")
    found = await client.history("board", start=NOW, end=NOW + timedelta(days=1), limit=500)
    assert len(found) == (message.get("from") == "board" and message["timestamp"] > "2026")


def test_instathings_value_of_an_ignored_path_is_no_error() -> None:
    assert parse_values({"update": {"state": "idle"}, "last_seen": "now"}, DropCounter()) == {}


def test_rotoclear_stream_with_a_length_of_thousands_of_digits() -> None:
    """Python refuses to make such a number, with a ValueError that ended the stream's task."""
    target = fuzz_targets_of("rotoclear")[0]["stream"]
    with quiet_loop() as loop:
        feed(target, b"--x\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", loop)


def test_a_handshake_of_very_many_empty_packets_is_read_at_once() -> None:
    """What was left of the body was copied for each packet: four megabytes of them took hours."""
    began = time.monotonic()
    assert _split_payload("2:40" + "0:" * 2_000_000) == ["40", *[""] * (MOST_EARLY - 1)]
    assert time.monotonic() - began < 2.0


def test_millions_of_empty_lists_are_dropped_unread() -> None:
    """They fit into an answer's limit and held the event loop up for two seconds."""
    dropped = DropCounter()
    began = time.thread_time()
    assert decode_json(b"[" + b"[]," * 3_000_000 + b"0]", dropped, 16 * 1024 * 1024) is None
    assert time.thread_time() - began < 1.0
    assert dropped.as_dict() == {"frame of too many parts": 1}
