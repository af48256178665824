"""Messages, dates, payloads, meanings and webhook bodies: pure functions, and noise thrown at them."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any
from urllib.parse import urlencode

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import DEVICE_CLASS_UNITS, SensorDeviceClass
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.iottly.api import (
    InvalidCommand,
    LeafKind,
    MalformedWebhook,
    Message,
    MessageKind,
    as_kind,
    flag_meaning,
    leaf_kind,
    leaves,
    number_meaning,
    parse_board_id,
    parse_webhook,
)
from custom_components.iottly.api.command import command_values
from custom_components.iottly.api.dates import parse_date
from custom_components.iottly.api.meaning import _FLAGS, _NUMBERS
from custom_components.iottly.api.message import bare_message, oldest_first, parse_message
from custom_components.iottly.api.parse import parse_board, parse_boards, parse_licenses, parse_project
from custom_components.iottly.api.webhook import MAX_BODY_BYTES
from custom_components.iottly.push.errors import InvalidAnswer
from custom_components.iottly.push.wire import Dropped

BOARD = "a2792ce8-216f-477c-a5cc-4f7e9f407e29"
PROJECT = "58f73b41c3cc4800078010c5"
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
THEN = datetime(2026, 11, 21, 1, 17, 10, 605000, tzinfo=UTC)
MS = int(THEN.timestamp() * 1000)
PAYLOAD = {"temperature": 21.5, "echo": {"content": "hi"}}

SHAPES: dict[str, dict[str, Any]] = {
    "merged": {
        **PAYLOAD,
        "_id": {"$oid": "6b00e306686c826c32ad8199"},
        "from": f"{BOARD}@xmppbroker.localdev.iottly.org/IB",
        "to": "iottlycore@x",
        "timestamp": {"$date": MS},
    },
    "typed": {
        "_id": {"$oid": "6b00e306686c826c32ad8199"},
        "from": BOARD,
        "to": PROJECT,
        "timestamp": {"$date": "2026-11-21T01:17:10.605Z"},
        "devicetimestamp": {"$date": "2026-11-19T01:17:10Z"},
        "type": "userdefined",
        "payload": PAYLOAD,
    },
    "plain": {
        "from": BOARD,
        "to": PROJECT,
        "timestamp": "2026-11-21T01:17:10.605",
        "devicetimestamp": "2026-11-19T01:17:10",
        "type": "userdefined",
        "payload": PAYLOAD,
    },
    "pushed by the core": {
        **PAYLOAD,
        "from": f"{BOARD}@x/IB",
        "to": "iottlycore@x",
        "timestamp": "2026-11-21T02:17:10.605425+01:00",
    },
}
AGENT_SHAPES: list[dict[str, Any]] = [
    {"_id": {"$oid": "1"}, "connectionstatus": "connected", "from": BOARD, "timestamp": {"$date": MS}, "to": PROJECT},
    {"from": BOARD, "timestamp": {"$date": MS}, "type": "iottlyagent", "payload": {"connectionstatus": "connected"}},
    {"from": BOARD, "timestamp": THEN.isoformat(), "type": "iottlyagent", "connectionstatus": "connected"},
]


def parsed(value: Any, dropped: Dropped | None = None) -> Message:
    message = parse_message(value, NOW, dropped or Dropped())
    assert message is not None
    return message


# Messages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_one_message_in_every_shape(shape: str) -> None:
    message = parsed(SHAPES[shape])
    assert (message.board, message.kind, message.payload) == (BOARD, MessageKind.USER, PAYLOAD)
    assert message.identity == parsed(SHAPES["typed"]).identity
    if "devicetimestamp" in SHAPES[shape]:
        assert message.device_timestamp == datetime(2026, 11, 19, 1, 17, 10, tzinfo=UTC)


@pytest.mark.parametrize("value", AGENT_SHAPES)
def test_an_agents_message_in_every_shape(value: dict[str, Any]) -> None:
    message = parsed(value)
    assert (message.kind, message.connected, message.timestamp) == (MessageKind.AGENT, True, THEN)
    assert message.payload == {"connectionstatus": "connected"}


def test_what_a_user_calls_connectionstatus_is_not_the_agents() -> None:
    message = parsed({"from": BOARD, "type": "userdefined", "payload": {"connectionstatus": "disconnected"}})
    assert (message.kind, message.connected) == (MessageKind.USER, None)


def test_a_type_of_the_users_own_belongs_to_the_payload() -> None:
    message = parsed({"from": BOARD, "type": "Event", "event": {"tdcode": "PresenceStart", "time": {"$date": 1000}}})
    assert message.payload["type"] == "Event"
    assert message.payload["event"] == {"tdcode": "PresenceStart", "time": None}, "1970 is no date a board means"


def test_dates_inside_a_payload_are_as_the_webhook_has_them() -> None:
    stored = parsed({"from": BOARD, "time": {"$date": 1492591678000}, "list": [{"$date": 1492591678000}, 1]})
    pushed = parsed({"from": BOARD, "time": "2017-04-19T10:47:58+02:00"})
    assert leaves(stored.payload, Dropped())["time"] == leaves(pushed.payload, Dropped())["time"]
    assert stored.payload["list"] == ["2017-04-19T08:47:58+00:00", 1]


@pytest.mark.parametrize("content", [None, "plain text", 7, [1]])
def test_a_payload_that_is_no_object(content: Any) -> None:
    message = parsed({"from": BOARD, "type": "userdefined", "payload": content})
    assert message.payload == ({} if content is None else {"payload": content})


def test_a_message_with_nothing_in_it() -> None:
    """As the core forwards plain text."""
    message = parsed({"from": f"{BOARD}@x/IB", "to": "iottlycore@x", "timestamp": {"$date": MS}})
    assert (message.payload, message.name) == ({}, None)


@pytest.mark.parametrize(
    "stamp", [None, "soon", {"$date": "x"}, {"$date": True}, 10**30, (NOW + timedelta(days=9)).isoformat()]
)
def test_an_unbelievable_timestamp_counts_as_now(stamp: Any) -> None:
    assert parsed({"from": BOARD, "timestamp": stamp}).timestamp == NOW


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, {"from": 5}, {"from": ""}, {"from": "@host"}, {"from": "a b"}])
def test_no_message(value: Any) -> None:
    dropped = Dropped()
    assert parse_message(value, NOW, dropped) is None
    assert sum(dropped.as_dict().values()) == 1


def test_order_within_one_millisecond_is_the_storage_order() -> None:
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
def test_dates(value: Any, moment: datetime | None) -> None:
    assert parse_date(value) == moment


# Payloads -------------------------------------------------------------------------------------------


def test_leaves() -> None:
    dropped = Dropped()
    payload = {
        "a": {"b": {"c": {"d": 1, "e": {"f": 2}}}},
        "flag": True,
        "text": "eco",
        "long": "x" * 256,
        "null": None,
        "list": [1, 2],
        "": 3,
        "temperature": "21.5",
        "mode": "21.5",
        "huge": 10**20,
        "time": "2017-04-19T10:47:58+02:00",
    }
    assert leaves(payload, dropped) == {
        "a.b.c.d": 1,
        "flag": True,
        "text": "eco",
        "long": None,
        "null": None,
        "temperature": 21.5,
        "mode": "21.5",
        "huge": None,
        "time": datetime(2017, 4, 19, 8, 47, 58, tzinfo=UTC),
    }
    assert sum(dropped.as_dict().values()) == 2


def test_too_many_leaves() -> None:
    dropped = Dropped()
    assert len(leaves({f"k{number}": number for number in range(1000)}, dropped)) == 100
    assert dropped.as_dict() == {"payload with more than a hundred leaves": 1}


@pytest.mark.parametrize(
    ("value", "kind", "result"),
    [
        (1, LeafKind.FLAG, True),
        (2, LeafKind.FLAG, None),
        ("On", LeafKind.FLAG, True),
        ("maybe", LeafKind.FLAG, None),
        (True, LeafKind.NUMBER, 1),
        ("3.5", LeafKind.NUMBER, 3.5),
        ("nan", LeafKind.NUMBER, None),
        ("x", LeafKind.NUMBER, None),
        (3.5, LeafKind.TEXT, "3.5"),
        (THEN, LeafKind.TEXT, THEN.isoformat()),
        ("x", LeafKind.MOMENT, None),
        (None, LeafKind.TEXT, None),
        ("x", LeafKind.TEXT, "x"),
    ],
)
def test_a_leaf_keeps_its_kind(value: Any, kind: LeafKind, result: Any) -> None:
    assert as_kind(value, kind) == result


def test_leaf_kinds() -> None:
    assert [leaf_kind(value) for value in (True, 1, 1.5, THEN, "x")] == [
        LeafKind.FLAG,
        LeafKind.NUMBER,
        LeafKind.NUMBER,
        LeafKind.MOMENT,
        LeafKind.TEXT,
    ]


@pytest.mark.parametrize(
    ("path", "kind", "unit"),
    [
        ("temperature", "temperature", "°C"),
        ("room.TempF", "temperature", "°F"),
        ("outdoorTemp_c", "temperature", "°C"),
        ("temperature.value", "temperature", "°C"),
        ("battery.level.value", "battery", "%"),
        ("tank.level", None, "-"),
        ("temperature.current", "temperature", "°C"),
        ("pump.current", "current", "A"),
        ("battery", "battery", "%"),
        ("battery.voltage_mv", "voltage", "mV"),
        ("power_kw", "power", "kW"),
        ("air.CO2", "carbon_dioxide", "ppm"),
        ("pm2_5", "pm25", "μg/m³"),
        ("wifi_rssi", "signal_strength", "dBm"),
        ("cpu", None, "%"),
        ("pH", "ph", None),
        ("state", None, "-"),
        ("contemporary", None, "-"),
    ],
)
def test_meaning_of_numbers(path: str, kind: str | None, unit: str | None) -> None:
    meaning = number_meaning(path)
    if unit == "-":
        assert meaning is None
    else:
        assert meaning is not None
        assert (meaning.kind, meaning.unit) == (kind, unit)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("frontDoor", "door"),
        ("battery_low", "battery"),
        ("motion.value", "motion"),
        ("water_leak", "moisture"),
        ("fault", "problem"),
        ("anything", None),
    ],
)
def test_meaning_of_flags(path: str, kind: str | None) -> None:
    assert flag_meaning(path) == kind


def test_the_table_is_home_assistants() -> None:
    """Every kind exists there, with every unit the table gives it."""
    for row in _NUMBERS:
        if row.kind is not None:
            assert set(row.units.values()) <= set(DEVICE_CLASS_UNITS[SensorDeviceClass(row.kind)]), row.kind
    for kind in _FLAGS.values():
        BinarySensorDeviceClass(kind)
    words = [word for row in _NUMBERS for word in row.words]
    assert len(words) == len(set(words))


# Webhooks -------------------------------------------------------------------------------------------


def webhook(body: bytes, board: str | None = None, dropped: Dropped | None = None) -> Message:
    return parse_webhook(body, board=board, received=NOW, dropped=dropped or Dropped())


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


def test_a_bare_payload_is_the_named_boards() -> None:
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
def test_what_is_no_webhook(body: bytes) -> None:
    dropped = Dropped()
    with pytest.raises(MalformedWebhook):
        webhook(body, dropped=dropped)
    assert dropped.as_dict()


def test_board_ids() -> None:
    assert parse_board_id(f"{BOARD}@host/IB") == BOARD
    assert [parse_board_id(value) for value in (None, 3, "", "a/b", "x" * 65, "é")] == [None] * 6


# Commands -------------------------------------------------------------------------------------------


def test_command_values() -> None:
    assert command_values("relay", {"status": "on", "relay.pin": 3, "relay.hold": False}) == {
        "relay.status": "on",
        "relay.pin": 3,
        "relay.hold": False,
    }
    assert command_values("relay", {}) == {}


@pytest.mark.parametrize(
    ("cmd_type", "values", "reason"),
    [
        ("relay", {"other.status": "on"}, InvalidCommand.FOREIGN_PREFIX),
        ("relay", {"status": ""}, InvalidCommand.EMPTY_VALUE),
        ("relay", {"status": None}, InvalidCommand.EMPTY_VALUE),
        ("relay", {"relay.": "on"}, InvalidCommand.EMPTY_VALUE),
        ("relay", {"status": ["on"]}, InvalidCommand.NOT_A_SCALAR),
        (" ", {}, InvalidCommand.NO_CMD_TYPE),
    ],
)
def test_commands_that_must_not_be_sent(cmd_type: str, values: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidCommand) as invalid:
        command_values(cmd_type, values)
    assert invalid.value.reason == reason


# Answers --------------------------------------------------------------------------------------------


def test_answers_with_holes() -> None:
    dropped = Dropped()
    project = parse_project(
        {"id": "p", "name": "", "deployment_groups": [1, {"id": 2}, {"id": "g", "boards": [BOARD, 5, BOARD]}]}, dropped
    )
    assert project.name == "p"
    (group,) = project.groups
    assert (group.name, group.boards, group.status) == ("g", (BOARD,), None)
    assert dropped.as_dict() == {"deployment group without an id": 2, "board without an id": 1}
    assert parse_project({"id": "p", "deployment_groups": [{"id": "g", "boards": 5}]}, dropped).boards == ()


def test_answers_that_are_none() -> None:
    dropped = Dropped()
    for value in (None, [], {}, {"id": 5}, {"id": ""}):
        with pytest.raises(InvalidAnswer):
            parse_project(value, dropped)
    for value in (None, {}, {"devices": None}):
        with pytest.raises(InvalidAnswer):
            parse_boards(value, dropped)
    with pytest.raises(InvalidAnswer):
        parse_licenses([], dropped)
    assert parse_board({"name": "x"}, dropped) is None
    assert parse_licenses({"a": 1, "b": {"status": "lost"}, "c": {"status": "paired"}}, dropped).paired == 1


# Noise ----------------------------------------------------------------------------------------------

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
    dropped = Dropped()
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
    dropped = Dropped()
    try:
        message = parse_webhook(body, board=BOARD, received=NOW, dropped=dropped)
    except MalformedWebhook:
        assert dropped.as_dict()
    else:
        assert message.identity


@settings(max_examples=200, deadline=None)
@given(_json | st.dictionaries(st.sampled_from(["id", "name", "devices", "deployment_groups", "ID", "boards"]), _json))
def test_any_answer_is_read_or_refused(value: Any) -> None:
    dropped = Dropped()
    for parse in (parse_project, parse_boards, parse_licenses, parse_board):
        try:
            parse(value, dropped)
        except InvalidAnswer:
            pass
