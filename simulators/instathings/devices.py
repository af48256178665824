"""The devices of the house by protocol, with their payloads, commands and spontaneous changes.

The payloads are those of docs/protocol/instathings.md#payloads and of recorded frames.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any, override

# The ids of the protocols: docs/protocol/instathings.md#protocols.
ZIGBEE, HTTP, MODBUS, KNX, SENSORTAG = "vRy6GTde", "IuYtREd0", "R2Jh6IhT", "knx", "bLe4TagX"
PROTOCOLS = {ZIGBEE: "Zigbee", HTTP: "HTTP", MODBUS: "Modbus", KNX: "KNX", SENSORTAG: "SensorTag"}

# The drift of a number: minimum, maximum, largest step.
type Range = tuple[float, float, float]


@dataclass
class Thing:
    """A device. `payload` is its reading; `drift` and `grow` are the spontaneous changes of its numbers."""

    id: str
    name: str
    payload: dict[str, Any] = field(default_factory=dict)
    manufacturer: str = "Instathings"
    model: str = "generic"
    description: str = ""
    parent: str | None = "gwHouse01"
    drift: Mapping[str, Range] = field(default_factory=dict)
    grow: Mapping[str, float] = field(default_factory=dict)
    protocol: str = ""
    add_on: str = ""
    can_be_set: bool = False

    def live(self, random: Random) -> None:
        """Change the numbers a little."""
        for key, (low, high, step) in self.drift.items():
            value = self.payload[key] + random.uniform(-step, step)
            self.payload[key] = round(min(max(value, low), high), 2)
        for key, step in self.grow.items():
            self.payload[key] = round(self.payload[key] + random.uniform(0, step), 3)

    def command(self, sent: Mapping[str, Any]) -> Any | None:
        """Execute a command; return the payload that the device then sends, or None."""
        return None

    def status(self, sent: Mapping[str, Any]) -> Any | None:
        """Return the response to a status request."""
        return self.reading()

    def reading(self) -> Any:
        """Return the payload of the next reading."""
        return deepcopy(self.payload)


@dataclass
class Zigbee(Thing):
    """A device of zigbee2mqtt 1.13, which merges a command into the state and sends the whole state."""

    protocol: str = ZIGBEE
    add_on: str = "@instathings/gate-addon-zigbee"
    can_be_set: bool = True

    @override
    def command(self, sent: Mapping[str, Any]) -> Any | None:
        body = sent.get("body")
        if not isinstance(body, Mapping):
            return None
        for key, value in body.items():
            self._merge(key, value)
        return self.reading()

    def _merge(self, key: str, value: Any) -> None:
        match key, value:
            case _, _ if key.startswith("state") and key in self.payload:
                self.payload[key] = self._state(key, str(value).upper())
            case "color", {"x": x, "y": y}:
                self.payload["color"] = {"x": x, "y": y}
            case "position", int() | float() if "position" in self.payload:
                self.payload |= {"position": value, "state": "OPEN" if value > 0 else "CLOSE"}
            case "brightness", int() | float() if "brightness" in self.payload:
                self.payload |= {"brightness": value, "state": "ON" if value > 0 else "OFF"}
            case _ if key in self.payload:
                self.payload[key] = value

    def _state(self, key: str, value: str) -> str:
        """Return the new state, and update power and position."""
        if value == "TOGGLE":
            value = "OFF" if self.payload[key] == "ON" else "ON"
        if "power" in self.payload:
            self.payload["power"] = 38.0 if value == "ON" else 0.0
        if "position" in self.payload:
            if value == "STOP":
                return str(self.payload[key])
            self.payload["position"] = 100 if value == "OPEN" else 0
        return value


@dataclass
class Shelly(Thing):
    """A Shelly of the first generation behind the HTTP add-on. The response to a request by path is wrapped twice."""

    protocol: str = HTTP
    add_on: str = "@instathings/gate-addon-http"
    can_be_set: bool = True

    @override
    def command(self, sent: Mapping[str, Any]) -> Any | None:
        path, query = str(sent.get("path") or ""), sent.get("query") or {}
        if path == "/status":
            return self.reading()
        number = path.removeprefix("/relay/")
        relays = self.payload["relays"]
        if not number.isdigit() or int(number) >= len(relays):
            return None  # the device responds with 404, and the add-on sends nothing
        relay = relays[int(number)]
        match query.get("turn"):
            case "on" | "off" as turn:
                relay["ison"] = turn == "on"
            case "toggle":
                relay["ison"] = not relay["ison"]
        self.payload["meters"][int(number)]["power"] = 41.3 if relay["ison"] else 0.0
        return _wrapped(relay)

    @override
    def status(self, sent: Mapping[str, Any]) -> Any | None:
        return self.command(sent)

    @override
    def reading(self) -> Any:
        return _wrapped(self.payload)

    @override
    def live(self, random: Random) -> None:
        super().live(random)
        self.payload["uptime"] += 5
        for relay, meter in zip(self.payload["relays"], self.payload["meters"], strict=True):
            if relay["ison"]:
                meter["power"] = round(random.uniform(38, 44), 2)
                meter["total"] += round(meter["power"] / 12)


@dataclass
class Modbus(Thing):
    """Registers that modbus2mqtt reads; accepts no commands."""

    protocol: str = MODBUS
    add_on: str = "@instathings/gate-addon-modbus"


@dataclass
class Knx(Thing):
    """A group address; accepts no commands."""

    protocol: str = KNX
    add_on: str = "@instathings/gate-addon-knx"


@dataclass
class SensorTag(Thing):
    """A SensorTag; accepts no commands."""

    protocol: str = SENSORTAG
    add_on: str = "@instathings/gate-addon-sensortag"


@dataclass
class Virtual(Thing):
    """A virtual device of the cloud; it sends every `frequency` seconds while `demo_active`."""

    parent: str | None = None
    demo_active: bool = True
    frequency: int = 60


@dataclass
class Gateway(Thing):
    """A gateway: it has a connection state, versions and logs, and sends no readings."""

    parent: str | None = None
    connected: bool = True
    versions: dict[str, str] = field(default_factory=lambda: {"gate": "instathings/gate:1.9.1"})


def _wrapped(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "data", "message": {"data": deepcopy(dict(body))}}


def shelly_payload(relays: int, rssi: int) -> dict[str, Any]:
    """Return the response of a Shelly plug to /status."""
    return {
        "wifi_sta": {"connected": True, "ssid": "house", "ip": "192.0.2.20", "rssi": rssi},
        "mqtt": {"connected": False},
        "time": "00:09",
        "mac": "AABBCCDDEEFF",
        "relays": [
            {"ison": False, "has_timer": False, "timer_remaining": 0, "overpower": False, "source": "http"}
            for _ in range(relays)
        ],
        "meters": [
            {"power": 0.0, "is_valid": True, "counters": [0.0, 0.0, 0.0], "total": 120345} for _ in range(relays)
        ],
        "temperature": 37.35,
        "overtemperature": False,
        "ram_total": 50608,
        "ram_free": 40304,
        "fs_size": 233681,
        "fs_free": 168923,
        "uptime": 21,
    }
