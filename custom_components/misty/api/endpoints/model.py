"""The model of endpoints and parameters, and the functions for the tables in this folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
import math
import re
from typing import Any

import orjson

from ..errors import InvalidArgument

# The name of a file: no path separators, no control characters, and no characters that change the text direction.
_IN_ITS_FOLDER = r"(?!\.{1,2}$)[^/\\\x00-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,251}"

type Arguments = dict[str, Any]
type Rule = Callable[[Arguments], None]


class ParameterKind(StrEnum):
    """The JSON type of a parameter."""

    TEXT = "string"
    WHOLE = "integer"
    NUMBER = "number"
    FLAG = "boolean"
    LIST = "array"
    OBJECT = "object"
    ANY = "any"


class Level(StrEnum):
    """The stability of a command according to the vendor; UNDOCUMENTED ones are only in the vendor's SDK."""

    CURRENT = "Current"
    BETA = "Beta"
    ALPHA = "Alpha"
    UNDOCUMENTED = "undocumented"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, with its name as in the SDK. `form` is an example of the `pattern` for error texts.

    Source: docs/protocol/misty.md#command-list and the tables before it.
    """

    name: str
    kind: ParameterKind
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Any, ...] = ()
    pattern: re.Pattern[str] | None = None
    form: str = ""
    secret: bool = False

    def check(self, value: Any) -> Any:
        """Return the value to send. Raises InvalidArgument."""
        value = self._typed(value)
        if self.choices and value not in self.choices:
            raise InvalidArgument("choice", self.name, ", ".join(map(str, self.choices)))
        if self.pattern is not None and not self.pattern.fullmatch(value):
            raise InvalidArgument("pattern", self.name, self.form)
        if self.kind in (ParameterKind.WHOLE, ParameterKind.NUMBER):
            self._check_range(value)
        return value

    def _typed(self, value: Any) -> Any:
        match self.kind, value:
            case ParameterKind.ANY, _:
                return value
            case ParameterKind.FLAG, bool():
                return value
            case ((ParameterKind.NUMBER | ParameterKind.WHOLE), bool()):
                pass
            case ParameterKind.WHOLE, int():
                return value
            case ParameterKind.WHOLE, float() if value.is_integer():
                return int(value)
            case ParameterKind.NUMBER, int() | float() if math.isfinite(value):
                return value
            case (ParameterKind.TEXT, str()) | (ParameterKind.LIST, list()) | (ParameterKind.OBJECT, dict()):
                return value
        raise InvalidArgument("type", self.name, str(self.kind))

    def _check_range(self, value: float) -> None:
        low, high = self.minimum, self.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            raise InvalidArgument("range", self.name, f"{_limit(low)} … {_limit(high)}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A command of the robot's REST interface.

    With `in_query` the arguments are in the query of the URL, otherwise in a JSON body. With `is_file` the answer may
    be a file instead of JSON. With `has_nan` the answer may contain NaN, which is not valid JSON. With `is_open` there
    may be undocumented arguments.
    """

    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    level: Level = Level.CURRENT
    rules: tuple[Rule, ...] = ()
    in_query: bool = False
    is_file: bool = False
    has_nan: bool = False
    is_open: bool = False

    def check(self, arguments: Mapping[str, Any]) -> Arguments:
        """Return the arguments under the names of their parameters, without those that are None.

        The case of names is ignored, as the robot does. Raises InvalidArgument.
        """
        known = {parameter.name.lower(): parameter for parameter in self.parameters}
        checked: Arguments = {}
        for name, value in arguments.items():
            if value is None:
                continue
            if (parameter := known.get(name.lower())) is not None:
                checked[parameter.name] = parameter.check(value)
            elif self.is_open:
                checked[name] = value
            else:
                raise InvalidArgument("unknown", name, ", ".join(p.name for p in self.parameters))
        for name, value in checked.items():
            _check_json(name, value)
        for parameter in self.parameters:
            if parameter.required and parameter.name not in checked:
                raise InvalidArgument("missing", parameter.name)
        for rule in self.rules:
            rule(checked)
        return checked

    @property
    def secrets(self) -> frozenset[str]:
        """Return the names of secret arguments in lower case."""
        return frozenset(parameter.name.lower() for parameter in self.parameters if parameter.secret)


