"""Texts of devices as plain text in Markdown: in repairs, dialogs and notifications."""

import re

# Markdown and HTML.
_MARKUP = str.maketrans({"[": "(", "]": ")", "<": "(", ">": ")", "`": "'", "*": " "})
# Control characters, invisible characters, and those that change the text direction.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
# Addresses would become links.
_ADDRESS = re.compile(r"://|(?i:\bwww\.)|(?<=\w)@(?=\w)")


def seen(text: str) -> str:
    """Return a text in one line without control and invisible characters, which could change how it is read."""
    return _UNSEEN.sub(" ", text)


def plain_text(text: str) -> str:
    """Return a text in one line without links, pictures, headings and other markup."""
    return _ADDRESS.sub(" ", seen(text).translate(_MARKUP)).strip()
