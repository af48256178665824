"""The edge: JSON values of the cloud and the gateways become models, or are dropped and counted.

Sources: docs/protocol/instathings.md#cloud-rest-api, docs/protocol/instathings.md#cloud-messages,
docs/protocol/instathings.md#gateway-stored-data and docs/protocol/instathings.md#gateway-events-pushed.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ..common.client.wire import DropCounter
from .models import (
    CloudEvent,
    Device,
    DeviceType,
    GatewayLink,
    GatewaySoftware,
    Installation,
    LogLine,
    Logs,
    Page,
    Pairing,
    Protocol,
    Reading,
    Sent,
    Status,
    TakeReading,
)
from .values import Said, unwrapped

MAX_NAME = 255
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_MILLISECONDS = datetime(9999, 12, 31, tzinfo=UTC).timestamp() * 1000


def parse_device(value: Any, dropped: DropCounter) -> Device | None:
    """Return a device of the list, of the single call, or of a WebSocket message."""
    match value:
        case {"id": str(device_id)} if 0 < len(device_id) <= MAX_NAME:
            pass
        case _:
            dropped.add("device without an id")
            return None
    status = value.get("status") if isinstance(value.get("status"), dict) else {}
    event = _text(status.get("eventType"))
    is_gateway = value.get("isGateway") is True
    return Device(
        id=device_id,
        name=_text(value.get("name")) or device_id,
        project_id=_text(value.get("projectId")),
        parent=_text(value.get("parentDevice")),
        type_id=_text(value.get("type")),
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
        case {"id": str(type_id)}:
            return DeviceType(
                id=type_id,
                manufacturer=_text(value.get("manufacturer")),
                model=_text(value.get("model")),
                description=_text(value.get("description")),
                add_on=_text(value.get("addOn")),
                protocols=_texts(value.get("protocols")),
            )
    dropped.add("type without an id")
    return None


def parse_protocol(value: Any, dropped: DropCounter) -> Protocol | None:
    """Return a protocol."""
    match value:
        case {"id": str(protocol_id), "name": str(name)}:
            return Protocol(id=protocol_id, name=name, slug=_text(value.get("slug")) or name.lower())
    dropped.add("protocol without a name")
    return None


def parse_row[R](value: Any, dropped: DropCounter, make: Callable[[str, Sent, Said, bool], R]) -> R | None:
    """Return what `make` makes of the fields of a `Reading`, stored or pushed.

    The device's own object lies under `data` or `payload`.
    """
    # By subscripts, not by patterns: this is what every message comes to.
    try:
        device_id, sent = value["deviceId"], value["ts"]
        payload = value["payload"] if "payload" in value else value["data"]
    except KeyError, TypeError:
        device_id = sent = payload = None
    if isinstance(payload, dict) and isinstance(device_id, str) and device_id:
        sent = sent / 1000 if type(sent) is int and 0 <= sent <= LATEST_MILLISECONDS else parse_time(sent)
        if sent is not None:
            said = unwrapped(payload) if "message" in payload else payload
            return make(device_id, sent, said, said is not payload)
    dropped.add("malformed reading")
    return None


def parse_page(value: Any, dropped: DropCounter) -> Page | None:
    """Return a page of stored readings."""
    match value:
        case {"data": list(rows)}:
            total = value.get("totalItems")
            readings = [reading for row in rows if (reading := parse_row(row, dropped, Reading)) is not None]
            is_count = isinstance(total, int) and not isinstance(total, bool) and total >= len(rows)
            return Page(readings=tuple(readings), rows=len(rows), total=total if is_count else len(rows))
    dropped.add("malformed page of data")
    return None


def parse_status(value: Any, dropped: DropCounter) -> Status | None:
    """Return a device's answer to a status request, from the fetch call or the WebSocket."""
    match value:
        case {"deviceId": str(device_id), "response": response} | {"deviceId": str(device_id), "payload": response}:
            if isinstance(response, dict):
                said = unwrapped(response)
                return Status(device_id=device_id, said=said, answer=response, is_http=said is not response)
    dropped.add("malformed status")
    return None


