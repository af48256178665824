"""pimatic: everything goes through one Socket.IO connection."""

from typing import Any

from chaos.vendor import HOST, Command, Vendor
from simulators.pimatic import PimaticSimulator

ENTRY = "0123456789pimatic"
PING = 0.6


def _entry(port: int, tls: bool) -> dict[str, Any]:
    return {
        "title": "Home",
        "entry_id": ENTRY,
        "data": {
            "host": HOST,
            "port": port,
            "ssl": tls,
            "verify_ssl": True,
            "username": "admin",
            "password": "adminpw",
        },
    }


def _received(simulator: Any, n: int) -> bool:
    # While the socket is away the integration calls the same action by REST, where numbers are text.
    called = [one["params"] for kind in ("call", "rest") for one in simulator.record.of(kind)]
    wanted = [call for call in called if call.get("actionName") == "changeTemperatureTo"]
    return any(float(call.get("temperatureSetpoint", 0)) == 10 + n for call in wanted)


VENDORS = (
    Vendor(
        name="pimatic",
        domain="pimatic",
        simulator=PimaticSimulator,
        entry=_entry,
        watched=("sensor", f"{ENTRY}_dummy-temperature_temperature"),
        change=lambda simulator, n: simulator.command(
            "set", device="dummy-temperature", attribute="temperature", value=n
        ),
        shows=lambda state, n: float(state) == n,
        command=Command(
            entity=("climate", f"{ENTRY}_dummy-thermostat_thermostat"),
            service=("climate", "set_temperature"),
            argument=lambda n: {"temperature": 10 + n},
            received=_received,
        ),
        notices=2 * PING,
        secrets=("adminpw", "YWRtaW46YWRtaW5wdw"),
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
