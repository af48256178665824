"""A pimatic 0.9.54 server: REST API and a real Socket.IO 2 server, with the house of the recordings.

Derived from docs/protocol/pimatic.md; `fixtures/` holds the lists that a real server sent. `house` is the
state and what follows from a change, `device_classes` what devices do, `api` the calls, `access` who
may come in, `socket_io` the push channel, `server` all of it on a port, `commands` what can happen.
"""

from .server import PimaticSimulator

SIMULATOR = PimaticSimulator

__all__ = ["SIMULATOR", "PimaticSimulator"]
