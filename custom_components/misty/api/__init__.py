"""Client of a Misty II: REST commands, and one WebSocket for its events. Knows no Home Assistant."""

from .client import MistyClient, base_url
from .endpoints import ALWAYS_ALLOWED, DEPTH_SENSOR_PATHS, ENDPOINTS, Endpoint, Level, find
from .errors import (
    CannotConnect,
    CommandFailed,
    InvalidAnswer,
    InvalidArgument,
    NoAnswer,
    PushError,
    PushRefused,
    UnknownCommand,
    Updating,
)
from .event_types import EVENT_TYPES, Key, Value
from .events import Event
from .models import Asset, Device, Features, File, Skill
from .socket import EventSocket, Topic

__all__ = [
    "ALWAYS_ALLOWED",
    "DEPTH_SENSOR_PATHS",
    "ENDPOINTS",
    "EVENT_TYPES",
    "Asset",
    "CannotConnect",
    "CommandFailed",
    "Device",
    "Endpoint",
    "Event",
    "EventSocket",
    "Features",
    "File",
    "InvalidAnswer",
    "InvalidArgument",
    "Key",
    "Level",
    "MistyClient",
    "NoAnswer",
    "PushError",
    "PushRefused",
    "Skill",
    "Topic",
    "UnknownCommand",
    "Updating",
    "Value",
    "base_url",
    "find",
]
