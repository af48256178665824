"""Units that are not in the name of a value: in the text of the value, or in another key of the same block."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
import re
from typing import Any

from .letters import units_of_letters
from .numbers import meaning_of, noun_in
from .quantities import word_set
from .units import unit_of

# As in `{"Unit": "W", "Value": 12}`. Upper and lower case are the same.
UNIT_KEYS = word_set("""
    unit units u uom unit_of_measurement unitofmeasurement unit_of_measure unitofmeasure unitcode unit_code measure_unit
    unit_name unitname unit_symbol einheit unita unite
""")
# Longer keys are neither units nor letters, and no block has more letters. A device may invent others, which the caches
# would keep.
LONGEST_KEY = 60
MOST_LETTERS = 200
# Compared with `type()`, because a bool is an int.
_NUMBERS = (int, float)
VALUE_KEYS = frozenset({"value", "v", "val", "wert", "valore", "valeur"})
# `temperature_unit`, `volumeUnit`, `pconsumeunit`
UNIT_OF = re.compile(r"(?P<of>.+?)_?[uU]nits?")
# A number and a unit. A unit of one letter needs the right case, because other letters are used for other things.
MEASURED = re.compile(
    r"([+-]?\d{1,9}(?:[.,]\d+)?) ?([^\W\d_][^\d\s].{0,14}|m[23](?:/.{1,3})?|[VWAKCFLlmgsh%°℃℉].{0,2})"
)


@lru_cache(maxsize=256)
def has_unit(name: str) -> bool:
    """Return True if a name has the unit of its value."""
    meaning = meaning_of(name)
    return meaning is not None and meaning.has_unit


def measured(text: str) -> tuple[str, str] | None:
    """Return the number and the unit of a text such as "21.5 °C"; None for another text."""
    found = MEASURED.fullmatch(text.strip()) if text[:1] in "+-0123456789 " else None
    unit = unit_of(found[2]) if found else None
    return (found[1], unit) if found and unit else None


def units_beside(block: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the units of the values in a block, by key. The keys that contain the units have an empty text."""
    stated = {
        key: unit
        for key, value in block.items()
        if isinstance(value, str) and len(key) <= LONGEST_KEY and _is_unit_key(key) and (unit := unit_of(value))
    }
    numbers = (key for key, value in block.items() if type(value) in _NUMBERS and len(key) <= LONGEST_KEY)
    found = dict(units_of_letters(tuple(islice(numbers, MOST_LETTERS))))
    for key, unit in stated.items():
        found |= dict.fromkeys(_of_unit(key, unit, block), unit)
    return found | dict.fromkeys(stated, "")


@lru_cache(maxsize=256)
def _is_unit_key(key: str) -> bool:
    return key.lower() in UNIT_KEYS or UNIT_OF.fullmatch(key) is not None


def _of_unit(key: str, unit: str, block: Mapping[str, Any]) -> list[str]:
    """Return the keys of the values to which the unit under a key applies."""
    if (of := UNIT_OF.fullmatch(key)) is None:
        # Without a key for the value, it applies to quantities with this unit: `{"weight": 412, "unit": "g"}`.
        values = [name for name in block if name.lower() in VALUE_KEYS]
        return values or [name for name in block if _can_have(name, unit) and not has_unit(name)]
    if of["of"] in block:
        return [of["of"]]
    quantity = noun_in(of["of"])
    return [name for name in block if quantity is not None and noun_in(name) is quantity and not has_unit(name)]


def _can_have(name: str, unit: str) -> bool:
    quantity = noun_in(name)
    return quantity is not None and unit in quantity.units
