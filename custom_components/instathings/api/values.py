"""A reading becomes a flat dict: path to number, text, truth value or None.

Sources: docs/protocol/instathings.md#payloads and docs/protocol/instathings.md#flattening.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from ..common.client.wire import DropCounter
from .rules import Kind, cleaner_of, rule_of

type Scalar = float | int | bool | str | None
type Values = dict[str, Scalar]
# What a device said, as it came: an object of whatever it likes.
type Said = Mapping[str, Any]

# A reading is a handful of keys; a Shelly's full status has about sixty.
MAX_PATHS = 500
MAX_PATH_LENGTH = 100


def unwrapped(payload: Said) -> Said:
    """Return what a device said: what HTTP devices answer is wrapped twice."""
    if payload.get("type") == "data" and isinstance(payload.get("message"), dict):
        message = payload["message"]
        if "data" in message:
            said = message["data"]
            return said if isinstance(said, dict) else {"data": said}
    return payload


def parse_values(said: Said, dropped: DropCounter) -> Values:
    """Return the values of what a device said, named by dotted paths.

    A value that its path's rule does not allow is None: unknown, and counted.
    """
    values: Values = {}
    _flatten(said, "", values, dropped)
    return values


def _flatten(said: Said, prefix: str, values: Values, dropped: DropCounter) -> None:
    """Collect the values below `prefix`; lists count where they hold objects, as a Shelly's relays do."""
    for key, value in said.items():
        path = prefix + key
        if len(values) >= MAX_PATHS:
            dropped.add("reading with too many keys")
            return
        # The length comes first: what is looked up is kept.
        if not 0 < len(path) <= MAX_PATH_LENGTH or (reader := _reader(path)) is None:
            dropped.add("unusable key")
        elif isinstance(value, dict):
            _flatten(value, f"{path}.", values, dropped)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    _flatten(item, f"{path}.{index}.", values, dropped)
        elif reader.clean is not None:
            values[path] = result = reader.clean(value)
            if result is None and value is not None:
                dropped.add(f"unusable {reader.kind}")


class _Reader(NamedTuple):
    """How the values of a path are read; `clean` is None for one that is ignored."""

    kind: Kind
    clean: Callable[[Any], Scalar] | None


@lru_cache(maxsize=8192)
def _reader(path: str) -> _Reader | None:
    """Return how a path is read, if it can be shown at all."""
    return _Reader(rule_of(path).kind, cleaner_of(path)) if path.isprintable() else None
