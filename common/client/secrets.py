"""Redaction of secrets: those of the entry by their value, others by the name of their key.

A device may repeat the token of the entry, for instance in a URL or in a status text. Its data are redacted before they
become states, attributes, diagnostics or responses of actions.
"""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from html import escape
from itertools import pairwise
import re
from typing import Any

from .wire import may_contain

REDACTED = "**REDACTED**"
# Shorter secrets are not redacted, because they are in many words.
SHORTEST_SECRET = 4
# Shorter parts of a secret in base64 are in other texts by chance.
SHORTEST_INSIDE = 8
# The cache for short texts, which devices send again and again. It has no room for UUIDs, which occur only once.
LONGEST_KNOWN = 32
MOST_KNOWN = 4096


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


# A name with one of these words, or one of the pairs below, has a secret as its value.
SECRET_WORDS = _words("""
    apikey appkey appskey auth authorization bearer benutzercode cookie credential credentials doorcode entsperrcode
    geheimcode gatecode jwt kennwort lockcode nwkkey nwkskey oeffnungscode otp passcode passphrase passwd password
    passwort pin pincode psk puk pukcode pwd schliesscode secret sessionid sicherheitscode token torcode totp
    tresorcode tuercode wlanschluessel zugangscode zutrittscode
""")
# What a code opens, or who has it; codes of errors are no secrets. In Italian and French, `codice` comes first.
_OPENED_BY_CODE = _words("""
    access admin arm disarm door entry garage garagen gate geheim guest installer keypad lock master oeffnungs opening
    owner pin safe schliess security sicherheits tor tresor tuer unlock user vault zugangs zutritts
""")
_OPENED_BY_CODICE = _words("""
    accesso admin antifurto apertura cancello cassaforte disinserimento garage ingresso inserimento installatore master
    pin porta sblocco segreto serratura sicurezza tastierino utente
""")
_OPENED_BY_KEY = _words("""
    access aes api app device encryption join licence license link network nwk ota preshared private root security
    session shared wifi wlan wpa
""")
_LOGINS = _words("admin ap apn broker db ftp http login mqtt ota smtp telnet user web wifi wlan")
SECRET_PAIRS = frozenset(
    {
        *((of, "code") for of in _OPENED_BY_CODE),
        *(("codice", of) for of in _OPENED_BY_CODICE),
        *((of, "key") for of in _OPENED_BY_KEY),
        *((of, "pass") for of in _LOGINS),
        *(("chiave", of) for of in ("accesso", "api", "crittografia", "privata", "rete", "segreta", "wifi", "wlan")),
        *((of, "schluessel") for of in ("api", "netz", "netzwerk", "wifi", "wlan")),
        *(("code", of) for of in ("acces", "porte", "portail", "secret")),
        ("de", "passe"),
        ("parola", "chiave"),
        # The `app_s_key` of LoRaWAN.
        ("s", "key"),
        ("session", "id"),
    }
)
# The code that disarms an alarm, or that of a fault: the former has four digits or more.
_ALARM_CODES = frozenset({("alarm", "code"), ("codice", "allarme"), ("code", "alarme")})
_ALARM_CODE = re.compile(r"\d{4,8}")
NETWORK_WORDS = _words("""
    bssid essid handynummer iccid imei imsi msisdn netzwerkname rufnummer ssid telefonnummer wifiname wlanname
""")
NETWORK_PAIRS = frozenset(
    {
        *((of, name) for of in ("wifi", "wlan") for name in ("name", "netz", "network", "netzwerk", "rete")),
        *((name, of) for of in ("wifi", "wlan") for name in ("nome", "rete")),
        *((of, "name") for of in ("ap", "network", "netzwerk")),
        *(("numero", of) for of in ("cellulare", "sim", "telefono")),
        *((of, "number") for of in ("mobile", "phone", "sim")),
        ("nome", "rete"),
    }
)
# Of a value and of its block.
LONGEST_NAMES = 120
# Names that are those of a person's telephone, if they have no other words.
TELEPHONES = frozenset({"cellulare", "msisdn", "phone", "telefon", "telefono", "telephone"})
# A text with one of these names is a secret; `session_energy` and `pass: true` are none.
AMBIGUOUS_NAMES = frozenset({"hash", "pass", "salt", "session"})
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
# A URL in a text, from the end of its scheme, with user and password, query and fragment. JSON in a text may escape the
# slashes.
URL = re.compile(r"(?P<slashes>:\\*/\\*/)(?:[^\s/?#]*@)?(?P<place>[^\s?#\"'<>]*)(?:[?#][^\s\"'<>]*)?")


def names_network(name: str) -> bool:
    """Return True if the value with this name is that of a wireless network, or the number of a modem or its card."""
    words = [word.lower() for word in WORD.findall(name)]
    is_named = not NETWORK_WORDS.isdisjoint(words) or any(pair in NETWORK_PAIRS for pair in pairwise(words))
    return is_named or (len(words) == 1 and words[0] in TELEPHONES)


def is_secret_name(name: str) -> bool:
    """Return True if the value with this name is a secret."""
    words = [word.lower() for word in WORD.findall(name)]
    return not SECRET_WORDS.isdisjoint(words) or any(pair in SECRET_PAIRS for pair in pairwise(words))


