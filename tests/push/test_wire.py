"""Decoding of received JSON: invalid messages are dropped and counted, and none raises."""

import logging
from typing import Any

from hypothesis import given, strategies as st
import orjson
import pytest

from common.client.wire import MAX_DEPTH, DropCounter, decode_json


def nested(levels: int) -> str:
    """Return JSON with this many nested lists."""
    return "[" * levels + "]" * levels


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("", "broken JSON"),
        ("{", "broken JSON"),
        ('{"a": NaN}', "broken JSON"),
        ('{"a": Infinity}', "broken JSON"),
        (b"\xff\xfe", "broken JSON"),
        ('"\ud800"', "broken JSON"),
        ('"' + "x" * 101 + '"', "oversized frame"),
        (b'"' + b"x" * 101 + b'"', "oversized frame"),
        (nested(MAX_DEPTH + 1), "too deeply nested"),
    ],
)
def test_invalid_json_is_dropped_and_counted(raw: str | bytes, kind: str) -> None:
    dropped = DropCounter()
    assert decode_json(raw, dropped, limit=100) is None
    assert dropped.as_dict() == {kind: 1}


@pytest.mark.parametrize("levels", [1024, 100_000])
def test_deeply_nested_json_is_dropped(levels: int) -> None:
    dropped = DropCounter()
    assert decode_json(nested(levels), dropped) is None
    assert sum(dropped.as_dict().values()) == 1


@pytest.mark.parametrize(
    "value", [{"a": [1, 2.5, True, None]}, [], "text", 0, False, 12345678901234567890, orjson.loads(nested(MAX_DEPTH))]
)
def test_valid_json_is_returned(value: Any) -> None:
    dropped = DropCounter()
    assert decode_json(orjson.dumps(value), dropped) == value
    assert dropped.as_dict() == {}


@given(st.one_of(st.binary(), st.text()))
def test_no_message_raises(raw: str | bytes) -> None:
    dropped = DropCounter()
    value = decode_json(raw, dropped)
    assert value is not None or dropped.as_dict() or raw.strip() in ("null", b"null")


def test_each_kind_of_dropped_message_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    dropped = DropCounter()
    for _ in range(3):
        dropped.add("unknown event")
    dropped.add("broken JSON")
    assert dropped.as_dict() == {"unknown event": 3, "broken JSON": 1}
    logged = [record for record in caplog.records if record.name == "common.client.wire"]
    assert [(record.levelno, record.args) for record in logged] == [
        (logging.DEBUG, ("unknown event",)),
        (logging.DEBUG, ("broken JSON",)),
    ]
