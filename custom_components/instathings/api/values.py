"""A reading becomes a flat dict: path to number, text, truth value or None.

Sources: vendor-facts/instathings.md sections 2, 6 and 7.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from ..push.wire import Dropped
from .rules import Kind, Rule, cleaned, rule_of

type Scalar = float | int | bool | str | None
type Values = dict[str, Scalar]

# A reading is a handful of keys; a Shelly's full status has about sixty.
MAX_PATHS = 500
MAX_PATH_LENGTH = 100
# Devices whose last words are remembered, and how many of them.
MAX_REMEMBERED = 2000
MAX_REMEMBERED_PATHS = 64


class Body(NamedTuple):
    """What a device says: values by dotted paths, of which `events` tell what happened once.

    `is_http` tells an HTTP device by the wrapping of its answer, `is_whole` that nothing it said
    was left out.
    """

    values: Values
    is_http: bool
    events: tuple[str, ...]
    is_whole: bool


class Bodies:
    """What devices said last, and what it means: most of what they say, they have said before."""

    def __init__(self, dropped: Dropped) -> None:
        """Remember nothing yet."""
        self._dropped = dropped
        self._last: dict[str, tuple[Any, Body]] = {}

    def read(self, device_id: str, payload: Any) -> Body | None:
        """Return what `parse_body` does, and the very same object when a device repeats itself.

        Truth values and the numbers 0 and 1 count as the same.
        """
        last = self._last.get(device_id)
        if last is not None and last[0] == payload:
            return last[1]
        body = parse_body(payload, self._dropped)
        if body is not None and body.is_whole and len(body.values) <= MAX_REMEMBERED_PATHS:
            if last is None and len(self._last) >= MAX_REMEMBERED:
                self._last.clear()
            self._last[device_id] = payload, body
        return body


def parse_body(payload: Any, dropped: Dropped) -> Body | None:
    """Return what a device says; None (counted) when it is no object.

    What HTTP devices answer is wrapped twice and is unwrapped here. A value that its path's rule
    does not allow is None: unknown.
    """
    said = _unwrap(payload)
    if not isinstance(said, dict):
        dropped.add("reading that is no object")
        return None
    values: Values = {}
    is_whole = _flatten(said, "", values, dropped)
    events = tuple([path for path in values if rule_of(path).kind is Kind.EVENT])
    return Body(values, said is not payload, events, is_whole)


def _unwrap(payload: Any) -> Any:
    if isinstance(payload, dict) and payload.get("type") == "data" and isinstance(payload.get("message"), dict):
        message = payload["message"]
        if "data" in message:
            body = message["data"]
            return body if isinstance(body, dict) else {"data": body}
    return payload


def _flatten(said: Mapping[str, Any], prefix: str, values: Values, dropped: Dropped) -> bool:
    """Collect the values below `prefix`; tell whether that is all there is.

    Lists count where they hold objects, as a Shelly's relays do.
    """
    is_whole = True
    for key, value in said.items():
        path = prefix + key
        if len(values) >= MAX_PATHS:
            dropped.add("reading with too many keys")
            return False
        # The length comes first: what is looked up is kept.
        if not 0 < len(path) <= MAX_PATH_LENGTH or (rule := _usable(path)) is None:
            dropped.add("unusable key")
            is_whole = False
        elif isinstance(value, dict):
            is_whole &= _flatten(value, f"{path}.", values, dropped)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                is_whole &= isinstance(item, dict) and _flatten(item, f"{path}.{index}.", values, dropped)
        elif rule.kind is Kind.IGNORED:
            # A text may be long.
            is_whole &= not isinstance(value, str)
        else:
            values[path] = result = cleaned(rule, value, dropped)
            is_whole &= result is not None or value is None
    return is_whole


@lru_cache(maxsize=8192)
def _usable(path: str) -> Rule | None:
    """Return the row for a path that can be shown."""
    return rule_of(path) if path.isprintable() else None
