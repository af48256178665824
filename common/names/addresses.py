"""Texts that are addresses in a network. They say nothing about a device and are never states."""

from ipaddress import ip_address
import re

from .words import words_of

# The longest one is an IPv6 address with a zone.
LONGEST_ADDRESS = 64
_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]){5}(?:[0-9a-f]{2}[:-]){0,2}[0-9a-f]{2}", re.IGNORECASE)
# A version with four numbers looks like an IPv4 address.
_VERSIONS = frozenset(
    {"version", "ver", "firmware", "fw", "software", "sw", "hardware", "hw", "release", "rev", "build"}
)


def is_address(name: str, text: str) -> bool:
    """Return True for an IP or MAC address. `name` is that of the value: that of a version is none."""
    if len(text) > LONGEST_ADDRESS or not (text.count(".") == 3 or ":" in text or text.count("-") > 4):
        return False
    if _MAC.fullmatch(text) is not None:
        return True
    try:
        ip_address(text)
    except ValueError:
        return False
    return _VERSIONS.isdisjoint(words_of(name))
