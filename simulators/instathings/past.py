"""Readings of the past days: the meters and the inverter follow the time of day."""

from collections.abc import Callable
import math

# The power of the house in watts, by hour of the day.
HOUSE = (210, 190, 180, 180, 190, 260, 620, 980, 640, 420, 380, 520,
         1150, 720, 430, 410, 560, 1080, 1720, 1340, 980, 760, 480, 300)  # fmt: skip
COFFEE = {6: 120, 7: 60, 9: 80, 14: 100}
SUNRISE, SUNSET = 6, 18
NOON_KILOWATTS = 3.0


def daylight(hour: int) -> float:
    """Return the sunlight at an hour, relative to noon (0 to 1)."""
    return max(0.0, math.sin((hour - SUNRISE) / (SUNSET - SUNRISE) * math.pi)) if SUNRISE <= hour <= SUNSET else 0.0


def solar_share(hour: int) -> float:
    """Return the share of the day's solar energy until an hour (0 to 1)."""
    done = min(max((hour - SUNRISE) / (SUNSET - SUNRISE), 0.0), 1.0)
    return (1 - math.cos(done * math.pi)) / 2


# By device and key: the value at an hour of the day, and the power of counters in watts.
VALUES: dict[tuple[str, str], Callable[[int], float]] = {
    ("mbMeter01", "active_power"): lambda hour: HOUSE[hour],
    ("mbMeter01", "current"): lambda hour: HOUSE[hour] / 230,
    ("mbSolar01", "power_pv1"): lambda hour: NOON_KILOWATTS * daylight(hour),
    ("mbSolar01", "soc_bat1"): lambda hour: 35 + 60 * solar_share(hour),
    ("mbSolar01", "daily_energy_pv"): lambda hour: 8.4 * solar_share(hour),
}
WATTS: dict[tuple[str, str], Callable[[int], float]] = {
    ("mbMeter01", "import_active_energy"): lambda hour: HOUSE[hour],
    ("zbPlug001", "energy"): lambda hour: COFFEE.get(hour, 0),
}


def value(device_id: str, key: str, now: float, step: float, hours: list[int]) -> float:
    """Return a past value; `hours` are the hours of the day from that time until now.

    A number without a table varies by four steps around its current value, with the maximum in the afternoon.
    """
    if at := VALUES.get((device_id, key)):
        return at(hours[0])
    if watts := WATTS.get((device_id, key)):
        return now - sum(watts(hour) for hour in hours) / 1000
    return now + step * 4 * math.sin((hours[0] - 9) / 24 * 2 * math.pi)
