"""Typed client of the Rotoclear C2 control unit's API. Needs no Home Assistant."""

from .certificate import fetch_fingerprint, readable_fingerprint
from .client import RotoclearClient, State, Updates
from .kinds import Point, Storage
from .stream import FIRST_BOUNDARY, STREAM_TYPE, StreamRelay, Viewer, part_of
from .variables import VARIABLES, check_writes

__all__ = [
    "FIRST_BOUNDARY",
    "STREAM_TYPE",
    "VARIABLES",
    "Point",
    "RotoclearClient",
    "State",
    "Storage",
    "StreamRelay",
    "Updates",
    "Viewer",
    "check_writes",
    "fetch_fingerprint",
    "part_of",
    "readable_fingerprint",
]
