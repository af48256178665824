"""What the name of a leaf says about its meaning. User code names things freely; these are the usual names.

The last key of a path decides; where that is a general word (`value`), a place or a number
(`temperature.kitchen`), the key before it does. In a key the head noun decides, which is its last word but for those
that only say which one is meant (a number, a phase, a place, `average`): `power_factor` is no power and `energy_price`
no energy. A unit's name behind it (`temp_f`, `voltage_mv`) chooses the unit. A name that is not in the table has no
meaning: none is better than a wrong one.
"""

from collections.abc import Iterator
from dataclasses import replace
import re

from .flag_table import DENIALS, FLAG_PAIRS, FLAG_TAILS, FLAGS, FLAGS_HEAD_FIRST, OPENED
from .meaning_table import BY_PAIR, BY_WORD, COMPOUND_ENDS, HEAD_FIRST
from .number_row import NumberMeaning, NumberRow
from .unit_table import (
    BY_UNIT,
    BY_UNIT_OF_LINE,
    LETTER_UNITS,
    LINES,
    LITRE,
    LITRE_OF,
    NOUN_OF_UNIT,
    OF_FOUR,
    PRICES,
    RATES,
    UNIT_WORDS,
    UNITS_BEFORE,
)
from .word_table import (
    ACRONYMS,
    BETWEEN,
    COUNTLESS,
    DIFFERENCES,
    GENERAL,
    GROWING,
    GROWING_ENDS,
    METERED,
    NOT_GROWING,
    OF_BATTERY,
    PLACES,
    STORED,
    TAILS,
)

_SEPARATE = re.compile(r"[^\W_]+")
# Behind these may stand what is counted: `energy_charged`.
_ENERGY_WORDS = frozenset(BY_WORD["energy"].words)
_CLOCKS = frozenset({"time", "zeit", "tempo"})
# A number, a phase (`l1`) or a channel.
_PHASE = re.compile(r"l?\d+|[a-z]|ch\d+")
# A dot that joins two keys, not one inside a key.
_JOINT = re.compile(r"(?<!\\)((?:\\\\)*)\.")


def number_meaning(path: str) -> NumberMeaning | None:
    """Return what a number at this path means; None where its name says nothing."""
    keys = split_path(path)
    if len(keys) > 1 and keys[-1].lower() == "current":
        meaning = _meaning_of_keys(keys[:-1])
        if meaning is not None and meaning.device_class != "battery":
            return meaning  # as in "temperature.current"
    if len(keys) > 1 and _is_battery(keys[-1]) and keys[-2].lower() in OF_BATTERY:
        keys.pop()  # as in "voltage.battery"
    return _meaning_of_keys(_with_joined_end(keys))


def _is_battery(key: str) -> bool:
    row = BY_WORD.get(key.lower()) or HEAD_FIRST.get(key.lower())
    return row is not None and row.device_class == "battery"


def _with_joined_end(keys: list[str]) -> list[str]:
    """Return keys with the last two as one where the last one only goes on: `wind.speed`, `charged.kwh`."""
    if len(keys) > 1 and _belong_together(_words(keys[-2]), _words(keys[-1])):
        return [*keys[:-2], "_".join(keys[-2:])]
    return keys


def _belong_together(words: list[str], last: list[str]) -> bool:
    """Return True if the words of the last key go on with those of the key before it."""
    if not words or not last:
        return False
    is_pair = (words[-1], last[0]) in BY_PAIR
    is_energy = words[-1] in _ENERGY_WORDS or (len(words) == 1 and words[0] in UNITS_BEFORE)
    is_counted = is_energy and set(last) <= GROWING
    return is_pair or is_counted or (len(last) == 1 and _is_unit_of(last[0], words))


def _is_unit_of(unit: str, words: list[str]) -> bool:
    """Return True if a whole key is the unit of what the words of the key before it name."""
    if unit in UNITS_BEFORE or (unit in BY_UNIT and unit not in LETTER_UNITS and set(words) <= PLACES):
        return True
    if unit in BY_UNIT_OF_LINE and (set(words) <= LINES or _is_battery(words[-1])):
        return True
    # "Min" is rather the least of it, and the hours of a time those of a clock.
    row = None if unit == "min" or words[-1] in _CLOCKS else _head_row(words)
    return row is not None and unit in row.units


def is_measured(path: str) -> bool:
    """Return True unless a number at this path only names or numbers something: a pin, a code, a version."""
    return not any(_last_word(key) in COUNTLESS for key in _meaningful_keys(_with_joined_end(split_path(path))))


