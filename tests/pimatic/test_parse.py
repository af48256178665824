"""Responses that the server does not send: what is malformed in them is dropped and counted."""

from custom_components.pimatic.api.parse import parse_history, parse_message, parse_user
from custom_components.pimatic.common.client.wire import DropCounter


def test_malformed_responses_are_dropped_and_counted() -> None:
    dropped = DropCounter()
    assert parse_history([{"time": 5, "value": 1}, {"time": True}, {"time": -1}, 7, {}], dropped, 5)[0].time == 5
    assert parse_history("text", dropped, 5) == []
    # A server may send more than was asked for.
    assert len(parse_history([{"time": 5, "value": 1}] * 100_000, dropped, 5)) == 5
    assert parse_user({"username": 1}, dropped) is None
    assert parse_message({"level": "info"}, dropped) is None
    assert dropped.as_dict() == {"malformed history entry": 4, "malformed hello": 1, "malformed log message": 1}
