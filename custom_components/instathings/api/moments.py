"""Complete dates that devices send as texts: of what happened, or of the message."""

from datetime import datetime
import re

from ..common.names.quantities import word_set
from ..common.names.words import words_of

# Without a time zone a time may be that of any clock.
_COMPLETE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)
# Words for what happened, or will.
_EVENTS = word_set("""
    last since start started begin boot next until end ended opened closed triggered changed pressed detected due
    letzter letzte letztes letzten seit naechste ultimo ultima prossimo prossima dernier derniere prochain
""")
# What happens with each message is no event.
_ROUTINE = word_set("""
    seen update updated communication contact message report reported heartbeat reading read poll sync synced received
    sent sample sampled measurement measured connection connected date data value values pulse refresh
""")


def is_moment(text: str) -> bool:
    """Return True for a complete date with its time zone."""
    return parse_moment(text) is not None


def parse_moment(text: str) -> datetime | None:
    """Return the time of a complete date; None for another text."""
    if not _COMPLETE.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def is_event(path: str) -> bool:
    """Return True if a date of this name is that of an event, and not of a message."""
    words = set(words_of(path))
    return not words.isdisjoint(_EVENTS) and words.isdisjoint(_ROUTINE)
