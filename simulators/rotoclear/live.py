"""Spontaneous changes: clock, recording, measurements (docs/protocol/rotoclear.md#measurements-that-drift)."""

import random
from typing import TYPE_CHECKING

from .storage import BackupFile, bytes_per_second

if TYPE_CHECKING:
    from .unit import Unit

# A measurement, its center, its largest change per second, and its head.
TEMPERATURES = (("oct0", 69.7, 0.02, 0), ("oct1", 80.0, 0.02, 1), ("fpgaTemp", 54.2, 0.02, None))
PRESSURES = (("psi0", 1712, 0.5, 0), ("psi1", 1008, 0.5, 1))
# The share of the distance to the center by which it moves back in a second.
RETURN_SHARE = 0.01
SPIN_UP = 0.4
PIECE_SECONDS = 600


def record_time(unit: Unit, seconds: float) -> None:
    """Advance the recording, and the files of Visual Backup."""
    if unit.values["record"] in {"start", "release"}:
        unit.values["recordTime"] = round(unit.values["recordTime"] + seconds)
    if unit.values["backupActive"]:
        _back_up(unit, seconds)


def _back_up(unit: Unit, seconds: float) -> None:
    storage = unit.storages[unit.selected["backupStorage"]]
    size = int(bytes_per_second(*unit.backup_settings()) * seconds)
    if not storage.files or storage.files[-1].seconds >= PIECE_SECONDS:
        storage.files.append(BackupFile(unit.values["seconds"]))
    while storage.free < size and (oldest := next((file for file in storage.files if not file.tagged), None)):
        storage.files.remove(oldest)
        storage.used -= oldest.size
    if not storage.files or storage.free < size:
        unit.values["backupActive"] = False
        return
    storage.files[-1].seconds += seconds
    storage.files[-1].size += size
    storage.used += size


class Drift:
    """Measurements that drift as on a working machine."""

    def __init__(self, seed: int = 1) -> None:
        """Initialize with the centers of the measurements."""
        self._random = random.Random(seed)
        self._now: dict[str, float] = {}

    def step(self, unit: Unit, seconds: float) -> None:
        """Change all measurements of attached heads."""
        values = unit.values
        values["seconds"] += round(seconds)
        for key, middle, largest, head in TEMPERATURES:
            if head is None or values[f"cam{head}Exists"]:
                values[key] = f"{self._drift(key, middle, largest):.1f}°C"
        for key, middle, largest, head in PRESSURES:
            if values[f"cam{head}Exists"]:
                values[key] = f"{self._drift(key, middle, largest):.0f}mbar"
        for head in (0, 1):
            values[f"RPM{head}"] = self._speed(values[f"RPM{head}"], self._aim(unit, head))

    def _drift(self, key: str, middle: float, largest: float) -> float:
        now = self._now.get(key, middle)
        self._now[key] = now + (middle - now) * RETURN_SHARE + self._random.uniform(-largest, largest)
        return self._now[key]

    def _aim(self, unit: Unit, head: int) -> int:
        turning = unit.values[f"cam{head}Exists"] and unit.values[f"dictRotation{head}"]
        return unit.values[f"rpm{head}"] if turning else 0

    def _speed(self, now: int, aim: int) -> int:
        if aim == 0 and now < 50:
            return 0
        return max(round(now + (aim - now) * SPIN_UP + (self._random.uniform(-9, 9) if aim else 0)), 0)
