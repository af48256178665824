"""One HTTP exchange with the cloud or a gateway, bounded in time and size."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
import math
from time import time
from typing import Any

import aiohttp
from yarl import URL

from ..common.client.errors import InvalidAnswer
from ..common.client.secrets import Redactor
from ..common.client.wire import DropCounter, decode_json, encode_json, read_body
from .errors import Unavailable

# The cloud's list of 2,000 devices is about 1 MB.
MAX_ANSWER_BYTES = 16 * 1024 * 1024
# Longer bodies are parsed outside the event loop: a new key takes a tenth of a millisecond.
LONG_BODY_BYTES = 4 * 1024
LONGEST_RETRY_AFTER = 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    async def parsed[T](self, parse: Callable[[Any, DropCounter], T], dropped: DropCounter, redactor: Redactor) -> T:
        """Parse the JSON value without secrets; a long body outside the event loop."""

        def work() -> T:
            return parse(redactor.texts(self.json(dropped)), dropped)

        return await asyncio.to_thread(work) if len(self.body) > LONG_BODY_BYTES else work()

    def json(self, dropped: DropCounter) -> Any:
        """Return the body as a JSON value; None (counted) if it is not JSON."""
        return decode_json(self.body, dropped, MAX_ANSWER_BYTES)

    @property
    def retry_after(self) -> float | None:
        """Return how many seconds the server asks to wait, if it asks."""
        text = self.headers.get("Retry-After", "").strip()
        try:
            seconds = float(text)
        except ValueError:
            try:
                seconds = parsedate_to_datetime(text).timestamp() - time()
            except ValueError, TypeError:
                return None
        return min(max(seconds, 0.0), LONGEST_RETRY_AFTER) if math.isfinite(seconds) else None


async def exchange(
    session: aiohttp.ClientSession,
    method: str,
    url: URL,
    *,
    seconds: float,
    ssl: bool = True,
    headers: Mapping[str, str] | None = None,
    json: Any = None,
) -> Answer:
    """Send a request and read its answer. Raises Unavailable when there is none in time, or too much.

    Raises CommandFailed for a payload that is not JSON.
    """
    sent = dict(headers or {})
    data = None
    if json is not None:
        data = encode_json(json)
        sent["Content-Type"] = "application/json"
    try:
        async with (
            asyncio.timeout(seconds),
            session.request(method, url, data=data, headers=sent, ssl=ssl, allow_redirects=False) as response,
        ):
            return Answer(response.status, response.headers, await read_body(response, MAX_ANSWER_BYTES))
    except InvalidAnswer as error:
        raise Unavailable(str(error)) from None
    except TimeoutError:
        raise Unavailable("no answer in time") from None
    except (aiohttp.ClientError, RuntimeError) as error:
        # RuntimeError: Home Assistant stops, and its session is closed.
        raise Unavailable(f"connection failed ({type(error).__name__})") from None


def period_of(start: datetime | None, end: datetime | None) -> dict[str, str]:
    """Return a period as the query of stored data, for the cloud and a gateway."""
    times = {"start": start, "end": end}
    return {key: str(round(time.timestamp() * 1000)) for key, time in times.items() if time is not None}
