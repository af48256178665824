"""A Misty II robot, derived from docs/protocol/misty.md."""

from . import slam as slam
from .simulator import MistySimulator

SIMULATOR = MistySimulator

__all__ = ["SIMULATOR", "MistySimulator"]
