"""Noise thrown at everything that is parsed."""

import json
from typing import Any

from hypothesis import given, settings, strategies as st

from custom_components.iottly.api import (
    LeafKind,
    MalformedWebhook,
    as_kind,
    leaves,
    parse_webhook,
)
from custom_components.iottly.api.message import bare_message, oldest_first, parse_message
from custom_components.iottly.api.parse import parse_board, parse_boards, parse_licenses, parse_project
from custom_components.iottly.common.client.errors import InvalidAnswer
from custom_components.iottly.common.client.wire import DropCounter

from .samples import BOARD, NOW

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
_keys = st.sampled_from(["from", "to", "timestamp", "devicetimestamp", "type", "payload", "_id", "msg", "$date", "id"])
_likely = st.dictionaries(_keys, _json | st.just(BOARD) | st.dictionaries(_keys, _json, max_size=3))


@settings(max_examples=300, deadline=None)
@given(_json | _likely)
def test_any_json_is_a_message_or_is_dropped(value: Any) -> None:
    dropped = DropCounter()
    message = parse_message(value, NOW, dropped)
    assert (message is None) == bool(dropped.as_dict())
    if message is not None:
        assert all(
            as_kind(leaf, LeafKind.TEXT) is None or leaf is not None
            for leaf in leaves(message.payload, dropped).values()
        )
        assert message.timestamp.tzinfo is not None
        oldest_first([message, bare_message({}, BOARD, NOW)])


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | (_json | _likely).map(lambda value: json.dumps(value).encode()))
def test_any_body_is_a_message_or_malformed(body: bytes) -> None:
    dropped = DropCounter()
    try:
        message = parse_webhook(body, board=BOARD, received=NOW, dropped=dropped)
    except MalformedWebhook:
        assert dropped.as_dict()
    else:
        assert message.identity


@settings(max_examples=200, deadline=None)
@given(_json | st.dictionaries(st.sampled_from(["id", "name", "devices", "deployment_groups", "ID", "boards"]), _json))
def test_any_answer_is_read_or_refused(value: Any) -> None:
    dropped = DropCounter()
    for parse in (parse_project, parse_boards, parse_licenses, parse_board):
        try:
            parse(value, dropped)
        except InvalidAnswer:
            pass
