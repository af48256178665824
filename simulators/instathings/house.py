"""A small house with a device of every protocol. The simulated cloud and gateway both subscribe to it."""

import asyncio
from collections.abc import Callable, Mapping
import contextlib
from random import Random
from typing import Any

from .devices import Gateway, Knx, Modbus, SensorTag, Shelly, Thing, Virtual, Zigbee, shelly_payload

# The arguments are "data" or "status", the id of the device, and its payload.
type Listener = Callable[[str, str, Any], None]

GATEWAY = "gwHouse01"


def things() -> list[Thing]:
    """Return the initial devices of the house."""
    battery = {"battery": 97, "voltage": 2995, "linkquality": 78}
    return [
        Gateway(GATEWAY, "Gateway", model="gate", description="Instathings gateway"),
        Zigbee(
            "zbBulb001",
            "Living room lamp",
            {
                "state": "ON",
                "brightness": 254,
                "color_temp": 370,
                "color": {"x": 0.4599, "y": 0.4106},
                "linkquality": 110,
            },
            "Philips",
            "9290012573A",
            "Hue white and color ambiance",
        ),
        Zigbee(
            "zbPlug001",
            "Coffee maker",
            {"state": "OFF", "power": 0.0, "current": 0.0, "voltage": 231, "energy": 12.31, "linkquality": 96},
            "Innr",
            "SP 120",
            "Smart plug",
            drift={"voltage": (226, 236, 1)},
            grow={"energy": 0.002},
        ),
        Zigbee(
            "zbDouble1",
            "Hall switch",
            {"state_left": "OFF", "state_right": "ON", "linkquality": 71},
            "Xiaomi",
            "QBKG03LM",
            "Double wall switch",
        ),
        Zigbee("zbDoor001", "Front door", {"contact": True, **battery}, "Xiaomi", "MCCGQ11LM", "Door sensor"),
        Zigbee(
            "zbMotion1",
            "Hall sensor",
            {"occupancy": False, "illuminance": 34, **battery},
            "Xiaomi",
            "RTCGQ11LM",
            "Motion sensor",
            drift={"illuminance": (0, 400, 20)},
        ),
        Zigbee(
            "zbTemp001",
            "Bedroom climate",
            {"temperature": 21.37, "humidity": 45.2, "pressure": 1003.4, **battery},
            "Xiaomi",
            "WSDCGQ11LM",
            "Temperature sensor",
            drift={"temperature": (17, 26, 0.2), "humidity": (30, 70, 0.8), "pressure": (980, 1040, 0.3)},
        ),
        Zigbee("zbButton1", "Bedside button", {"click": "", **battery}, "Xiaomi", "WXKG11LM", "Button"),
        Zigbee("zbLeak001", "Kitchen leak", {"water_leak": False, **battery}, "Xiaomi", "SJCGQ11LM", "Leak sensor"),
        Zigbee("zbLock001", "Back door lock", {"state": "LOCK", "battery": 81}, "Yale", "YRD426NRSC", "Door lock"),
        Zigbee(
            "zbBlind01",
            "Bedroom blind",
            {"state": "OPEN", "position": 100, "battery": 64, "linkquality": 88},
            "IKEA",
            "E1757",
            "Roller blind",
        ),
        Zigbee(
            "zbValve01",
            "Radiator",
            {
                "occupied_heating_setpoint": 20.5,
                "local_temperature": 20.1,
                "system_mode": "heat",
                "running_state": "idle",
                "battery": 77,
            },
            "Eurotronic",
            "SPZB0001",
            "Radiator valve",
            drift={"local_temperature": (18, 23, 0.1)},
        ),
        Zigbee(
            "zbAir0001",
            "Study air purifier",
            {
                "fan_state": "ON",
                "fan_mode": "auto",
                "fan_speed": 3,
                "pm25": "9",
                "child_lock": "UNLOCK",
                "led_enable": True,
                "power_on_behavior": "previous",
                "filter_age": 1201,
                "air_quality": None,
                "last_seen": "2026-11-21T00:09:03+01:00",
                "update": {"state": "idle", "installed_version": 16777233, "latest_version": 16777233},
                "update_available": False,
                "linkquality": 140,
            },
            "IKEA",
            "E2007",
            "STARKVIND air purifier",
        ),
        Shelly("httpPlug1", "Shelly plug", shelly_payload(1, -61), "HTTP", "HTTP-DEVICE", "Shelly Plug S"),
        Shelly("httpDuo01", "Shelly garden", shelly_payload(2, -72), "HTTP", "HTTP-DEVICE", "Shelly 2.5"),
        Modbus(
            "mbTemp001",
            "Server room",
            {
                "address": 1,
                "rate": 9600,
                "temperature_correction": 0,
                "humidity_correction": 0,
                "temperature": 23.4,
                "humidity": 51.2,
            },
            "Modbus",
            "xy-md02",
            "Temperature and humidity",
            drift={"temperature": (20, 30, 0.3), "humidity": (35, 65, 1)},
        ),
        Modbus(
            "mbMeter01",
            "House meter",
            {
                "voltage": 230.4,
                "current": 3.2,
                "active_power": 720.5,
                "apparent_power": 741.1,
                "reactive_power": 60.2,
                "power_factor": 0.97,
                "frequency": 50.01,
                "import_active_energy": 4123.5,
                "export_active_energy": 12.4,
            },
            "Eastron",
            "SDM120",
            "Single phase meter",
            drift={
                "voltage": (225, 238, 0.8),
                "current": (0.5, 9, 0.4),
                "active_power": (100, 2400, 90),
                "frequency": (49.9, 50.1, 0.02),
            },
            grow={"import_active_energy": 0.02},
        ),
        Modbus(
            "mbSolar01",
            "Inverter",
            {
                "power_pv1": 2.41,
                "power_pv2": 1.98,
                "soc_bat1": 73,
                "temperature_env_bat1": 24,
                "sysstate": 2,
                "fault1": 0,
                "daily_energy_pv": 8.4,
                "grid_frequency": 50.0,
            },
            "ZCS",
            "HYD6000",
            "Hybrid inverter",
            drift={"power_pv1": (0, 3, 0.1), "soc_bat1": (20, 100, 1)},
            grow={"daily_energy_pv": 0.02},
        ),
        Knx("knxLux001", "Roof brightness", {"data": 81}, "KNX", "KNX", "Group address", drift={"data": (0, 100, 3)}),
        Knx("knxRain01", "Rain", {"data": False}, "KNX", "KNX", "Group address"),
        SensorTag(
            "stCellar1",
            "Cellar tag",
            {
                "accel": 1.01,
                "lux": 12.4,
                "hum": 61.5,
                "temp": 14.2,
                "pres": 1004.1,
                "gyro": {"x": 0.1, "y": 0.2, "z": 0.0},
                "magn": {"x": 21.0, "y": 3.1, "z": -40.2},
            },
            "Texas Instruments",
            "CC2650",
            "SensorTag",
            drift={"temp": (12, 17, 0.1), "hum": (50, 75, 0.5), "lux": (0, 60, 4)},
        ),
        Virtual("virtual01", "Demo counter", {"value": 33, "isVirtualData": True}, drift={"value": (0, 100, 20)}),
    ]


