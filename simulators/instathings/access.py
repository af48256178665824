"""Access to the cloud: tokens that may expire, and quotas.

Sources: docs/protocol/instathings.md#sign-in, docs/protocol/instathings.md#token-lifetime and
docs/protocol/instathings.md#rate-limits.
"""

from base64 import urlsafe_b64encode
from collections import deque
import hashlib
import hmac
import json
import time

KEY = b"of the simulator"


class Access:
    """Issues and checks tokens."""

    def __init__(self, client_id: str, client_secret: str, token_seconds: float) -> None:
        """Initialize with the credentials. Tokens expire after `token_seconds`, or never if it is 0."""
        self.client_id = client_id
        self.client_secret = client_secret
        self.token_seconds = token_seconds
        self._good_until: dict[str, float] = {}
        self._asked: deque[float] = deque()

    def token_for(self, client_id: object, client_secret: object) -> str | None:
        """Return a new token, or None for wrong credentials."""
        if (client_id, client_secret) != (self.client_id, self.client_secret):
            return None
        made = time.time()
        claims: dict[str, object] = {"sub": self.client_id, "name": "project", "iat": int(made)}
        if self.token_seconds:
            # Fractions of a second are allowed, for short tests.
            claims |= {"iat": made, "exp": made + self.token_seconds}
        head = _part({"alg": "HS256", "typ": "JWT"})
        body = _part({**claims, "jti": len(self._good_until)})
        signature = urlsafe_b64encode(hmac.new(KEY, f"{head}.{body}".encode(), hashlib.sha256).digest())
        token = f"{head}.{body}.{signature.decode().rstrip('=')}"
        self._good_until[token] = made + self.token_seconds if self.token_seconds else float("inf")
        return token

    def is_valid(self, token: str) -> bool:
        """Return True if a token was issued here and has not expired."""
        return self._good_until.get(token, 0.0) > time.time()

    def expire_all(self) -> None:
        """Expire all issued tokens."""
        self._good_until = dict.fromkeys(self._good_until, 0.0)

    def is_over_quota(self, per_second: float) -> bool:
        """Count a request; return True if there were more than `per_second` in the last second."""
        now = time.monotonic()
        while self._asked and self._asked[0] < now - 1.0:
            self._asked.popleft()
        if len(self._asked) >= per_second:
            return True
        self._asked.append(now)
        return False


def _part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
