"""What a device calls the items of its lists, and what it says that they measure.

Source: docs/protocol/instathings.md#words-of-a-key.
"""

from collections.abc import Mapping
import re

from ..common.names.beside import VALUE_KEYS
from ..common.names.numbers import meaning_of, noun_in

# `sensors.0`, the item of a list in which a path lies.
_ITEM = re.compile(r".+\.\d+(?=\.)")
# `{"value_type": "humidity", "value": 41}`: what says most of what is measured comes first.
_MEASURED = (
    "measurand",
    "value_type",
    "valuetype",
    "quantity",
    "parameter",
    "sensor_type",
    "type",
    "sensor",
    "name",
    "n",
)
# What people called it comes first.
_CALLED = ("name", "nome", "nom", "label", "displayname", "title", "channel_name", "alias", *_MEASURED)
_KEYS = frozenset({*_MEASURED, *_CALLED})
LONGEST = 40


def names_quantity(block: Mapping[str, object]) -> bool:
    """Return True if a block says what its value measures."""
    said = (value for key, value in block.items() if key.lower() in _MEASURED and isinstance(value, str))
    return any(len(text) <= LONGEST and meaning_of(text) is not None for text in said)


class Labels:
    """The first names that a device has sent for each of its blocks."""

    __slots__ = ("_said",)

    def __init__(self) -> None:
        """Initialize with none."""
        self._said: dict[str, dict[str, str]] = {}

    def learn(self, path: str, value: str) -> bool:
        """Note a text that names a block; return True if it is new."""
        parent, _, key = path.rpartition(".")
        if not is_label(path) or not 0 < len(value.strip()) <= LONGEST or key.lower() in self._said.get(parent, ()):
            return False
        self._said.setdefault(parent, {})[key.lower()] = value.strip()
        return True

    def of_value(self, path: str) -> str | None:
        """Return what the block of a value says that it is: the text that means most, or the first."""
        parent, _, key = path.rpartition(".")
        said = self._said.get(parent) if key.lower() in VALUE_KEYS else None
        if not said:
            return None
        texts = [said[key] for key in _MEASURED if key in said]
        return next((text for text in texts if noun_in(text) is not None), texts[0] if texts else None)

    def of_item(self, path: str) -> str | None:
        """Return what the item of a list in which a path lies is called, if no other one of the list is called so."""
        item = _ITEM.match(path)
        parent = item[0] if item else None
        if parent is None:
            return None
        key = next((key for key in _CALLED if key in self._said.get(parent, ())), None)
        if key is None:
            return None
        siblings = parent.rpartition(".")[0]
        names = [one.get(key) for path, one in self._said.items() if path.rpartition(".")[0] == siblings]
        name = self._said[parent][key]
        return name if names.count(name) == 1 else None


def is_label(path: str) -> bool:
    """Return True if the value of a path may name its block."""
    return path.rpartition(".")[2].lower() in _KEYS
