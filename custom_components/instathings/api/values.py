"""A device's reading becomes a flat dict: path to number, text, truth value or None.

Sources: vendor-facts/instathings.md sections 2, 6 and 7.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ..push.wire import Dropped
from .rules import Kind, Rule, cleaned, rule_of

type Scalar = float | int | bool | str | None
type Values = dict[str, Scalar]

# A reading is a handful of keys; a Shelly's full status has about sixty.
MAX_PATHS = 500
MAX_PATH_LENGTH = 100


def parse_reading(payload: Any, dropped: Dropped) -> Values | None:
    """Return the values of a reading, named by dotted paths; None (counted) when it is no object.

    What HTTP devices answer is wrapped twice and is unwrapped here. A value that its path's rule
    does not allow is None: unknown.
    """
    body = _unwrap(payload)
    if not isinstance(body, dict):
        dropped.add("reading that is no object")
        return None
    values: Values = {}
    _flatten(body, "", values, dropped)
    return values


def is_http_reading(payload: Any) -> bool:
    """Tell whether a reading is one of an HTTP device, by its wrapping."""
    return _unwrap(payload) is not payload


def _unwrap(payload: Any) -> Any:
    if isinstance(payload, dict) and payload.get("type") == "data" and isinstance(payload.get("message"), dict):
        message = payload["message"]
        if "data" in message:
            body = message["data"]
            return body if isinstance(body, dict) else {"data": body}
    return payload


def _flatten(body: Mapping[str, Any], prefix: str, values: Values, dropped: Dropped) -> None:
    """Collect the values below `prefix`; lists count where they hold objects, as a Shelly's relays do."""
    for key, value in body.items():
        path = prefix + key
        if len(values) >= MAX_PATHS:
            dropped.add("reading with too many keys")
            return
        # The length comes first: what is looked up is kept.
        if not 0 < len(path) <= MAX_PATH_LENGTH or (rule := _usable(path)) is None:
            dropped.add("unusable key")
        elif isinstance(value, dict):
            _flatten(value, f"{path}.", values, dropped)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    _flatten(item, f"{path}.{index}.", values, dropped)
        elif rule.kind is not Kind.IGNORED:
            values[path] = cleaned(rule, value, dropped)


@lru_cache(maxsize=8192)
def _usable(path: str) -> Rule | None:
    """Return the row for a path that can be shown."""
    return rule_of(path) if path.isprintable() else None
