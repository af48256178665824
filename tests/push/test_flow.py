"""Parsing of addresses and secrets that a person types or pastes, and of MAC addresses."""

from typing import NamedTuple

import pytest

from common.client.mac import parse_mac
from common.flow import Address, form_values, parse_address, parse_secret, parse_server


class Fields(NamedTuple):
    """The fields of a form for the address of a server."""

    host: str
    port: int
    ssl: bool


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("192.0.2.1", Address(None, "192.0.2.1", None, "")),
        (" mill.local \n", Address(None, "mill.local", None, "")),
        ("Mill.Local", Address(None, "mill.local", None, "")),
        ("http://192.0.2.1/", Address("http", "192.0.2.1", None, "")),
        ("HTTPS://mill:8443/api/", Address("https", "mill", 8443, "/api")),
        ("mill:80", Address(None, "mill", 80, "")),
        ("2001:db8::1", Address(None, "2001:db8::1", None, "")),
        ("[2001:DB8::1]", Address(None, "2001:db8::1", None, "")),
        ("[::1]:8080", Address(None, "::1", 8080, "")),
        ("fe80::1%eth0", Address(None, "fe80::1%eth0", None, "")),
        ("FE80::1%Wlan0", Address(None, "fe80::1%Wlan0", None, "")),
        ("[fe80::1%25eth0]", Address(None, "fe80::1%eth0", None, "")),
        ("[fe80::1%eth0]:80", Address(None, "fe80::1%eth0", 80, "")),
        ("my_house.lan.", Address(None, "my_house.lan.", None, "")),
        ("mühle.example", Address(None, "mühle.example", None, "")),
        ("xn--mhle-0ra.example", Address(None, "xn--mhle-0ra.example", None, "")),
        ("http://host/?token=x", Address("http", "host", None, "")),
        # The same address in other characters, as keyboards write them, or in another form.
        ("\uff11\uff19\uff12.0.2.\uff11", Address(None, "192.0.2.1", None, "")),
        (
            "\uff48\uff54\uff54\uff50\uff1a\uff0f\uff0f\uff4d\uff49\uff4c\uff4c\uff0elocal\uff1a\uff18\uff10",
            Address("http", "mill.local", 80, ""),
        ),
        ("2001:0db8:0:0:0:0:0:1", Address(None, "2001:db8::1", None, "")),
        ("http://[2001:DB8:0::0001]:80", Address("http", "2001:db8::1", 80, "")),
    ],
)
def test_parse_address(text: str, wanted: Address) -> None:
    assert parse_address(text) == wanted


@pytest.mark.parametrize(
    "text",
    ["", " ", "a b", "user:pw@host", "http://user@host", "host:0", "host:99999", "host:port", "a..b", "-a", ".",
     "http://", "[::1", "ho\nst", "host\x00", "x" * 64, "1.2.3.4:5:6", "//host//",
     # Wide characters.
     "user\uff20host", "\u00bd.local", "host\uff1a\uff10",
     # Names without a valid ASCII form, for which sockets and URLs raise errors that no form expects.
     "ü" * 63, "xn--ü", "xn--", "https://xn--a", "xn--0.com", "ـa.de",
     # A zone is the name of an interface. In a URL, these would lead to another host.
     "fe80::1%x@192.0.2.1", "fe80::1%]", "fe80::1%25", "[fe80::1%2525]", "[fe80::1%25x@host]", "fe80::1%a?b"],
)  # fmt: skip
def test_an_invalid_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|port|Port|IPv6|IP"):
        parse_address(text)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        # A host alone does not change the other fields.
        (Fields("mill", 8443, True), Fields("mill", 8443, True)),
        (Fields(" 2001:DB8::1 ", 80, False), Fields("2001:db8::1", 80, False)),
        # A scheme sets TLS, and replaces the default port of the other scheme by its own.
        (Fields("http://mill", 443, True), Fields("mill", 80, False)),
        (Fields("https://mill/", 80, False), Fields("mill", 443, True)),
        (Fields("WSS://mill/api?token=x#top", 80, False), Fields("mill", 443, True)),
        (Fields("ws://mill", 443, True), Fields("mill", 80, False)),
        # Another port stays, unless the address has one.
        (Fields("https://mill/", 8443, False), Fields("mill", 8443, True)),
        (Fields("https://mill:8080", 80, False), Fields("mill", 8080, True)),
        (Fields("mill:8080", 443, True), Fields("mill", 8080, True)),
        (Fields("[fe80::1%25eth0]:81", 80, False), Fields("fe80::1%eth0", 81, False)),
    ],
)  # fmt: skip
def test_an_address_fills_the_fields_of_the_form(typed: Fields, wanted: Fields) -> None:
    data = typed._asdict()
    assert parse_server(data) == {}
    assert data == wanted._asdict()


@pytest.mark.parametrize("host", ["", "a b", "ftp://mill", "rtsp://mill", "http://user:pw@mill/", "mill:0"])
def test_an_invalid_address_is_an_error_at_the_field_host(host: str) -> None:
    data = Fields(host, 8443, True)._asdict()
    assert parse_server(data) == {"host": "invalid_host"}
    assert data == Fields(host, 8443, True)._asdict()


@pytest.mark.parametrize("text", ["token", " token\n", "\ttoken\r\n", "\u00a0token\u2028"])
def test_white_space_around_a_secret_is_removed(text: str) -> None:
    assert parse_secret(text) == "token"


@pytest.mark.parametrize("text", ["", " \n", "two\nlines", "nul\x00inside", "to\u200bken", "x" * 4097, "\ud800"])
def test_an_invalid_secret_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a secret"):
        parse_secret(text)


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("00:15:5D:C2:00:01", "00:15:5d:c2:00:01"),
        (" 00-15-5d-c2-00-01 ", "00:15:5d:c2:00:01"),
        ("00155dc20001", "00:15:5d:c2:00:01"),
        ("0015.5dc2.0001", "00:15:5d:c2:00:01"),
        ("00:00:00:00:00:00", None),
        ("ff:ff:ff:ff:ff:ff", None),
        ("01:00:5e:00:00:01", None),
        ("00:15-5d:c2:00:01", None),
        ("00:15:5d:c2:00:01:02", None),
        ("00:15:5d:c2:00:0g", None),
        ("\u0660" * 12, None),
        ("n/a", None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_parse_mac(text: object, mac: str | None) -> None:
    assert parse_mac(text) == mac


TYPED = {"host": "mill", "token": "s3cret"}


@pytest.mark.parametrize(
    ("errors", "wanted"),
    [
        ({"base": "cannot_connect"}, TYPED),
        ({"host": "invalid_host"}, TYPED),
        ({"token": "invalid_text"}, {"host": "mill"}),
        ({"base": "invalid_auth"}, {"host": "mill"}),
        ({"username": "user_needed"}, {"host": "mill"}),
    ],
)
def test_a_typed_secret_is_kept_unless_it_caused_the_error(errors: dict[str, str], wanted: dict[str, str]) -> None:
    assert form_values(TYPED, {}, ["token"], errors) == wanted


def test_a_stored_secret_is_not_shown_in_the_form() -> None:
    assert form_values(None, TYPED, ["token"], {}) == {"host": "mill"}
