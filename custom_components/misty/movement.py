"""The check of commands against the robot's state: an update of its software, or a hazard in the way."""

from collections.abc import Mapping
from typing import Any

from homeassistant.exceptions import HomeAssistantError

from .api import ALWAYS_ALLOWED, Value
from .const import DOMAIN
from .topics import DRIVE_STOPPED, RUN_STATE, Key

UPDATING = "updating"

FORWARD, BACKWARD = "Front", "Back"
# The sum of these arguments is the speed of a drive command.
VELOCITIES = {
    "drive": ("linearVelocity",),
    "drive/time": ("linearVelocity",),
    "drive/track": ("leftTrackSpeed", "rightTrackSpeed"),
}
# These drive forward, or backward with `reverse`.
REVERSIBLE = ("drive/arc", "drive/hdt", "drive/coordinates", "drive/path")


def check(path: str, arguments: Mapping[str, Any], data: Mapping[Key, Value]) -> None:
    """Raise HomeAssistantError if the robot cannot or must not execute a command now."""
    if path in ALWAYS_ALLOWED:
        return
    if data.get(RUN_STATE) == UPDATING:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="updating")
    side = _side(path, {name.lower(): value for name, value in arguments.items()})
    stopped = data.get(DRIVE_STOPPED)
    if side is None or not isinstance(stopped, tuple):
        return
    if blocking := [zone for zone in stopped if str(zone).startswith(side)]:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="hazard_ahead" if side == FORWARD else "hazard_behind",
            translation_placeholders={"zones": ", ".join(blocking)},
        )


def _side(path: str, arguments: Mapping[str, Any]) -> str | None:
    """Return the side to which a command drives the robot; None if it does not drive or only turns."""
    if path in REVERSIBLE:
        return BACKWARD if arguments.get("reverse") is True else FORWARD
    speeds = [arguments.get(name.lower(), 0) for name in VELOCITIES.get(path, ())]
    speed = sum(speed for speed in speeds if isinstance(speed, int | float))
    if not speed:
        return None
    return FORWARD if speed > 0 else BACKWARD
