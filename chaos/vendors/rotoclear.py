"""Rotoclear: pushed by a WebSocket, commanded by HTTP."""

from chaos.subject import Subject
from harness.vendors.rotoclear import UNIT

HEARTBEAT = 1.5

SUBJECTS = (
    Subject(
        endpoint=UNIT,
        options={"heartbeat": HEARTBEAT},
        notices=HEARTBEAT,
        shortened={"api.client:CONNECT_SECONDS": 1.5, "api.client:COMMAND_SECONDS": 1.5},
    ),
)
