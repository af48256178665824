"""The meaning of a board's value for a command entity."""

from .api import LeafValue, parse_number

ON_WORDS = frozenset({"on", "true", "yes", "1", "start", "started", "open", "opened", "active", "running", "enabled"})
OFF_WORDS = frozenset(
    {"off", "false", "no", "0", "stop", "stopped", "close", "closed", "inactive", "idle", "disabled", "paused"}
)


def means_on(value: LeafValue | None, on: str | None) -> bool | None:
    """Return True if a leaf's value means on: the configured text, or else one of the usual words.

    None is for a value that means neither on nor off.
    """
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip().lower()
    if on:
        return text == on.strip().lower()
    if isinstance(value, int) and not isinstance(value, bool):
        return value != 0
    return True if text in ON_WORDS else False if text in OFF_WORDS else None


def as_number(value: LeafValue | None) -> float | None:
    """Return a leaf's value as a number; None if it is not one."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return parse_number(value) if isinstance(value, str) else None


def as_whole(number: float) -> int | float:
    """Return a whole number as an int, for sending it without a decimal point."""
    return int(number) if float(number).is_integer() else number
