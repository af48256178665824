"""Instathings: a cloud project, pushed by a WebSocket, commanded by HTTP; a gateway, which takes no commands."""

from chaos.subject import Subject
from harness.vendors.instathings import CLOUD, GATEWAY
from simulators.instathings.house import GATEWAY as HUB, things

IDLE = 0.8
PING = 0.6

SUBJECTS = (
    Subject(
        endpoint=CLOUD,
        options={"http_seconds": 0},
        # Silence is noticed after up to two idle times, and the answer may take half of one.
        notices=2.5 * IDLE,
        shortened={
            "api.cloud_socket:IDLE_SECONDS": IDLE,
            "api.cloud_socket:CONNECT_SECONDS": 1.5,
            "api.cloud:REQUEST_SECONDS": 1.5,
            "api.token:TOKEN_SECONDS": 1.5,
            "api.latest:PAUSE_SECONDS": 0.5,
            "cloud:FIRST_SECONDS": 1.0,
        },
    ),
    Subject(
        endpoint=GATEWAY,
        # A gateway has no list of its devices; those that have stored readings are known at once.
        options={"devices": [thing.id for thing in things() if thing.id != HUB]},
        notices=2 * PING,
        shortened={
            "common.client.socketio:PING_SECONDS": PING,
            "common.client.socketio:LEAST_PING_SECONDS": PING,
            "common.client.socketio:CONNECT_SECONDS": 1.5,
            "common.client.websocket:CLOSE_SECONDS": 0.3,
            "api.gateway:REQUEST_SECONDS": 1.5,
        },
    ),
)
