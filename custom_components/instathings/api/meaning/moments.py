"""Dates with a time zone that devices send as texts: those of events, and those of messages."""

from datetime import datetime
import re

from ...common.names.quantities import word_set
from ...common.names.words import words_of

# Without a time zone, the time could be local or UTC.
_COMPLETE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)
# Words for past and future events.
_EVENTS = word_set("""
    last since start started begin boot next until end ended opened closed triggered changed pressed detected due
    letzter letzte letztes letzten seit naechste ultimo ultima prossimo prossima dernier derniere prochain
""")
# Words for dates that change with each message.
_ROUTINE = word_set("""
    seen update updated communication contact message report reported heartbeat reading read poll sync synced received
    sent sample sampled measurement measured connection connected date data value values pulse refresh
""")


def is_moment(text: str) -> bool:
    """Return True for a date with a time zone."""
    return parse_moment(text) is not None


def parse_moment(text: str) -> datetime | None:
    """Return the time of a date with a time zone; None for another text."""
    if not _COMPLETE.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def is_event(path: str) -> bool:
    """Return True if a date with this name is that of an event, and not of a message."""
    words = set(words_of(path))
    return not words.isdisjoint(_EVENTS) and words.isdisjoint(_ROUTINE)
