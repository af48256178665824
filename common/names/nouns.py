"""Finds the quantity at the end of a name, which words for a part, a place or a time may follow."""

from collections.abc import Sequence
from typing import NamedTuple

from .quantities import (
    BATTERY,
    COUNTED,
    CURRENT,
    HUMIDITY,
    LEVEL,
    MOISTURE,
    NOTHING,
    OFTEN_FIRST,
    PH,
    PRESSURE,
    QUANTITIES,
    SHORT_BATTERY,
    SPEED,
    TEMPERATURE,
    VOLTAGE,
    WARM,
    WATER,
    Quantity,
    word_set,
)
from .units import UNITS
from .vocabulary import (
    ADDING,
    BETWEEN,
    CELLS,
    DIRECTIONS,
    DOSING,
    ELECTRICAL,
    FLOWING,
    MATTER,
    NO_NOUN,
    OF,
    PERIODS,
    PLACES,
    STATISTICS,
    STREAMS,
    SUMS,
    THINGS,
    WHICH,
)

_BEHIND = WHICH | STATISTICS | PLACES | PERIODS | SUMS | THINGS | {"current"}
# A probe has its own battery.
_WHICH_OR_WHERE = PLACES | STATISTICS | WHICH - word_set("sensor sensors probe")
# After one of these words, `current` means "present".
_NO_CONDUCTORS = PLACES - ELECTRICAL | word_set("zone room relay relais rele")
# The parts of a heating, which are behind the letter of the temperature.
_WARMED = (WARM | PLACES) - ELECTRICAL
_HEATED = WARM | PLACES | WHICH
_BATTERIES = word_set("battery batt bat batteria batterie akku")
# Words with which a power of a time is the highest one of it.
_PEAKS = word_set("peak highest")
# Quantities of air and water, which may be `immessa` as energy may be.
_OF_STREAMS = (TEMPERATURE, HUMIDITY, PRESSURE, SPEED)
_IN_SOME_TIME = PERIODS - word_set("last")
# Quantities after which `current` means "present", such as `temperature_current`.
_WITH_A_PRESENT_VALUE = (TEMPERATURE, HUMIDITY, MOISTURE, PRESSURE, LEVEL, SPEED)


class Noun(NamedTuple):
    """A quantity, and the words before it, which qualify it."""

    quantity: Quantity
    before: list[str]


def _is_short(head: Sequence[str]) -> bool:
    """Return True for a short noun before another short word, which may be anything: `temp_xyz`."""
    other = UNITS.keys() | QUANTITIES.keys()
    is_one = (word in other or (len(word) < len("temp") and word not in _BEHIND) for word in head[1:])
    return head[0] == "temp" and any(is_one)


def quantity_at_end(words: list[str]) -> Quantity | None:
    """Return the quantity that the last two words, or the last word, mean."""
    return QUANTITIES.get(" ".join(words[-2:])) or QUANTITIES.get(words[-1]) if words else None


def noun_of(words: list[str], head: Sequence[str], *, has_unit: bool) -> Noun | None:
    """Return the noun of a name. If `has_unit`, the words after the noun do not change its meaning.

    `head` are the words of the most specific key of the path.
    """
    if words[:1] == ["t"] and len(words) > 1 and _HEATED.issuperset(words[1:]) and not _WARMED.isdisjoint(words[1:]):
        # `T_Speicher_unten`
        return Noun(TEMPERATURE, words[1:])
    quantity, before, behind = _last_quantity(words)
    if quantity is None and head and head[0] in OFTEN_FIRST and NO_NOUN.isdisjoint(head) and not _is_short(head):
        # In Italian and French, and often in German, the noun is first, and the words after it qualify it.
        quantity = QUANTITIES.get(" ".join(head[:2])) or QUANTITIES[head[0]]
        before = [word for word in head[1:] if word in words]
        behind = set(before)
    if quantity is LEVEL and not has_unit and not _BATTERIES.isdisjoint(before):
        # `BatteryState.level`
        quantity = BATTERY
    if quantity is PH and not DOSING.isdisjoint(before):
        return None
    if quantity is None or quantity is NOTHING or not (has_unit or _may_follow(quantity, behind)):
        return None
    if quantity is HUMIDITY and not MATTER.isdisjoint((*before, *behind)):
        quantity = MOISTURE
    return Noun(quantity, before)


def _last_quantity(words: list[str]) -> tuple[Quantity | None, list[str], set[str]]:
    """Return the last quantity of a name, and the words before and behind it."""
    rest = list(words)
    behind: set[str] = set()
    while rest and rest[-1] in _BEHIND and (quantity_at_end(rest) is None or _is_of_another(rest, behind)):
        behind.add(rest.pop())
    return quantity_at_end(rest), rest[: -2 if " ".join(rest[-2:]) in QUANTITIES else -1], behind


def without_owner(words: list[str]) -> list[str]:
    """Return the words of a name without the owner or place after `of`, `at`, `from` or `to`."""
    words = [word for word in words if word not in BETWEEN] or words
    for word in OF:
        if word in words[1:]:
            name = words[: words.index(word, 1)]
            noun = noun_of(name, [], has_unit=True)
            # The "sum of currents" is a sum of currents. Only flowing quantities and voltages have a `to`.
            if noun is not None and (word != "to" or noun.quantity in (*FLOWING, VOLTAGE)):
                words = [*name, words[-1]] if words[-1] in UNITS else name
    return words


def _is_of_another(words: list[str], behind: set[str]) -> bool:
    """Return True if the last word qualifies the quantity before it, although it can be a quantity itself.

    `behind` are the words behind it: the `current` of `CurrentMonth` is none of electricity.
    """
    last, rest = words[-1], words[:-1]
    if " ".join(words[-2:]) in QUANTITIES or not (last in THINGS or last == "current"):
        return False
    while rest and quantity_at_end(rest) is None and rest[-1] in _WHICH_OR_WHERE:
        rest = rest[:-1]
    before = quantity_at_end(rest)
    if before is None or before is NOTHING:
        return False
    match last:
        case "current" if not behind.isdisjoint(_IN_SOME_TIME):
            return True
        case "current":
            return before in _WITH_A_PRESENT_VALUE
        case "flow":
            return before is TEMPERATURE
        case "ph":
            # `water.ph`
            return before is not WATER
    return before not in (BATTERY, SHORT_BATTERY) or last not in ELECTRICAL


def _may_follow(quantity: Quantity, behind: set[str]) -> bool:
    """Return False if the words after a quantity change its meaning."""
    if quantity is CURRENT and not behind.isdisjoint(_NO_CONDUCTORS):
        # `current_floor` is the present floor, and no electric current.
        return False
    if quantity is BATTERY and not behind.isdisjoint(CELLS):
        return False
    if quantity is PH and not behind.isdisjoint(DOSING):
        return False
    if quantity in (BATTERY, SHORT_BATTERY) and "t" in behind:
        # `battery_t` is the temperature of a battery.
        return False
    if quantity.state_class == COUNTED:
        return True
    if quantity not in ADDING and not behind.isdisjoint(SUMS):
        return False
    if quantity in FLOWING and not behind.isdisjoint(_PEAKS):
        return True
    behind = behind - DIRECTIONS if quantity in FLOWING else behind
    behind = behind - STREAMS if quantity in _OF_STREAMS else behind
    return behind.isdisjoint(_IN_SOME_TIME)
