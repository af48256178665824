"""The labels in payloads: the names of list items, and the quantities of values.

Source: docs/protocol/instathings.md#words-of-a-key.
"""

from collections.abc import Mapping
import re

from ...common.names.beside import VALUE_KEYS
from ...common.names.numbers import noun_in

# The list item of a path: `sensors.0`.
_ITEM = re.compile(r".+\.\d+(?=\.)")
# Keys of a quantity, as in `{"value_type": "humidity", "value": 41}`; the most exact one is first.
_MEASURED = (
    "measurand",
    "value_type",
    "valuetype",
    "quantity",
    "parameter",
    "sensor_type",
    "fld",
    "field",
    "type",
    "sensor",
    "name",
    "n",
)
# Keys of a name; those that users set are first.
_CALLED = ("name", "nome", "nom", "label", "displayname", "title", "channel_name", "alias", *_MEASURED)
_KEYS = frozenset({*_MEASURED, *_CALLED})
LONGEST = 40


def names_quantity(block: Mapping[str, object]) -> bool:
    """Return True if a block has the quantity of its value."""
    texts = (value for key, value in block.items() if key.lower() in _MEASURED and isinstance(value, str))
    return any(len(text) <= LONGEST and noun_in(text) is not None for text in texts)


class Labels:
    """The first label that a device has sent for each key of its blocks."""

    __slots__ = ("_labels",)

    def __init__(self) -> None:
        """Initialize without labels."""
        self._labels: dict[str, dict[str, str]] = {}

    def learn(self, path: str, value: str) -> bool:
        """Store a text if it is the first label of its key; return True if it was stored."""
        parent, _, key = path.rpartition(".")
        if not is_label(path) or not 0 < len(value.strip()) <= LONGEST or key.lower() in self._labels.get(parent, ()):
            return False
        self._labels.setdefault(parent, {})[key.lower()] = value.strip()
        return True

    def of_value(self, path: str) -> str | None:
        """Return the quantity that the block of a value has: the first text with a known word, or the first one."""
        parent, _, key = path.rpartition(".")
        labels = self._labels.get(parent) if key.lower() in VALUE_KEYS else None
        if not labels:
            return None
        texts = [labels[key] for key in _MEASURED if key in labels]
        return next((text for text in texts if noun_in(text) is not None), texts[0] if texts else None)

    def of_item(self, path: str) -> str | None:
        """Return the name of the list item of a path, if no other item has the same name."""
        item = _ITEM.match(path)
        parent = item[0] if item else None
        if parent is None:
            return None
        key = next((key for key in _CALLED if key in self._labels.get(parent, ())), None)
        if key is None:
            return None
        names = [labels.get(key) for path, labels in self._labels.items() if path.rpartition(".")[2].isdigit()]
        name = self._labels[parent][key]
        return name if names.count(name) == 1 else None


def is_label(path: str) -> bool:
    """Return True if the value of a path may be a label of its block."""
    return path.rpartition(".")[2].lower() in _KEYS
