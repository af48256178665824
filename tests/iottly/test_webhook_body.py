"""The bodies of webhooks in every encoding, and the ids of boards."""

import json
from urllib.parse import urlencode

import pytest

from custom_components.iottly.api import (
    MAX_BODY_BYTES,
    MalformedWebhook,
    Message,
    MessageKind,
    parse_webhook,
)
from custom_components.iottly.api.message import parse_board_id
from custom_components.iottly.common.client.wire import DropCounter

from .samples import BOARD, NOW, PAYLOAD, SHAPES, parsed


def webhook(body: bytes, board: str | None = None, dropped: DropCounter | None = None) -> Message:
    return parse_webhook(body, board=board, received=NOW, dropped=dropped or DropCounter())


@pytest.mark.parametrize("shape", SHAPES)
def test_every_encoding_gives_the_same_message(shape: str) -> None:
    value = SHAPES[shape]
    bodies = [
        urlencode({"msg": json.dumps(value)}).encode(),
        json.dumps({"msg": value}).encode(),
        json.dumps({"msg": json.dumps(value)}).encode(),
        b"\n " + json.dumps(value).encode(),
    ]
    assert {webhook(body).identity for body in bodies} == {parsed(SHAPES["typed"]).identity}


def test_a_bare_payload_is_of_the_given_board() -> None:
    for body in (json.dumps(PAYLOAD).encode(), urlencode({"msg": json.dumps(PAYLOAD)}).encode()):
        message = webhook(body, board=BOARD)
        assert (message.board, message.payload, message.timestamp) == (BOARD, PAYLOAD, NOW)
        assert message.kind is MessageKind.USER
    assert webhook(b'{"connectionstatus": "disconnected"}', board=BOARD).connected is False
    assert webhook(b'{"msg": "hello"}', board=BOARD).payload == {"msg": "hello"}
    assert webhook(b'{"from": "tank 3", "level": 5}', board=BOARD).payload["from"] == "tank 3"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"msg=",
        b"msg=%7B",
        b"other=1",
        b"\xff\xfe",
        b"{",
        b"[]",
        b'{"msg": {}}',
        b'{"msg": "{broken"}',
        b'{"temperature": 1}',
        b'{"from": 5, "timestamp": 1}',
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b'{"pad": "' + b"x" * MAX_BODY_BYTES + b'"}',
        b"null",
    ],
)
def test_bodies_without_a_message(body: bytes) -> None:
    dropped = DropCounter()
    with pytest.raises(MalformedWebhook):
        webhook(body, dropped=dropped)
    assert dropped.as_dict()


def test_valid_and_invalid_board_ids() -> None:
    assert parse_board_id(f"{BOARD}@host/IB") == BOARD
    assert [parse_board_id(value) for value in (None, 3, "", "a/b", "x" * 65, "é")] == [None] * 6
