"""Dates and times that a device tells."""

from datetime import MAXYEAR, MINYEAR, datetime


def in_calendar(moment: datetime) -> datetime | None:
    """Return a moment; None in the first and the last year of the calendar, where other time zones may have none."""
    return moment if MINYEAR < moment.year < MAXYEAR else None
