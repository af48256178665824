"""The meaning of a key that no table has, by its words (docs/protocol/instathings.md#words-of-a-key).

A key is read as its sender wrote it, from the end: `ac/l1/voltage` and `BatteryVoltage` are voltages, `energy_price`
is none, because its last word is no quantity. Words for a phase, a number, or a period may follow the quantity; words
such as `max`, `target` and `threshold` make a setting of it.
"""

from collections.abc import Mapping
import re
from typing import NamedTuple
import unicodedata

from .quantities import (
    APPARENT,
    APPARENT_ENERGY,
    BEFORE,
    CORRECTIONS,
    COUNTED,
    CURRENT,
    DIRECTIONS,
    ELECTRIC,
    ENERGY,
    FLAGS,
    FLOWING,
    FOLLOWING,
    GLUED,
    HUMIDITY,
    MADE,
    NOUN_FIRST,
    OF_ITSELF,
    OF_LAST_WORD,
    OF_QUANTITY,
    OF_UNIT,
    ONLY_WITH_UNIT,
    OVER,
    PERIODS,
    PLACED,
    PLACES,
    POWER,
    POWER_FACTOR,
    QUANTITIES,
    REACTIVE,
    REACTIVE_ENERGY,
    RELATED,
    SETTABLE,
    SPELLED,
    SPOILING,
    SUMS,
    TEMPERATURE,
    THINGS,
    TIMES,
    UNITS,
    VOLUME,
    WANTED,
    WHICH,
    Quantity,
)


class Meaning(NamedTuple):
    """What the words of a key say. `platform` is binary_sensor for a flag, number for a setting."""

    platform: str
    device_class: str | None = None
    unit: str | None = None
    state_class: str | None = None


_PLURALS = {f"{word}s": word for word in (*QUANTITIES, *WANTED, *OF_QUANTITY) if " " not in word and len(word) > 2}
# Several batteries are no charge.
del _PLURALS["batteries"]
# A word may end with one of these: `vorlauftemperatur`, `acvoltage`.
_COMPOUND = re.compile(
    r"(.*?)(max|min|soll|set)?(temperature?|temperatura|temp|spannung|voltage|leistung|power|strom|current|energie|energy|feuchte|humidity|humi"
    r"|frequenz|frequency|freq|feuchtigkeit)"
)
_BETWEEN = re.compile(r"[\W_]+")
# In PV1Voltage, ACPower and pv1voltage.
_INSIDE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[0-9])(?=[a-z])")
# A unit with capitals inside, at the end of a word: energyKWh.
_UNIT_INSIDE = re.compile(r"(?<=[a-z0-9])([kKM]Wh|[kK]W|[kK]VA|hPa|kPa|dBm)(?![A-Za-z])")
# At which height something is measured: `temperature_2m`.
_HEIGHT = re.compile(r"\d+m")
_CHARGE = re.compile(r"(?i)state[\W_]?of[\W_]?(charge|energy)")
# Tasmota's.
_FACTOR = re.compile(r"\bENERGY\.Factor$")
_DECIMAL = re.compile(r"(?i)(?<=pm)_?2[._]5")
# Of which rate of a tariff a meter counts.
_RATE = re.compile(
    r"(?i)(?P<before>delivered|returned|used|exported|imported)[\W_]?tariff[\W_]?(?=\d)|tariff[\W_]?(?=\d.*(kwh|kvarh|m3|kw)$)"
)
# `W⋅m⁻²` is W/m².
_POWER = re.compile(r"[⋅·*]([a-z]+)[\u2212-](?:1|(\d))$")
# The most letters of a word that only counts parts: `hc1`.
SHORT = 3
# What adds up over phases.
_ADDING = (CURRENT, POWER, ENERGY, APPARENT, REACTIVE, REACTIVE_ENERGY, APPARENT_ENERGY, POWER_FACTOR)


# With accents these are French, where the noun comes first, as it does in Italian.
_FRENCH = {"température": "temperatura", "énergie": "energia"}


def _plain(text: str) -> str:
    """Return a text without accents, and with its small raised numbers as numbers."""
    for french, italian in _FRENCH.items():
        text = re.sub(french, italian, unicodedata.normalize("NFC", text), flags=re.IGNORECASE)
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def words_of(path: str) -> list[str]:
    """Return the words of a key in lower case; a number that a word ends with is left out where it counts parts."""
    words = []
    text = _RATE.sub(r"\g<before>_", _DECIMAL.sub("25", _UNIT_INSIDE.sub(r"_\1", _plain(path))))
    for part in _BETWEEN.split(text):
        if _HEIGHT.fullmatch(part):
            words.append("#")
            continue
        # kWh is one word.
        for word in [part] if part.lower() in UNITS else _INSIDE.split(part):
            known = word.lower()
            known = _PLURALS.get(known, known)
            if known in QUANTITIES or known in FOLLOWING or known in UNITS or known in PLACES:
                words.append(known)
            elif stem := known.rstrip("0123456789"):
                if stem in GLUED:
                    words += GLUED[stem]
                    continue
                compound = None if stem in _VOCABULARY else _COMPOUND.fullmatch(stem)
                is_number = stem != known and len(stem) <= SHORT and stem not in _VOCABULARY
                words += filter(None, compound.groups()) if compound else ("#",) if is_number else (stem,)
    return words


