"""Instathings: a cloud project and a local gateway, with the same devices."""

from typing import Any

from ..vendor import Address, Command, Endpoint, Seen, Vendor

PROJECT = "house"
CLIENT_ID = "demo-client"
SECRET = "demo-secret"
GATEWAY_ENTRY = "0123456gateway"


def _house() -> dict[str, Any]:
    """Return the option for a house in which devices still report after a request for their status."""
    from simulators.instathings.house import House

    return {"house": House(forgiving=True)}


def _project(at: Address) -> dict[str, Any]:
    return {
        "project": PROJECT,
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "advanced": {"base_url": at.url(), "websocket_url": f"{at.url('ws')}/"},
    }


CLOUD = Endpoint(
    name="instathings_cloud",
    domain="instathings",
    module="simulators.instathings.cloud",
    options={"project": PROJECT, "client_id": CLIENT_ID, "client_secret": SECRET},
    in_process=_house,
    title=PROJECT,
    step="cloud",
    user_input=_project,
    added_data={"connection": "cloud"},
    unique_id=PROJECT,
    # The second is the beginning of a token.
    secrets=(SECRET, "eyJ"),
    wrong_device_errors=("not_instathings", "invalid_auth"),
    watched=("sensor", f"{PROJECT}/knxLux001/data"),
    change=lambda simulator, n: simulator.command("change", device="knxLux001", payload={"data": n}),
    shows=lambda state, n: float(state) == n,
    command=Command(
        entity=("number", f"{PROJECT}/virtual01//frequency"),
        service=("number", "set_value"),
        argument=lambda n: {"value": 30 + n},
        seen=lambda n: (Seen("patch", {"id": "virtual01", "body": {"frequency": 30 + n}}),),
    ),
)

GATEWAY = Endpoint(
    name="instathings_gateway",
    domain="instathings",
    module="simulators.instathings.gateway",
    in_process=_house,
    title="Gateway",
    step="on_premise",
    user_input=lambda at: at.fields,
    added_data={"connection": "on_premise"},
    entry_id=GATEWAY_ENTRY,
    refuses_credentials=False,
    wrong_device_errors=("not_a_gateway",),
    watched=("sensor", f"{GATEWAY_ENTRY}/knxLux001/data"),
    change=lambda simulator, n: simulator.command("change", device="knxLux001", payload={"data": n}),
    shows=lambda state, n: float(state) == n,
)

VENDOR = Vendor(domain="instathings", title="Instathings", endpoints=(CLOUD, GATEWAY))
