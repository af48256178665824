"""The functions of the commands."""

from collections.abc import Callable
from typing import Any

HANDLERS: dict[tuple[str, str], Callable[..., Any]] = {}


def command[F: Callable[..., Any]](method: str, *paths: str) -> Callable[[F], F]:
    """Register a function `(robot, parameters) -> result` for a method and its paths."""

    def register(function: F) -> F:
        for path in paths:
            HANDLERS[method, path] = function
        return function

    return register
