"""Rotoclear: pushed by a WebSocket, commanded by HTTP."""

from typing import Any

from chaos.vendor import HOST, Command, Vendor
from simulators.rotoclear import SIMULATOR

TOKEN = "chaos-s3cret-token"
MAC = "00:15:5d:c2:00:01"
HEARTBEAT = 1.5


def _entry(port: int, tls: bool) -> dict[str, Any]:
    return {
        "title": "Mill",
        "unique_id": MAC,
        "data": {
            "host": HOST,
            "port": port,
            "ssl": tls,
            "verify_ssl": True,
            "username": "API-User",
            "token": TOKEN,
        },
        "options": {"heartbeat": HEARTBEAT},
    }


VENDORS = (
    Vendor(
        name="rotoclear",
        domain="rotoclear",
        simulator=lambda: SIMULATOR(token=TOKEN),
        entry=_entry,
        watched=("number", f"{MAC}_sharpness"),
        change=lambda simulator, n: simulator.command("change", sharpness=n),
        shows=lambda state, n: float(state) == n,
        command=Command(
            entity=("number", f"{MAC}_recordingPictureQuality"),
            service=("number", "set_value"),
            argument=lambda n: {"value": 20 + n},
            received=lambda simulator, n: bool(
                simulator.record.of("write", key="recordingPictureQuality", value=20 + n)
            ),
        ),
        notices=HEARTBEAT,
        secrets=(TOKEN,),
        shortened={"api.client:CONNECT_SECONDS": 1.5, "api.client:COMMAND_SECONDS": 1.5},
    ),
)
