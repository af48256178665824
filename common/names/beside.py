"""Units that stand elsewhere than in the name of a value: behind it in a text, or beside it in its block."""

from collections.abc import Mapping
from functools import lru_cache
import re
from typing import Any

from .letters import units_of_letters
from .numbers import meaning_of, noun_in
from .units import unit_of

# `{"Unit": "W", "Value": 12}`, in any case.
UNIT_KEYS = frozenset({"unit", "units", "u", "uom", "unit_of_measurement", "einheit", "unita", "unite"})
# A flag is no number.
_NUMBERS = (int, float)
VALUE_KEYS = frozenset({"value", "v", "val", "wert", "valore", "valeur"})
# `temperature_unit`, `volumeUnit`
UNIT_OF = re.compile(r"(?P<of>.+?)_?(?:(?<=_)u|U|(?<![a-z])u)nits?")
# A unit of one letter is written as it is printed: the letter may be a part of something else.
MEASURED = re.compile(
    r"([+-]?\d{1,9}(?:[.,]\d+)?) ?([^\W\d_][^\d\s].{0,14}|m[23](?:/.{1,3})?|[VWAKCFLlmgsh%°℃℉].{0,2})"
)


@lru_cache(maxsize=1024)
def has_unit(name: str) -> bool:
    """Return True if a name has the unit of its value."""
    meaning = meaning_of(name)
    return meaning is not None and meaning.has_unit


def measured(text: str) -> tuple[str, str] | None:
    """Return the number and the unit of a text that consists of the two, as "21.5 °C"; None for another text."""
    found = MEASURED.fullmatch(text.strip()) if text[:1] in "+-0123456789 " else None
    unit = unit_of(found[2]) if found else None
    return (found[1], unit) if found and unit else None


def units_beside(block: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the units that a block states for its values; a key that is a unit itself has an empty one."""
    stated = {
        key: unit
        for key, value in block.items()
        if isinstance(value, str) and _is_unit_key(key) and (unit := unit_of(value))
    }
    found = dict(units_of_letters(tuple(key for key, value in block.items() if type(value) in _NUMBERS)))
    for key, unit in stated.items():
        found |= dict.fromkeys(_of_unit(key, unit, block), unit)
    return found | dict.fromkeys(stated, "")


@lru_cache(maxsize=1024)
def _is_unit_key(key: str) -> bool:
    return key.lower() in UNIT_KEYS or UNIT_OF.fullmatch(key) is not None


def _of_unit(key: str, unit: str, block: Mapping[str, Any]) -> list[str]:
    """Return the keys of the values that have the unit under a key."""
    if (of := UNIT_OF.fullmatch(key)) is None:
        # Without a value it is of what can have it: `{"weight": 412, "unit": "g"}`.
        values = [name for name in block if name.lower() in VALUE_KEYS]
        return values or [name for name in block if _can_have(name, unit) and not has_unit(name)]
    if of["of"] in block:
        return [of["of"]]
    quantity = noun_in(of["of"])
    return [name for name in block if quantity is not None and noun_in(name) is quantity and not has_unit(name)]


def _can_have(name: str, unit: str) -> bool:
    quantity = noun_in(name)
    return quantity is not None and unit in quantity.units
