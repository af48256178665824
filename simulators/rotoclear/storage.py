"""Storage media, and their capacity for videos (docs/protocol/rotoclear.md#capacity)."""

from dataclasses import dataclass, field
from typing import Any

SIZES = {"4K": (3840, 2160), "FullHD": (1920, 1080), "HD": (1280, 720)}

# The vendor's example: 60118794240 bytes hold 14313 seconds of HD at 30 frames and quality 75.
EXAMPLE_BYTES = 60_118_794_240
EXAMPLE_SECONDS = 14_313
EXAMPLE_LOAD = 1280 * 720 * 30 * 75
GIGABYTE = 1024**3
HOUR = 3600


@dataclass(slots=True)
class BackupFile:
    """A file of Visual Backup, `start` in Unix seconds. A tagged one cannot be deleted."""

    start: float
    seconds: float = 0
    size: int = 0
    tagged: bool = False


@dataclass(slots=True)
class Storage:
    """A USB medium or a network share."""

    uuid: str
    name: str
    total: int
    used: int
    network: bool = False
    files: list[BackupFile] = field(default_factory=list)

    @property
    def free(self) -> int:
        """The free bytes."""
        return max(self.total - self.used, 0)

    def description(self) -> dict[str, Any]:
        """Return the value in the state of the unit (docs/protocol/rotoclear.md#storages)."""
        sizes = {"total": self.total, "used": self.used, "free": self.free}
        texts = {f"{name}Str": f"{size / GIGABYTE:.3f} GB" for name, size in sizes.items()}
        return {"uuid": self.uuid, "name": self.name, "type": "net" if self.network else "disk", **sizes, **texts}


def usb_stick() -> Storage:
    """Return the initial USB medium: the vendor's example."""
    return Storage("5f0c2c9e-3a51-4f5e-9d0b-0c2f6c1b7a11", "USB stick", 125_828_988_928, 65_710_194_688)


def network_share() -> Storage:
    """Return the initial network storage."""
    return Storage("8e1d7b52-64f0-4c3a-8a3e-b6d1f0a9c422", "Workshop NAS", 4 * 1024 * GIGABYTE, GIGABYTE, network=True)


def video_seconds(resolution: str, fps: int, quality: int, free: int) -> int:
    """Return the seconds of video that fit in `free` bytes, scaled from the vendor's example."""
    width, height = SIZES[resolution]
    load = width * height * fps * quality
    return int(free * EXAMPLE_SECONDS * EXAMPLE_LOAD / (EXAMPLE_BYTES * load))


def bytes_per_second(resolution: str, fps: int, quality: int) -> float:
    """Return the size of a second of video in bytes."""
    width, height = SIZES[resolution]
    return EXAMPLE_BYTES / EXAMPLE_SECONDS * (width * height * fps * quality) / EXAMPLE_LOAD


def hours_text(seconds: float) -> str:
    """Return a duration in the unit's format: "15:35h"."""
    minutes = int(seconds) // 60
    return f"{minutes // 60}:{minutes % 60:02d}h"
