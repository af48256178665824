"""What Home Assistant uses beside Python: programs and libraries of the system, or those that script/setup fetched."""

import shutil
from typing import NamedTuple

from turbojpeg import TurboJPEG


class Part(NamedTuple):
    """Something that Home Assistant can do without, but not well."""

    name: str
    package: str
    """Debian's package of it."""
    cost: str
    """What does not work without it."""
    complaint: str | None
    """The end of the line that Home Assistant logs as an error without it, where the demo's check accepts that."""


FFMPEG = Part("ffmpeg", "ffmpeg", "streams and spoken answers", None)
TURBOJPEG = Part(
    "libturbojpeg",
    "libturbojpeg0",
    "small camera pictures",
    "[homeassistant.components.camera.img_util] Error loading libturbojpeg; "
    "Camera snapshot performance will be sub-optimal",
)


def missing_parts() -> list[Part]:
    """Return what Home Assistant will not find."""
    have = {FFMPEG: shutil.which("ffmpeg") is not None, TURBOJPEG: _has_turbojpeg()}
    return [part for part, found in have.items() if not found]


def sentence(part: Part) -> str:
    """Return what a missing part costs and how to get it."""
    return f"{part.name} is missing, so {part.cost} will not work (on Debian: apt install {part.package})"


def _has_turbojpeg() -> bool:
    """Load the library in the way in which Home Assistant does."""
    try:
        TurboJPEG()
    except OSError, RuntimeError:
        return False
    return True
