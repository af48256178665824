"""The cloud's WebSocket: it reports everything that happens in a project. Nothing is ever sent to it.

Sources: docs/protocol/instathings.md#cloud-websocket and docs/protocol/instathings.md#cloud-messages.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import aiohttp
from yarl import URL

from ..common.client.errors import AuthFailed, CannotConnect, PushRefused
from ..common.client.secrets import NO_SECRETS, Redactor
from ..common.client.wire import MAX_FRAME_BYTES, DropCounter, Socket, open_websocket
from .model import CloudEvent, GatewayLink, GatewaySoftware, Installation, Logs, Pairing
from .parse import parse_device, parse_log_lines, text_in
from .readings import Parser, PushedEvents, parse_reading, parse_status

CONNECT_SECONDS = 15.0
# The vendor documents no pings; those of the WebSocket detect a dead connection.
IDLE_SECONDS = 30.0
# Log lines of one message: each is an event, and writes a state.
MAX_PUSHED_LINES = 100


@asynccontextmanager
async def connect(
    session: aiohttp.ClientSession,
    url: URL,
    project: str,
    token: str,
    dropped: DropCounter,
    *,
    redactor: Redactor = NO_SECRETS,
) -> AsyncGenerator[PushedEvents[CloudEvent]]:
    """Open the WebSocket of a project and close it afterwards. The secrets of `redactor` are removed from its messages.

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
    async with Socket(websocket, dropped, idle=IDLE_SECONDS, redactor=redactor) as socket:
        yield PushedEvents(socket, PARSERS, dropped)


def _parse_link(is_connected: bool, payload: Any, dropped: DropCounter) -> CloudEvent | None:
    device = parse_device(payload, dropped)
    if device is None:
        return None
    status = payload.get("status")
    reason = text_in(status.get("disconnectReason")) if isinstance(status, dict) else None
    return GatewayLink(device=device, connected=is_connected, reason=reason)


def _parse_software(payload: Any, dropped: DropCounter) -> CloudEvent | None:
    device = parse_device(payload, dropped)
    return None if device is None else GatewaySoftware(device=device)


def _parse_pairing(stage: str, payload: Any, dropped: DropCounter) -> CloudEvent | None:
    device = parse_device(payload, dropped)
    return None if device is None else Pairing(device=device, stage=stage)


def _parse_installation(succeeded: bool, payload: Any, dropped: DropCounter) -> CloudEvent | None:
    match payload:
        case {"event": {"deviceId": str(device_id)} as event}:
            return Installation(
                device_id=device_id,
                protocol=text_in(event.get("protocol")) or text_in(event.get("protocolId")) or "",
                succeeded=succeeded,
            )
    dropped.add("malformed installation")
    return None


def _parse_logs(payload: Any, dropped: DropCounter) -> CloudEvent | None:
    match payload:
        case {"deviceId": str(device_id), "logs": list(lines)}:
            container = text_in(payload.get("containerName")) or ""
            return Logs(
                device_id=device_id, container=container, lines=parse_log_lines(lines[:MAX_PUSHED_LINES], dropped)
            )
    dropped.add("malformed log")
    return None


# The parsers of messages, by their action.
PARSERS: Mapping[str, Parser[CloudEvent]] = {
    "data": parse_reading,
    "status": parse_status,
    "connected": partial(_parse_link, True),
    "disconnected": partial(_parse_link, False),
    # The cloud spells it like this; the second row is for the day when it is corrected.
    "installation_succeded": partial(_parse_installation, True),
    "installation_succeeded": partial(_parse_installation, True),
    "installation_failed": partial(_parse_installation, False),
    **{stage: partial(_parse_pairing, stage) for stage in ("discovering", "paired", "not_paired")},
    "software_version": _parse_software,
    "log": _parse_logs,
}
