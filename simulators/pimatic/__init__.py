"""A pimatic 0.9.54 server: its REST API and a real Socket.IO 2 server, with the recorded house.

Derived from docs/protocol/pimatic.md; `fixtures/` holds the lists that a real server sent. `house` is the
state and what follows from a change, `device_classes` the devices' actions, `api` the calls, `access` users
and sessions, `socket_io` the push channel, `server` all of it on a port, `commands` what tests can cause.
"""

from .server import PimaticSimulator

SIMULATOR = PimaticSimulator

__all__ = ["SIMULATOR", "PimaticSimulator"]
