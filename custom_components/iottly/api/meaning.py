"""What the name of a leaf says about its value, and what a leaf is called. User code names things freely."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
import re

from ..common.names import numbers
from ..common.names.beside import VALUE_KEYS
from ..common.names.flags import flag_of as flag_meaning, is_inverted
from ..common.names.numbers import is_measured
from ..common.names.quantities import (
    COUNTED,
    INFINITE,
    LOAD,
    RAIN,
    SHORT_BATTERY,
    TEMPERATURE,
    UPTIME,
    Quantity,
    word_set,
)
from ..common.names.units import UNITS
from ..common.names.vocabulary import CORRECTIONS, ELECTRICAL, GROWING, LINES
from ..common.names.words import words_of

__all__ = [
    "NumberMeaning",
    "flag_meaning",
    "is_inverted",
    "is_measured",
    "join_path",
    "leaf_name",
    "names_clock",
    "names_moment",
    "number_meaning",
    "same_names",
    "split_path",
]

# The units that user code means where a name says none.
USUAL = {UPTIME: "s", SHORT_BATTERY: "%", LOAD: "%"}
# What sensors of 16 bits, and those of Dallas and Bosch, tell when they failed.
FAILED = frozenset({327.67, 327.68, -327.68, 999.0, -999.0, 850.0})
ACRONYMS = frozenset({"aqi", "co2", "cpu", "gpio", "gps", "id", "ip", "led", "pm10", "pm25", "rpm", "rssi", "uv"})
# What a unit at the end of a name measures: a motor has several such values.
NOUNS = {
    "apparent_power": "apparent power", "current": "current", "energy": "energy", "power": "power",
    "reactive_energy": "reactive energy", "reactive_power": "reactive power", "voltage": "voltage",
}  # fmt: skip
CLOCKS = word_set("""
    clock date datetime datum epoch heure horodatage ora orario rtc systemzeit time timestamp timestamps ts tstamp uhr
    uhrzeit unix unixtime utc zeit zeitstempel
""")
# Words beside these, with which a time is still that of a board or of its message.
OF_CLOCKS = word_set("""
    actual aktuelle attuale board corrente created current data device di epoch gps local locale measured message
    now read received sample sampled sent server sistema stamp sys system unix utc at ms
""")
# Words for what happened, or will happen, at a time.
_OF_EVENTS = word_set("""
    last next since until begin start started end ended boot booted changed updated seen
    ultimo ultima prossimo prossima dal fino inizio fine avvio
    letzte letzter letztes naechste naechster naechstes seit bis beginn ende zuletzt
    dernier derniere prochain prochaine debut fin
""")
_SEPARATE = re.compile(r"[^\W_]+")
# A dot that joins two keys, not one inside a key.
_JOINT = re.compile(r"(?<!\\)((?:\\\\)*)\.")


@dataclass(frozen=True, slots=True)
class NumberMeaning:
    """A number's device class (None for a plain percentage or count), unit and state class.

    A value outside of `low` to `high`, or among the `sentinels`, is none: sensors tell so that they failed.
    """

    device_class: str | None
    unit: str | None
    state_class: str | None
    low: float
    high: float
    sentinels: frozenset[float] = frozenset()

    def is_plausible(self, value: float) -> bool:
        """Return True if a value can be a reading."""
        return self.low <= value <= self.high and value not in self.sentinels


@lru_cache(maxsize=1024)
def number_meaning(path: str, unit: str | None = None) -> NumberMeaning | None:
    """Return what a number at this path means; None where its name says nothing.

    `unit` is the one that the board states, or that the size of the value shows.
    """
    found = _read(path, unit)
    if found is None or found.quantity is None or not CORRECTIONS.isdisjoint(found.setting):
        return None
    quantity = found.quantity
    is_limit = found.setting and found.state_class is None and not found.has_unit and quantity is not TEMPERATURE
    if is_limit or (found.unit is None and found.device_class is None):
        return None
    has_limits = found.unit == quantity.unit or quantity is TEMPERATURE
    return NumberMeaning(
        device_class=found.device_class,
        unit=found.unit,
        state_class=_state_class(found, quantity, path),
        low=quantity.low if has_limits else -INFINITE,
        high=quantity.high if has_limits else INFINITE,
        sentinels=FAILED if quantity is TEMPERATURE else frozenset(),
    )


def _read(path: str, unit: str | None = None) -> numbers.Meaning | None:
    return numbers.meaning_of(".".join(split_path(path)), unit, has_statistics=True, usual=USUAL)


def _state_class(found: numbers.Meaning, quantity: Quantity, path: str) -> str | None:
    """Return the state class; rain is counted only where the name says so, and what is set is measured as well."""
    if quantity is RAIN and GROWING.isdisjoint(words_of(path)):
        return "measurement"
    return quantity.state_class if found.setting and quantity.state_class != COUNTED else found.state_class


@lru_cache(maxsize=1024)
def names_clock(path: str) -> bool:
    """Return True for the date or the time of a board's clock: `Uhrzeit`, `ora`, `data_ora`, `gps.utc_time`."""
    *before, words = [_words(key) for key in split_path(path)]
    is_event = any(word in _OF_EVENTS for key in before for word in key)
    is_pair = words in (["data", "ora"], ["marca", "temporale"], *([one, "at"] for one in OF_CLOCKS))
    is_clock = not CLOCKS.isdisjoint(words) and (CLOCKS | OF_CLOCKS).issuperset(words)
    return not is_event and (is_clock or is_pair)


