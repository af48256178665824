"""Addresses in a network are recognised by their text, and versions are none."""

import pytest

from common.names.addresses import is_address


@pytest.mark.parametrize(
    "text",
    ["192.0.2.9", "2001:db8::1", "fe80::1%eth0", "02:00:00:00:07:AB", "02-00-00-00-07-ab", "00:15:8d:00:01:02:03:04"],
)
def test_an_address_is_recognised(text: str) -> None:
    """IPv4, IPv6 with a zone, MAC and the longer addresses of Zigbee."""
    assert is_address("wifi.ip", text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fw_version", "1.14.0.3"),
        ("value", "1.2.3"),
        ("value", "256.1.1.1"),
        ("time", "18:42:10"),
        ("value", "2026-11-29T18:42:10+01:00"),
        ("state", "on"),
        ("value", "10-20-30-40-50-zz"),
        ("value", "1." * 5000),
    ],
)
def test_other_texts_are_no_address(name: str, text: str) -> None:
    """Versions, times, numbers and words."""
    assert not is_address(name, text)


def test_an_address_has_a_port_or_no_separators() -> None:
    assert is_address("broker", "192.0.2.9:1883")
    assert is_address("network", "192.0.2.0/24")
    assert is_address("wifi_mac", "0200000007ab")
    assert not is_address("device_id", "0200000007ab")
    assert not is_address("version", "1.14.0.3/2")
