"""Texts that are addresses in a network. They say nothing about a device and are never states."""

from ipaddress import ip_address
import re

from .words import words_of

# The longest one is an IPv6 address with a zone.
LONGEST_ADDRESS = 64
_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]){5}(?:[0-9a-f]{2}[:-]){0,2}[0-9a-f]{2}", re.IGNORECASE)
# Without separators it is one only under the name of one.
_BARE_MAC = re.compile(r"[0-9a-f]{12}", re.IGNORECASE)
_OF_MACS = frozenset({"mac", "bssid", "bdaddr"})
# The port of a server, or the size of a network.
_TAIL = re.compile(r"(?<=\d)(?::\d{1,5}|/\d{1,2})$")
# A version with four numbers looks like an IPv4 address.
_VERSIONS = frozenset(
    {"version", "ver", "firmware", "fw", "software", "sw", "hardware", "hw", "release", "rev", "build"}
)


def is_address(name: str, text: str) -> bool:
    """Return True for an IP or MAC address. `name` is that of the value: that of a version is none."""
    if _BARE_MAC.fullmatch(text) is not None and not _OF_MACS.isdisjoint(words_of(name)):
        return True
    if len(text) > LONGEST_ADDRESS or not (text.count(".") == 3 or ":" in text or text.count("-") > 4):
        return False
    if _MAC.fullmatch(text) is not None:
        return True
    try:
        ip_address(_TAIL.sub("", text) if text.count(".") == 3 else text)
    except ValueError:
        return False
    return _VERSIONS.isdisjoint(words_of(name))
