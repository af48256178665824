"""Misty: pushed by a WebSocket, commanded by HTTP, without any credentials."""

from chaos.subject import Subject
from harness.vendors.misty import ROBOT

HEARTBEAT = 0.8
ANSWER = 1.5

SUBJECTS = (
    Subject(
        endpoint=ROBOT,
        # Before it says so, the integration asks whether the robot is only updating its software.
        notices=2 * HEARTBEAT + ANSWER,
        # A robot that answers so is updating its software, and stays what it was.
        tolerates=("status 503",),
        shortened={
            "coordinator:BATTERY_SECONDS": 0.8,
            "api.socket:HEARTBEAT_SECONDS": HEARTBEAT,
            "api.socket:CONNECT_SECONDS": 1.5,
            "api.socket:CLOSE_SECONDS": 0.3,
            "api.client:ANSWER_SECONDS": ANSWER,
            "api.client:SLOW_SECONDS": 3.0,
        },
    ),
)
