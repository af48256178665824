"""The edge for what the cloud describes: JSON values become models, or are dropped and counted.

Source: docs/protocol/instathings.md#cloud-rest-api.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from ..common.client.wire import DropCounter
from .model import Device, DeviceType, LogLine, Protocol
from .readings import is_id, parse_timestamp

MAX_NAME = 255
# Containers of a gateway, protocols of a device: they are kept between starts.
MAX_LIST = 100
# Of one answer; a gateway logs a line every few seconds.
MAX_LOG_LINES = 10_000
# The name of a container is a part of unique ids.
MAX_CONTAINER = 100


def parse_device(value: Any, dropped: DropCounter) -> Device | None:
    """Return a device of the list, of the single call, or of a WebSocket message."""
    match value:
        case {"id": str(device_id)} if is_id(device_id):
            pass
        case _:
            dropped.add("device without an id")
            return None
    status = value.get("status") if isinstance(value.get("status"), dict) else {}
    event = text_in(status.get("eventType"))
    is_gateway = value.get("isGateway") is True
    return Device(
        id=device_id,
        name=text_in(value.get("name")) or device_id,
        project_id=text_in(value.get("projectId")),
        parent=text_in(value.get("parentDevice")),
        type_id=text_in(value.get("type")),
        protocols=_texts(value.get("protocols")),
        is_gateway=is_gateway,
        is_virtual=value.get("isVirtual") is True,
        demo_active=_flag(value.get("demoActive")),
        frequency=_number(value.get("frequency")),
        connected={"connected": True, "disconnected": False}.get(event or "") if is_gateway else None,
        pairing=None if is_gateway else event,
        versions=_versions(value),
    )


def parse_device_type(value: Any, dropped: DropCounter) -> DeviceType | None:
    """Return a device type."""
    match value:
        case {"id": str(type_id)} if text_in(type_id):
            return DeviceType(
                id=type_id,
                manufacturer=text_in(value.get("manufacturer")),
                model=text_in(value.get("model")),
                description=text_in(value.get("description")),
                add_on=text_in(value.get("addOn")),
                protocols=_texts(value.get("protocols")),
            )
    dropped.add("type without an id")
    return None


def parse_device_types(value: Any, dropped: DropCounter) -> list[DeviceType] | None:
    """Return a list of device types, or None."""
    if not isinstance(value, list):
        return None
    return [kind for item in value if (kind := parse_device_type(item, dropped)) is not None]


def parse_protocol(value: Any, dropped: DropCounter) -> Protocol | None:
    """Return a protocol."""
    match value:
        case {"id": str(protocol_id), "name": str(name)} if text_in(protocol_id) and text_in(name):
            return Protocol(id=protocol_id, name=name, slug=text_in(value.get("slug")) or name.lower())
    dropped.add("protocol without a name")
    return None


def parse_log_lines(value: Any, dropped: DropCounter) -> tuple[LogLine, ...]:
    """Return log lines; gate 1.9.1 puts the kind in front of the message.

    Source: docs/protocol/instathings.md#logs.
    """
    lines: list[LogLine] = []
    for item in value[:MAX_LOG_LINES] if isinstance(value, list) else ():
        match item:
            case {"message": str(message), "timestamp": stamp} if (seconds := parse_timestamp(stamp)) is not None:
                kind = text_in(item.get("type"))
                for prefix in ("[LOG] ", "[ERR] "):
                    if kind is None and message.startswith(prefix):
                        kind, message = prefix[1:4], message.removeprefix(prefix)
                time = datetime.fromtimestamp(seconds, UTC)
                lines.append(LogLine(time, "ERR" if kind == "ERR" else "LOG", message.rstrip("\n")))
            case _:
                dropped.add("malformed log line")
    return tuple(lines)


def _versions(value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return containers and images, from `version` or `versions` (docs/protocol/instathings.md#gateway-events)."""
    for key in ("version", "versions"):
        found = value.get(key)
        if isinstance(found, dict):
            named = (
                (name, image) for name, image in found.items() if 0 < len(name) <= MAX_CONTAINER and text_in(image)
            )
            return tuple(islice(named, MAX_LIST))
    return ()


def text_in(value: Any) -> str | None:
    """Return a text of the usual length, or None."""
    return value if isinstance(value, str) and 0 < len(value) <= MAX_NAME else None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value[:MAX_LIST] if text_in(item)) if isinstance(value, list) else ()


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9 else None
