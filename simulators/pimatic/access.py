"""Users, roles and session cookies.

Sources: docs/protocol/pimatic.md#sign-in, docs/protocol/pimatic.md#roles. The users are those of
docs/protocol/pimatic.md#test-house.
"""

import base64
import hashlib
import hmac
import json
from typing import Any

from aiohttp import web

PASSWORDS = {"admin": "adminpw", "resident": "residentpw", "ctrl": "ctrlpw", "reader": "readerpw"}
ROLES = {"admin": "admin", "resident": "resident", "ctrl": "controlonly", "reader": "readonly"}

_SCOPES = [
    "pages",
    "rules",
    "variables",
    "messages",
    "events",
    "devices",
    "groups",
    "plugins",
    "updates",
    "database",
    "config",
]
_READ = ("pages", "rules", "variables", "messages", "events")
_NONE = ("devices", "groups", "plugins", "updates", "config")

PERMISSIONS: dict[str, dict[str, str | bool]] = {
    "admin": {**dict.fromkeys(_SCOPES, "write"), "controlDevices": True, "restart": True},
    "resident": {
        **dict.fromkeys(_READ, "read"),
        **dict.fromkeys(_NONE, "none"),
        "controlDevices": True,
        "restart": False,
    },
    "controlonly": {"controlDevices": True},
    "readonly": {**dict.fromkeys((*_READ, "devices", "groups"), "read"), "controlDevices": False},
}

# The user of a server without authentication, with the permissions.
NOBODY = {"username": "nobody", "role": "no"}
ALL = {**dict.fromkeys(_SCOPES[:-2], "write"), "controlDevices": True, "restart": True}


class Access:
    """The users and their sessions. A change of `secret` or of a password invalidates the cookies."""

    def __init__(self) -> None:
        """Initialize with the recorded users."""
        self.passwords = dict(PASSWORDS)
        self.secret = "0123456789abcdef"
        self.refuse_all = False

    def cookies(self, username: str) -> dict[str, str]:
        """Return the cookies of a session; the first is base64 and may end in `=`."""
        session = json.dumps({"username": username, "loginToken": self._token(username)}).encode()
        value = base64.b64encode(session).decode()
        return {"pimatic.sess": value, "pimatic.sess.sig": self._sign(value)}

    def user_of_cookies(self, request: web.Request) -> str | None:
        """Return the user of a request's cookies, if they are valid.

        The server refuses a value in quotes (docs/protocol/pimatic.md#session-cookies).
        """
        sent = dict(
            pair.strip().partition("=")[::2] for pair in request.headers.get("Cookie", "").split(";") if "=" in pair
        )
        value = sent.get("pimatic.sess", "")
        if not value or not hmac.compare_digest(self._sign(value), sent.get("pimatic.sess.sig", "")):
            return None
        session: dict[str, Any] = json.loads(base64.b64decode(value))
        username = str(session.get("username"))
        known = username in self.passwords and not self.refuse_all
        return username if known and session.get("loginToken") == self._token(username) else None

    def user_of_basic(self, request: web.Request) -> str | None:
        """Return the user of a Basic header, if the password is right."""
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            username, _, password = base64.b64decode(encoded).decode().partition(":")
        except ValueError:
            return None
        return username if self.is_right(username, password) else None

    def is_right(self, username: str, password: str) -> bool:
        """Return True if a password is right."""
        return not self.refuse_all and self.passwords.get(username) == password

    def _token(self, username: str) -> str:
        return self._sign(f"{username}:{self.passwords.get(username)}")

    def _sign(self, text: str) -> str:
        digest = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
