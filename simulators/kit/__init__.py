"""Shared code of the simulators: HTTP servers, faults, and a record of received messages."""

from .ports import free_port
from .record import Record
from .server import Simulator

__all__ = ["Record", "Simulator", "free_port"]
