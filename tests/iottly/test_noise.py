"""Random input for every parser."""

import json
from typing import Any

from hypothesis import given, settings, strategies as st

from custom_components.iottly.api import (
    LeafKind,
    MalformedWebhook,
    as_kind,
    is_placeholder,
    parse_webhook,
)
from custom_components.iottly.api.message import oldest_first, parse_message
from custom_components.iottly.api.parse import parse_board, parse_boards, parse_licenses, parse_project
from custom_components.iottly.common.client.errors import InvalidAnswer
from custom_components.iottly.common.client.wire import DropCounter

from .samples import BOARD, NOW, parsed

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
    if message is None:
        assert dropped.as_dict()
        return
    for leaf in message.leaves.values():
        text = as_kind(leaf, LeafKind.TEXT)
        assert (text is None) == (leaf is None or is_placeholder(leaf))
    assert message.timestamp.tzinfo is not None
    other = parsed({"from": BOARD, "payload": {}})
    assert sorted(oldest_first([message, other]), key=id) == sorted([message, other], key=id)


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
def test_any_response_is_parsed_or_refused(value: Any) -> None:
    dropped = DropCounter()
    for parse in (parse_project, parse_boards, parse_licenses, parse_board):
        try:
            parse(value, dropped)
        except InvalidAnswer:
            pass
