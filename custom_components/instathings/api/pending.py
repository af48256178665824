"""Readings of unknown devices, kept until the cloud has described the device."""

import asyncio

from .model import Reading

MAX_READINGS = 1000
# In all readings: a value is a path of up to 100 characters, and a text of up to 255 characters or a number.
MAX_VALUES = 20_000


class PendingReadings:
    """The readings by device, in the order of arrival, up to MAX_READINGS with MAX_VALUES in total."""

    def __init__(self) -> None:
        self._readings: dict[str, list[Reading]] = {}
        self._count = 0
        self._values = 0
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        """Count the readings."""
        return self._count

    def add(self, reading: Reading) -> None:
        """Keep a reading, or drop it at the limit."""
        if self._count < MAX_READINGS and self._values + len(reading.values) <= MAX_VALUES:
            self._count += 1
            self._values += len(reading.values)
            self._readings.setdefault(reading.device_id, []).append(reading)
            self._arrived.set()

    def pop(self, device_id: str) -> list[Reading]:
        """Return and forget the readings of a device."""
        readings = self._readings.pop(device_id, [])
        self._count -= len(readings)
        self._values -= sum(len(reading.values) for reading in readings)
        return readings

    def clear(self) -> None:
        """Drop all readings."""
        self._readings.clear()
        self._count = self._values = 0

    async def next_device(self) -> str:
        """Wait for a pending reading, and return the id of its device."""
        while not self._readings:
            self._arrived.clear()
            await self._arrived.wait()
        return next(iter(self._readings))