def leaf_name(path: str) -> str:
    """Return a path as people write it: `soil.moistureLevel` is "Soil moisture level", `power_w` is "Power"."""
    keys = split_path(path)
    last = _with_joined_unit(_words(keys[-1]))
    words = [*(word for key in keys[:-1] for word in _words(key)), *last]
    is_of_line = len(last) > 1 and set(last[:-1]) <= LINES
    has_unit = len(last) > 1 and last[-1] in UNIT_WORDS and (is_of_line or last[-1] not in "ab")
    if has_unit and _row_and_unit(last)[1] is not None:
        unit = words.pop()
        if is_of_line or _is_battery(last[-2]):
            # "Battery" is its level, and "L1" has a voltage, a current and a power.
            words += NOUN_OF_UNIT.get(unit, "").split()
    spoken = " ".join(_spoken(word) for word in words) or " ".join(keys)
    return spoken[:1].upper() + spoken[1:]


def flag_meaning(path: str) -> str | None:
    """Return the device class of an on/off value at this path; None where its name says nothing."""
    keys = split_path(path)
    words = [word for key in keys[-2:] for word in _flag_words(key)]
    if (pair := FLAG_PAIRS.get(tuple(words[-2:]))) is not None and DENIALS.isdisjoint(words):
        return pair
    for key in sorted(_meaningful_keys(keys, FLAG_TAILS), key=_is_place):
        words = _flag_words(key)
        if not DENIALS.isdisjoint(words):
            return None
        if words and words[0] in FLAGS_HEAD_FIRST:
            return FLAGS[words[0]]
        for end in range(len(words), 0, -1):
            pair = FLAG_PAIRS.get(tuple(words[max(0, end - 2) : end]))
            if (meaning := pair or FLAGS.get(words[end - 1])) is not None:
                return _what_is_open(keys) if meaning == "opening" else meaning
            if words[end - 1] not in FLAG_TAILS and not _says_which(words[end - 1]):
                return None
    return None


def _flag_words(key: str) -> list[str]:
    """Return the words of a key; `door1` is a door."""
    return [bare if (bare := word.rstrip("0123456789")) in FLAGS else word for word in _words(key)]


def _what_is_open(keys: list[str]) -> str:
    """Return the class of a flag that only says "open", by a door or the like in its path."""
    named = (FLAGS.get(word) for key in reversed(keys) for word in reversed(_flag_words(key)))
    return next((one for one in named if one in OPENED), "opening")


def split_path(path: str) -> list[str]:
    """Return the keys that a leaf's path was made of."""
    joints = _JOINT.sub(lambda found: f"{found[1]}\0", path)
    return [re.sub(r"\\(.)", r"\1", key) for key in joints.split("\0")]


def join_path(parent: str, key: str) -> str:
    """Return the path of a key inside what is at another path. Other keys never give the same one."""
    escaped = key.replace("\\", "\\\\").replace(".", "\\.")
    return f"{parent}.{escaped}" if parent else escaped


def _meaning_of_keys(keys: list[str]) -> NumberMeaning | None:
    behind: list[str] = []
    for key in _meaningful_keys(keys):
        if words := _words(key):
            row, unit = _row_and_unit(words)
            meaning = None if row is None else row.meaning([*words, *behind], unit)
            # A general word such as "level" is one of several keys, though it has a row.
            if row is not None and (meaning is not None or not set(words) <= GENERAL):
                return meaning if DIFFERENCES.isdisjoint(words) else None
            behind += words
    return None


def _row_and_unit(words: list[str]) -> tuple[NumberRow | None, str | None]:
    """Return the row of a key's head noun, and the word for the unit behind it."""
    words = _with_joined_unit([word for word in words if word not in BETWEEN] or words)
    if (row := BY_PAIR.get((words[0], words[1])) if len(words) == 2 else None) is not None:
        return row, None
    if (row := HEAD_FIRST.get(words[0])) is not None:
        row = BY_PAIR.get((words[0], words[1]), row) if len(words) > 1 else row
        return _row_with_unit(row, words[-1])
    if (row := BY_WORD.get(_without_number("".join(words)))) is not None:
        return row, None
    unit = words[-1] if len(words) > 1 and words[-1] in UNIT_WORDS else None
    rest = list(words)
    if unit is not None:
        rest.pop()
    head = _head_row(rest)
    if head is not None and unit is not None and unit not in head.units:
        row, unit_of_row = _row_with_unit(head, unit)
        # Not a unit of this quantity: it is phase a, channel c, or the soil's temperature in 10 cm.
        if row is not head or unit in LETTER_UNITS or rest[-1].isdigit():
            return row, unit_of_row
        head = None
    if head is not None:
        return head, unit
    if unit is not None and (row := _row_of_unit(unit, rest)) is not None:
        return row, unit
    if words[0] in UNITS_BEFORE and all(one in GROWING | TAILS or _PHASE.fullmatch(one) for one in words[1:]):
        return _counting(BY_UNIT[words[0]], words), words[0]
    return None, None


def _row_with_unit(row: NumberRow, unit: str) -> tuple[NumberRow, str | None]:
    """Return the row of a head noun with the word behind it: a battery in volts has a voltage, not a level."""
    if unit in row.units:
        return row, unit
    other = BY_UNIT.get(unit) or BY_UNIT_OF_LINE.get(unit)
    return (other, unit) if other is not None and row.device_class == "battery" else (row, None)