def is_private_in(block: str, name: str) -> bool:
    """Return True if a name with that of its block is the name of a secret or a network: `{"wifi": {"name": "x"}}`."""
    # A device may invent long names, which the cache would keep.
    return len(block) + len(name) <= LONGEST_NAMES and _is_private_in(block, name)


@lru_cache(maxsize=1024)
def _is_private_in(block: str, name: str) -> bool:
    before, words = ([word.lower() for word in WORD.findall(text)] for text in (block, name))
    pair = (before[-1], words[0]) if before and len(words) == 1 else None
    return pair in SECRET_PAIRS or pair in NETWORK_PAIRS


def is_alarm_code(name: str, value: Any) -> bool:
    """Return True for the code of an alarm system; that of a fault with this name is a word or a short number."""
    if not isinstance(value, int | str):
        return False
    if value != REDACTED and _ALARM_CODE.fullmatch(str(value).strip()) is None:
        return False
    words = [word.lower() for word in WORD.findall(name)]
    return "alarmcode" in words or any(pair in _ALARM_CODES for pair in pairwise(words))


class Redactor:
    """Replaces secrets in the data of a device."""

    def __init__(self, secrets: Iterable[str] = (), *, username: str = "") -> None:
        """Initialize with the secrets of the entry. `username` is that of HTTP basic authentication with them."""
        self._own = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]
        self._username = username
        # No form of a secret is shorter than the secret itself, so shorter texts need no search.
        self._shortest = min(map(len, self._own), default=0)
        self._known: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Return a text without the secrets of the entry, and without credentials and query in its URLs."""
        if (known := self._known.get(text)) is not None:
            return known
        redacted = self._redacted(text)
        if len(text) <= LONGEST_KNOWN:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[text] = redacted
        return redacted

    def _redacted(self, text: str) -> str:
        if len(text) >= self._shortest and may_contain(text, self.forms):
            text = self._secrets.sub(REDACTED, text)
        return URL.sub(r"\g<slashes>\g<place>", text) if "://" in text or ":\\" in text else text

    @cached_property
    def forms(self) -> frozenset[str]:
        """The secrets and their forms in base64, in lower case and without escapes."""
        return frozenset(form.lower() for form in self._forms)

    @cached_property
    def _forms(self) -> frozenset[str]:
        return frozenset(form for secret in self._own for form in _forms(secret, self._username))

    @cached_property
    def _secrets(self) -> re.Pattern[str]:
        """The pattern of the secrets with any escapes. It takes milliseconds to compile."""
        patterns = {_pattern(form, is_plain=form in self._own) for form in self._forms}
        return re.compile("|".join(sorted(patterns, key=len, reverse=True)), re.IGNORECASE)

    def texts(self, value: Any) -> Any:
        """Return a JSON value with `text` applied to all its texts. It is faster than `value`, which checks names."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(name): self.texts(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.texts(inner) for inner in value]
        return value

    def value(self, value: Any) -> Any:
        """Return a JSON value without the secrets of the entry, and without values with the name of a secret."""
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


# For data of a sender that knows no secret.
NO_SECRETS = Redactor()


def _is_secret(name: str, value: Any) -> bool:
    if value in (None, "", [], {}):
        return False
    is_ambiguous = isinstance(value, str) and name.lower() in AMBIGUOUS_NAMES
    return is_secret_name(name) or is_ambiguous or is_alarm_code(name, value)


def _forms(secret: str, username: str) -> Iterable[str]:
    """Yield the forms of a secret in texts and headers: the secret itself, and in base64, also inside a longer text."""
    yield secret
    raw = secret.encode(errors="surrogatepass")
    for encode in (b64encode, urlsafe_b64encode):
        for text in (raw, f"{username}:".encode() + raw):
            yield encode(text).decode().rstrip("=")
        for before in range(3):
            # Three bytes are four characters. Those that depend on the bytes around the secret are left out.
            inside = encode(bytes(before) + raw).decode()[(0, 2, 3)[before] : (before + len(raw)) * 4 // 3]
            if len(inside) >= SHORTEST_INSIDE:
                yield inside


def _pattern(form: str, *, is_plain: bool) -> str:
    """Return the pattern of a form of a secret. Letters and digits of base64 are not escaped."""
    return "".join(_character(one) if is_plain or not one.isalnum() else one for one in form)


def _character(character: str) -> str:
    """Return the pattern of a character: the character itself, percent-encoded, or escaped in HTML or JSON.

    JSON in JSON has several backslashes.
    """
    code = ord(character)
    spellings = {re.escape(character), re.escape(escape(character)), rf"&#(?:0*{code}|x0*{code:x});"}
    spellings.add("".join(f"%(?:25)*{byte:02x}" for byte in character.encode(errors="surrogatepass")))
    # Two bytes each: a character may be a surrogate pair.
    units = character.encode("utf-16-be", errors="surrogatepass")
    spellings.add("".join(rf"\\+u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)))
    if code < 256:
        spellings.add(rf"\\+x{code:02x}")
    if character in '"\\/':
        spellings.add(r"\\+" + re.escape(character))
    if character == " ":
        spellings.add(r"\+")
    return f"(?:{'|'.join(sorted(spellings, key=len, reverse=True))})"
