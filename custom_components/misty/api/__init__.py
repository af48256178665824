"""Client of a Misty II: REST commands, and a WebSocket for events. It imports no Home Assistant."""

from .client import MistyClient, base_url
from .endpoints import ALWAYS_ALLOWED, ENDPOINTS, Endpoint, find
from .errors import InvalidArgument, UnknownCommand, Updating
from .event_types import EVENT_TYPES
from .events import Event, Value
from .model import Cell, Command, Device, Features, File, Map, Skill, Skills
from .socket import EventSocket, Topic

__all__ = [
    "ALWAYS_ALLOWED",
    "ENDPOINTS",
    "EVENT_TYPES",
    "Cell",
    "Command",
    "Device",
    "Endpoint",
    "Event",
    "EventSocket",
    "Features",
    "File",
    "InvalidArgument",
    "Map",
    "MistyClient",
    "Skill",
    "Skills",
    "Topic",
    "UnknownCommand",
    "Updating",
    "Value",
    "base_url",
    "find",
]
