"""The conversion of a written value: type check, text conversion, saturation (docs/protocol/rotoclear.md#ranges)."""

from collections.abc import Callable
import math
import re
from typing import Any

from .variables import Kind, Variable

NUMBER_TEXT = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


class Refused(Exception):
    """The value is invalid, and the variable does not change."""


def from_text(variable: Variable, text: str) -> Any:
    """Convert the text in a query to the datatype of the variable (docs/protocol/rotoclear.md#set-with-get).

    true and false become booleans, numeric texts become numbers. A query cannot have nested values. Raises Refused.
    """
    return _TEXT[variable.kind](text)


def checked(variable: Variable, value: Any) -> Any:
    """Check the datatype of a value, and limit it to the range of the variable unless it is a step. Raises Refused."""
    fitting = _JSON[variable.kind](value)
    if variable.options and fitting not in variable.options:
        raise Refused
    return fitting if variable.relative else saturated(variable, fitting)


def saturated(variable: Variable, value: Any) -> Any:
    """Limit a number to the range of the variable."""
    if variable.limits is None:
        return value
    low, high = variable.limits
    return min(max(value, low), high)


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused
    if not math.isfinite(value):
        raise Refused
    return value


def _integer(value: Any) -> int:
    return round(_number(value))


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused
    return value


def _light(value: Any) -> bool:
    return value if isinstance(value, bool) else _integer(value) != 0


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise Refused
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused
    return value


def _array(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Refused
    return value


def _pan(value: Any) -> dict[str, float]:
    return {axis: float(_number(_object(value).get(axis, 0.0))) for axis in ("x", "y")}


def _text_number(text: str) -> int | float:
    if not NUMBER_TEXT.fullmatch(text):
        raise Refused
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def _text_boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise Refused
    return text == "true"


def _text_light(text: str) -> bool | int | float:
    return _text_boolean(text) if text in {"true", "false"} else _text_number(text)


def _text_nested(_text: str) -> Any:
    raise Refused


_JSON: dict[Kind, Callable[[Any], Any]] = {
    Kind.BOOLEAN: _boolean,
    Kind.LIGHT: _light,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.STRING: _string,
    Kind.PAN: _pan,
    Kind.OBJECT: _object,
    Kind.ARRAY: _array,
}
_TEXT: dict[Kind, Callable[[str], Any]] = {
    Kind.BOOLEAN: _text_boolean,
    Kind.LIGHT: _text_light,
    Kind.INTEGER: _text_number,
    Kind.NUMBER: _text_number,
    Kind.STRING: str,
    Kind.PAN: _text_nested,
    Kind.OBJECT: _text_nested,
    Kind.ARRAY: _text_nested,
}
