"""The meanings of values that the other values of a device show."""

from collections.abc import Iterable, Mapping
import re
from typing import NamedTuple, Self

from ...common.names.numbers import meaning_of, noun_in
from ...common.names.quantities import (
    CONSUMPTION,
    CURRENT,
    FLOW,
    GAS,
    POWER,
    QUANTITIES,
    RAIN,
    RAIN_RATE,
    VOLTAGE,
    VOLUME,
    WATER,
    word_set,
)
from ...common.names.units import UNITS
from ...common.names.vocabulary import EXTREMES, GROWING, LIMITS, MADE, PERIODS, STATISTICS, SUMMED, SUMS, TIMES
from ...common.names.words import NUMBER, words_of

_OF_A_TIME = PERIODS | SUMS | {NUMBER}
_LEVELS = word_set("level fill filling ullage livello niveau fuellstand pegel")
_AVERAGES = word_set("avg average mean media medio mittel mittelwert durchschnitt moyenne")
# Words of a counter of electricity besides those for what is counted: `accumulatedConsumptionLastHour`.
_COUNTED_IN = TIMES | SUMMED | SUMS | word_set("hour week day meter counter of the")
# A power in a direction: `powerProduction` beside `power`.
_DIRECTED = word_set("production consumption generation") | EXTREMES | STATISTICS
# Blocks that have the readings a second time, as they came from the device.
_RAW_BLOCK = re.compile(
    r"(?i)(.*\.)?(?:raw|original|orig|undecoded|unparsed)_?(?:data|values?|readings?|payload)?(?=\.)"
)
# Other blocks with the codes of the device, whose readings stand beside them under words.
_CODES = frozenset({"values", "data", "codes", "registers"})
_SHORT_CODE = 3
_IMPERIAL = frozenset({"°F", "mph", "in", "in/h", "inHg", "ft", "mi", "psi", "gal"})
_METRIC = {RAIN: "mm", RAIN_RATE: "mm/h"}


class Siblings(NamedTuple):
    """The values of a device that change what others mean.

    `averages` are the averages by their other words, `has_rain_of_a_time` is True for a device with `dayRain`,
    `has_level` for one with the level of a tank, `is_electrical` for one with a voltage, a current or a power, and
    without water and gas. `repeated` are the paths that repeat others, `numbers` those of the number of a part,
    `consumptions` those of a `power_consumption` beside `power`, which is rather an energy.
    """

    averages: Mapping[frozenset[str], str]
    has_rain_of_a_time: bool
    has_level: bool
    is_electrical: bool
    repeated: frozenset[str]
    numbers: frozenset[str]
    consumptions: frozenset[str]
    statistics: frozenset[str]

    @classmethod
    def among(cls, paths: Iterable[str]) -> Self:
        """Return the siblings among the paths of a device."""
        words = {path: frozenset(words_of(path)) for path in paths}
        averages = {one - _AVERAGES: path for path, one in words.items() if not _AVERAGES.isdisjoint(one)}
        has_rain = any(_is_rain(path, of_a_time=True) for path in words)
        nouns = {noun_in(path) for path in words}
        return cls(
            averages=averages,
            has_rain_of_a_time=has_rain,
            has_level=any(not _LEVELS.isdisjoint(one) for one in words.values()),
            is_electrical=bool(nouns & {VOLTAGE, CURRENT, POWER}) and nouns.isdisjoint({WATER, GAS, FLOW, VOLUME}),
            repeated=frozenset(_repeated(words)),
            numbers=frozenset((*_numbers(words), *_strikes(words))),
            consumptions=frozenset(_consumptions(words)),
            statistics=frozenset(_statistics(words)),
        )

    def average_of(self, path: str) -> str | None:
        """Return the average beside the `max` of a quantity, which then is no setting; None for another value."""
        if path in self.statistics:
            return path.rpartition(".")[0]
        words = frozenset(words_of(path))
        if EXTREMES.isdisjoint(words):
            return None
        return self.averages.get(words - EXTREMES) or self.averages.get(words - _DIRECTED)

    def are_of_tank(self, path: str) -> bool:
        """Return True for a `volume` beside a level: it is the content of a tank, and no counter."""
        return self.has_level and GROWING.isdisjoint(words_of(path))

    def are_of_interval(self, path: str) -> bool:
        """Return True for `rain` beside `dayRain`: it is the rain since the last message."""
        return self.has_rain_of_a_time and _is_rain(path, of_a_time=False)

    def electrical_unit(self, path: str) -> str | None:
        """Return the unit of a counter of electricity, or of a power in a direction; None for another value."""
        words = words_of(path.rpartition(".")[2])
        if not self.is_electrical or not words:
            return None
        if "power" in words:
            return "W" if {"power"} < {*words} <= _DIRECTED | {"power"} and "current" not in words else None
        others = [word for word in words if QUANTITIES.get(word) is not CONSUMPTION and word not in MADE]
        is_counter = 0 < len(others) < len(words) and _COUNTED_IN.issuperset(others)
        return "kWh" if is_counter else None


