"""The arguments of a request, parsed as a robot does.

Names are case-insensitive, values are not. Null is the same as a missing argument. Arguments are in the query or in a
body with any Content-Type, which may also be the text of a Python dictionary with single quotes.

Source: docs/protocol/misty.md#requests.
"""

import ast
from dataclasses import dataclass
import json
import math
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web


@dataclass(frozen=True)
class Binary:
    """A file, which is the whole response, without the envelope."""

    content: bytes
    content_type: str


class Failure(Exception):
    """The command fails, with an HTTP status and the text for `error` in the envelope."""

    def __init__(self, error: str, status: int = 400) -> None:
        """Initialize with the text and the status."""
        super().__init__(error)
        self.error = error
        self.status = status


class Parameters:
    """The arguments of a command."""

    def __init__(self, values: dict[str, Any]) -> None:
        """Initialize with the arguments. Nulls are removed, and names are case-insensitive."""
        self.given = {str(name): value for name, value in values.items() if value is not None}
        self._lower = {name.lower(): value for name, value in self.given.items()}

    def has(self, name: str) -> bool:
        """Return True if an argument was given."""
        return name.lower() in self._lower

    def get(self, name: str, default: Any = None) -> Any:
        """Return an argument unchanged."""
        return self._lower.get(name.lower(), default)

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as a string."""
        value = self.get(name, default)
        if isinstance(value, dict | list):
            raise Failure(f"The value of {name} is not a string.")
        return str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """Return an argument as a boolean, which is a word in queries and form bodies."""
        value = self.get(name, default)
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise Failure(f"The value of {name} is not a boolean.")
        return value

    def number(self, name: str, default: float = 0.0, low: float = -math.inf, high: float = math.inf) -> float:
        """Return an argument as a number in a range."""
        value = self.get(name, default)
        try:
            value = float(value) if not isinstance(value, bool) else math.nan
        except TypeError, ValueError:
            value = math.nan
        if not low <= value <= high:
            raise Failure(f"The value of {name} is not a number in its range.")
        return value

    def whole(self, name: str, default: int = 0, low: float = -math.inf, high: float = math.inf) -> int:
        """Return an argument as a whole number in a range."""
        return int(self.number(name, default, low, high))


def parse_loosely(raw: str) -> Any:
    """Parse JSON, or the text of a Python dict, which the vendor's Python SDK sends."""
    try:
        return json.loads(raw)
    except ValueError:
        pass
    try:
        return ast.literal_eval(raw)
    except ValueError, SyntaxError, MemoryError, RecursionError:
        raise Failure("The payload cannot be read.") from None


async def read_parameters(request: web.Request) -> Parameters:
    """Return the arguments in the query and the body of a request."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type.startswith("multipart/"):
        for name, part in (await request.post()).items():
            if isinstance(part, web.FileField):
                values.setdefault("fileName", part.filename)
                values["file"] = part.file.read()
            else:
                values[name] = part
        return Parameters(values)
    raw = (await request.read()).decode(errors="replace").strip()
    if not raw:
        return Parameters(values)
    if not raw.startswith("{") and request.content_type == "application/x-www-form-urlencoded":
        return Parameters(values | dict(parse_qsl(raw)))
    body = parse_loosely(raw)
    if not isinstance(body, dict):
        raise Failure("The payload is not an object.")
    return Parameters(values | body)
