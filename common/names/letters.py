"""Single letters for electrical quantities: `{"U": 231, "I": 4.2, "P": 960}`.

A letter has this meaning only in a block with a voltage, a current and a third electrical quantity, which is that of a
meter or an inverter.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
import re

from .numbers import meaning_of
from .quantities import word_set
from .vocabulary import ELECTRICAL, LINES
from .words import words_of

# A letter and a phase or part: `P`, `U1`, `IL2`, `PhVphA`, `W_L1`.
_LETTER = re.compile(
    # `Vac` is no apparent power of the phase C.
    r"(?!(?i:[fiupv][ad]c\d*$))"
    r"(?P<letter>(?i:k?var|k?va|kw|pf|hz|[uipqsvawf]))(?:ph)?(?:_?(?i:L?[1-4]|L?[ABCN]|sum|tot|total|avg|ges)){0,2}_?(?i:L|N)?"
    r"|(?P<between>(?:PhV|PPV)ph)[ABC]+"
)
_AT_END = re.compile(r"(\w+)_([vaw])|(\w+?)_?(spannung|strom)", re.IGNORECASE)
_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("u", "v"), "V"),
    **dict.fromkeys(("i", "a"), "A"),
    **dict.fromkeys(("p", "w"), "W"),
    **dict.fromkeys(("s", "va"), "VA"),
    **dict.fromkeys(("q", "var"), "var"),
    **dict.fromkeys(("f", "hz"), "Hz"),
    **{unit.lower(): unit for unit in ("kW", "kVA", "kvar")},
    "pf": "",
}
# A voltage and a current that have a block of their own. `i` may be an index.
_ALONE: Mapping[str, str] = {"v": "V", "a": "A", "ma": "mA"}
# The German `Strom` may also be electricity.
_OF_WORDS: Mapping[str, str] = {"spannung": "v", "strom": "a"}
# The units of other electrical quantities in the same block, by device class.
_SAID = {
    "voltage": "V",
    "current": "A",
    "power": "W",
    "energy": "Wh",
    "frequency": "Hz",
    "apparent_power": "VA",
    "reactive_power": "var",
    "power_factor": "",
    "battery": "%",
}
# The units that a block must have, and the least number of units.
_NEEDED = frozenset({"V", "A"})
_LEAST = 3
# Blocks of something that has a voltage.
_BLOCKS = (
    ELECTRICAL | LINES | word_set("ac dc panel panels module cell pack mains utility phase bus usb line fase linea")
) - {
    "n",
    "min",
    "max",
    "avg",
    "total",
    "tot",
    "sum",
}


# Cached, because all messages of a device have the same keys. Few, because a block may have hundreds of them.
@lru_cache(maxsize=64)
def units_of_letters(keys: tuple[str, ...], block: str = "") -> Mapping[str, str]:
    """Return the units of the single letters among the keys of a block; nothing if the block is not electrical.

    `block` is the name of the block. In that of a conductor, a voltage is enough: `{"battery": {"v": 12.7, "i": 2}}`.
    """
    found: dict[str, str] = {}
    said: set[str] = set()
    for key in keys:
        if (letter := _LETTER.fullmatch(key)) is not None:
            found[key] = _UNITS[letter["letter"].lower()] if letter["letter"] else "V"
        elif (unit := _said_by(key)) is not None:
            said.add(unit)
    said.update(found.values())
    words = words_of(block)
    is_of_conductor = "V" in said and bool(words) and words[-1] in _BLOCKS
    is_supported = is_of_conductor or (said >= _NEEDED and len(said) >= _LEAST)
    return {key: unit for key, unit in found.items() if unit and is_supported} | _of_same_names(keys)


@lru_cache(maxsize=256)
def _said_by(key: str) -> str | None:
    """Return the unit of the electrical quantity of a key; None for another quantity."""
    meaning = meaning_of(key)
    return _SAID.get(meaning.device_class or "") if meaning else None


def _of_same_names(keys: Sequence[str]) -> dict[str, str]:
    """Return the units of pairs such as `out_v` and `out_a`, `PV_Spannung` and `PV_Strom`: a voltage and a current."""
    found: dict[str, dict[str, str]] = {}
    alone = {key.lower(): key for key in keys if key.lower() in _ALONE}
    if len(alone) > 1 and "v" in alone:
        # `{"v": 13.6, "ma": 412}`
        return {key: _ALONE[letter] for letter, key in alone.items()}
    for key in keys:
        if (letter := _AT_END.fullmatch(key)) is not None:
            name, last = (letter[1], letter[2]) if letter[1] else (letter[3], letter[4])
            found.setdefault(name.lower(), {})[_OF_WORDS.get(last.lower(), last.lower())] = key
    return {key: _UNITS[letter] for same in found.values() if {"v", "a"} <= same.keys() for letter, key in same.items()}
