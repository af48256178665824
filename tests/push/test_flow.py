"""Addresses as people paste them."""

import pytest

from common.flow import Address, parse_address


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
        ("[fe80::1%eth0]:80", Address(None, "fe80::1%eth0", 80, "")),
        ("my_house.lan.", Address(None, "my_house.lan.", None, "")),
        ("http://host/?token=x", Address("http", "host", None, "")),
    ],
)
def test_what_people_paste_is_taken_apart(text: str, wanted: Address) -> None:
    assert parse_address(text) == wanted


@pytest.mark.parametrize(
    "text",
    ["", " ", "a b", "user:pw@host", "http://user@host", "host:0", "host:99999", "host:port", "a..b", "-a", ".",
     "http://", "[::1", "ho\nst", "host\x00", "x" * 64, "1.2.3.4:5:6", "//host//"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|port|Port|IPv6|IP"):
        parse_address(text)
