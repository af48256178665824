"""What users write in actions and JSON has not: it is refused with a text, and nothing is sent."""

from typing import Any

import pytest

from custom_components.iottly.common.client.errors import CommandFailed
from custom_components.iottly.common.client.wire import encode_json

NOT_JSON: dict[str, Any] = {
    "NaN": {"a": [float("nan")]},
    "infinity": {"a": float("-inf")},
    "a number beyond 64 bits": {"a": 2**70},
    "a key that is no text": {1: 2},
    "half of a character": {"a": "\ud800"},
    "a set": {"a": {1, 2}},
}


@pytest.mark.parametrize("value", NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_not_json_is_not_sent(value: Any) -> None:
    with pytest.raises(CommandFailed):
        encode_json(value)
    assert encode_json({"a": [1.5, None, "ü", True]}) == '{"a":[1.5,null,"ü",true]}'.encode()