@lru_cache(maxsize=1024)
def names_moment(path: str) -> bool:
    """Return True if a large number with this name is a time in seconds since 1970."""
    words = _words(split_path(path)[-1])
    return names_clock(path) or not _OF_EVENTS.isdisjoint(words) or words[-1:] == ["at"] or words[-1:] == ["ts"]


def leaf_name(path: str, *, with_unit: bool = False, has_unit_beside: bool = False) -> str:
    """Return a path as people write it: `soil.moistureLevel` is "Soil moisture level", `power_w` is "Power".

    A unit is a word of it only `with_unit`. Where nothing else does, its quantity is: `motor_a` is "Motor current".
    """
    keys = split_path(path)
    if has_unit_beside and len(keys) > 1 and keys[-1].lower() in VALUE_KEYS:
        # `{"tank": {"value": 812, "unit": "L"}}`
        keys.pop()
    words = [word for key in keys for word in _words(key)]
    found = None if with_unit else _read(path)
    if found is not None and found.has_unit and words[-1] in UNITS and len(words) > 1 and not _is_phase(words):
        size = 2 if len(words) > 2 and "".join(words[-2:]) in UNITS else 1
        noun = None if found.is_named else _noun(found, words[-size - 1])
        if found.is_named or noun or len(_words(keys[-1])) > size:
            words = [*words[:-size], *(noun or "").split()]
    spoken = " ".join(_spoken(word) for word in words) or " ".join(keys)
    return spoken[:1].upper() + spoken[1:]


def same_names(paths: Iterable[str]) -> frozenset[str]:
    """Return the paths that are called as another one is but for their unit: `power_w` beside `power_kw`."""
    names = {path: leaf_name(path) for path in paths}
    count = Counter(names.values())
    return frozenset(path for path, name in names.items() if count[name] > 1)


def _noun(found: numbers.Meaning, before: str) -> str | None:
    """Return what a unit measures of the thing that the word before it names; what is counted says so by itself."""
    is_counted = found.quantity is not None and found.quantity.state_class == COUNTED
    return None if is_counted and before not in ELECTRICAL | LINES else NOUNS.get(found.device_class or "")


def _is_phase(words: list[str]) -> bool:
    """Return True if a letter at the end is rather a phase than the unit: `current_a` has a `current_b` beside it."""
    return words[-1] == "a" and words[-2] not in ELECTRICAL | LINES and ELECTRICAL.isdisjoint(words[:-2])


def split_path(path: str) -> list[str]:
    """Return the keys that a leaf's path was made of."""
    joints = _JOINT.sub(lambda found: f"{found[1]}\0", path)
    return [re.sub(r"\\(.)", r"\1", key) for key in joints.split("\0")]


def join_path(parent: str, key: str) -> str:
    """Return the path of a key inside what is at another path. Other keys never give the same one."""
    escaped = key.replace("\\", "\\\\").replace(".", "\\.")
    return f"{parent}.{escaped}" if parent else escaped


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
