"""The range of times that devices may send."""

from datetime import MAXYEAR, MINYEAR, datetime


def in_calendar(moment: datetime) -> datetime | None:
    """Return a time; None in the first and last year of datetime, where a conversion to another zone may fail."""
    return moment if MINYEAR < moment.year < MAXYEAR else None
