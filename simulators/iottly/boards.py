"""The boards of the simulated project, with their user code.

The user code chooses the payloads: here nested objects, numbers, flags, texts and lists
(docs/protocol/iottly.md#payloads). As in the vendor's generated handlers, the reply to `echo` and `examplecommand` is
`{"ECHO": command}` (docs/protocol/iottly.md#command-replies). The reply to other commands is the new state.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any


@dataclass
class Board:
    """A board: its properties in the cloud, and its user code."""

    id: str
    name: str
    mac: str
    agent_version: str = "1.8.2"
    connected: bool = True
    # Sent by the SDK with the payload; webhooks can filter by it.
    channel: str | None = None
    values: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Set the initial values."""

    def report(self) -> dict[str, Any]:
        """Return the payload of the board's regular message."""
        return dict(self.values)

    def drift(self, random: Random) -> None:
        """Change the values a little."""

    def execute(self, command: dict[str, Any]) -> list[dict[str, Any]]:
        """Execute a command, and return the payloads of the resulting messages."""
        match command:
            case {"echo": _}:
                return [{"ECHO": command}]
            case {"examplecommand": {"status": status}}:
                self.values["looptest"] = {"pinstatus": int(status == "start")}
                return [{"ECHO": command}, {"looptest": self.values["looptest"]}]
            case {"relay": {"status": "on" | "off" as status}}:
                self.values["relay"] = {"status": status}
                return [{"relay": {"status": status}}]
            case {"setpoint": {"value": int() | float() as value}}:
                self.values["setpoint"] = {"value": value}
                return [{"setpoint": {"value": value}}]
            case {"dimmer": {"level": int() as level}}:
                self.values["dimmer"] = {"level": level}
                return [{"dimmer": {"level": level}}]
            case {"shutter": {"move": "open" | "close" as move}}:
                return self._moved(100 if move == "open" else 0)
            case {"shutter": {"position": int() as position}}:
                return self._moved(position)
            case {"list_processes": _}:
                return [{"processes": ["init", "iottlyagent", "loop"]}]
        return []

    def _moved(self, position: int) -> list[dict[str, Any]]:
        self.values["shutter"] = {"position": position}
        return [{"shutter": {"position": position}}]


class Greenhouse(Board):
    """Climate sensors, a window contact and a pump relay."""

    def __post_init__(self) -> None:
        """Set the initial values of a warm morning."""
        self.values = {
            "temperature": 21.5,
            "humidity": 40,
            "soil": {"moisture": 35.5},
            "window": {"open": False},
            "relay": {"status": "off"},
            "battery": {"level": 98, "voltage": 3.9},
        }

    def drift(self, random: Random) -> None:
        """Change temperature, humidity and moisture."""
        values = self.values
        values["temperature"] = round(min(35, max(12, values["temperature"] + random.uniform(-0.3, 0.3))), 1)
        values["humidity"] = min(90, max(25, values["humidity"] + random.randint(-1, 1)))
        watering = values["relay"]["status"] == "on"
        moisture = values["soil"]["moisture"] + (random.uniform(0.5, 1) if watering else random.uniform(-0.2, 0.05))
        values["soil"] = {"moisture": round(min(80, max(5, moisture)), 1)}


class Meter(Board):
    """A power meter with a mode, a fault flag and a list."""

    def __post_init__(self) -> None:
        """Set the initial values."""
        self.values = {
            "power_w": 310,
            "energy": 1204.5,
            "mode": "eco",
            "fault": False,
            "rssi": -61,
            "phases": [1, 2, 3],
            "setpoint": {"value": 21},
        }

    def drift(self, random: Random) -> None:
        """Change the power, and add to the energy."""
        values = self.values
        values["power_w"] = min(3000, max(80, values["power_w"] + random.randint(-40, 40)))
        values["energy"] = round(values["energy"] + values["power_w"] / 3_600_000 * 5, 4)


class Doorbell(Board):
    """A push button on a GPIO pin; it sends a message only when it is pressed."""

    def report(self) -> dict[str, Any]:
        """Return an empty payload: the board has no regular message."""
        return {}

    def press(self, state: int) -> dict[str, Any]:
        """Return the message of the vendor's button example (docs/protocol/iottly.md#payloads)."""
        return {"button_pressed": {"GPIO": 17, "state": state}}


GREENHOUSE = "a2792ce8-216f-477c-a5cc-4f7e9f407e29"
METER = "3781de91-d446-4c64-825d-756dd60f2dab"
DOORBELL = "e59a74d8-9a07-47a6-845e-3d6d5888cac4"


def default_boards() -> dict[str, Board]:
    """Return the initial boards of the project."""
    boards: list[Board] = [
        Greenhouse(GREENHOUSE, "Greenhouse", "b8:27:eb:10:20:30"),
        Meter(METER, "Power meter", "b8:27:eb:10:20:31", agent_version="1.8.0"),
        Doorbell(DOORBELL, "Doorbell", "b8:27:eb:10:20:32"),
    ]
    return {board.id: board for board in boards}
