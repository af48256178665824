"""Programs and libraries that Home Assistant uses, of the system or downloaded by script/setup."""

import shutil
from typing import NamedTuple

from turbojpeg import TurboJPEG


class Part(NamedTuple):
    """An optional program or library."""

    name: str
    package: str
    """The package in Debian."""
    cost: str
    """The functions that do not work without it."""
    complaint: str | None
    """The end of the error in the log without it, which the check of the demo accepts."""


FFMPEG = Part("ffmpeg", "ffmpeg", "streams and spoken answers", None)
TURBOJPEG = Part(
    "libturbojpeg",
    "libturbojpeg0",
    "small camera pictures",
    "[homeassistant.components.camera.img_util] Error loading libturbojpeg; "
    "Camera snapshot performance will be sub-optimal",
)


def missing_parts() -> list[Part]:
    """Return the parts that are missing."""
    have = {FFMPEG: shutil.which("ffmpeg") is not None, TURBOJPEG: _has_turbojpeg()}
    return [part for part, found in have.items() if not found]


def sentence(part: Part) -> str:
    """Return a message for a missing part."""
    return f"{part.name} is missing, so {part.cost} will not work (on Debian: apt install {part.package})"


def _has_turbojpeg() -> bool:
    """Return True if the library can be loaded in the same way as by Home Assistant."""
    try:
        TurboJPEG()
    except OSError, RuntimeError:
        return False
    return True
