"""Names and words from outside, in texts of ours that read Markdown: repairs, dialogs and notifications."""

import re

# Links, pictures, HTML and code.
_MARKUP = str.maketrans({"[": "(", "]": ")", "<": "(", ">": ")", "`": "'", "*": " "})
# What makes a new line, turns the writing direction around, or cannot be seen.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
# An address becomes a link by itself.
_ADDRESS = re.compile(r"://|(?i:\bwww\.)|(?<=\w)@(?=\w)")


def seen(text: str) -> str:
    """Return a text of one line that is read as it is written: nothing in it is invisible or turned around."""
    return _UNSEEN.sub(" ", text)


def plain_text(text: str) -> str:
    """Return a text of one line that Markdown shows as it is: no link, no picture, no heading."""
    return _ADDRESS.sub(" ", seen(text).translate(_MARKUP)).strip()
