"""Time as the robot writes it."""

from datetime import UTC, datetime


def now() -> str:
    """Return the time: UTC with seven digits, as .NET writes it."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"
