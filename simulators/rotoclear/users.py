"""Users, their passwords and permissions (docs/protocol/rotoclear.md#sign-in)."""

from base64 import b64decode
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
import hmac

from .variables import VARIABLES

ADMIN = "admin"
API_USER = "API-User"
PASSWORD_FIELDS = ("token", "password")
LOGIN_FIELDS = ("user", *PASSWORD_FIELDS)


@dataclass(slots=True)
class User:
    """A user. The token in the settings is the password of the API-User."""

    name: str
    password: str
    hidden: set[str] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)

    def may_read(self, key: str) -> bool:
        """Return True if the user may read a variable."""
        variable = VARIABLES.get(key)
        return variable is not None and variable.readable and key not in self.hidden

    def may_write(self, key: str) -> bool:
        """Return True if the user may set a variable."""
        variable = VARIABLES.get(key)
        return variable is not None and variable.writable and key not in self.locked | self.hidden


class Users:
    """The users of a unit."""

    def __init__(self, token: str, admin_password: str) -> None:
        """Initialize with the two users of a unit with an active API module."""
        self._users = {ADMIN: User(ADMIN, admin_password), API_USER: User(API_USER, token)}

    def __getitem__(self, name: str) -> User:
        """Return a user. Raises KeyError."""
        return self._users[name]

    def by_query(self, query: Mapping[str, str]) -> User | None:
        """Return the user of a URL's query; token and password are the same field."""
        passwords = [query[name] for name in PASSWORD_FIELDS if name in query]
        return self._matching(query.get("user", API_USER), passwords[-1]) if passwords else None

    def by_header(self, header: str) -> User | None:
        """Return the user of an Authorization header (RFC 7617)."""
        scheme, _, encoded = header.partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            name, separator, password = b64decode(encoded, validate=True).decode().partition(":")
        except binascii.Error, UnicodeDecodeError:
            return None
        return self._matching(name, password) if separator else None

    def _matching(self, name: str, password: str) -> User | None:
        user = self._users.get(name)
        if user is None or not hmac.compare_digest(user.password.encode(), password.encode()):
            return None
        return user
