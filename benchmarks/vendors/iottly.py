"""Iottly: no socket; each message comes to a webhook of Home Assistant's."""

from collections.abc import Mapping
import json
from typing import Any

import aiohttp

from .base import Entry, Vendor

TOKEN = "bench-token"  # of the simulator
WEBHOOK_ID = "bench0123456789"
PROJECT = "58f73b41c3cc4800078010c5"
GREENHOUSE = "a2792ce8-216f-477c-a5cc-4f7e9f407e29"


def _simulators(_size: int) -> dict[str, Any]:
    from simulators.iottly import SIMULATOR

    return {"iottly": SIMULATOR(token=TOKEN)}


def _entry(ports: Mapping[str, int]) -> Entry:
    return Entry(
        data={
            "project_id": PROJECT,
            "token": TOKEN,
            "base_url": f"http://127.0.0.1:{ports['iottly']}/v1.0",
            "webhook_id": WEBHOOK_ID,
        },
        unique_id=PROJECT,
    )


async def _connect(session: aiohttp.ClientSession, ports: Mapping[str, int]) -> aiohttp.ClientWebSocketResponse:
    raise NotImplementedError("Iottly has no socket")


def _message(_entry: Any, number: int) -> tuple[str, dict[str, str], bytes]:
    """Change what is no measurement, so that nothing is held back."""
    payload = {"frost": {"danger": number % 2 == 0}}
    headers = {"X-Iottly-Device": GREENHOUSE, "Content-Type": "application/json"}
    return f"/api/webhook/{WEBHOOK_ID}", headers, json.dumps(payload).encode()


VENDOR = Vendor(
    domain="iottly",
    sizes=(30,),
    simulators=_simulators,
    entry=_entry,
    messages={},
    marker=("binary_sensor", f"{GREENHOUSE}_payload_frost.danger"),
    connect=_connect,
    webhook=_message,
)
