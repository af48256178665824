"""Unique ids that cannot meet: built from parts, and taken apart again into the same parts."""

# What a device calls its things may hold any character, and be as long as it likes.
LONGEST_PART = 200
SEPARATOR = "/"


def join_id(*parts: str) -> str:
    """Return one id for these parts; other parts never give the same.

    Raises ValueError for a part that is longer than LONGEST_PART: a thing with such a name gets no entity.
    """
    for part in parts:
        if len(part) > LONGEST_PART:
            raise ValueError("too long for an id")
    return SEPARATOR.join(part.replace("%", "%25").replace(SEPARATOR, "%2F") for part in parts)


def split_id(text: str) -> tuple[str, ...]:
    """Return the parts that `join_id` made an id of."""
    return tuple(part.replace("%2F", SEPARATOR).replace("%25", "%") for part in text.split(SEPARATOR))
