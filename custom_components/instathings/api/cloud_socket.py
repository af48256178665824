"""The cloud's WebSocket: it reports everything that happens in a project. Nothing is ever sent to it.

Sources: docs/protocol/instathings.md#cloud-websocket and docs/protocol/instathings.md#cloud-messages.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp
from yarl import URL

from ..common.client.errors import AuthFailed, CannotConnect, PushRefused
from ..common.client.secrets import NO_SECRETS, Redactor
from ..common.client.wire import MAX_FRAME_BYTES, DropCounter, Socket, decode_json, open_websocket
from .model import CloudEvent, GatewayLink, GatewaySoftware, Installation, Logs, Pairing
from .parse import parse_device, parse_log_lines, text_in
from .readings import parse_pushed, parse_status

CONNECT_SECONDS = 15.0
# The vendor documents no pings; those of the WebSocket detect a dead connection.
IDLE_SECONDS = 30.0


class CloudSocket:
    """An open connection; `async for` gives the events of the project until the connection is lost."""

    def __init__(self, socket: Socket, redactor: Redactor, dropped: DropCounter) -> None:
        """Initialize with an open socket; use `connect`."""
        self._socket = socket
        self._redactor = redactor
        self._dropped = dropped

    def __aiter__(self) -> Self:
        """Give the events."""
        return self

    async def __anext__(self) -> CloudEvent:
        """Return the next event. Raises CannotConnect when the connection is lost."""
        while True:
            message = decode_json(await self._socket.receive(), self._dropped)
            if message is not None and (event := parse_message(message, self._dropped, self._redactor)) is not None:
                return event


@asynccontextmanager
async def connect(
    session: aiohttp.ClientSession,
    url: URL,
    project: str,
    token: str,
    dropped: DropCounter,
    *,
    redactor: Redactor = NO_SECRETS,
) -> AsyncGenerator[CloudSocket]:
    """Open the WebSocket of a project and close it afterwards. `redactor` knows the project's secrets.

    Raises AuthFailed when the token is refused, PushRefused, CannotConnect.
    """
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            websocket = await open_websocket(
                session,
                url.update_query(project=project, access_token=token),
                autoping=False,
                max_msg_size=MAX_FRAME_BYTES,
                ssl=True,
            )
    except aiohttp.WSServerHandshakeError as error:
        if error.status in (401, 403):
            raise AuthFailed("the cloud refused the token for its WebSocket") from None
        raise PushRefused(f"the cloud refused the WebSocket with status {error.status}") from None
    except TimeoutError, aiohttp.ClientError:
        raise CannotConnect("the cloud's WebSocket cannot be reached") from None
    async with Socket(websocket, dropped, idle=IDLE_SECONDS) as socket:
        yield CloudSocket(socket, redactor, dropped)


def parse_message(message: Any, dropped: DropCounter, redactor: Redactor = NO_SECRETS) -> CloudEvent | None:
    """Return the event in a message, without the secrets that `redactor` knows; None (counted) where there is none."""
    # Every reading of a project comes this way, so no patterns here: they cost more than the rest.
    action, payload = (message.get("action"), message.get("payload")) if isinstance(message, dict) else (None, None)
    if not isinstance(action, str) or not isinstance(payload, dict):
        dropped.add("malformed message")
        return None
    if action == "data":
        return parse_pushed(payload, dropped, redactor)
    if (parse := _PARSERS.get(action)) is not None:
        return parse(action, redactor.texts(payload), dropped)
    dropped.add("unknown action")
    return None


def _parse_link(action: str, payload: Mapping[str, Any], dropped: DropCounter) -> CloudEvent | None:
    device = parse_device(payload, dropped)
    if device is None:
        return None
    status = payload.get("status")
    reason = text_in(status.get("disconnectReason")) if isinstance(status, dict) else None
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
                protocol=text_in(event.get("protocol")) or text_in(event.get("protocolId")) or "",
                succeeded=action != "installation_failed",
            )
    dropped.add("malformed installation")
    return None


def _parse_logs(_action: str, payload: Mapping[str, Any], dropped: DropCounter) -> CloudEvent | None:
    match payload:
        case {"deviceId": str(device_id), "logs": list(lines)}:
            container = text_in(payload.get("containerName")) or ""
            return Logs(device_id=device_id, container=container, lines=parse_log_lines(lines, dropped))
    dropped.add("malformed log")
    return None


def _parse_status(_action: str, payload: Mapping[str, Any], dropped: DropCounter) -> CloudEvent | None:
    return parse_status(payload, dropped)


_PARSERS: dict[str, Callable[[str, Mapping[str, Any], DropCounter], CloudEvent | None]] = {
    "connected": _parse_link,
    "disconnected": _parse_link,
    # The cloud spells it like this; the second row is for the day when it is corrected.
    "installation_succeded": _parse_installation,
    "installation_succeeded": _parse_installation,
    "installation_failed": _parse_installation,
    "discovering": _parse_pairing,
    "paired": _parse_pairing,
    "not_paired": _parse_pairing,
    "software_version": _parse_software,
    "status": _parse_status,
    "log": _parse_logs,
}