def unit_of(text: str) -> str | None:
    """Return Home Assistant's spelling of a unit that stands beside a value; None for one that it does not have."""
    spelled = _plain(text.strip().lower().replace("º", "°").replace("µ", "u").replace("μ", "u")).replace(" ", "")
    spelled = _POWER.sub(r"/\1\2", spelled)
    if "/" in spelled:
        return UNITS.get(spelled.replace("/", ""))
    return SPELLED.get(spelled) or UNITS.get(spelled) or UNITS.get(spelled.removeprefix("°"))


def _name_of(path: str) -> list[str]:
    """Return the words of a key without those after `of`, `at`, `from` or `to`, which say of what it is, or where."""
    words = words_of(_FACTOR.sub("power_factor", _CHARGE.sub("soc", path)))
    for word in ("of", "at", "from", "to"):
        if word in words[1:]:
            name = words[: words.index(word, 1)]
            unit = [words[-1]] if words[-1] in UNITS else []
            quantity = _tail(QUANTITIES, name)
            # The sum of currents is one of currents. Only what flows goes to something.
            if quantity is not None and (word != "to" or quantity in FLOWING):
                words = [*name, *unit]
    return words


def meaning_of(path: str) -> Meaning | None:
    """Return what the words of a key say; None where they say nothing."""
    words = _name_of(path)
    of_unit: Mapping[str, Quantity] = OF_LAST_WORD
    if not words:
        return None
    if words[0] in BEFORE and len(words) > 1 and all(word in WHICH for word in words[1:]):
        words, of_unit = [*words[1:], words[0]], OF_UNIT
    name = words[:]
    while len(name) > 1 and name[-1] in WHICH:
        name.pop()
    name, stated = _without_its_unit(name)
    if stated is not None and (found := _with_unit(name, stated, of_unit)) is not None:
        return _meaning(name, found)
    return _meaning(words, _measured(words))


def _without_its_unit(words: list[str]) -> tuple[list[str], str | None]:
    """Return the words before a unit at the end, and the unit: `L_MIN` are two words of one."""
    if len(words) > 2 and (unit := UNITS.get("".join(words[-2:]))):
        return words[:-2], unit
    return (words, None) if words[-1] in OF_QUANTITY else (words[:-1], UNITS.get(words[-1]))


def meaning_with_unit(path: str, unit: str) -> Meaning:
    """Return what the words of a key say whose sender states the unit beside the value: that decides."""
    words, stated = _name_of(path), unit_of(unit)
    found = _with_unit(words, stated, OF_UNIT) if stated else None
    meaning = _meaning(words, found)
    if meaning is not None and meaning.platform == "binary_sensor":
        # What is measured of a flag's thing is no flag.
        meaning = found.as_sensor() if found else None
    # A unit that Home Assistant does not have is one all the same.
    return meaning or Meaning("sensor", None, stated or unit, "measurement")


def _meaning(words: list[str], found: _Found | None) -> Meaning | None:
    if words and words[-1] in OF_ITSELF:
        return Meaning("number")
    if words and (words[-1] in OF_QUANTITY or words[-1] in CORRECTIONS) and " ".join(words[-2:]) not in QUANTITIES:
        return _setting(words)
    if not SPOILING.isdisjoint(words):
        return None
    device_class = _tail(FLAGS, words) or (_tail(FLAGS, words[:-1]) if words[-1:] == ["value"] else None)
    if device_class and WANTED.isdisjoint(words[:-2]):
        return Meaning("binary_sensor", device_class)
    if found is None:
        return None
    if not WANTED.isdisjoint(found.before):
        return found.as_setting()
    meaning = found.as_sensor()
    is_over = meaning.state_class == "total_increasing" and not OVER.isdisjoint(words)
    return meaning._replace(state_class=None) if is_over else meaning


def _setting(words: list[str]) -> Meaning:
    """Return a setting; it is one of the quantity that the words before its last one say."""
    found = _measured(words[:-1])
    if found is None or found.quantity.state_class != "measurement":
        return Meaning("number")
    if words[-1] in CORRECTIONS and found.quantity is TEMPERATURE:
        return Meaning("number", "temperature_delta", found.unit)
    return found.as_setting()


