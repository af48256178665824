"""Iottly: no socket; each message comes to a webhook of Home Assistant's."""

import json
from typing import Any

from .base import Entry, Vendor

TOKEN = "bench-token"  # of the simulator
WEBHOOK_ID = "bench0123456789"
PROJECT = "58f73b41c3cc4800078010c5"
GREENHOUSE = "a2792ce8-216f-477c-a5cc-4f7e9f407e29"


def _simulator(_size: int, _unit: int) -> Any:
    from simulators.iottly import SIMULATOR

    return SIMULATOR(token=TOKEN)


def _entry(port: int, _size: int, _unit: int) -> Entry:
    return Entry(
        data={
            "project_id": PROJECT,
            "token": TOKEN,
            "base_url": f"http://127.0.0.1:{port}/v1.0",
            "webhook_id": WEBHOOK_ID,
        },
        unique_id=PROJECT,
    )


def _message(_entry: Any, number: int) -> tuple[str, dict[str, str], bytes]:
    """Change what is no measurement, so that nothing is held back."""
    payload = {"frost": {"danger": number % 2 == 0}}
    headers = {"X-Iottly-Device": GREENHOUSE, "Content-Type": "application/json"}
    return f"/api/webhook/{WEBHOOK_ID}", headers, json.dumps(payload).encode()


VENDOR = Vendor(
    domain="iottly",
    sizes=(30,),
    simulator=_simulator,
    entry=_entry,
    messages={},
    marker=("binary_sensor", f"{GREENHOUSE}_payload_frost.danger"),
    webhook=_message,
)
