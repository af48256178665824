"""Finds the unit in a name."""

from collections.abc import Collection
from typing import NamedTuple

from .machines import MACHINES
from .nouns import quantity_at_end
from .quantities import CONSUMPTION, DURATION, ENERGY, QUANTITIES, RAIN, RAIN_RATE, REACTIVE_ENERGY, word_set
from .units import OF_UNIT, UNCLEAR, UNITS
from .vocabulary import (
    ADJUSTED,
    ELECTRICAL,
    ENDS,
    EXTREMES,
    GROWING,
    LAYERS,
    LINES,
    LIQUIDS,
    OF_FOUR,
    PERIODS,
    SUMS,
    TANKS,
)
from .words import KNOWN, NUMBER

ENERGIES = (ENERGY, CONSUMPTION, REACTIVE_ENERGY)
# As a key in a block with any name, these are rather codes than units.
_CODES = word_set("ls lh kn ms mb kb tb mi ft ml db pa ma ua mw gj mj kj")
_KNOWN_BLOCKS = KNOWN - word_set("value values val data fields properties attributes")
# Words that may follow a unit: they number parts.
_WHICH = frozenset(
    {"dmd", "l1", "l2", "l3", "n", "ln", "ll", "sys", "ch", "phase", "total", "tot", "now", "co2", NUMBER}
)
_BEHIND_FIRST = _WHICH | EXTREMES | {"now", "actual", "peak"}
_FIRST = UNITS.keys() - (UNCLEAR - {"a", "var"})
# Words that may follow a unit of energy: `kwh_import`, `Wh_out`.
_BEHIND = GROWING | {"in", "out"}
_OF_A_TIME = SUMS | word_set("today day week month year oggi giorno settimana mese anno heute tag woche monat jahr")
_CONDUCTORS = (
    LINES
    | ELECTRICAL
    | MACHINES
    | word_set("""
    ac dc pack bus busbar hv lv supply charge discharge rms leg line ct draw drawn absorbed neutral leakage inrush
    starting start assorbimento assorbito neutro spunto spitze anlauf neutralleiter aufnahme lamp lampada lampe lights
    element elements heizstab resistenza kompressor verdichter reactive apparent reattiva apparente blind schein
    psu ups pdu
""")
)
# Words for the kind of a value, which may follow any unit: `weight_kg_corrected`.
_KINDS = ADJUSTED | word_set("average avg mean median value val wert valore valeur actual act")
_WITH_LITRES = LIQUIDS | TANKS
# Words for something that takes time: `cycle_s`.
_LASTING = word_set("""
    cycle pulse dwell hold wait pause open closed ago elapsed left session uptime runtime charging delay timeout
    duration ciclo sessione durata ritardo takt restzeit laufzeit dauer
""")
# Words for something that is weighed: `feed_g`.
_WEIGHED = word_set("feed food filament powder coffee sugar flour dose sample batch load portion futter cibo mangime")
_OVER = frozenset({"last", "past", "previous", "letzte", "letzten", "ultimi", "ultime", "derniers", "dernieres"})
_OF_ENERGY = frozenset({"wh", "kwh", "mwh"})
# After these words, a letter is that of a phase or a zone instead of a unit.
_COUNTED_BY_LETTERS = frozenset({"phase", "ph", "fase", "zone"})
_LETTERED = _COUNTED_BY_LETTERS | {
    "line",
    "string",
    "channel",
    "ch",
    "group",
    "circuit",
    "leg",
    "side",
    "linea",
    "gruppo",
}
# Parts of which a thing has several.
_OF_PARTS = ELECTRICAL | MACHINES | {"actuator", "servo", "attuatore", "antrieb"}
_SIDES = word_set(
    "left right front rear links rechts vorne hinten sx dx sinistro destro sinistra destra de nde x y z az el"
)
# Letters that are no objects with a voltage: `w_v` is the value of a weight.
_NO_OBJECTS = frozenset("defghwxyz")
# After these words, `c` and `f` are degrees: they have temperatures, and letters do not number them.
_WARM = (
    ENDS
    | LAYERS
    | word_set("""
    setpoint target soll sollwert vorlauf ruecklauf mandata ritorno supply return inlet outlet
    indoor outdoor inside outside innen aussen ambient room cpu water air soil coolant oil exhaust intake flue brine
    dhw
    hotwater boiler kessel tank buffer puffer pool oven ofen forno nozzle hotend chamber enclosure cabinet heatsink
    t flow in out ein aus ingresso uscita evaporator condenser evap suction discharge surface skin body board mcu mos
    mosfet bearing gearbox winding
    kettle wort mash hlt mlt fermenter grill meat food product core beer wine must mosto vino birra latte milk cheese
    dough impasto compost pile hive brood nest egg incubator aquarium terrarium sea lake pond spa sauna greenhouse barn
    stable silo grain attic cellar wall floor roof basement garage cella vano locale ambiente suolo terreno serra
    cantina stalla radiator stove chimney steam vapore transformer solar collector heizung estrich
    freezer fridge acqua aria olio fumi wasser luft abgas
""")
)
# After these words, `f` is a frequency: `center_f`.
_OF_BANDS = word_set("center centre central mid")


class UnitWord(NamedTuple):
    """The words of a name without its unit, and what the unit can be.

    `is_clear` is True if the word is a unit after any other word.
    """

    name: list[str]
    units: tuple[str, ...] = ()
    is_clear: bool = False


