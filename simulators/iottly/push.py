"""The webhooks of the cloud: one POST per message, in any of the vendor's encodings, without retries.

See docs/protocol/iottly.md#webhook-bodies and docs/protocol/iottly.md#webhook-delivery.
"""

import asyncio
from dataclasses import dataclass, field
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp

from .shapes import Stored, plain, pushed_top_level

FORM, JSON, PAYLOAD = "form", "json", "payload"
ENCODINGS = (FORM, JSON, PAYLOAD)
# No limit is documented for the real cloud; here it prevents that a burst opens a thousand sockets.
AT_ONCE = 20


@dataclass
class Webhook:
    """A webhook with the settings of the dashboard: fixed headers, and a filter by type and channel."""

    url: str
    encoding: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    kind: str | None = None
    channel: str | None = None

    def body(self, message: Stored, *, is_old: bool) -> tuple[bytes, str]:
        """Return body and content type for a message."""
        if self.encoding == PAYLOAD:
            return _json(message.payload), "application/json"
        if self.encoding == JSON:
            return _json({"msg": plain(message)}), "application/json"
        value = pushed_top_level(message) if is_old else plain(message)
        return urlencode({"msg": json.dumps(value)}).encode(), "application/x-www-form-urlencoded"


class Pusher:
    """Sends messages to the webhooks, and stores the status codes of their responses."""

    def __init__(self) -> None:
        """Initialize without webhooks."""
        self.webhooks: list[Webhook] = []
        self.statuses: list[int | str] = []
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._sending: set[asyncio.Task[None]] = set()

    def push(self, message: Stored, *, is_old: bool) -> None:
        """Send a message to every webhook whose filter it passes."""
        for webhook in self.webhooks:
            if webhook.kind in (None, message.kind) and webhook.channel in (None, message.channel):
                body, content_type = webhook.body(message, is_old=is_old)
                self.post(webhook.url, body, {**webhook.headers, "Content-Type": content_type})

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        """Send a body in the background."""
        task = asyncio.create_task(self._post(url, body, headers))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def idle(self) -> None:
        """Wait until all bodies are sent."""
        while self._sending:
            await asyncio.gather(*self._sending)
            # A callback removes finished tasks from the set, and gather does not wait for it.
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Cancel all requests, and close the session."""
        for task in list(self._sending):
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        async with self._slots:
            try:
                async with self._session.post(url, data=body, headers=headers) as response:
                    await response.read()
                    self.statuses.append(response.status)
            except (aiohttp.ClientError, TimeoutError) as error:
                self.statuses.append(type(error).__name__)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
