"""Unique ids that are joined from parts without collisions, and can be split again."""

# Parts come from devices, so they may have any character and any length.
LONGEST_PART = 200
SEPARATOR = "/"


def join_id(*parts: str) -> str:
    """Return an id of these parts, which is different from that of any other parts.

    Raises ValueError if a part is longer than LONGEST_PART.
    """
    for part in parts:
        if len(part) > LONGEST_PART:
            raise ValueError("too long for an id")
    return SEPARATOR.join(part.replace("%", "%25").replace(SEPARATOR, "%2F") for part in parts)


def split_id(text: str) -> tuple[str, ...]:
    """Return the parts of an id of `join_id`."""
    return tuple(part.replace("%2F", SEPARATOR).replace("%25", "%") for part in text.split(SEPARATOR))
