"""A free port for a simulator that can be switched off and on.

The system would choose a port in the range of outgoing connections, and one of them could use it while the simulator is
switched off.
"""

from random import SystemRandom
import socket

# Below the range of outgoing connections on Linux (32768) and macOS (49152), above the usual ports of services.
FIRST, LAST = 15_000, 32_000

_RANDOM = SystemRandom()


def free_port(host: str = "127.0.0.1") -> int:
    """Return a free port of the host. Raises OSError if none is found."""
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
