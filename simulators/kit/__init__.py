"""What all simulators share: a server on a port, faults on demand, a record of what was received."""

from .ports import free_port
from .record import Record
from .server import Simulator

__all__ = ["Record", "Simulator", "free_port"]
