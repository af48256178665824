"""Redaction of secrets in the data of a device."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from html import escape
from json import dumps
from time import process_time
from typing import Any
from urllib.parse import quote, quote_plus

from hypothesis import given, strategies as st
import pytest

from common.client.images import image_type
from common.client.secrets import (
    LONGEST_KNOWN,
    MOST_KNOWN,
    REDACTED,
    Redactor,
    is_alarm_code,
    is_private_in,
    is_secret_name,
    names_network,
)
from common.client.wire import DropCounter, decode_json

TOKEN = "s3cret-tok+n&=%/? x"


SPELLINGS = pytest.mark.parametrize(
    "spelling",
    [
        TOKEN,
        TOKEN.upper(),
        quote(TOKEN, safe=""),
        quote(TOKEN, safe="").lower(),
        quote(TOKEN),
        quote_plus(TOKEN),
        b64encode(f"API-User:{TOKEN}".encode()).decode(),
        b64encode(TOKEN.encode()).decode(),
        quote(quote(TOKEN, safe=""), safe=""),
        TOKEN.replace("&", "%26"),
        escape(TOKEN),
        dumps(TOKEN).strip('"').replace("/", "\\/"),
        dumps(dumps(TOKEN).replace("/", "\\/")),
        "".join(f"&#{ord(one)};" for one in TOKEN),
        "".join(f"&#x{ord(one):X};" for one in TOKEN),
        "".join(f"\\x{ord(one):02x}" for one in TOKEN),
    ],
)


@SPELLINGS
def test_a_known_secret_is_redacted_in_every_spelling(spelling: str) -> None:
    redactor = Redactor([TOKEN], username="API-User")
    value = {"status": [f"playing {spelling} now"], spelling: 1}
    assert spelling not in str(redactor.value(value))
    assert "playing" in str(redactor.value(value))


@pytest.mark.parametrize("spell", [dumps, lambda secret: dumps(dumps(secret)), quote, escape])
def test_a_password_with_an_emoji_is_redacted(spell: Callable[[str], str]) -> None:
    """JSON writes it as two surrogates."""
    secret = "schlüssel🔑wort"
    redacted = Redactor([secret]).text(f"at {spell(secret)}")
    assert REDACTED in redacted
    assert "wort" not in redacted


@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
@pytest.mark.parametrize("before", ["", "user=x&token=", "a", "ab", "abc"])
@pytest.mark.parametrize("after", ["", "&", "&a", "&ab"])
def test_a_secret_inside_a_text_in_base64_is_redacted(
    encode: Callable[[bytes], bytes], before: str, after: str
) -> None:
    text = encode(f"{before}{TOKEN}{after}".encode()).decode()
    redacted = Redactor([TOKEN], username="API-User").text(text)
    assert REDACTED in redacted
    # One or two characters at each end depend on the bytes around the secret.
    start, end = redacted.split(REDACTED)
    assert len(start) <= len(before) * 4 // 3 + 2
    assert len(end) <= len(after) * 4 // 3 + 5


def test_short_parts_of_base64_stay() -> None:
    """Those of a short secret may be in other texts."""
    assert Redactor(["abcd"]).text("YWJj and hYmNk") == "YWJj and hYmNk"


@SPELLINGS
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_known_secret_is_redacted_in_a_frame(spelling: str, ascii_only: bool) -> None:
    redactor = Redactor([TOKEN], username="API-User")
    value = {"status": [f"playing {spelling} now"], spelling: 1}
    frame = dumps(value, ensure_ascii=ascii_only)
    assert decode_json(frame, DropCounter(), redactor=redactor) == redactor.texts(value) != value
    assert decode_json(frame.encode(), DropCounter(), redactor=redactor) == redactor.texts(value)


@pytest.mark.parametrize("frame", ['["rtsp://a:b@mill/x"]', '["rtsp:\\/\\/a:b@mill/x"]', '["rtsp\\u003a//a:b@mill/x"]'])
def test_urls_in_a_frame_are_redacted(frame: str) -> None:
    assert decode_json(frame, DropCounter(), redactor=Redactor()) == ["rtsp://mill/x"]


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("rtsp://user:pw@192.0.2.1:554/live", "rtsp://192.0.2.1:554/live"),
        ("https://mill/camera.mjpeg?user=a&token=b", "https://mill/camera.mjpeg"),
        ("open http://mill/x?y=1, then http://z@w/", "open http://mill/x then http://w/"),
        ("no address: a@b?c", "no address: a@b?c"),
        ("rtsp://user:p@ss@192.0.2.1/live", "rtsp://192.0.2.1/live"),
        (r'{"url": "rtsp:\/\/user:pw@192.0.2.1\/live?token=x"}', r'{"url": "rtsp:\/\/192.0.2.1\/live"}'),
        ("https://mill/#access_token=x", "https://mill/"),
    ],
)
def test_credentials_in_urls_are_removed(text: str, redacted: str) -> None:
    assert Redactor().text(text) == redacted


@pytest.mark.parametrize(
    "name",
    ["password", "userPassword", "wifi_pwd", "PSK", "apiKey", "api-key", "X-Auth", "auth_token", "sessionId",
     "pin_code", "pinCode", "networkKey", "JWT", "privateKey", "SSOToken", "codice_porta", "TuerCode", "zugangscode",
     "door_code", "parola_chiave", "disarm_code", "torcode", "codice_serratura", "wifi_pass", "app_key", "AppSKey",
     "chiave_wifi", "sim_puk"],
)  # fmt: skip
def test_values_with_the_name_of_a_secret_are_redacted(name: str) -> None:
    assert is_secret_name(name)
    assert Redactor().value({name: "x", "other": 1}) == {name: REDACTED, "other": 1}


@pytest.mark.parametrize(
    "name",
    [
        "author",
        "keyboard",
        "key",
        "spinning",
        "tokens_per_second",
        "passenger",
        "secretary",
        "error_code",
        "fault_code",
        "codice_errore",
        "keypad",
        "pass_count",
        "barcode",
    ],
)
def test_similar_names_are_not_names_of_secrets(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize("name", ["session", "pass", "hash", "Salt"])
def test_some_names_are_names_of_secrets_only_without_other_words(name: str) -> None:
    value = {name: "x", f"{name}_energy": "1 kWh"}
    assert Redactor().value(value) == {**value, name: REDACTED}
    assert Redactor().value({name: True}) == {name: True}


@pytest.mark.parametrize("name", ["codice_allarme", "alarm_code", "Alarmcode", "AlarmCode"])
def test_the_code_of_an_alarm_system_is_a_secret_and_that_of_a_fault_is_none(name: str) -> None:
    for code in ("0000", "4821", 48211, REDACTED):
        assert is_alarm_code(name, code)
        assert Redactor().value({name: code}) == {name: REDACTED}
    for other in (12, "E04", "0", True, None, "none", 123456789):
        assert not is_alarm_code(name, other)
        assert Redactor().value({name: other}) == {name: other}
    assert not is_alarm_code("fault_code", "4821")


@pytest.mark.parametrize(
    "name",
    ["rete_wifi", "wlan_netzwerk", "nome_rete", "network_name", "iccid", "numero_sim", "phone_number", "telefono"],
)
def test_names_of_networks_and_numbers_of_modems(name: str) -> None:
    assert names_network(name)


@pytest.mark.parametrize("name", ["network", "phone_connected", "numero_aperture", "wifi_signal", "name", "sim_status"])
def test_similar_names_are_not_those_of_networks(name: str) -> None:
    assert not names_network(name)


@pytest.mark.parametrize(
    ("block", "name"), [("wifi", "name"), ("WLAN", "Netz"), ("front_door", "code"), ("api", "key")]
)
def test_a_name_may_be_private_only_with_that_of_its_block(block: str, name: str) -> None:
    assert is_private_in(block, name)
    assert not is_private_in("device", name) or name == "key"
    assert not is_private_in("", name)
    assert not is_private_in(block, f"{name}_count")


def test_a_secret_in_url_safe_base64_is_redacted() -> None:
    secret = "?>?>?>?~"
    spelling = urlsafe_b64encode(secret.encode()).decode()
    assert spelling != b64encode(secret.encode()).decode()
    assert Redactor([secret]).text(spelling) == f"{REDACTED}="


def test_a_long_text_with_many_words_is_searched_in_linear_time() -> None:
    """The time grew with the square of the number of words: this text took minutes."""
    text = "a-" * 100_000 + "://x"
    before = process_time()
    assert Redactor([TOKEN]).text(text) == text
    assert process_time() - before < 1


@given(
    secret=st.text('aZk1-_ +%&/<\\"é', min_size=4, max_size=12),
    before=st.text("aZ1% &\\é", max_size=4),
    after=st.text("aZ1% &\\é", max_size=4),
)
def test_the_quick_search_finds_every_spelling(secret: str, before: str, after: str) -> None:
    redactor = Redactor([secret], username="API-User")
    spellings = [
        secret,
        secret.upper(),
        quote(secret, safe=""),
        quote_plus(secret),
        escape(secret),
        dumps(secret)[1:-1],
    ]
    spellings += [b64encode(f"API-User:{secret}".encode()).decode(), urlsafe_b64encode(secret.encode()).decode()]
    for spelling in spellings:
        text = f"{before} {spelling} {after}"
        assert redactor._redacted(text) == redactor._secrets.sub(REDACTED, text)
        assert REDACTED in redactor._redacted(text)


def test_the_full_search_is_not_compiled_for_texts_without_secret() -> None:
    redactor = Redactor(["0123456789abcdef"])
    assert redactor.text("Disk 1 of the mill is full, call 0123456") == "Disk 1 of the mill is full, call 0123456"
    assert "_secrets" not in vars(redactor)
    assert redactor.text("it was 0123456789ABCDEF!") == f"it was {REDACTED}!"


def test_a_cached_text_is_redacted() -> None:
    redactor = Redactor([TOKEN])
    assert [redactor.text(f"say {TOKEN}") for _ in range(2)] == [f"say {REDACTED}"] * 2


def test_the_cache_has_limits_for_length_and_number() -> None:
    redactor = Redactor([TOKEN])
    redactor.text("x" * (LONGEST_KNOWN + 1))
    assert redactor._known == {}
    for number in range(MOST_KNOWN + 1):
        redactor.text(str(number))
    assert redactor._known == {str(MOST_KNOWN): str(MOST_KNOWN)}


def test_empty_secrets_are_not_redacted() -> None:
    value = {"password": "", "token": None, "ssid": "home"}
    assert Redactor().value(value) == value


@given(
    secret=st.text(min_size=4, max_size=30),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
)
def test_secrets_are_redacted_in_arbitrary_values(secret: str, value: Any) -> None:
    redacted = Redactor([secret]).value({"a": secret, "b": [value, f"x{secret}y"]})
    assert redacted["a"] == REDACTED
    assert redacted["b"][1] == f"x{REDACTED}y"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"BM....", "image/bmp"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>", None),
        (b"<!DOCTYPE html>", None),
        (b"RIFF....WAVE", None),
        (b"", None),
    ],
)
def test_the_type_of_a_picture_is_read_from_its_first_bytes(data: bytes, kind: str | None) -> None:
    assert image_type(data) == kind
