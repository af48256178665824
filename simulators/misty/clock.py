"""The time format of the robot."""

from datetime import UTC, datetime


def now() -> str:
    """Return the current time in UTC with seven decimals, the format of .NET."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"
