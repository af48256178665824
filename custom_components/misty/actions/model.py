"""What an action is: a name, fields, and the function that carries it out."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse

from ..coordinator import MistyCoordinator

type Handler = Callable[[ServiceCall, MistyCoordinator], Awaitable[ServiceResponse]]
type Fields = Mapping[Any, Any]


class Action(NamedTuple):
    """One action. `admin`: for administrators alone."""

    name: str
    handler: Handler
    fields: Fields
    response: SupportsResponse = SupportsResponse.NONE
    admin: bool = False


def given(call: ServiceCall, **names: str) -> dict[str, Any]:
    """Return the command's arguments of the fields that were given: argument name = field name."""
    return {argument: call.data[name] for argument, name in names.items() if name in call.data}
