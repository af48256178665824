"""Typed client of the Rotoclear C2 control unit's API. Needs no Home Assistant."""

from .certificate import fetch_fingerprint, readable_fingerprint
from .client import AnotherUnit, RotoclearClient, State, Updates
from .kinds import InvalidValue, Point, Storage
from .stream import FIRST_BOUNDARY, STREAM_TYPE, StreamRelay, Viewer, part_of
from .variables import VARIABLES, ZOOM_MAX, check_writes, hardware_addresses

__all__ = [
    "FIRST_BOUNDARY",
    "STREAM_TYPE",
    "VARIABLES",
    "ZOOM_MAX",
    "AnotherUnit",
    "InvalidValue",
    "Point",
    "RotoclearClient",
    "State",
    "Storage",
    "StreamRelay",
    "Updates",
    "Viewer",
    "check_writes",
    "fetch_fingerprint",
    "hardware_addresses",
    "part_of",
    "readable_fingerprint",
]
