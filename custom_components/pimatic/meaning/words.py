"""Names of attributes as words: `gasTotalUsage`, `gas_total_usage` and `gastotalusage` are the same three.

A name means only what its whole words mean: "hum" is not in "thumb". The table of words is closed, see vocabulary.py.
"""

from collections.abc import Container
from functools import cache
import re
from typing import Final

_TOKEN: Final = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|\d+")
# "PM1.0" is PM1, "PM2.5" stays.
_WHOLE: Final = re.compile(r"(\d)[._]0(?!\d)")
_UMLAUTS: Final = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "é": "e",
        "è": "e",
        "ê": "e",
        "à": "a",
        "á": "a",
        "ò": "o",
        "ó": "o",
        "ù": "u",
        "ú": "u",
        "ì": "i",
        "í": "i",
        "ç": "c",
        "ñ": "n",
    }
)
# Nouns at the end of German and Dutch compounds, which are the head (`Sammelstörung`).
COMPOUND_ENDS: Final = (
    "temperatur", "temperatuur", "stoerung", "fehler", "leistung", "spannung", "druck", "feuchte", "feuchtigkeit",
    "durchfluss", "frequenz", "verbrauch", "zaehler", "energie", "pumpe", "brenner", "alarm", "ausfall", "melder",
    "tuer", "fenster", "kontakt", "tor", "deur", "raam",
)  # fmt: skip
# Shorter words are part of too many others to split a word at them.
_SHORTEST_PART: Final = 3
_LONGEST_WORD: Final = 40
# The most tokens that can be one word of the table: "PM 2.5", "power factor".
_MOST_JOINED: Final = 3


def split(text: str, known: Container[str]) -> list[str]:
    """Return the words of a name in lower case.

    Tokens that together are a known word are joined, others taken apart.
    """
    tokens = [token.lower().translate(_UMLAUTS) for token in _TOKEN.findall(_WHOLE.sub(r"\1", text[:255]))]
    words: list[str] = []
    while tokens:
        size = next(
            (size for size in range(min(_MOST_JOINED, len(tokens)), 1, -1) if "".join(tokens[:size]) in known), 1
        )
        word = "".join(tokens[:size])
        tokens = tokens[size:]
        words += [word] if word in known else _parts(word, known) or _compound(word, known)
    return words


def _compound(word: str, known: Container[str]) -> list[str]:
    """Return the first part and the head of a compound, or the word itself if it is not a compound."""
    end = next((one for one in COMPOUND_ENDS if word.endswith(one) and word != one and one in known), None)
    return [word.removesuffix(end), end] if end else [word]


def _parts(word: str, known: Container[str]) -> list[str] | None:
    """Return the known words that a word consists of, the longest first, or None if a part is unknown."""
    if len(word) > _LONGEST_WORD:
        return None

    @cache
    def rest(start: int) -> tuple[str, ...] | None:
        if start == len(word):
            return ()
        for end in range(len(word), start + _SHORTEST_PART - 1, -1):
            if word[start:end] in known and (found := rest(end)) is not None:
                return (word[start:end], *found)
        return None

    found = rest(0)
    return list(found) if found else None