def unit_word(words: list[str], head: int = 0) -> UnitWord:
    """Find the unit of a name: at the end, before words for a part or a time (`Power_va_L1`), or first (`W_L1`).

    `head` is the number of words of the last key.
    """
    before, (first, *others) = words[:-head] if head else [], words[-head:] if head else words
    if others and first in _FIRST and _BEHIND_FIRST.issuperset(others):
        return UnitWord([*before, *(word for word in others if word not in EXTREMES)], UNITS[first], is_clear=True)
    end = _end_without(words, len(words), _WHICH | _KINDS)
    if end > 2 and words[end - 1] in EXTREMES and _is_unit(words[end - 2], words[end - 1]):
        # `cell_v_max`
        words = [words[end - 1], *words[: end - 1]]
    if size := _size_at(words[:end]):
        return _unit_at(words, end, size, head)
    return _unit_before(words, _end_without(words, end, _BEHIND))


def _end_without(words: list[str], end: int, skipped: Collection[str]) -> int:
    """Return where the words end without these words at the end; one word is left."""
    while end > 1 and words[end - 1] in skipped:
        end -= 1
    return end


def _unit_at(words: list[str], end: int, size: int, head: int) -> UnitWord:
    """Return the unit of a name in the last words before `end`; its size is the number of its words."""
    found = _unit_word(words[: end - size], "".join(words[end - size : end]))
    # `speed_m_s` is in m/s, and not in ms.
    units = tuple(unit for unit in found.units if "/" in unit) if size > 1 else ()
    is_clear = found.is_clear and not (head == 1 and words[-1] in _CODES and _KNOWN_BLOCKS.isdisjoint(words[-2:-1]))
    return found._replace(units=units or found.units, is_clear=is_clear)


def _unit_before(words: list[str], end: int) -> UnitWord:
    """Return the unit of a name that has words for a direction or a time behind it."""
    unit = words[end - 1]
    # `kwh_import`; a single letter before such a word is no unit.
    is_pair = " ".join(words[max(0, end - 2) : end]) in QUANTITIES
    if unit == "l" and end > 1 and not _OF_A_TIME.isdisjoint(words[end:]):
        # `irrigation_l_today`
        return UnitWord([*words[: end - 1], *words[end:]], UNITS[unit], is_clear=True)
    if end == len(words) or is_pair or unit not in UNITS or unit in UNCLEAR or len(unit) == 1:
        return UnitWord(words)
    is_of_energy = OF_UNIT.get(UNITS[unit][0]) in ENERGIES
    if not is_of_energy and not {"in", "out"}.isdisjoint(words[end:]):
        return UnitWord(words)
    return _unit_word([*words[: end - 1], *words[end:]], unit)


def _is_unit(word: str, behind: str) -> bool:
    """Return True for a unit that the word behind it does not change, as in `l_min`."""
    return word in UNITS and word not in QUANTITIES and f"{word}{behind}" not in UNITS


def _unit_word(name: list[str], unit: str) -> UnitWord:
    return UnitWord(name, UNITS[unit], _is_clear(unit, name))


def _size_at(words: list[str]) -> int:
    """Return the number of words of the unit at the end: 2 for `L_MIN`; 0 if there is no unit."""
    if len(words) > 2 and "".join(words[-2:]) in UNITS:
        # `service_in_h` is a time, and only rain falls in inches.
        return 2 if words[-2] != "in" or quantity_at_end(words[:-2]) in (RAIN, RAIN_RATE) else 1
    if _is_of_a_span(words):
        return 0
    if words[-1] not in UNITS or " ".join(words[-2:]) in QUANTITIES:
        return 0
    if words[-1] == "min":
        # `min` is the minimum, except for a duration.
        before = quantity_at_end([word for word in words[:-1] if word not in PERIODS])
        is_duration = any(QUANTITIES.get(word) is DURATION for word in words[:-1])
        return 1 if is_duration or (before is not None and "min" in before.units) else 0
    return 1


def _is_of_a_span(words: list[str]) -> bool:
    """Return True if the unit at the end is that of a period: `rain_last_24_hours`, `wh_seven_days`."""
    is_time = words[-1] in UNITS and UNITS[words[-1]][0] in DURATION.units
    return is_time and not (_OVER.isdisjoint(words[-3:-1]) and _OF_ENERGY.isdisjoint(words[:-1]))


def _is_clear(unit: str, name: list[str]) -> bool:
    """Return True if a word is a unit after this name. The letter of a part or a phase is no unit."""
    last = name[-1] if name else ""
    match unit:
        case "a" | "amp" | "var" | "va":
            # `motor_az_a`
            is_of_part = last not in _LETTERED and not _OF_PARTS.isdisjoint(name[-2:-1])
            return last in _CONDUCTORS or is_of_part
        case "c":
            return last in _WARM or (last in _SIDES and not (_OF_PARTS | _WARM).isdisjoint(name[-2:-1]))
        case "f":
            return last in _WARM - _OF_BANDS
        case "g":
            return not _WEIGHED.isdisjoint(name[-2:])
        case "m":
            return last in ("x", "y", "z")
        case "s" | "min" | "h":
            return last in _LASTING
        case "l":
            return not _WITH_LITRES.isdisjoint(name)
        case "v" | "w":
            return (
                bool(name) and last not in _NO_OBJECTS and OF_FOUR.isdisjoint(name) and last not in _COUNTED_BY_LETTERS
            )
    # A name that consists only of a unit is that of a meter if it is a unit of energy, and otherwise has no meaning.
    return unit not in UNCLEAR and (bool(name) or OF_UNIT.get(UNITS[unit][0]) in ENERGIES)
