"""Secrets do not leave: the entry's own by their value, others by the name that they stand under.

A device may repeat our own token, in a URL that it offers or in a status text. What it tells is therefore
redacted before it becomes a state, an attribute, a diagnostic or an answer of an action.
"""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from functools import cached_property
from html import escape
from itertools import pairwise
import re
from typing import Any

REDACTED = "**REDACTED**"
# Shorter ones are parts of ordinary words; nothing that protects anything is that short.
SHORTEST_SECRET = 4
# Devices repeat their names and words with each message: what was found in a short text is kept, for so many texts.
# A message's own id, mostly a UUID of 36 characters, does not come again.
LONGEST_KNOWN = 32
MOST_KNOWN = 4096

# Names that are split into these words, or into these pairs of words, hold a secret.
SECRET_WORDS = frozenset(
    [
        "apikey",
        "auth",
        "authorization",
        "bearer",
        "cookie",
        "credential",
        "credentials",
        "jwt",
        "otp",
        "passcode",
        "passphrase",
        "passwd",
        "password",
        "passwort",
        "pin",
        "pincode",
        "psk",
        "pwd",
        "secret",
        "sessionid",
        "token",
        "totp",
    ]
)
SECRET_PAIRS = frozenset(
    {
        ("access", "key"),
        ("api", "key"),
        ("encryption", "key"),
        ("licence", "key"),
        ("license", "key"),
        ("link", "key"),
        ("network", "key"),
        ("pin", "code"),
        ("private", "key"),
        ("session", "id"),
        ("session", "key"),
        ("wifi", "key"),
    }
)
# Names that hold a secret when they stand alone and name a text: `session_energy` and `pass: true` do not.
AMBIGUOUS_NAMES = frozenset({"hash", "pass", "salt", "session"})
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
# What begins a character that is written another way: in URLs, HTML and JSON.
ESCAPES = re.compile(r"[%&\\+]")
# User and password, query and fragment of a URL inside a text. The scheme before it does not matter.
URL = re.compile(r"://(?:[^\s/?#]*@)?(?P<place>[^\s?#\"'<>]*)(?:[?#][^\s\"'<>]*)?")


def is_secret_name(name: str) -> bool:
    """Return True if what stands under this name is a secret."""
    words = [word.lower() for word in WORD.findall(name)]
    return not SECRET_WORDS.isdisjoint(words) or any(pair in SECRET_PAIRS for pair in pairwise(words))


class Redactor:
    """Replaces secrets in whatever a device tells."""

    def __init__(self, secrets: Iterable[str] = (), *, username: str = "") -> None:
        """Initialize with the entry's own secrets; `username` is what they are sent with by HTTP's basic scheme."""
        self._own = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]
        self._username = username
        # No spelling is shorter than the secret itself: most texts are, and need not be searched.
        self._shortest = min(map(len, self._own), default=0)
        self._known: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Return a text without the entry's secrets, and its URLs without user, password and query."""
        if (known := self._known.get(text)) is not None:
            return known
        redacted = self._redacted(text)
        if len(text) <= LONGEST_KNOWN:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[text] = redacted
        return redacted

    def _redacted(self, text: str) -> str:
        if len(text) >= self._shortest and self._may_hold_secret(text):
            text = self._secrets.sub(REDACTED, text)
        return URL.sub(r"://\g<place>", text) if "://" in text else text

    def _may_hold_secret(self, text: str) -> bool:
        """Return False for a text that certainly holds none, as nearly all do not."""
        if not self._own:
            return False
        if not text.isascii() or ESCAPES.search(text):
            return True
        lower = text.lower()
        return any(form.lower() in lower for form in self._forms)

    @cached_property
    def _forms(self) -> frozenset[str]:
        """What the secrets look like where nothing in them is escaped."""
        return frozenset(form for secret in self._own for form in _forms(secret, self._username))

    @cached_property
    def _secrets(self) -> re.Pattern[str]:
        """What finds the secrets however they are written; made when it is needed: it takes milliseconds."""
        patterns = {"".join(map(_character, form)) for form in self._forms}
        return re.compile("|".join(sorted(patterns, key=len, reverse=True)), re.IGNORECASE)

    def texts(self, value: Any) -> Any:
        """Return a JSON value with all its texts as `text` returns them. Names decide nothing, which is quick."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(name): self.texts(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.texts(inner) for inner in value]
        return value

    def value(self, value: Any) -> Any:
        """Return a JSON value without secrets: the entry's own, and whatever stands under a secret's name."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {
                self.text(name) if isinstance(name, str) else name: REDACTED
                if isinstance(name, str) and _is_secret(name, inner)
                else self.value(inner)
                for name, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.value(inner) for inner in value]
        return value


# For data whose sender knows none of our secrets.
NO_SECRETS = Redactor()


def _is_secret(name: str, value: Any) -> bool:
    if value in (None, "", [], {}):
        return False
    return is_secret_name(name) or (isinstance(value, str) and name.lower() in AMBIGUOUS_NAMES)


def _forms(secret: str, username: str) -> Iterable[str]:
    """Go through what a secret looks like in texts and headers: itself, and in base64."""
    yield secret
    for text in (secret, f"{username}:{secret}"):
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(text.encode(errors="surrogatepass")).decode().rstrip("=")


def _character(character: str) -> str:
    """Return what matches a character: itself, percent-encoded once or more often, or as in HTML and JSON."""
    spellings = {re.escape(character), re.escape(escape(character))}
    spellings.add("".join(f"%(?:25)*{byte:02x}" for byte in character.encode(errors="surrogatepass")))
    spellings.add(rf"\\u{ord(character):04x}")
    if character in '"\\/':
        spellings.add(r"\\" + re.escape(character))
    if character == " ":
        spellings.add(r"\+")
    return f"(?:{'|'.join(sorted(spellings, key=len, reverse=True))})"
