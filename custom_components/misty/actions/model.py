"""What an action is: a name, fields, and the function that carries it out."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import MistyCoordinator

type Handler = Callable[[ServiceCall, MistyCoordinator], Awaitable[ServiceResponse]]
type Fields = Mapping[Any, Any]


def _media_id(value: Any) -> str:
    """Return the id in what the media selector gives, or the text that is one already."""
    if isinstance(value, Mapping):
        value = value.get("media_content_id")
    return cv.string(value)


# A medium: chosen with the media selector, or written.
MEDIA: Any = vol.All(_media_id, vol.Length(min=1))


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


def seconds_or_milliseconds(field: str, old: str) -> Fields:
    """Return the fields of a time: in seconds, or in milliseconds under the name that it had before."""
    return {vol.Exclusive(field, field): vol.Coerce(float), vol.Exclusive(old, field): vol.Coerce(float)}


def milliseconds(call: ServiceCall, field: str, old: str) -> int | None:
    """Return the milliseconds of a time, in whichever of its two fields it was given; None where it was not."""
    if (seconds := call.data.get(field)) is not None:
        return round(float(seconds) * 1000)
    return round(float(call.data[old])) if old in call.data else None


def invalid_field(problem: str, field: str, expected: str) -> ServiceValidationError:
    """Return the error for a field that must not be sent as it is; `problem` is one of InvalidArgument's."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=f"argument_{problem}",
        translation_placeholders={"name": field, "expected": expected},
    )
