"""The client of a gateway on the own network: readings, and stored readings. A gateway accepts no commands.

Sources: docs/protocol/instathings.md#gateway-web-server and docs/protocol/instathings.md#gateway-socketio.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
import re

import aiohttp
from yarl import URL

from ..common.client.errors import AuthFailed, InvalidAnswer, PushRefused
from ..common.client.secrets import NO_SECRETS, Redactor
from ..common.client.socketio import SocketIO
from ..common.client.wire import DropCounter
from .errors import DatabaseDown, NotFound, Refused, Unavailable
from .http import exchange, period_of
from .model import GatewayEvent, Page
from .readings import Parser, PushedEvents, parse_page, parse_reading, parse_status

REQUEST_SECONDS = 10.0
MAX_PER_PAGE = 100
DEVICE_ID = re.compile(r"[\x21-\x7e]{7,14}")


def is_device_id(text: str) -> bool:
    """Return True if a gateway accepts this as the id of a device: 7 to 14 ASCII characters, no slash."""
    return DEVICE_ID.fullmatch(text) is not None and not set(text) & set("/?#%")


class GatewayClient:
    """One gateway."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: URL,
        dropped: DropCounter,
        *,
        verify_ssl: bool = True,
        redactor: Callable[[], Redactor] = lambda: NO_SECRETS,
    ) -> None:
        """Initialize with the gateway's address; there are no credentials.

        `redactor` returns that of the project that the gateway belongs to: a device may repeat the project's secrets.
        """
        self._session = session
        self._base_url = base_url
        self._dropped = dropped
        self._ssl = verify_ssl
        self._redactor = redactor

    @asynccontextmanager
    async def connect(self) -> AsyncGenerator[PushedEvents[GatewayEvent]]:
        """Open the Socket.IO connection and close it afterwards. Raises CannotConnect, PushRefused.

        The handshake is a plain GET, because another server may have the address: a pimatic server crashes when a
        WebSocket is opened without a handshake. A gateway has no credentials, so a server that refuses them is not one.
        """
        try:
            socket = await SocketIO.connect(
                self._session,
                self._base_url,
                dropped=self._dropped,
                polling_first=True,
                ssl=self._ssl,
                redactor=self._redactor(),
            )
        except AuthFailed:
            raise PushRefused("the server asks for credentials") from None
        try:
            async with socket:
                yield PushedEvents(socket, PARSERS, self._dropped, is_ignored=_is_repeated)
        except AuthFailed:
            raise PushRefused("the gateway ended the session with an error") from None

    async def data(
        self,
        device_id: str,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        page: int = 1,
        per_page: int = 10,
    ) -> Page:
        """Return a page (of 1 to 100 rows) of readings, newest first; empty for an unknown device.

        Raises DatabaseDown when the gateway cannot reach its database, Unavailable, Refused.
        """
        pages = {"page": str(max(page, 1)), "perPage": str(min(max(per_page, 1), MAX_PER_PAGE)), "sort": "-ts"}
        query = pages | period_of(start, end)
        if not is_device_id(device_id):
            raise Refused("this is not a device id")
        url = (self._base_url / "device/v1/devices" / device_id / "data").with_query(query)
        answer = await exchange(self._session, "GET", url, seconds=REQUEST_SECONDS, ssl=self._ssl)
        match answer.status:
            case 200:
                found = await answer.parsed(parse_page, self._dropped, self._redactor())
                if found is None:
                    raise InvalidAnswer("the gateway gave no data")
                return found
            case 404:
                raise NotFound("this is not an Instathings gateway")
            case status if status >= 500:
                raise DatabaseDown(f"the gateway answered with status {status}")
            case status:
                raise Refused(f"the gateway refused the request with status {status}")

    async def database_works(self, device_id: str) -> bool:
        """Return True if the gateway reaches its database; if not, it responds late and with an error."""
        try:
            await self.data(device_id, per_page=1)
        except Unavailable:
            return False
        return True


def _is_repeated(name: str) -> bool:
    """Return True for `<id>`, `data_<id>` and `status_<id>`, which repeat `data` and `status`."""
    return is_device_id(name.removeprefix("data_").removeprefix("status_"))


# The parsers of events by their names. Both name the device.
PARSERS: Mapping[str, Parser[GatewayEvent]] = {"data": parse_reading, "status": parse_status}
