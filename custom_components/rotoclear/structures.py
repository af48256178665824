"""What can be shown of objects and lists whose inside is open (docs/protocol/rotoclear.md#structures)."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from ssl import cert_time_to_seconds
from typing import Any

import orjson

MAX_STATE = 255
MAX_ATTRIBUTE_BYTES = 8192
REDACTED = "**REDACTED**"
# Parts of names under which a device might tell a secret.
SECRET_WORDS = ("password", "passwd", "token", "secret", "privatekey", "private_key", "apikey", "api_key", "credential")
STATUS_KEYS = ("status", "state", "message", "error", "running", "isRunning", "on")
EXPIRY_KEYS = ("notafter", "validto", "valid_to", "expiry", "expires", "expirydate", "expirationdate", "enddate")


def redact(value: Any) -> Any:
    """Return the structure with every value under a secret-sounding name replaced."""
    if isinstance(value, dict):
        return {
            name: REDACTED if any(word in str(name).lower() for word in SECRET_WORDS) and inner else redact(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact(inner) for inner in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def public(value: Any) -> Any:
    """Return a structure fit for an attribute: without secrets, and not too large."""
    shown = redact(value)
    return shown if len(orjson.dumps(shown, default=str)) <= MAX_ATTRIBUTE_BYTES else "too large to be shown"


def summary(value: Any) -> str:
    """Return the one thing in a status object that tells most, or the object as a short text."""
    shown = redact(value)
    if isinstance(shown, dict):
        for key in STATUS_KEYS:
            if isinstance(shown.get(key), str | int | float | bool):
                return str(shown[key])[:MAX_STATE]
    return orjson.dumps(shown, default=str).decode()[:MAX_STATE]


def count(value: Any) -> int:
    """Return how many there are."""
    return len(value)


def ip_address(networks: Any) -> str | None:
    """Return the first address in `netInfo` (docs/protocol/rotoclear.md#network-devices)."""
    for network in _objects(networks):
        for connection in _objects(network.get("connections")):
            if isinstance(connection.get("address"), str):
                return str(connection["address"])[:MAX_STATE]
    return None


def expiry(certificate: Any) -> datetime | None:
    """Return when a certificate ends, if its description says so in a form that can be read."""
    for owner in _objects([certificate]):
        for name, value in owner.items():
            if str(name).lower() in EXPIRY_KEYS and (moment := _moment(value)) is not None:
                return moment
    return None


def _moment(value: Any) -> datetime | None:
    """Read a time: seconds or milliseconds since 1970, ISO 8601, or as OpenSSL writes it."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
        if str(value).endswith("GMT"):
            return datetime.fromtimestamp(cert_time_to_seconds(str(value)), UTC)
        moment = datetime.fromisoformat(str(value))
    except ValueError, OverflowError, OSError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _objects(items: Any) -> Iterator[dict[str, Any]]:
    inside: Iterable[Any] = items.values() if isinstance(items, dict) else items if isinstance(items, list) else ()
    return (item for item in inside if isinstance(item, dict))
