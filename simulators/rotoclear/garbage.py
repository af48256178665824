"""Data of a unit with a fault."""

from typing import Any

GARBAGE = '{"light0": tru'
NOT_A_PICTURE = b"this is not a JPEG"


def wrong_type(value: Any) -> Any:
    """Return a value of another JSON type."""
    match value:
        case bool():
            return {"unexpected": value}
        case str():
            return [value]
        case int() | float():
            return {"value": value}
        case dict():
            return "object"
        case _:
            return 7
