"""A pimatic 0.9.54 server with the recorded house: its REST API and a Socket.IO 2 server.

Derived from docs/protocol/pimatic.md; `fixtures/` has the lists of a real server. `house` has the state and the effects
of changes, `device_classes` the actions of devices, `api` the calls, `access` users and sessions, `socket_io` the push
connection, `server` the server, and `commands` the commands for tests.
"""

from .server import PimaticSimulator

SIMULATOR = PimaticSimulator

__all__ = ["SIMULATOR", "PimaticSimulator"]
