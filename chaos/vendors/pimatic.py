"""pimatic: everything goes through one Socket.IO connection."""

from chaos.subject import Subject
from harness.vendors.pimatic import SERVER

PING = 0.6

SUBJECTS = (
    Subject(
        endpoint=SERVER,
        notices=2 * PING,
        shortened={
            "common.client.socketio:PING_SECONDS": PING,
            "common.client.socketio:LEAST_PING_SECONDS": PING,
            "common.client.socketio:CLOSE_SECONDS": 0.3,
            "common.client.socketio:CONNECT_SECONDS": 1.5,
            "api.client:INITIAL_SECONDS": 3.0,
            "api.client:REQUEST_SECONDS": 1.5,
        },
    ),
)
