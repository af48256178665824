"""The access token: got with the client credentials, used until it expires or is refused.

There is no refresh token, and `exp` is not certain. Sources: docs/protocol/instathings.md#sign-in and
docs/protocol/instathings.md#token-lifetime.
"""

import asyncio
from base64 import urlsafe_b64decode
import binascii
import time
from typing import Any

import aiohttp
import orjson
from yarl import URL

from ..common.client.errors import AuthFailed, InvalidAnswer
from ..common.client.secrets import Redactor
from ..common.client.wire import DropCounter
from .errors import RateLimited, Unavailable
from .http import exchange

LOGIN_PATH = "authentication/v1/oauth/token"
TOKEN_SECONDS = 10.0
# The part of a token's life in which it is used; the rest is for clocks and slow requests.
USED_PART = 0.9
LONGEST_TOKEN = 16 * 1024


class TokenSource:
    """Holds the current token of one project; callers that need a new one at once share it."""

    def __init__(
        self, session: aiohttp.ClientSession, base_url: URL, client_id: str, client_secret: str, dropped: DropCounter
    ) -> None:
        """Initialize with the credentials; nothing is asked for yet."""
        self._session = session
        self._url = base_url / LOGIN_PATH
        self._credentials = {"clientId": client_id, "clientSecret": client_secret}
        # What the cloud sends may repeat the secret, or a token of a while ago.
        self.redactor = Redactor([client_secret])
        self._dropped = dropped
        self._token = ""
        self._good_until = 0.0
        self._renewing = asyncio.Lock()
        self.renewals = 0

    async def get(self, *, other_than: str = "") -> str:
        """Return a token that has not expired and is not the one that was just refused.

        Raises AuthFailed when the cloud refuses the credentials, RateLimited, Unavailable, and InvalidAnswer where
        something else answers.
        """
        async with self._renewing:
            if not self._token or self._token == other_than or time.monotonic() >= self._good_until:
                before, self._token = self._token, await self._ask()
                self.redactor = Redactor([self._credentials["clientSecret"], *map(_signature, (before, self._token))])
                self._good_until = time.monotonic() + lifetime(self._token) * USED_PART
                self.renewals += 1
            return self._token

    async def _ask(self) -> str:
        answer = await exchange(self._session, "POST", self._url, seconds=TOKEN_SECONDS, json=self._credentials)
        if answer.status in (400, 401, 403):
            raise AuthFailed("the cloud refused the client id or secret")
        if answer.status == 429:
            raise RateLimited("the cloud refuses so many requests")
        if answer.status >= 500:
            raise Unavailable(f"the cloud gave no token (status {answer.status})")
        value = answer.json(self._dropped) if answer.status in (200, 201) else None
        match value:
            case {"access_token": str(token)} if 0 < len(token) <= LONGEST_TOKEN and token.isascii():
                if token.isprintable() and " " not in token:
                    return token
        # For example the web page of a router or a captive portal, or a redirect to one.
        raise InvalidAnswer("what answers there gives no tokens")


def lifetime(token: str) -> float:
    """Return for how many seconds a token is good by its own times; infinite where it has none.

    If the token has the time when it was issued, the difference counts, so that a wrong clock here does not matter.
    """
    claims = _claims(token)
    expires, made = _seconds(claims.get("exp")), _seconds(claims.get("iat"))
    if expires is None:
        return float("inf")
    left = expires - (made if made is not None else time.time())
    return left if left > 0 else float("inf")


def _signature(token: str) -> str:
    """Return the part of a token that must stay secret: the last one of a JWT."""
    return token.rpartition(".")[2]


def _claims(token: str) -> dict[str, Any]:
    """Return the claims of a JWT, unverified; none if it is not a JWT."""
    part = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = orjson.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError, binascii.Error:
        return {}
    return claims if isinstance(claims, dict) else {}


def _seconds(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None
