"""An Instathings cloud project: its devices, their stored readings and properties, and the messages to clients.

It is used by the REST API (`cloud_api.py`), the commands of the simulator (`cloud_commands.py`) and the server
(`cloud.py`).

Sources: docs/protocol/instathings.md#device-fields and docs/protocol/instathings.md#cloud-messages.
"""

import asyncio
from collections.abc import Callable, Coroutine
import json
import time
from typing import Any

from aiohttp import web

from simulators.kit import Simulator

from .access import Access
from .devices import Gateway, Thing, Virtual
from .house import House
from .store import Row, Store

DEFAULT_PROJECT = "house"
DEMO_SECRET = "demo-secret"
PROJECT_ID = "JtjYANUvs"


class CloudProject(Simulator):
    """A project with a small house of devices."""

    def __init__(
        self,
        house: House | None = None,
        *,
        project: str = DEFAULT_PROJECT,
        client_id: str = "demo-client",
        client_secret: str = DEMO_SECRET,
        token_seconds: float = 0.0,
        change_seconds: float = 0.0,
        history_hours: int = 0,
    ) -> None:
        """Initialize with a house (a new one by default) and the project's credentials.

        `change_seconds` is the time between spontaneous changes, 0 for none.
        """
        super().__init__()
        self.house = house or House()
        self.project = project
        self.access = Access(client_id, client_secret, token_seconds)
        self.store = Store()
        self.answers: dict[str, tuple[float, dict[str, Any]]] = {}
        self.logs: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.pairing: dict[str, str] = {}
        self._change_seconds = change_seconds
        self._tasks: set[asyncio.Task[Any]] = set()
        self.store.fill(self.house.things.values(), history_hours)
        for thing in self.house.things.values():
            if not isinstance(thing, Gateway):
                self.store.add(thing.id, thing.reading())
        self.house.subscribe(self._on_payload)

    def later(self, seconds: float, call: Callable[..., object], *arguments: Any) -> None:
        """Call a function after some seconds."""

        async def wait() -> None:
            await asyncio.sleep(seconds)
            call(*arguments)

        self.run(wait())

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine as a task, which is canceled when the simulator stops."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Devices ------------------------------------------------------------------------------------

    def described(self, thing: Thing, *, whole: bool = False) -> dict[str, Any]:
        """Return a device as in the list; `whole` as in the call for one device, with sub-devices as objects."""
        found: dict[str, Any] = {
            "projectId": PROJECT_ID,
            "ts": 1579596302698,
            "isVirtual": isinstance(thing, Virtual),
            "demoActive": isinstance(thing, Virtual) and thing.demo_active,
            "id": thing.id,
            "isGateway": isinstance(thing, Gateway),
            "name": thing.name,
        }
        if isinstance(thing, Virtual):
            return found | {"frequency": thing.frequency}
        found["type"] = self.type_id(thing)
        if isinstance(thing, Gateway):
            children = [child for child in self.house.things.values() if child.parent == thing.id]
            found["subDevices"] = [self.described(child) if whole else child.id for child in children]
            found |= self.gateway_details(thing)
        else:
            found["parentDevice"] = thing.parent
            found["status"] = {"eventType": self.pairing.get(thing.id, "paired")}
        return found

    def gateway_details(self, gateway: Gateway) -> dict[str, Any]:
        """Return the additional fields of a gateway, including private and billing data."""
        event = "connected" if gateway.connected else "disconnected"
        status: dict[str, Any] = {
            "principalIdentifier": "e011d176b499c44e54fcd02143c9bfbf",
            "clientId": gateway.id,
            "ipAddress": "198.51.100.7",
            "eventType": event,
            "sessionIdentifier": "2451fb42-e516-4c0e-9668-c160d199007f",
            "versionNumber": 0,
            "timestamp": round(time.time() * 1000),
        }
        if not gateway.connected:
            status["disconnectReason"] = "CONNECTION_LOST"
        return {
            "env": "sandbox",
            "certificateId": "0e8833aadad2ed060965b102ef40fc44",
            "protocols": sorted({thing.protocol for thing in self.house.things.values() if thing.protocol}),
            "version": dict(gateway.versions),
            "status": status,
            "plan": {"amount": 600, "metadata": {"ingestion_limit": "5"}, "nickname": "Monthly"},
        }

    @staticmethod
    def type_id(thing: Thing) -> str:
        """Return the id of a device's type."""
        return f"4023br5d-9f88-4f31-97c2-{thing.model.lower().replace(' ', '')}"

    def stored(self, row: Row) -> dict[str, Any]:
        """Return a stored reading in the format of the data call and the WebSocket."""
        return {
            "ts": row.ts,
            "deviceId": row.device_id,
            "data": row.payload,
            "ttl": row.ts // 1000 + 86400,
            "principal": "9a5e146441177cd658b7d96d7156c056",
            "id": row.id,
            "clientId": self.house.things[row.device_id].parent or "N/A",
        }

    # Messages -----------------------------------------------------------------------------------

    def publish(self, action: str, payload: Any) -> None:
        """Send an event to all clients."""
        self.publish_text(json.dumps({"action": action, "payload": payload}))

    def publish_text(self, text: str) -> None:
        """Send any text to all clients."""
        for websocket in self.websockets:
            self.run(_send(websocket, text))

    def _on_payload(self, kind: str, thing_id: str, payload: Any) -> None:
        if kind == "data" and self.house.is_reachable(thing_id):
            row = self.stored(self.store.add(thing_id, payload))
            if seconds := self.faults.get("late"):
                self.later(float(seconds), self.publish, "data", row)
            else:
                self.publish("data", row)


async def _send(websocket: web.WebSocketResponse, text: str) -> None:
    """Send to one client, and ignore a client that has disconnected."""
    try:
        await websocket.send_str(text)
    except ConnectionError:
        pass
