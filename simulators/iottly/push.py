"""The cloud's webhooks: one POST per message, in each encoding that the vendor has, without a retry.

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
# The real one has no documented limit of its own; this keeps a burst from opening a thousand sockets.
AT_ONCE = 20


@dataclass
class Webhook:
    """One webhook as the project's dashboard configures it: fixed headers, a filter by type and channel."""

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
    """Sends messages to the webhooks, and remembers the statuses they answered with."""

    def __init__(self) -> None:
        """Initialize without webhooks."""
        self.webhooks: list[Webhook] = []
        self.statuses: list[int | str] = []
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._sending: set[asyncio.Task[None]] = set()

    def push(self, message: Stored, *, is_old: bool) -> None:
        """Send a message to every webhook that wants it."""
        for webhook in self.webhooks:
            if webhook.kind in (None, message.kind) and webhook.channel in (None, message.channel):
                body, content_type = webhook.body(message, is_old=is_old)
                self.post(webhook.url, body, {**webhook.headers, "Content-Type": content_type})

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        """Send one body, in the background."""
        task = asyncio.create_task(self._post(url, body, headers))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def idle(self) -> None:
        """Wait until everything is sent."""
        while self._sending:
            await asyncio.gather(*self._sending)
            # Tasks that are done leave the set by a callback, which gather does not wait for.
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Stop sending."""
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
