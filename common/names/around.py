"""The words around a quantity that change its meaning: those of a setting, an extreme or another time."""

from typing import NamedTuple

from .nouns import quantity_at_end
from .quantities import (
    AIR_PRESSURE,
    APPARENT_POWER,
    FLOW,
    HUMIDITY,
    IRRADIANCE,
    POWER,
    PRESSURE,
    QUANTITIES,
    RAIN,
    RAIN_RATE,
    REACTIVE_POWER,
    TEMPERATURE,
    UV_INDEX,
    VOLTAGE,
    WIND_SPEED,
    Quantity,
)
from .unit_words import ENERGIES
from .vocabulary import (
    CELLS,
    COORDINATES,
    CORRECTIONS,
    EXTREMES,
    LIMITS,
    PERIODS,
    PLACES,
    PRESENT,
    SETTINGS,
    SPOILING,
    SUMMED,
    TIMES,
    WANTED,
)
from .words import NUMBER

_QUANTITY_SET = LIMITS | CORRECTIONS
_SPANS = frozenset({"hour", "day", "week", "month", "quarter", "year"})
_MEASURED_PLACES = PLACES - {"upper", "lower"}
# Units of the differences between cells, and before and behind a filter.
OF_DIFFERENCES = frozenset({"mV", "Pa", "hPa", "kPa", "mbar", "bar"})
# Quantities of the weather, which are never settings.
_NEVER_SET = (FLOW, IRRADIANCE, RAIN, RAIN_RATE, UV_INDEX, WIND_SPEED)
# Quantities whose extreme of a day is one of them, too.
_WITH_EXTREMES = (TEMPERATURE, HUMIDITY, PRESSURE, AIR_PRESSURE, WIND_SPEED, POWER)
_OF_THE_MOMENT = (POWER, APPARENT_POWER, REACTIVE_POWER)


class Found(NamedTuple):
    """A quantity in a name: its unit, None if several are possible, and the words that qualify it."""

    quantity: Quantity
    unit: str | None
    before: list[str]
    is_named: bool = True


def without_extremes(words: list[str]) -> list[str]:
    """Return the words without the extremes at the end, and without the time of these: `temp_min_oggi`."""
    end = len(words)
    while end > 1 and (words[end - 1] in TIMES | PERIODS or words[end - 1] == NUMBER):
        end -= 1
    if end < 2 or words[end - 1] not in EXTREMES or quantity_at_end(words[: end - 1]) not in _WITH_EXTREMES:
        end = len(words)
    while end > 1 and words[end - 1] in EXTREMES and " ".join(words[end - 2 : end]) not in QUANTITIES:
        end -= 1
    return words[:end]


def setting_at_end(words: list[str]) -> str | None:
    """Return the last word if it makes the name a setting."""
    if not words:
        return None
    is_pair = len(words) > 1 and " ".join(words[-2:]) in QUANTITIES
    is_of_cells = words[-1] in CORRECTIONS and not CELLS.isdisjoint(words)
    is_setting = words[-1] in _QUANTITY_SET and not is_pair and not is_of_cells
    return words[-1] if is_setting or words[-1] in SETTINGS else None


def setting_words(found: Found, words: list[str]) -> frozenset[str]:
    """Return the words before a quantity that make it a setting; the maximum of a day or of the weather is none."""
    wanted = WANTED.intersection(found.before)
    if not CELLS.isdisjoint(found.before):
        # The difference of cells, or that of a pack to the others.
        wanted -= CORRECTIONS
    if not _MEASURED_PLACES.isdisjoint(found.before):
        # The heights of a tank or a coil.
        wanted -= {"upper", "lower"}
    is_statistic = found.quantity in _NEVER_SET or not TIMES.isdisjoint(words)
    return frozenset() if wanted <= EXTREMES and is_statistic else wanted


def _is_present(words: list[str]) -> bool:
    """Return True for a consumption of the present, which is no counter; that of `CurrentMonth` is one."""
    return any(word in PRESENT and not _SPANS.intersection(words[at : at + 1]) for at, word in enumerate(words, 1))


def is_spoilt(found: Found) -> bool:
    """Return True if the words before a quantity change its meaning."""
    if not COORDINATES.isdisjoint(found.before):
        return True
    spoiling = SPOILING.intersection(found.before)
    if spoiling == {"delta"} and found.quantity in (VOLTAGE, PRESSURE) and found.unit in OF_DIFFERENCES:
        return False
    return bool(spoiling) and (found.is_named or found.quantity.device_class is not None)


def is_of_another_time(found: Found) -> bool:
    """Return True for `current consumption`, which is a power, and for `accumulated power`, which is an energy."""
    if found.quantity in ENERGIES:
        return _is_present(found.before)
    return found.quantity in _OF_THE_MOMENT and not SUMMED.isdisjoint(found.before)
