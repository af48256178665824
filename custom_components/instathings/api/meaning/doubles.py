"""The paths of a device whose values get no entity, because other paths have them, or because they are private."""

from collections.abc import Collection, Iterator, Mapping
import re

from .control import is_echo

_METER_POWER = re.compile(r"meters\.\d+\.power")
# The place of a house, in the settings of a Shelly.
_POSITION = frozenset({"lat", "lng", "location.lat", "location.lon", "sys.location.lat", "sys.location.lon"})


def doubles(paths: Collection[str], states: Mapping[str, str], *, is_shelly: bool) -> set[str]:
    """Return the paths without entities; `states` are the words that the keys of controls have had."""
    found = {"state"} if is_echo(states) else set()
    if "temperature" in paths or "tmp.tC" in paths:
        found.add("tmp.value")
    if "temperature" in paths:
        found.add("tmp.tC")
    if any(path.startswith("rollers.") for path in paths):
        found |= {path for path in paths if path.startswith("relays.") or _METER_POWER.fullmatch(path)}
    if is_shelly:
        found |= _POSITION
    return found.union(_beside_values(paths))


def _beside_values(paths: Collection[str]) -> Iterator[str]:
    """Yield the texts that repeat the value beside them: `{"state": "21.3 °C", "value": 21.3}`."""
    for path in paths:
        if path.endswith(".value"):
            yield from (f"{path.removesuffix('value')}{name}" for name in ("state", "state.value", "state.unit"))
