"""Rain: the amount since the last message, beside the amounts of an hour or a day."""

from collections.abc import Iterable

from ..common.names.numbers import noun_in
from ..common.names.quantities import RAIN
from ..common.names.units import UNITS
from ..common.names.vocabulary import PERIODS, SUMS
from ..common.names.words import NUMBER, words_of

_OF_A_TIME = PERIODS | SUMS | {NUMBER}


def is_of_interval(path: str, paths: Iterable[str]) -> bool:
    """Return True for `rain` of a weather station that has `dayRain`, too: it is the rain since the last message."""
    return _is_rain(path, of_a_time=False) and any(_is_rain(one, of_a_time=True) for one in paths)


def _is_rain(path: str, *, of_a_time: bool) -> bool:
    """Return True for an amount of rain, of a time or without any word for its time."""
    if noun_in(path) is not RAIN:
        return False
    words = [word for word in words_of(path) if word not in UNITS]
    return of_a_time is not _OF_A_TIME.isdisjoint(words)
