"""Parse dates: `{"$date": ...}` in milliseconds or as text, and plain ISO text with or without a time zone."""

from datetime import UTC, datetime
import re
from typing import Any

# Dates outside of this range are invalid.
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

# Seconds of the years since 2008. Smaller numbers are rather counted.
EPOCHS = range(1_200_000_000, 4_100_000_000)

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


def parse_date(value: Any) -> datetime | None:
    """Return the time of a `timestamp` or a `devicetimestamp` in UTC, or None if it is not a date.

    Text without a time zone is taken as UTC; the vendor does not document it (docs/protocol/iottly.md#dates).
    """
    match value:
        case {"$date": inner}:
            return parse_date(inner)
        case bool():
            return None
        case int() | float():
            return _plausible_seconds(value / 1000)
        case str():
            return parse_iso(value)
    return None


def parse_iso(text: str) -> datetime | None:
    """Return the time of a complete ISO 8601 date and time in UTC, or None for other texts."""
    if len(text) > 40 or not _ISO.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except ValueError, OverflowError:
        return None
    return moment if EARLIEST <= moment <= LATEST else None


def parse_epoch(number: float) -> datetime | None:
    """Return the time of a number of seconds or milliseconds since 1970; None for a number that is rather another."""
    seconds = number if number < EPOCHS.stop else number / 1000
    return _plausible_seconds(seconds) if EPOCHS.start <= seconds < EPOCHS.stop else None


def is_date(value: Any) -> bool:
    """Return True if a JSON value is a `{"$date": ...}` object."""
    return isinstance(value, dict) and value.keys() == {"$date"}


def _plausible_seconds(seconds: float) -> datetime | None:
    if EARLIEST.timestamp() <= seconds <= LATEST.timestamp():
        return datetime.fromtimestamp(seconds, UTC)
    return None
