"""A value of a device that is shown by itself: what a platform needs to know of it."""

from enum import StrEnum
from typing import NamedTuple

from .model import Scalar
from .readings import parse_flag
from .rules import Rule


class DataPointKind(StrEnum):
    """What a data point is in Home Assistant: the names of its platforms."""

    SENSOR = "sensor"
    BINARY_SENSOR = "binary_sensor"
    EVENT = "event"
    # These can be set.
    NUMBER = "number"
    SELECT = "select"
    SWITCH = "switch"


class DataPoint(NamedTuple):
    """One value of a device that is shown by itself.

    `on` and `off` are the device's own words for a flag. `label` is what the device calls the item of a list in which
    the value is.
    """

    path: str
    rule: Rule
    kind: DataPointKind
    is_number: bool = False
    on: Scalar = True
    off: Scalar = False
    label: str | None = None

    def is_on(self, value: Scalar) -> bool | None:
        """Return what a value of a flag says; None where that is nothing."""
        return True if value == self.on else False if value == self.off else parse_flag(value)
