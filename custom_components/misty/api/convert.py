"""What a value of an event message must be: each function returns the typed value, or raises WrongValue."""

from collections.abc import Callable, Mapping
from typing import Any

from .sensors import sensor_id

type Value = str | int | float | bool | tuple[Any, ...] | Mapping[str, Any] | None
type Convert = Callable[[Any], Value]

TEXT_LIMIT = 255
# An address that Home Assistant signed is longer than a state.
ADDRESS_LIMIT = 8192
LIST_LIMIT = 64
NUMBER_LIMIT = 1e12
_FLAG_WORDS = {"true": True, "false": False}


class WrongValue(Exception):
    """The value is not of the documented type or range."""


def number(raw: Any) -> float:
    """Return a finite number of a size that a sensor can have."""
    # Neither type is bool's, and no comparison holds for NaN.
    if (type(raw) is float or type(raw) is int) and -NUMBER_LIMIT <= raw <= NUMBER_LIMIT:
        return raw
    raise WrongValue


def whole(raw: Any) -> int:
    """Return a whole number."""
    value = number(raw)
    if value != int(value):
        raise WrongValue
    return int(value)


def percent(raw: Any) -> float:
    """Return a fraction of one as percent."""
    value = number(raw)
    if not 0 <= value <= 1:
        raise WrongValue
    return round(value * 100, 2)


def flag(raw: Any) -> bool:
    """Return true or false, which some firmware writes as a text."""
    value = _FLAG_WORDS.get(raw.lower()) if isinstance(raw, str) else raw
    if not isinstance(value, bool):
        raise WrongValue
    return value


def text(raw: Any) -> str:
    """Return a string, cut to what a state can hold."""
    return _string(raw, TEXT_LIMIT)


def address(raw: Any) -> str:
    """Return a name or an address whole: it is compared and never shown."""
    return _string(raw, ADDRESS_LIMIT)


def lower(raw: Any) -> str:
    """Return a word in lower case, as enum states are written."""
    return _string(raw, TEXT_LIMIT).lower()


def texts(raw: Any) -> tuple[str, ...]:
    """Return a list of strings."""
    return tuple(text(item) for item in _items(raw))


def numbers(raw: Any) -> tuple[float, ...]:
    """Return a list of numbers, for instance a matrix or four angles."""
    return tuple(number(item) for item in _items(raw))


def in_hazard(raw: Any) -> tuple[str, ...]:
    """Return the ids of the sensors that are in hazard, of a list of {inHazard, sensorName}."""
    found: list[str] = []
    for item in _items(raw):
        match item:
            case {"inHazard": bool(hazard), "sensorName": str(name)}:
                if hazard:
                    found.append(sensor_id(name[:TEXT_LIMIT]))
            case {"inHazard": bool(), "sensorName": None}:
                pass  # A sensor without a name; the hazards beside it are real.
            case _:
                raise WrongValue
    return tuple(found)


def anything(raw: Any) -> Value:
    """Return JSON of unknown shape as it is."""
    if isinstance(raw, dict | str | int | float | bool | list):
        return tuple(raw) if isinstance(raw, list) else raw
    raise WrongValue


def _string(raw: Any, limit: int) -> str:
    if not isinstance(raw, str):
        raise WrongValue
    return raw[:limit]


def _items(raw: Any) -> list[Any]:
    if not isinstance(raw, list) or len(raw) > LIST_LIMIT:
        raise WrongValue
    return raw
