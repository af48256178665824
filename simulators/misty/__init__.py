"""A Misty II robot, derived from the vendor's pages and the recorded facts."""

from . import slam as slam
from .simulator import MistySimulator

SIMULATOR = MistySimulator

__all__ = ["SIMULATOR", "MistySimulator"]
