"""The units that the other numbers of a message show, where a name has none."""

from collections.abc import Mapping
from functools import lru_cache

from ..common.names.thermal import are_circuits, is_thermal
from .meaning import number_meaning, split_path

# A heating has no other temperatures; 0 and 1 are those of a flag.
LOWEST = -60
HIGHEST = 1000


def units_of_siblings(numbers: Mapping[str, float], units: Mapping[str, str]) -> Mapping[str, str]:
    """Return the units of numbers by their paths: those of temperatures, if other names of the message are some.

    `units` are the units that are known without the siblings.
    """
    found = _of_temperatures(tuple((path, units.get(path)) for path in numbers))
    return {
        path: unit for path, unit in found.items() if LOWEST <= numbers[path] <= HIGHEST and numbers[path] not in (0, 1)
    }


# All messages of a board have the same paths.
@lru_cache(maxsize=64)
def _of_temperatures(paths: tuple[tuple[str, str | None], ...]) -> Mapping[str, str]:
    """Return the unit of the names that have no meaning, but are temperatures beside those of other names."""
    stated: set[str | None] = set()
    others: list[str] = []
    for path, unit in paths:
        meaning = number_meaning(path, unit)
        if meaning is None and unit is None:
            others.append(path)
        elif meaning is not None and meaning.device_class == "temperature":
            stated.add(meaning.unit)
    thermal = [path for path in others if is_thermal(".".join(split_path(path)))]
    if not stated and are_circuits(thermal):
        stated.add("°C")
    return dict.fromkeys(thermal, stated.pop() or "°C") if len(stated) == 1 else {}