def metric_units(paths: Iterable[str], *, has_hectopascals: bool) -> Mapping[str, str]:
    """Return the units of rain for a weather station that names none, and has its air pressure in hPa."""
    if not has_hectopascals:
        return {}
    meanings = {path: meaning_of(path) for path in paths}
    if any(one is not None and one.has_unit and one.unit in _IMPERIAL for one in meanings.values()):
        return {}
    open_ones = (path for path, one in meanings.items() if one is None or one.unit is None)
    return {path: unit for path in open_ones if (noun := noun_in(path)) and (unit := _METRIC.get(noun))}


def _is_rain(path: str, *, of_a_time: bool) -> bool:
    """Return True for an amount of rain, of a time or without any word for its time."""
    words = [word for word in words_of(path) if word not in UNITS]
    return of_a_time is not _OF_A_TIME.isdisjoint(words) and noun_in(path) is RAIN


def _repeated(paths: Iterable[str]) -> Iterable[str]:
    """Yield the paths of blocks that have the readings beside them a second time, raw or under short codes."""
    blocks: dict[str, list[str]] = {}
    others = 0
    for path in paths:
        block = path.rpartition(".")[0]
        if _RAW_BLOCK.match(path):
            yield path
        elif block.lower() in _CODES:
            blocks.setdefault(block, []).append(path)
        else:
            others += 1
    for inside in blocks.values():
        names = [path.rpartition(".")[2] for path in inside]
        is_of_codes = all(len(name) <= _SHORT_CODE for name in names) and not any(map(_says_much, names))
        if is_of_codes and len(names) <= others:
            yield from inside


def _strikes(paths: Iterable[str]) -> Iterable[str]:
    """Yield the energies of lightnings: they have a distance, and no power."""
    names = {path.lower(): path for path in paths}
    for name, path in names.items():
        block, dot, last = name.rpartition(".")
        if last == "energy" and dot and f"{block}.distance" in names and f"{block}.power" not in names:
            yield path


def _consumptions(paths: Iterable[str]) -> Iterable[str]:
    names = {path.lower(): path for path in paths}
    for name, path in names.items():
        block, dot, last = name.rpartition(".")
        if last in ("power_consumption", "powerconsumption") and f"{block}{dot}power" in names:
            yield path


def _says_much(name: str) -> bool:
    """Return True for a short name that is a word for a quantity, such as `co2`."""
    return name.lower() in QUANTITIES


def _numbers(paths: Mapping[str, frozenset[str]]) -> Iterable[str]:
    """Yield the paths of numbers of parts: `min_voltage_cell` beside `min_cell_voltage`, which has the quantity."""
    by_words: dict[frozenset[str], list[str]] = {}
    for path, words in paths.items():
        by_words.setdefault(words, []).append(path)
    for same in by_words.values():
        ends = {path: words_of(path)[-1] in QUANTITIES for path in same if words_of(path)} if len(same) > 1 else {}
        if True in ends.values():
            yield from (
                path for path, has_quantity in ends.items() if not has_quantity and NUMBER not in words_of(path)
            )


def _statistics(paths: Iterable[str]) -> Iterable[str]:
    """Yield the extremes of a block that consists of them: `{"temperature": {"min": 16, "max": 17}}`."""
    blocks: dict[str, list[str]] = {}
    for path in paths:
        block, _, name = path.rpartition(".")
        blocks.setdefault(block, []).append(name.lower())
    for path in paths:
        block, _, name = path.rpartition(".")
        is_extreme = (
            bool(block) and name.lower() in EXTREMES and (STATISTICS | EXTREMES | {"value"}).issuperset(blocks[block])
        )
        if is_extreme and LIMITS.isdisjoint(words_of(block)) and noun_in(block) is not None:
            yield path
