"""The types and keys that the integration learns from messages, and their limits."""

from custom_components.iottly.message_schema import MAX_KEYS, MAX_TYPES, MessageSchema

from .samples import BOARD
from .test_message_store import message


def test_messages_are_counted_by_their_first_key() -> None:
    schema = MessageSchema()
    for number in range(3):
        schema.learn(message({"temperature": number, "humidity": 40}, seconds=number))
    schema.learn(message({"temperature": 7}, seconds=-5))
    schema.learn(message({"connectionstatus": "connected"}, kind="iottlyagent"))
    schema.learn(message({}))
    types = schema.types_of(BOARD)
    assert {name: known.count for name, known in types.items()} == {
        "temperature": 4,
        "agent_message": 1,
        "other_message": 1,
    }
    assert types["temperature"].keys == {"temperature": 4, "humidity": 3}
    assert types["temperature"].last == message({}, seconds=2).timestamp, (
        "a late message does not change the time of the last one"
    )
    assert schema.type_names(BOARD) == ["temperature", "agent_message", "other_message"]


def test_the_number_of_names_of_a_board_is_limited() -> None:
    schema = MessageSchema()
    for number in range(MAX_TYPES + 20):
        made_up = message({f"name {number}": 1})
        schema.learn(made_up)
    assert schema.type_of(made_up) == "other_message"
    assert len(schema.type_names(BOARD)) == MAX_TYPES + 2
    assert schema.types_of(BOARD)["other_message"].count == 20
    for page in range(5):
        schema.learn(message({"name 0": 1, **{f"key{page} {number}": 1 for number in range(90)}}))
    assert len(schema.types_of(BOARD)["name 0"].keys) == MAX_KEYS


def test_names_with_control_characters_are_cleaned() -> None:
    schema = MessageSchema()
    for name in ("\x00", "a\u202eb", " ", ""):
        schema.learn(message({name: 1}))
    schema.learn(message({"two\nlines": 1, "x": 2}))
    schema.learn(message({"x" * 100: 1}))
    assert schema.type_names(BOARD) == ["two lines", "x" * 64, "agent_message", "other_message"]


def test_types_are_restored_and_removed() -> None:
    schema = MessageSchema()
    schema.recall(BOARD, ["pressed", "agent_message", *(f"name {number}" for number in range(MAX_TYPES))])
    assert schema.type_names(BOARD)[0] == "pressed"
    assert len(schema.type_names(BOARD)) == MAX_TYPES + 2
    schema.forget(BOARD)
    assert schema.type_names(BOARD) == ["agent_message", "other_message"]
