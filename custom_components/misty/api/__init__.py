"""Client of a Misty II: REST commands, and one WebSocket for its events. Needs no Home Assistant."""

from .client import MistyClient, base_url
from .convert import Value
from .endpoints import ALWAYS_ALLOWED, ENDPOINTS, Endpoint, find
from .errors import InvalidArgument, UnknownCommand, Updating
from .event_types import EVENT_TYPES
from .events import Event
from .map import Cell, Map
from .model import Command, Device, Features, File, Skill
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
    "Topic",
    "UnknownCommand",
    "Updating",
    "Value",
    "base_url",
    "find",
]
