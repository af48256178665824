"""Instathings: a cloud project, pushed by a WebSocket, commanded by HTTP."""

from typing import Any

from chaos.vendor import HOST, Vendor
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.house import House

SECRET = "chaos-s3cret-token"
SILENCE = 0.8


def _entry(port: int, tls: bool) -> dict[str, Any]:
    secure = "s" if tls else ""
    return {
        "title": "house",
        "unique_id": "house",
        "data": {
            "connection": "cloud",
            "project": "house",
            "client_id": "chaos",
            "client_secret": SECRET,
            "base_url": f"http{secure}://{HOST}:{port}",
            "websocket_url": f"ws{secure}://{HOST}:{port}/",
        },
        "options": {"http_seconds": 0},
    }


VENDORS = (
    Vendor(
        name="instathings",
        domain="instathings",
        simulator=lambda: CloudSimulator(House(forgiving=True), client_id="chaos", client_secret=SECRET),
        entry=_entry,
        watched=("sensor", "knxLux001_data"),
        change=lambda simulator, n: simulator.command("change", device="knxLux001", payload={"data": n}),
        shows=lambda state, n: float(state) == n,
        commanded=("number", "virtual01_frequency"),
        service=("number", "set_value"),
        argument=lambda n: {"value": 30 + n},
        received=lambda simulator, n: bool(simulator.record.of("patch", id="virtual01", body={"frequency": 30 + n})),
        notices=2 * SILENCE,
        secrets=(SECRET, "eyJ"),
        shortened={
            "api.cloud_socket:SILENCE_SECONDS": SILENCE,
            "api.cloud_socket:CONNECT_SECONDS": 1.5,
            "api.cloud:REQUEST_SECONDS": 1.5,
            "api.token:TOKEN_SECONDS": 1.5,
            "api.latest:PAUSE_SECONDS": 0.5,
            "cloud:FIRST_SECONDS": 1.0,
        },
    ),
)