def _check_json(name: str, value: Any) -> None:
    """Raise InvalidArgument for half a surrogate pair, an integer of more than 64 bits, or too many levels."""
    try:
        orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=str)
    except TypeError:
        raise InvalidArgument("type", name, "JSON") from None


# Functions for the tables. A parameter whose name ends with "?" is optional. ----------------------------


def _parameter(name: str, kind: ParameterKind, **limits: Any) -> Parameter:
    return Parameter(name.rstrip("?"), kind, required=not name.endswith("?"), **limits)


def text(name: str, *choices: str, pattern: str = "", form: str = "") -> Parameter:
    """Return a parameter for a text, which may have choices or a pattern."""
    compiled = re.compile(pattern) if pattern else None
    return _parameter(name, ParameterKind.TEXT, choices=choices, pattern=compiled, form=form)


def file_name(name: str, ending: str = "", form: str = "hello.jpg") -> Parameter:
    """Return a parameter for the name of a file, which may have a suffix."""
    return text(name, pattern=_IN_ITS_FOLDER + re.escape(ending), form=form)


def secret(name: str) -> Parameter:
    """Return a parameter for a key or a password."""
    return _parameter(name, ParameterKind.TEXT, secret=True)


def whole(name: str, low: float | None = None, high: float | None = None) -> Parameter:
    """Return a parameter for a whole number in a range."""
    return _parameter(name, ParameterKind.WHOLE, minimum=low, maximum=high)


def one_of(name: str, *choices: int) -> Parameter:
    """Return a parameter for one of several whole numbers."""
    return _parameter(name, ParameterKind.WHOLE, choices=choices)


def number(name: str, low: float | None = None, high: float | None = None) -> Parameter:
    """Return a parameter for a number in a range."""
    return _parameter(name, ParameterKind.NUMBER, minimum=low, maximum=high)


def flag(name: str) -> Parameter:
    """Return a parameter for a boolean."""
    return _parameter(name, ParameterKind.FLAG)


def items(name: str) -> Parameter:
    """Return a parameter for a list."""
    return _parameter(name, ParameterKind.LIST)


def fields(name: str) -> Parameter:
    """Return a parameter for an object."""
    return _parameter(name, ParameterKind.OBJECT)


def anything(name: str) -> Parameter:
    """Return a parameter for any JSON value."""
    return _parameter(name, ParameterKind.ANY)


def get(path: str, *parameters: Parameter, **options: Any) -> Endpoint:
    """Return a GET endpoint."""
    return Endpoint("GET", path, parameters, in_query=True, **options)


def post(path: str, *parameters: Parameter, **options: Any) -> Endpoint:
    """Return a POST endpoint."""
    return Endpoint("POST", path, parameters, **options)


def delete(path: str, *parameters: Parameter, **options: Any) -> Endpoint:
    """Return a DELETE endpoint."""
    return Endpoint("DELETE", path, parameters, **options)


def together(*names: str) -> Rule:
    """Return a rule: all of these arguments, or none."""

    def rule(arguments: Arguments) -> None:
        if 0 < sum(name in arguments for name in names) < len(names):
            raise InvalidArgument("together", names[0], ", ".join(names))

    return rule


def exactly_one(*names: str) -> Rule:
    """Return a rule: exactly one of these arguments."""

    def rule(arguments: Arguments) -> None:
        if sum(name in arguments for name in names) != 1:
            raise InvalidArgument("exactly_one", names[0], ", ".join(names))

    return rule


def in_degrees(**ranges: tuple[float, float]) -> Rule:
    """Return a rule: the ranges of arguments, unless `units` is another unit than degrees."""

    def rule(arguments: Arguments) -> None:
        if arguments.get("units", "degrees") != "degrees":
            return
        for name, (low, high) in ranges.items():
            if not low <= arguments.get(name, low) <= high:
                raise InvalidArgument("range", name, f"{_limit(low)} … {_limit(high)}")

    return rule


def size_of(*sizes: tuple[int, int]) -> Rule:
    """Return a rule: width and height together, and one of these pairs."""

    def rule(arguments: Arguments) -> None:
        together("width", "height")(arguments)
        if "width" in arguments and (arguments["width"], arguments["height"]) not in sizes:
            raise InvalidArgument("choice", "width", ", ".join(f"{width}x{height}" for width, height in sizes))

    return rule


def _limit(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