class _Found(NamedTuple):
    """A quantity in a key: its unit, None where it may be one of several, and the words before it."""

    quantity: Quantity
    unit: str | None
    before: list[str]

    def as_setting(self) -> Meaning:
        # A share of something is no humidity and no battery.
        is_plain = self.unit is not None and self.quantity.device_class in SETTABLE
        return Meaning("number", self.quantity.device_class if is_plain else None, self.unit)

    def as_sensor(self) -> Meaning:
        is_open = self.unit is None and self.quantity is not POWER_FACTOR
        return Meaning("sensor", None if is_open else self.quantity.device_class, self.unit, self.quantity.state_class)


def _with_unit(words: list[str], unit: str, of_unit: Mapping[str, Quantity]) -> _Found | None:
    """Return the quantity that words end with in this unit, or which the unit alone is one of."""
    found = _named(words, has_unit=True)
    if found is not None:
        for quantity in (found.quantity, *RELATED.get(found.quantity, ())):
            if unit in quantity.units:
                return found._replace(quantity=quantity, unit=unit)
    if unit in VOLUME.units and not _COUNTERS.isdisjoint(words):
        return _Found(VOLUME, unit, words)
    return _Found(of_unit[unit], unit, words) if unit in of_unit else None


def _measured(words: list[str]) -> _Found | None:
    """Return the quantity that words end with, where it needs no unit to be one."""
    found = _named(words)
    if found is None:
        return _counted(words)
    if found.quantity in ONLY_WITH_UNIT:
        return None
    # A meter of gas or water in no unit is none.
    return None if found.unit is None and found.quantity.state_class != "measurement" else found


def _counted(words: list[str]) -> _Found | None:
    """Return the energy that is counted over a time, as in `daily load consumption`."""
    if TIMES.isdisjoint(words):
        return None
    what = [word for word in words if word not in TIMES and word not in ("#", "in")]
    is_energy = what[-1:] == ["energy"] or not ELECTRIC.isdisjoint(what) or not MADE.isdisjoint(what[-1:])
    is_of_another = any(word in QUANTITIES and word not in ("battery", "energy", "power") for word in what)
    is_counted = not COUNTED.isdisjoint(what[-1:]) and is_energy and not is_of_another
    return _Found(ENERGY, ENERGY.unit, words) if is_counted else None


def _named(words: list[str], *, has_unit: bool = False) -> _Found | None:
    """Return the quantity that words name; with its unit stated, what follows cannot make another one of it."""
    rest = list(words)
    after: set[str] = set()
    while rest and (_tail(QUANTITIES, rest) is None or _is_place(rest)) and rest[-1] in _AFTER:
        after.add(rest.pop())
    quantity = _tail(QUANTITIES, rest)
    if quantity not in PLACED and not PLACES.isdisjoint(after):
        quantity = None
    before = rest[: -2 if " ".join(rest[-2:]) in QUANTITIES else -1]
    if quantity is None and words and words[0] in NOUN_FIRST:
        quantity, before = QUANTITIES.get(" ".join(words[:2])) or QUANTITIES[words[0]], words[1:]
        after = set(before)
    if quantity is None or (quantity not in _ADDING and not SUMS.isdisjoint(after)):
        return None
    periods = PERIODS - DIRECTIONS if quantity in FLOWING else PERIODS
    if not has_unit and quantity.state_class == "measurement" and not periods.isdisjoint(after):
        return None
    return _Found(quantity, quantity.unit, before)


def _is_place(words: list[str]) -> bool:
    """Return True if the last word says of what the quantity before it is, or that it is the present one."""
    if words[-1] == "current":
        quantity = _tail(QUANTITIES, words[:-1])
        return quantity is TEMPERATURE or quantity is HUMIDITY
    is_one = " ".join(words[-2:]) in QUANTITIES
    return words[-1] in THINGS and not is_one and _tail(QUANTITIES, words[:-1]) is not None


def _tail[T](table: dict[str, T], words: list[str]) -> T | None:
    """Return what the last two words or the last word are in a table."""
    return table.get(" ".join(words[-2:])) or table.get(words[-1]) if words else None


_VOCABULARY = frozenset(
    {
        *QUANTITIES,
        *FLAGS,
        *FOLLOWING,
        *PERIODS,
        *PLACES,
        *SUMS,
        *WANTED,
        *OF_QUANTITY,
        *OF_ITSELF,
        *CORRECTIONS,
        *SPOILING,
        *UNITS,
    }
)
_AFTER = FOLLOWING | PERIODS | PLACES | SUMS | THINGS | {"current"}
_COUNTERS = PERIODS | SUMS
