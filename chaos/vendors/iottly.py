"""Iottly: polled (the webhook only makes it quicker), so an outage is noticed at the next poll."""

from typing import Any

from chaos.vendor import HOST, Command, Vendor
from simulators.iottly.boards import GREENHOUSE
from simulators.iottly.cloud import NEWER, IottlyCloud
from simulators.iottly.project import PROJECT_ID

TOKEN = "chaos-s3cret-token"
WEBHOOK = "chaos-s3cret-webhook"
POLL = 0.5
REQUEST = 1.5


def _entry(port: int, tls: bool) -> dict[str, Any]:
    return {
        "title": "Farm",
        "unique_id": PROJECT_ID,
        "data": {
            "project_id": PROJECT_ID,
            "token": TOKEN,
            "base_url": f"http{'s' if tls else ''}://{HOST}:{port}/v1.0",
            "webhook_id": WEBHOOK,
        },
        "options": {"poll_interval": POLL, "answer_seconds": 1, "webhook": False},
    }


VENDORS = (
    Vendor(
        name="iottly",
        domain="iottly",
        simulator=lambda: IottlyCloud(generation=NEWER, token=TOKEN),
        entry=_entry,
        watched=("sensor", f"{GREENHOUSE}_payload_chaos.value"),
        change=lambda simulator, n: simulator.command("message", board=GREENHOUSE, payload={"chaos": {"value": n}}),
        shows=lambda state, n: float(state) == n,
        command=Command(
            entity=("sensor", f"{GREENHOUSE}_payload_chaos.value"),
            device=GREENHOUSE,
            service=("iottly", "send_command"),
            argument=lambda n: {"cmd_type": "echo", "values": {"content": f"chaos {n}"}},
            received=lambda simulator, n: bool(
                simulator.record.of("command", command={"echo": {"content": f"chaos {n}"}})
            ),
        ),
        prepared=True,
        polled=True,
        notices=POLL + REQUEST,
        loses=POLL + REQUEST,
        needs=("homeassistant", "http"),
        secrets=(TOKEN, WEBHOOK),
        shortened={"api.client:REQUEST_SECONDS": REQUEST},
    ),
)
