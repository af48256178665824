"""Spontaneous changes: timers count, and values drift if an option enables it."""

import asyncio
from collections.abc import Callable
import math
from random import Random
import time

from .house import House


class Life:
    """The spontaneous changes in a house."""

    def __init__(self, house: House, rate: float) -> None:
        """Initialize with the seconds between changes; if they are 0, only the timers count."""
        self._house = house
        self._rate = rate
        self._random = Random(1)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start the changes."""
        self._tasks = [asyncio.get_running_loop().create_task(self._count())]
        if self._rate > 0:
            self._tasks.append(asyncio.get_running_loop().create_task(self._drift()))

    def stop(self) -> None:
        """Stop the changes."""
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    async def _count(self) -> None:
        """Update the time of each running timer every second, the default resolution."""
        while True:
            await asyncio.sleep(1)
            for device in list(self._house.devices.values()):
                if device["template"] == "timer" and self._house.value(device["id"], "running"):
                    elapsed = (self._house.value(device["id"], "time") or 0) + 1
                    self._house.set_attribute(device["id"], "time", elapsed)

    async def _drift(self) -> None:
        while True:
            await asyncio.sleep(self._rate)
            for device_id, attribute, value_at in DRIFTING:
                if self._house.attribute(device_id, attribute) and self._random.random() < 0.5:
                    self._house.set_attribute(device_id, attribute, value_at(time.time(), self._random))
            if self._random.random() < 0.1 and "dummy-presence" in self._house.devices:
                self._house.set_attribute("dummy-presence", "presence", self._random.random() < 0.5, only_changed=True)


def _day(middle: float, width: float, ripple: float) -> Callable[[float, Random], float]:
    """Return a function for the next value, with the daily cycle of history.py and a change in every minute."""
    return lambda now, random: round(
        middle + width * math.sin(2 * math.pi * now / 86400) + ripple * math.sin(now / 100) + random.gauss(0, 0.05), 2
    )


def _swing(middle: float, width: float, period: float) -> Callable[[float, Random], float]:
    return lambda now, random: round(middle + width * math.sin(2 * math.pi * now / period) + random.gauss(0, 0.05), 2)


DRIFTING: tuple[tuple[str, str, Callable[[float, Random], float]], ...] = (
    ("dummy-temperature", "temperature", _day(20, 3, 0.3)),
    ("dummy-temperature", "humidity", _day(50, -10, 1)),
    ("dummy-thermostat", "valve", lambda now, _: round(35 + 30 * math.sin(now / 120))),
    ("probe", "power", lambda _, random: random.choice((180, 240, 1200, 1850))),
    ("probe", "lux", _swing(320, 80, 700)),
)
