"""The meanings of values that the other values of a device show."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Self

from ..common.names.numbers import noun_in
from ..common.names.quantities import RAIN, word_set
from ..common.names.units import UNITS
from ..common.names.vocabulary import EXTREMES, GROWING, PERIODS, SUMS
from ..common.names.words import NUMBER, words_of

_OF_A_TIME = PERIODS | SUMS | {NUMBER}
_LEVELS = word_set("level fill filling ullage livello niveau fuellstand pegel")
_AVERAGES = word_set("avg average mean media medio mittel mittelwert durchschnitt moyenne")


class Siblings(NamedTuple):
    """The values of a device that change what others mean.

    `averages` are the averages by their other words, `has_rain_of_a_time` is True for a device with `dayRain`,
    `has_level` for one with the level of a tank.
    """

    averages: Mapping[frozenset[str], str]
    has_rain_of_a_time: bool
    has_level: bool

    @classmethod
    def among(cls, paths: Iterable[str]) -> Self:
        """Return the siblings among the paths of a device."""
        words = {path: frozenset(words_of(path)) for path in paths}
        averages = {one - _AVERAGES: path for path, one in words.items() if not _AVERAGES.isdisjoint(one)}
        has_rain = any(_is_rain(path, of_a_time=True) for path in words)
        return cls(averages, has_rain, any(not _LEVELS.isdisjoint(one) for one in words.values()))

    def average_of(self, path: str) -> str | None:
        """Return the average beside the `max` of a quantity, which then is no setting; None for another value."""
        words = frozenset(words_of(path))
        return None if EXTREMES.isdisjoint(words) else self.averages.get(words - EXTREMES)

    def are_of_tank(self, path: str) -> bool:
        """Return True for a `volume` beside a level: it is the content of a tank, and no counter."""
        return self.has_level and GROWING.isdisjoint(words_of(path))

    def are_of_interval(self, path: str) -> bool:
        """Return True for `rain` beside `dayRain`: it is the rain since the last message."""
        return self.has_rain_of_a_time and _is_rain(path, of_a_time=False)


def _is_rain(path: str, *, of_a_time: bool) -> bool:
    """Return True for an amount of rain, of a time or without any word for its time."""
    words = [word for word in words_of(path) if word not in UNITS]
    return of_a_time is not _OF_A_TIME.isdisjoint(words) and noun_in(path) is RAIN
