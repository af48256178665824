"""Power, boot, updates, services, network and other functions of the whole robot.

Source: docs/protocol/misty.md#system-commands and docs/protocol/misty.md#life-of-the-robot.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
import math
from typing import TYPE_CHECKING, Any

import aiohttp

from .catalogue import help_of
from .clock import now
from .parameters import Failure, Parameters
from .registry import command

if TYPE_CHECKING:
    from .robot import Robot

SKUS = {"standard": "060-000001", "basic": "060-000003", "enhanced": "060-000004"}
SERVICES = {"audio": True, "avstreaming": False, "camera": True, "slam": True}
EMPTY_VOLTS = 7.0
LOG_LEVELS = ("Debug", "Info", "Warn", "Error", "None")
FETCH_LIMIT = 8 * 1024 * 1024


class System:
    """The functions of the whole robot."""

    def __init__(self, robot: Robot) -> None:
        """Initialize switched off; `boot` starts the robot."""
        self.robot = robot
        self.is_on = False
        self.run_state = "Loading"
        self.previous_state = "Loading"
        self.charge: float | None = 0.82
        self.is_charging = False
        self.voltage = 8.1
        self.battery_state: str | None = None
        self.services = dict(SERVICES)
        self.version = "1.16.1.10680"
        self.update_available = False
        self.updates_allowed = True
        self.serial_messages: list[str] = []
        self.log_levels = {"local": "Info", "remote": "Warn"}
        self.slam_mode = "NotAvailable" if robot.edition == "basic" else "Uninitialized"
        self.slam_status = 0
        self.maps = {"Map_20260101_10.00.00.UTC": "Ground floor"}
        self.current_map = "Map_20260101_10.00.00.UTC"
        self.exposure = {"ir": {"exposure": 0.01, "gain": 1.0}, "visible": {"exposure": 0.01, "gain": 1.0}}
        self.contexts: dict[str, Any] = {}

    # Boot and updates ---------------------------------------------------------------------------

    def boot(self) -> None:
        """Boot: reset everything to its default, and be ready after a while."""
        self.is_on = True
        self.services = dict(SERVICES)
        self.serial_messages.clear()
        self.robot.hub.clear()
        self.robot.hub.version = "Current"
        self.robot.body.reset_hazards()
        self.robot.body.heading = 0.0
        self.robot.voice.stop_listening()
        self.robot.voice.volume = 100
        self.robot.vision.streaming = False
        self.robot.vision.running.clear()
        self.robot.display.boot()
        self._state("Loading")
        if self.robot.boot_seconds:
            self.robot.later(self.robot.boot_seconds, lambda: self._state("Running"), stretched=False)
        else:
            self._state("Running")

    def reboot(self, seconds: float) -> None:
        """Restart: the robot is unreachable for some seconds."""
        self.is_on = False
        self.robot.later(seconds, self.boot, stretched=False)

    def update(self, seconds: float) -> None:
        """Install software: publish it, refuse commands, and reboot."""
        self._state("Updating")
        self.critical("RobotUpdating", "The robot is updating.")

        def installed() -> None:
            self.update_available = False
            self.version = "2.0.2.11660"
            self.robot.note("updated", version=self.version)
            self.reboot(0.3)

        self.robot.later(seconds, installed, stretched=False)

    def critical(self, code: str, text: str) -> None:
        """Publish a critical status."""
        self.robot.publish("CriticalStatusMessage", {"message": text, "statuscode": code, "timestamp": now()})

    def _state(self, state: str) -> None:
        self.previous_state, self.run_state = self.run_state, state
        self.robot.publish("SelfState", self.self_state())
        self.robot.publish("BatteryCharge", self.battery(), "/Sensors/RTC/BatteryCharge")

    def fetch(self, url: str, then: Callable[[bytes], None]) -> None:
        """Fetch a URL, as the robot does."""

        async def get() -> None:
            try:
                async with aiohttp.ClientSession() as session, session.get(url) as response:
                    content = b"".join([chunk async for chunk in _limited(response)])
                self.robot.note(
                    "fetched", url=url, status=response.status, size=len(content), type=response.content_type
                )
            except aiohttp.ClientError, OSError:
                self.robot.note("fetched", url=url, status=0, size=0, type="")
                content = b""
            then(content)

        task = asyncio.get_running_loop().create_task(get())
        self.robot.tasks.add(task)
        task.add_done_callback(self.robot.tasks.discard)

    # State --------------------------------------------------------------------------------------

    def battery(self) -> dict[str, Any]:
        """Return the BatteryCharge message. The charge is null while the gauge is not trained."""
        state = self.battery_state or ("Charging" if self.is_charging else "Discharging")
        return {
            "chargePercent": self.charge,
            "created": now(),
            "current": 1.21 if self.is_charging else -0.48,
            "healthPercent": None if self.charge is None else 1.0,
            "isCharging": self.is_charging,
            "sensorId": "charge",
            "state": "Unknown" if self.run_state == "Loading" else state,
            "temperature": 16,
            "trained": self.charge is not None,
            "voltage": self.voltage,
        }

    def self_state(self) -> dict[str, Any]:
        """Return the SelfState message."""
        body = self.robot.body
        column, row = self.robot.room.cell()
        engaged = [sensor for sensor, pressed in body.bumped.items() if pressed]
        return {
            "battery": self.battery(),
            "bumpedState": {
                "disengagedSensorIds": [s for s in body.bumped if s not in engaged],
                "engagedSensorIds": engaged,
            },
            "cameraStatus": {"isTakingPicture": self.robot.vision.taking_picture, "onboardCameraStatus": "Ready"},
            "localIPAddress": "127.0.0.1",
            "location": {
                "pose": {"x": round(body.x, 3), "y": round(body.y, 3), "yaw": round(math.radians(body.heading), 3)}
            },
            "mentalState": {"affect": {"arousal": 0.0, "dominance": 0.0, "valence": 0.1}},
            "occupancyGridCell": {"x": column, "y": row},
            "robotRunState": {
                "currentState": self.run_state,
                "message": "",
                "previousState": self.previous_state,
                "timestamp": now(),
            },
            "serialMessages": self.serial_messages[-5:],
            "slamStatus": self.slam(),
        }

    def slam(self) -> dict[str, Any]:
        """Return the state of mapping."""
        names = {0x2: "Ready", 0x4: "Exploring", 0x8: "Tracking", 0x80: "HasPose", 0x8000: "Streaming"}
        listed = [name for bit, name in names.items() if self.slam_status & bit] or ["Uninitialized"]
        sensor = "Ready" if self.robot.edition != "basic" else "Disconnected"
        return {"runMode": self.slam_mode, "sensorStatus": sensor, "status": self.slam_status, "statusList": listed}

    def set_slam(self, mode: str, status: int) -> None:
        """Change the state of mapping, and publish it."""
        self.slam_mode, self.slam_status = mode, status
        self.robot.publish("SlamStatus", {"slamStatus": self.slam()})

    def set_battery(self, **values: Any) -> None:
        """Change the battery. At about seven volts the robot switches off."""
        for name, value in values.items():
            setattr(self, name, value)
        self.robot.publish("BatteryCharge", self.battery(), "/Sensors/RTC/BatteryCharge")
        if self.voltage <= EMPTY_VOLTS:
            self.robot.note("power lost")
            self.is_on = False


async def _limited(response: aiohttp.ClientResponse) -> AsyncGenerator[bytes]:
    """Yield the chunks of a response up to a limit, because a live stream has no end."""
    size = 0
    async for chunk in response.content.iter_chunked(1 << 16):
        yield chunk
        size += len(chunk)
        if size > FETCH_LIMIT:
            return


@command("GET", "device")
def device(robot: Robot, _given: Parameters) -> Any:
    """Return the identity of the robot."""
    board = {"boardId": "0x0A0B0C", "firmware": "1.1.3.260", "hardware": "EVT3"}
    basic = robot.edition == "basic"
    return {
        "androidHardwareId": "5d2e8a1c",
        "androidOSVersion": "8.1.0",
        "batteryLevel": robot.system.battery(),
        "currentNetworkId": 1,
        "currentProfileName": "workshop",
        "hardwareInfo": {"mcBoard": board, "rtcBoard": board},
        "ipAddress": "127.0.0.1",
        "networkConnectivity": "InternetAccess",
        "occipitalDeviceInfo": {
            "occipitalDriverVersion": None if basic else "0.10.3",
            "occipitalFirmwareVersion": None if basic else "4.2",
            "occipitalSerialNumber": None if basic else "OC123",
        },
        "outputCapabilities": {"LeftArm": "ala", "RightArm": "ara"},
        "robotId": "00000000-0000-0000-0000-000000000000",
        "robotVersion": robot.system.version,
        "sensorCapabilities": {"tof_Right": "toffr", "tof_Left": "toffl"},
        "sensoryServiceAppVersion": "1.16.1",
        "serialNumber": robot.serial,
        "sku": SKUS[robot.edition],
        "windowsOSVersion": "10.0.17763.1",
    }


@command("GET", "battery")
def battery(robot: Robot, _given: Parameters) -> Any:
    """Return the state of the battery."""
    return {**robot.system.battery(), "expiry": now(), "sensorName": "/Sensors/RTC/BatteryCharge"}


@command("GET", "help")
def help_(robot: Robot, given: Parameters) -> Any:
    """List the commands, or describe one."""
    if robot.faults.get("no_help"):
        raise Failure("Help is not available.", 500)
    wanted = given.text("command")
    if wanted:
        return f"{wanted}: a command of this robot."
    return help_of(robot.commands())


@command("GET", "websockets")
def websockets(robot: Robot, given: Parameters) -> Any:
    """List the event types."""
    return [
        {"class": name, "nestedProperties": properties.split()}
        for name, properties in robot.event_types().items()
        if given.text("websocketClass", name) == name
    ]


@command("GET", "websocket/version")
def websocket_version(robot: Robot, _given: Parameters) -> str:
    """Return the version of the event format."""
    return robot.hub.version


@command("POST", "websocket/version")
def set_websocket_version(robot: Robot, given: Parameters) -> bool:
    """Set the version of the event format."""
    if given.text("version") not in ("Current", "Deprecated"):
        raise Failure("Unknown version.")
    robot.hub.version = given.text("version")
    return True


@command("GET", "logs")
def logs(_robot: Robot, given: Parameters) -> str:
    """Send the log of a day."""
    if given.has("date") and given.text("date").count("/") != 2:
        raise Failure("The date is not valid.")
    return "Info: the simulator has nothing to report."


@command("GET", "logs/level")
def log_level(robot: Robot, _given: Parameters) -> Any:
    """Return the log levels."""
    return robot.system.log_levels


@command("POST", "logs/level")
def set_log_level(robot: Robot, given: Parameters) -> bool:
    """Set the log levels."""
    for name, parameter in (("local", "localLogLevel"), ("remote", "remoteLogLevel")):
        level = given.text(parameter, robot.system.log_levels[name])
        if level not in LOG_LEVELS:
            raise Failure("Unknown log level.")
        robot.system.log_levels[name] = level
    return True


@command("GET", "networks")
def networks(_robot: Robot, _given: Parameters) -> Any:
    """List saved networks."""
    return [
        {
            "bssid": "02:00:00:00:00:00",
            "ipAddress": "127.0.0.1",
            "networkId": 1,
            "physicalAddress": "00:15:5d:c2:00:42",
            "ssid": '"workshop"',
            "status": 0,
        }
    ]


@command("GET", "networks/scan")
def scan(_robot: Robot, _given: Parameters) -> Any:
    """List visible networks."""
    return [{"isSecure": True, "name": "workshop", "signalStrength": 4}]


@command("GET", "system/updates")
def updates(robot: Robot, _given: Parameters) -> bool:
    """Return True if newer software is available."""
    return robot.system.update_available


@command("POST", "system/update")
def update(robot: Robot, _given: Parameters) -> bool:
    """Install newer software, if it is available."""
    if robot.system.update_available:
        robot.later(0.05, lambda: robot.system.update(2.0), stretched=False)
    return robot.system.update_available


@command("POST", "system/update/component")
def update_component(robot: Robot, _given: Parameters) -> bool:
    """Install some components again."""
    robot.later(0.05, lambda: robot.system.update(2.0), stretched=False)
    return True


@command("GET", "system/update/settings")
def update_settings(robot: Robot, _given: Parameters) -> Any:
    """Return the settings of automatic updates."""
    return {"allowRobotUpdates": robot.system.updates_allowed, "lastUpdateAttempt": "2026-11-01T03:00:00.0000000Z"}


@command("POST", "system/update/allow")
def allow_updates(robot: Robot, _given: Parameters) -> bool:
    """Enable automatic updates."""
    robot.system.updates_allowed = True
    return True


@command("POST", "system/update/prevent")
def prevent_updates(robot: Robot, _given: Parameters) -> bool:
    """Disable automatic updates."""
    robot.system.updates_allowed = False
    return True


@command("POST", "reboot")
def reboot(robot: Robot, given: Parameters) -> bool:
    """Restart."""
    robot.note("reboot", core=given.flag("core"), sensory=given.flag("sensoryServices"))
    robot.later(0.05, lambda: robot.system.reboot(1.0), stretched=False)
    return True


def _service(name: str, on: bool | None) -> Any:
    def serve(robot: Robot, _given: Parameters) -> bool:
        """Return or change whether a service is enabled. Camera and AV streaming exclude each other."""
        services = robot.system.services
        if on is None:
            return services[name]
        services[name] = on
        if on and name in ("camera", "avstreaming"):
            services["avstreaming" if name == "camera" else "camera"] = False
        if not services["avstreaming"]:
            robot.vision.streaming = False
        if not services["camera"]:
            robot.vision.running.clear()
        return True

    return serve


for _name in SERVICES:
    command("GET", f"services/{_name}")(_service(_name, None))
    command("POST", f"services/{_name}/enable")(_service(_name, True))
    command("POST", f"services/{_name}/disable")(_service(_name, False))


@command("GET", "serial")
def serial(robot: Robot, _given: Parameters) -> Any:
    """List the messages of the backpack."""
    return robot.system.serial_messages


@command("POST", "serial")
def send_serial(robot: Robot, given: Parameters) -> bool:
    """Send a message to the backpack."""
    robot.note("serial", message=given.text("message"))
    return True


@command("POST", "request")
def request(_robot: Robot, given: Parameters) -> Any:
    """Send a request to another server, which the simulator does not do."""
    return {"content": "", "resource": given.text("resource")}


@command("GET", "manufacturing/enabled")
@command("GET", "tutorials/check")
def no(_robot: Robot, _given: Parameters) -> bool:
    """Return False."""
    return False
