"""MAC addresses that identify a device."""

import re

_MAC = re.compile(r"[0-9a-f]{2}([:-]?)(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}")


def parse_mac(value: object) -> str | None:
    """Return a MAC address in the format of Home Assistant (`00:15:5d:c2:00:01`).

    Return None if it is not a MAC address, or if it does not identify a device (all zeros, multicast, broadcast).
    """
    text = value.strip().lower() if isinstance(value, str) else ""
    if not _MAC.fullmatch(text):
        return None
    digits = re.sub(r"[^0-9a-f]", "", text)
    if not int(digits, 16) or int(digits[:2], 16) & 1:
        return None
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))