class House:
    """The devices, and the listeners for their payloads.

    As on a real gateway, a Zigbee or HTTP device sends no readings after a status request until the gateway restarts
    (docs/protocol/instathings.md#status-silences-a-device). `forgiving` switches this off.
    """

    def __init__(self, *, seed: int = 1, forgiving: bool = False) -> None:
        """Initialize with the initial devices."""
        self.things: dict[str, Thing] = {thing.id: thing for thing in things()}
        self.random = Random(seed)
        self.forgiving = forgiving
        self.silenced: set[str] = set()
        self._listeners: list[Listener] = []
        self._changing: asyncio.Task[None] | None = None
        # True if there are no spontaneous changes.
        self.is_paused = False

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` for all payloads of devices."""
        self._listeners.append(listener)

    def send(self, thing_id: str, payload: Any = None) -> None:
        """Send a reading of a device: the given payload, or its state."""
        thing = self.things[thing_id]
        if thing_id in self.silenced:
            return
        self._notify("data", thing_id, thing.reading() if payload is None else payload)

    def change(self, thing_id: str, payload: Mapping[str, Any]) -> None:
        """Change a device, as an opened door or a turned knob, and send the change."""
        self.things[thing_id].payload.update(payload)
        self.send(thing_id)

    def press(self, thing_id: str, click: str = "single") -> None:
        """Press a button, which is sent once and not stored."""
        self.send(thing_id, {**self.things[thing_id].reading(), "click": click})

    def command(self, thing_id: str, sent: Mapping[str, Any]) -> None:
        """Send a command to a device; its response is sent to the listeners."""
        payload = self.things[thing_id].command(sent)
        if payload is not None:
            self.send(thing_id, payload)

    def ask(self, thing_id: str, sent: Mapping[str, Any]) -> Any | None:
        """Send a status request to a device; its response is sent to the listeners twice, then it sends no readings."""
        thing = self.things[thing_id]
        answer = thing.status(sent)
        if answer is not None:
            self._notify("status", thing_id, answer)
            self.send(thing_id, answer)
            if not self.forgiving and thing.can_be_set:
                self.silenced.add(thing_id)
        return answer

    def restart_gateway(self) -> None:
        """Restart the gateway, which then receives the readings of all devices again."""
        self.silenced.clear()

    # Spontaneous changes --------------------------------------------------------------------------

    def start_changes(self, seconds: float) -> None:
        """Start spontaneous changes with this interval in seconds; 0 for none."""
        if seconds > 0 and self._changing is None:
            self._changing = asyncio.create_task(self._change_devices(seconds))

    async def stop_changes(self) -> None:
        """Stop the spontaneous changes."""
        task, self._changing = self._changing, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _change_devices(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            for thing in list(self.things.values()):
                if not self.is_paused and self.random.random() < 0.3:
                    self.change_randomly(thing)

    def change_randomly(self, thing: Thing) -> None:
        """Change a device spontaneously."""
        thing.live(self.random)
        chance = self.random.random()
        match thing:
            case Gateway():
                return
            case Virtual(demo_active=False):
                return
            case Shelly():
                return  # never polled by the gateway (docs/protocol/instathings.md#unpolled-http-devices)
            case Zigbee(payload={"occupancy": bool()}):
                thing.payload["occupancy"] = chance < 0.4
            case Zigbee(payload={"contact": bool()}):
                thing.payload["contact"] = chance > 0.2
            case Zigbee(payload={"click": str()}):
                if chance < 0.3:
                    self.press(thing.id, self.random.choice(("single", "double", "long")))
                return
        self.send(thing.id)

    def is_reachable(self, thing_id: str) -> bool:
        """Return True if the gateway of a device, if it has one, is connected to the cloud."""
        gateway = self.things.get(self.things[thing_id].parent or "")
        return not isinstance(gateway, Gateway) or gateway.connected

    def _notify(self, kind: str, thing_id: str, payload: Any) -> None:
        for listener in self._listeners:
            listener(kind, thing_id, payload)
