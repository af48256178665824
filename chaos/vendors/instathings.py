"""Instathings: a cloud project, pushed by a WebSocket, commanded by HTTP; a gateway, which takes no commands."""

from typing import Any

from chaos.vendor import HOST, Command, Vendor
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.gateway import GatewaySimulator
from simulators.instathings.house import GATEWAY, House, things

SECRET = "chaos-s3cret-token"
IDLE = 0.8
GATEWAY_ENTRY = "0123456gateway"
PING = 0.6


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


def _gateway_entry(port: int, tls: bool) -> dict[str, Any]:
    return {
        "title": "Gateway",
        "entry_id": GATEWAY_ENTRY,
        "data": {"connection": "on_premise", "host": HOST, "port": port, "ssl": tls, "verify_ssl": True},
        # A gateway has no list of its devices; those that have stored readings are known at once.
        "options": {"devices": [thing.id for thing in things() if thing.id != GATEWAY]},
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
        command=Command(
            entity=("number", "virtual01_frequency"),
            service=("number", "set_value"),
            argument=lambda n: {"value": 30 + n},
            received=lambda simulator, n: bool(
                simulator.record.of("patch", id="virtual01", body={"frequency": 30 + n})
            ),
        ),
        # Silence is noticed after up to two idle times, and the answer may take half of one.
        notices=2.5 * IDLE,
        secrets=(SECRET, "eyJ"),
        shortened={
            "api.cloud_socket:IDLE_SECONDS": IDLE,
            "api.cloud_socket:CONNECT_SECONDS": 1.5,
            "api.cloud:REQUEST_SECONDS": 1.5,
            "api.token:TOKEN_SECONDS": 1.5,
            "api.latest:PAUSE_SECONDS": 0.5,
            "cloud:FIRST_SECONDS": 1.0,
        },
    ),
    Vendor(
        name="instathings_gateway",
        domain="instathings",
        simulator=lambda: GatewaySimulator(House(forgiving=True)),
        entry=_gateway_entry,
        watched=("sensor", "on_premise_knxLux001_data"),
        change=lambda simulator, n: simulator.command("change", device="knxLux001", payload={"data": n}),
        shows=lambda state, n: float(state) == n,
        command=None,
        notices=2 * PING,
        refuses_credentials=False,
        shortened={
            "common.client.socketio:PING_SECONDS": PING,
            "common.client.socketio:LEAST_PING_SECONDS": PING,
            "common.client.socketio:CONNECT_SECONDS": 1.5,
            "common.client.websocket:CLOSE_SECONDS": 0.3,
            "api.gateway:REQUEST_SECONDS": 1.5,
        },
    ),
)