def _row_of_unit(unit: str, words: list[str]) -> NumberRow | None:
    """Return the row that a unit alone means, behind words that name no quantity."""
    if set(words) <= LINES and (row := BY_UNIT_OF_LINE.get(unit)) is not None:
        return row
    if unit == "l":
        return LITRE if words and words[-1] in LITRE_OF else None
    if unit == "w" and not OF_FOUR.isdisjoint(words):
        return None
    row = BY_UNIT.get(unit)
    return None if row is None or _denies_unit(row, words) else _counting(row, words)


def _counting(row: NumberRow, words: list[str]) -> NumberRow:
    """Return the row of a unit; of an energy the words say whether it is counted, and only grows, or kept."""
    if row.device_class == "energy" and not STORED.isdisjoint(words):
        return replace(row, device_class="energy_storage")
    says_so = any(word in GROWING or word.endswith(GROWING_ENDS) for word in words)
    is_counted = says_so and NOT_GROWING.isdisjoint(words)
    return replace(row, grows=True) if row.device_class in ("energy", "reactive_energy") and is_counted else row


def _with_joined_unit(words: list[str]) -> list[str]:
    """Return the words of a key, with a unit that was written as two (`l_min`, `m3h`) as one."""
    joined = "".join(words[-2:])
    return [*words[:-2], joined] if len(words) > 2 and joined in UNIT_WORDS else words


def _denies_unit(row: NumberRow, words: list[str]) -> bool:
    """Return True for a rate or a price, which is in another unit than the one behind it."""
    return not PRICES.isdisjoint(words) or (row.device_class == "energy" and not RATES.isdisjoint(words))


def _head_row(words: list[str]) -> NumberRow | None:
    """Return the row of the head noun: the last word that is no phase, number or the like."""
    rest = list(words)
    while rest:
        rest[-1] = _without_number(rest[-1])
        if len(rest) > 1 and (rest[-2], rest[-1]) in BY_PAIR:
            return BY_PAIR[rest[-2], rest[-1]]
        is_thing = _is_battery(rest[-1]) or rest[-1] in PLACES
        if is_thing and len(rest) > 1 and rest[-2] in BY_WORD and not _is_battery(rest[-2]):
            rest.pop()  # "temp_battery" is the temperature of one.
        if (row := BY_WORD.get(rest[-1])) is not None:
            # "The current floor" is no electricity.
            return None if rest[-1] == "current" and not PLACES.isdisjoint(words[len(rest) :]) else row
        if len(rest) > 1 and (row := BY_WORD.get(rest[-2] + rest[-1])) is not None:
            return row
        if (end := next((one for one in COMPOUND_ENDS if rest[-1].endswith(one)), None)) is not None:
            return BY_WORD[end]
        is_of_energy = rest[-1] in GROWING and not _ENERGY_WORDS.isdisjoint(rest[:-1])
        if not is_of_energy and not _says_which(rest[-1]):
            return None
        rest.pop()
    return None


def _without_number(word: str) -> str:
    """Return a word without the number at its end, if that is no part of it as in "co2": `temp1` is a temperature."""
    bare = word.rstrip("0123456789")
    return bare if word not in BY_WORD and bare in BY_WORD else word


def _says_which(word: str) -> bool:
    """Return True for a word that says which one of a quantity is meant: a place, a number, a phase."""
    return word.rstrip("0123456789") in TAILS | PLACES | METERED or _PHASE.fullmatch(word) is not None


def _is_place(key: str) -> bool:
    return all(_says_which(word) for word in _words(key))


def _last_word(key: str) -> str:
    words = [word for word in _words(key) if not _PHASE.fullmatch(word)]
    if tuple(words[-2:]) in BY_PAIR:
        return ""  # A heat index is measured.
    while len(words) > 1 and words[-1] in UNIT_WORDS:
        words.pop()
    return words[-1] if words else ""


def _meaningful_keys(keys: list[str], passed: frozenset[str] = GENERAL | METERED) -> Iterator[str]:
    """Yield the last key of a path, and those before it while all after them say nothing, or only which one."""
    for key in reversed(keys):
        yield key
        if not all(word in passed or _says_which(word) for word in _words(key)):
            return


def _words(key: str) -> list[str]:
    return [word.lower() for part in _SEPARATE.findall(key) for word in _split_case(part)]


def _split_case(part: str) -> Iterator[str]:
    """Split `outdoorTemp` and `CO2Level` where a new word begins; digits stay with the letters before them."""
    begin = 0
    for i in range(1, len(part)):
        before, here, after = part[i - 1], part[i], part[i + 1 : i + 2]
        is_new = (
            (before.islower() and here.isupper())
            or (before.isdigit() and here.isalpha())
            or (before.isupper() and here.isupper() and after.islower())
        )
        if is_new:
            yield part[begin:i]
            begin = i
    yield part[begin:]


def _spoken(word: str) -> str:
    return word.upper() if word in ACRONYMS or re.fullmatch(r"l\d", word) else word
