"""The parser of messages in every shape, and of their dates."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.iottly.api import (
    MessageKind,
)
from custom_components.iottly.api.dates import parse_date
from custom_components.iottly.api.message import oldest_first, parse_message
from custom_components.iottly.common.client.wire import DropCounter

from .samples import AGENT_SHAPES, BOARD, MS, NOW, PAYLOAD, SHAPES, THEN, parsed


@pytest.mark.parametrize("shape", SHAPES)
def test_a_message_of_every_shape_is_parsed(shape: str) -> None:
    message = parsed(SHAPES[shape])
    assert (message.board, message.kind, message.payload) == (BOARD, MessageKind.USER, PAYLOAD)
    assert message.identity == parsed(SHAPES["typed"]).identity
    if "devicetimestamp" in SHAPES[shape]:
        assert message.device_timestamp == datetime(2026, 11, 19, 1, 17, 10, tzinfo=UTC)


@pytest.mark.parametrize("value", AGENT_SHAPES)
def test_an_agent_message_of_every_shape_is_parsed(value: dict[str, Any]) -> None:
    message = parsed(value)
    assert (message.kind, message.connected, message.timestamp) == (MessageKind.AGENT, True, THEN)
    assert message.payload == {"connectionstatus": "connected"}


def test_a_connectionstatus_of_user_code_is_no_connection() -> None:
    message = parsed({"from": BOARD, "type": "userdefined", "payload": {"connectionstatus": "disconnected"}})
    assert (message.kind, message.connected) == (MessageKind.USER, None)


def test_an_unknown_type_is_part_of_the_payload() -> None:
    message = parsed({"from": BOARD, "type": "Event", "event": {"tdcode": "PresenceStart", "time": {"$date": 1000}}})
    assert message.payload["type"] == "Event"
    assert message.payload["event"] == {"tdcode": "PresenceStart", "time": None}, "a date in 1970 is invalid"


def test_dates_in_a_payload_have_the_format_of_the_webhook() -> None:
    stored = parsed({"from": BOARD, "time": {"$date": 1492591678000}, "list": [{"$date": 1492591678000}, 1]})
    pushed = parsed({"from": BOARD, "time": "2017-04-19T10:47:58+02:00"})
    assert stored.leaves["time"] == pushed.leaves["time"] == datetime(2017, 4, 19, 8, 47, 58, tzinfo=UTC)
    assert stored.payload["list"] == ["2017-04-19T08:47:58+00:00", 1]


@pytest.mark.parametrize("content", [None, "plain text", 7, [1]])
def test_a_payload_that_is_no_object_becomes_an_object(content: Any) -> None:
    message = parsed({"from": BOARD, "type": "userdefined", "payload": content})
    assert message.payload == ({} if content is None else {"payload": content})


def test_an_empty_message_is_parsed() -> None:
    """The core forwards plain text in this form."""
    message = parsed({"from": f"{BOARD}@x/IB", "to": "iottlycore@x", "timestamp": {"$date": MS}})
    assert (message.payload, message.name) == ({}, None)


@pytest.mark.parametrize(
    "stamp", [None, "soon", {"$date": "x"}, {"$date": True}, 10**30, (NOW + timedelta(days=9)).isoformat()]
)
def test_an_impossible_timestamp_becomes_the_current_time(stamp: Any) -> None:
    assert parsed({"from": BOARD, "timestamp": stamp}).timestamp == NOW


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, {"from": 5}, {"from": ""}, {"from": "@host"}, {"from": "a b"}])
def test_values_that_are_no_messages_are_dropped(value: Any) -> None:
    dropped = DropCounter()
    assert parse_message(value, NOW, dropped) is None
    assert sum(dropped.as_dict().values()) == 1


def test_messages_of_one_millisecond_keep_the_order_of_the_server() -> None:
    first = parsed({**SHAPES["typed"], "_id": {"$oid": "6b00e306686c826c32ad819b"}})
    second = parsed({**SHAPES["typed"], "_id": {"$oid": "6b00e306686c826c32ad819c"}})
    assert oldest_first([second, first]) == [first, second]


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ({"$date": 1492597597019}, datetime(2017, 4, 19, 10, 26, 37, 19000, tzinfo=UTC)),
        ({"$date": "2017-09-20T00:33:27.230Z"}, datetime(2017, 9, 20, 0, 33, 27, 230000, tzinfo=UTC)),
        ("2018-07-27T17:50:04.968", datetime(2018, 7, 27, 17, 50, 4, 968000, tzinfo=UTC)),
        ("2026-11-21T01:16:28.374745+01:00", datetime(2026, 11, 21, 0, 16, 28, 374745, tzinfo=UTC)),
        ("2018-07-27 17:50", datetime(2018, 7, 27, 17, 50, tzinfo=UTC)),
        ("2018-13-27T17:50", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("20180727", None),
        (float("nan"), None),
        ({"$date": {"$numberLong": "1"}}, None),
    ],
)
def test_dates_of_every_format_are_parsed(value: Any, moment: datetime | None) -> None:
    assert parse_date(value) == moment
