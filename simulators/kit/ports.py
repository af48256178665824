"""A free port that stays free while its server is switched off for a moment.

A port that the system picks lies in the range from which it also serves outgoing connections: one
of those may sit on it when the simulated device is switched on again.
"""

from random import SystemRandom
import socket

# Below the range of outgoing connections on Linux (32768) and macOS (49152), above what services use.
FIRST, LAST = 15_000, 32_000

_RANDOM = SystemRandom()


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port of this address that nobody listens on now. Raises OSError when none is found."""
    for _ in range(100):
        port = _RANDOM.randint(FIRST, LAST)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
        return port
    raise OSError("no free port was found")