def parse_log_lines(value: Any, dropped: DropCounter) -> tuple[LogLine, ...]:
    """Return log lines; gate 1.9.1 puts the kind in front of the message.

    Source: docs/protocol/instathings.md#logs.
    """
    lines: list[LogLine] = []
    for item in value if isinstance(value, list) else ():
        match item:
            case {"message": str(message), "timestamp": stamp} if (time := parse_time(stamp)) is not None:
                kind = _text(item.get("type"))
                for prefix in ("[LOG] ", "[ERR] "):
                    if kind is None and message.startswith(prefix):
                        kind, message = prefix[1:4], message.removeprefix(prefix)
                lines.append(LogLine(time=time, kind="ERR" if kind == "ERR" else "LOG", message=message.rstrip("\n")))
            case _:
                dropped.add("malformed log line")
    return tuple(lines)


def parse_event(message: Any, dropped: DropCounter, take_reading: TakeReading) -> CloudEvent | None:
    """Return what a message of the cloud's WebSocket tells; a reading is handed to `take_reading`."""
    try:
        action, payload = message["action"], message["payload"]
    except KeyError, TypeError:
        action = payload = None
    if not isinstance(action, str) or not isinstance(payload, dict):
        dropped.add("malformed message")
    elif action == "data":
        parse_row(payload, dropped, take_reading)
    elif (parser := _EVENTS.get(action)) is not None:
        return parser(action, payload, dropped)
    else:
        dropped.add("unknown action")
    return None


def parse_time(value: Any) -> datetime | None:
    """Return a time given in milliseconds (cloud) or in ISO 8601 (gateway), from 1970 to 9999, in UTC."""
    try:
        if isinstance(value, str):
            time = datetime.fromisoformat(value)
            if time.tzinfo is None:
                time = time.replace(tzinfo=UTC)
            elif time.tzinfo is not UTC:
                time = time.astimezone(UTC)
            return time if time >= EARLIEST else None
        if isinstance(value, int | float) and value >= 0 and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC)
    except ValueError, OverflowError, OSError:
        pass
    return None


def _parse_link(action: str, payload: Mapping[str, Any], dropped: DropCounter) -> CloudEvent | None:
    device = parse_device(payload, dropped)
    if device is None:
        return None
    status = payload.get("status")
    reason = _text(status.get("disconnectReason")) if isinstance(status, dict) else None
    return GatewayLink(device=device, connected=action == "connected", reason=reason)


def _parse_software(_action: str, payload: Mapping[str, Any], dropped: DropCounter) -> CloudEvent | None:
    device = parse_device(payload, dropped)
    return None if device is None else GatewaySoftware(device=device)


def _parse_pairing(action: str, payload: Mapping[str, Any], dropped: DropCounter) -> CloudEvent | None:
    device = parse_device(payload, dropped)
    return None if device is None else Pairing(device=device, stage=action)


def _parse_installation(action: str, payload: Mapping[str, Any], dropped: DropCounter) -> CloudEvent | None:
    match payload:
        case {"event": {"deviceId": str(device_id)} as event}:
            return Installation(
                device_id=device_id,
                protocol=_text(event.get("protocol")) or _text(event.get("protocolId")) or "",
                succeeded=action != "installation_failed",
                versions=_versions(event),
            )
    dropped.add("malformed installation")
    return None


def _parse_logs(_action: str, payload: Mapping[str, Any], dropped: DropCounter) -> CloudEvent | None:
    match payload:
        case {"deviceId": str(device_id), "logs": list(lines)}:
            container = _text(payload.get("containerName")) or ""
            return Logs(device_id=device_id, container=container, lines=parse_log_lines(lines, dropped))
    dropped.add("malformed log")
    return None


def _parse_reply(_action: str, payload: Mapping[str, Any], dropped: DropCounter) -> CloudEvent | None:
    return parse_status(payload, dropped)


_EVENTS: dict[str, Callable[[str, Mapping[str, Any], DropCounter], CloudEvent | None]] = {
    "connected": _parse_link,
    "disconnected": _parse_link,
    # Spelt like this by the cloud; the second is in case it is ever corrected.
    "installation_succeded": _parse_installation,
    "installation_succeeded": _parse_installation,
    "installation_failed": _parse_installation,
    "discovering": _parse_pairing,
    "paired": _parse_pairing,
    "not_paired": _parse_pairing,
    "software_version": _parse_software,
    "status": _parse_reply,
    "log": _parse_logs,
}


def _versions(value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return containers and images, from `version` or `versions` (docs/protocol/instathings.md#gateway-events)."""
    for key in ("version", "versions"):
        found = value.get(key)
        if isinstance(found, dict):
            return tuple((name, image) for name, image in found.items() if _text(image) is not None)
    return ()


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= MAX_NAME else None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if _text(item)) if isinstance(value, list) else ()


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9 else None
