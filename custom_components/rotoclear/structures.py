"""States and attributes of objects and lists with undocumented members (docs/protocol/rotoclear.md#structures)."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from ssl import cert_time_to_seconds
from typing import Any

import orjson

from .common.client.moments import in_calendar
from .common.client.secrets import REDACTED

MAX_STATE = 255
MAX_ATTRIBUTE_BYTES = 8192
STATUS_KEYS = ("status", "state", "message", "error", "running", "isRunning", "on")
EXPIRY_KEYS = ("notafter", "validto", "valid_to", "expiry", "expires", "expirydate", "expirationdate", "enddate")


def plain(value: Any) -> Any:
    """Return a typed value as a JSON value."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def public(value: Any) -> Any:
    """Return a structure as the value of an attribute, which has a limited size."""
    attribute = plain(value)
    return attribute if len(orjson.dumps(attribute, default=str)) <= MAX_ATTRIBUTE_BYTES else "too large to be shown"


def summary(value: Any) -> str:
    """Return the status in a status object, otherwise the beginning of its JSON."""
    if isinstance(value, dict):
        for key in STATUS_KEYS:
            if isinstance(value.get(key), str | int | float | bool):
                return str(value[key])[:MAX_STATE]
    return orjson.dumps(value, default=str).decode()[:MAX_STATE]


def accounts(value: Any) -> Any:
    """Return `userAuthentication` for users who are not administrators: flags and status texts only."""
    if isinstance(value, dict):
        return {name: inner if name in STATUS_KEYS else accounts(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [accounts(inner) for inner in value]
    return value if isinstance(value, bool) or value is None else REDACTED


def ip_address(networks: Any) -> str | None:
    """Return the first address in `netInfo` (docs/protocol/rotoclear.md#network-devices)."""
    for network in _objects(networks):
        for connection in _objects(network.get("connections")):
            if isinstance(connection.get("address"), str):
                return str(connection["address"])[:MAX_STATE]
    return None


def expiry(certificate: Any) -> datetime | None:
    """Return the expiry of a certificate; None if its description has none in a known format."""
    for owner in _objects([certificate]):
        for name, value in owner.items():
            if str(name).lower() in EXPIRY_KEYS and (moment := _moment(value)) is not None:
                return moment
    return None


def _moment(value: Any) -> datetime | None:
    """Parse seconds or milliseconds since 1970, ISO 8601, or the format of OpenSSL."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
        elif str(value).endswith("GMT"):
            moment = datetime.fromtimestamp(cert_time_to_seconds(str(value)), UTC)
        else:
            moment = datetime.fromisoformat(str(value))
    except ValueError, OverflowError, OSError:
        return None
    return in_calendar(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _objects(items: Any) -> Iterator[dict[str, Any]]:
    inside: Iterable[Any] = items.values() if isinstance(items, dict) else items if isinstance(items, list) else ()
    return (item for item in inside if isinstance(item, dict))
