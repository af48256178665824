"""The model of an action, and helpers for fields."""

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
    """Return the media id in the value of a media selector, or a text as it is."""
    if isinstance(value, Mapping):
        value = value.get("media_content_id")
    return cv.string(value)


# No duration of a command is as long; NaN is not in the range.
DURATION: Any = vol.All(vol.Coerce(float), vol.Range(min=-1e9, max=1e9))
# A medium: the value of a media selector, or a text.
MEDIA: Any = vol.All(_media_id, vol.Length(min=1))


class Action(NamedTuple):
    """An action; `admin` makes it available to administrators only."""

    name: str
    handler: Handler
    fields: Fields
    response: SupportsResponse = SupportsResponse.NONE
    admin: bool = False


def given(call: ServiceCall, **names: str) -> dict[str, Any]:
    """Return the arguments whose fields are in the call: argument name = field name."""
    return {argument: call.data[name] for argument, name in names.items() if name in call.data}


def seconds_or_milliseconds(field: str, old: str) -> Fields:
    """Return the fields of a duration: in seconds, and in milliseconds as in earlier versions."""
    return {vol.Exclusive(field, field): DURATION, vol.Exclusive(old, field): DURATION}


def milliseconds(call: ServiceCall, field: str, old: str) -> int | None:
    """Return a duration in milliseconds from either of its two fields; None if the call has neither."""
    if (seconds := call.data.get(field)) is not None:
        return round(float(seconds) * 1000)
    return round(float(call.data[old])) if old in call.data else None


def invalid_field(problem: str, field: str, expected: str) -> ServiceValidationError:
    """Return the error for an invalid field; `problem` as in InvalidArgument."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=f"argument_{problem}",
        translation_placeholders={"name": field, "expected": expected},
    )
