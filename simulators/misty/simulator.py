"""The simulator: a robot with its server, its clock, and the commands for tests."""

import argparse
import asyncio
import base64
from collections.abc import Callable
import contextlib
import random
from typing import Any, ClassVar, Self, override

from aiohttp import web

from ..kit import Simulator
from .body import BUMPS, TICK, TOF, TOF_EDGE, TOF_RANGE, TOUCH
from .clock import now
from .robot import Robot
from .server import Server, hang_up
from .system import SKUS

# The intervals of the timed event types, in ticks of a tenth of a second.
SOURCES = {"ActuatorPosition": 1, "TimeOfFlight": 1, "DriveEncoders": 1, "SelfState": 1, "WorldState": 1,
           "BatteryCharge": 10, "PRUMessage": 10, "IMU": 50}  # fmt: skip
# Shares of a full battery per tick: three hours of use, two hours of charging. With `alive`, the robot charges itself.
USED_PER_TICK, CHARGED_PER_TICK = TICK / 10800, TICK / 7200
EMPTY, FULL = 0.2, 0.98


class MistySimulator(Simulator):
    """A Misty II robot."""

    name: ClassVar[str] = "misty"
    fault_names: ClassVar[dict[str, str]] = {
        "refuse_names": "refuse this number of subscriptions as if their names were in use",
        "release_names": "release the names of a lost connection",
        "unsubscribe_foreign": "let a client end subscriptions of others, and release the names of lost connections",
        "lossless": "do not drop events within the debounce time",
        "mute": "send no timed events",
        "malformed": "truncate the next event frame",
        "low_battery": "respond with Success and do nothing",
        "clamp": "stop at the limit of a joint instead of failing",
        "failed_with_200": "respond to failures with HTTP status 200",
        "no_help": "fail to list the commands",
        "no_websocket": "refuse the event connection",
    }

    def __init__(self, **options: Any) -> None:
        """Initialize a robot that is switched off, with the options of Robot."""
        super().__init__()
        self._options = options
        self.robot = self._new_robot()
        self._clock: asyncio.Task[None] | None = None

    def _new_robot(self) -> Robot:
        return Robot(self.faults, self.record.add, **self._options)

    @classmethod
    @override
    def add_options(cls, parser: argparse.ArgumentParser) -> None:
        """Add the options of the robot."""
        parser.add_argument("--edition", choices=tuple(SKUS), default="standard", help="edition of the robot")
        parser.add_argument("--serial", default="20193600123", help="serial number")
        parser.add_argument("--boot-seconds", type=float, default=0.0, help="seconds from power on to ready")
        parser.add_argument("--pace", type=float, default=1.0, help="factor for durations of speech and movements")
        parser.add_argument("--still", action="store_true", help="values do not drift by themselves")

    @classmethod
    @override
    def from_options(cls, options: argparse.Namespace) -> Self:
        """Return a simulator with the options of the command line."""
        return cls(
            edition=options.edition,
            serial=options.serial,
            boot_seconds=options.boot_seconds,
            pace=options.pace,
            alive=not options.still,
        )

    @override
    def application(self) -> web.Application:
        """Return the routes /api and /pubsub."""
        application = web.Application(client_max_size=16 * 1024 * 1024)
        application.router.add_route("*", "/api/{path:.*}", Server(self.robot).handle)
        application.router.add_get("/pubsub", self._pubsub)
        return application

    async def _pubsub(self, request: web.Request) -> web.StreamResponse:
        if not self.robot.system.is_on:
            return await hang_up(request)
        if self.faults.get("no_websocket"):
            return web.Response(status=500)
        return await self.robot.hub.serve(request, self.track)

    @override
    async def start(self, port: int = 0, host: str = "127.0.0.1", ssl_context: Any = None) -> int:
        """Switch the robot on."""
        actual = await super().start(port, host, ssl_context)
        self.robot.system.boot()
        self._clock = asyncio.create_task(self._run())
        return actual

    @override
    async def stop(self) -> None:
        """Switch the robot off."""
        if self._clock is not None:
            self._clock.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._clock
        self.robot.stop()
        await super().stop()

    async def _run(self) -> None:
        """Advance the time of the robot."""
        was_on, ticks = True, 0
        while True:
            await asyncio.sleep(TICK)
            is_on = self.robot.system.is_on
            if was_on and not is_on:
                self.drop_connections()
            was_on = is_on
            if is_on:
                ticks += 1
                self._tick(ticks)

    def _tick(self, ticks: int) -> None:
        robot = self.robot
        robot.body.tick()
        if robot.alive:
            self._drift()
        reports: dict[str, Callable[[], None]] = {
            "ActuatorPosition": robot.body.publish_actuators,
            "TimeOfFlight": robot.body.publish_distances,
            "DriveEncoders": robot.body.publish_encoders,
            "IMU": robot.body.publish_imu,
            "SelfState": lambda: robot.publish("SelfState", robot.system.self_state()),
            "WorldState": lambda: robot.publish("WorldState", {"characteristics": [], "objects": []}),
            "BatteryCharge": lambda: robot.publish(
                "BatteryCharge", robot.system.battery(), "/Sensors/RTC/BatteryCharge"
            ),
            "PRUMessage": self._publish_receiver,
        }
        for event_type, every in () if robot.faults.get("mute") else SOURCES.items():
            if ticks % every == 0 and robot.hub.wanted(event_type):
                reports[event_type]()
        robot.vision.publish()
        robot.voice.publish_source()
        robot.body.check_hazards()
        robot.room.look()

    def _publish_receiver(self) -> None:
        active = self.robot.system.is_charging
        self.robot.publish(
            "PRUMessage",
            {
                "active": active, "alignment": 100 if active else 0, "currentChargeTime": 24, "firmwareId": 17,
                "iout": 900 if active else 0, "pruLowVout": False, "pruOverPower": False,
                "pruOverTemperature": False, "pruOverVrect": False, "sensorId": "PRU", "temperature": 31,
                "vout": 12000 if active else 0, "vrect": 12400 if active else 0,
            },
        )  # fmt: skip

    def _drift(self) -> None:
        """Change distances and battery a little."""
        body, system = self.robot.body, self.robot.system
        for sensor in (sensor for sensor in TOF_RANGE if sensor not in body.fixed_sensors):
            body.distance[sensor] = round(min(max(body.distance[sensor] + random.gauss(0, 0.01), 0.3), 1.8), 3)
        for sensor in (sensor for sensor in TOF_EDGE if sensor not in body.fixed_sensors):
            body.distance[sensor] = round(min(max(body.distance[sensor] + random.gauss(0, 0.0005), 0.03), 0.05), 4)
        if system.charge is not None:
            step = CHARGED_PER_TICK if system.is_charging else -USED_PER_TICK
            system.charge = round(min(max(system.charge + step, 0.0), 1.0), 6)
            system.voltage = round(7.3 + system.charge, 3)
            if system.charge < EMPTY or system.charge > FULL:
                system.is_charging = system.charge < EMPTY

    @override
    def command(self, name: str, /, **parameters: Any) -> Any:
        """Run the command `do_<name>`."""
        action = getattr(self, f"do_{name}", None)
        if action is None:
            return super().command(name, **parameters)
        return action(**parameters)

    def do_bump(self, sensor: str, pressed: bool = True) -> None:
        """Press or release a bumper: bfr, bfl, brr or brl."""
        self.robot.body.bump(_one_of(sensor, BUMPS), pressed)

    def do_touch(self, position: str, touched: bool = True) -> None:
        """Touch or release a touch sensor of the head."""
        self.robot.body.touch(_one_of(position, TOUCH), touched)

    def do_distance(self, sensor: str, metres: float, status: int = 0) -> None:
        """Set the distance that a sensor measures, from now on."""
        self.robot.body.see_distance(_one_of(sensor, TOF), metres, status)

    def do_key_phrase(self, confidence: int = 81) -> bool:
        """Say the key phrase. Return True if the robot listened for it."""
        return self.robot.voice.hear_key_phrase(confidence)

    def do_talk(self, text: str, wav: str | None = None) -> bool:
        """Say a text, optionally with a WAV file in base64. Return True if the robot recorded it."""
        return self.robot.voice.hear_speech(text, base64.b64decode(wav) if wav else None)

    def do_face(self, label: str | None) -> None:
        """Show a face to the camera, or none."""
        self.robot.vision.face = label

    def do_object(self, description: str | None) -> None:
        """Show an object to the camera, or none."""
        self.robot.vision.object = description

    def do_tag(self, tag: int | None) -> None:
        """Show an AR tag to the camera, or none."""
        self.robot.vision.tag = tag

    def do_battery(self, **values: Any) -> None:
        """Change charge (0 to 1 or None), is_charging, voltage or battery_state."""
        self.robot.system.set_battery(**values)

    def do_serial(self, message: str) -> None:
        """Send a message of the backpack."""
        self.robot.system.serial_messages.append(message)
        self.event("SerialMessage", {"message": message})

    def do_event(self, type: str, message: Any, sensor_name: str | None = None) -> None:  # noqa: A002 (the vendor's word)
        """Send an event message unchanged."""
        self.robot.hub.publish(type, message, sensor_name)

    def do_update_available(self, available: bool = True) -> None:
        """Make new software available."""
        self.robot.system.update_available = available

    def do_update(self, seconds: float = 2.0) -> None:
        """Start an automatic update."""
        self.robot.system.update(seconds)

    def do_reboot(self, seconds: float = 1.0) -> None:
        """Press the power button."""
        self.robot.system.reboot(seconds)

    def do_skill_data(self, skill: str, text: str) -> None:
        """Send data of a running skill."""
        self.robot.skills.debug(self.robot.skills.find(skill), text)

    def event(self, event_type: str, message: dict[str, Any]) -> None:
        """Send an event with the current time."""
        self.robot.publish(event_type, {"created": now(), **message})

    @override
    def state(self) -> Any:
        """Return the state of the robot, for the control port and for tests."""
        robot = self.robot
        return {
            "led": robot.display.visible_led(),
            "led_asked": robot.display.led,
            "transition": robot.display.transition,
            "flashlight": robot.display.flashlight,
            "face": robot.display.face,
            "text": robot.display.text,
            "layers": {name: vars(layer) for name, layer in robot.display.layers.items()},
            "blinking": robot.display.blinking,
            "position": robot.body.position,
            "target": robot.body.target,
            "drive": (robot.body.linear, robot.body.angular),
            "volume": robot.voice.volume,
            "playing": robot.voice.playing.name if robot.voice.playing else None,
            "speaking": [utterance.text for utterance in robot.voice.queue],
            "listening": vars(robot.voice.listening) | {"task": None} if robot.voice.listening else None,
            "detectors": sorted(robot.vision.running),
            "streaming": robot.vision.streaming,
            "services": robot.system.services,
            "run_state": robot.system.run_state,
            "skills": [robot.skills.installed[guid] for guid in robot.skills.running],
            "subscriptions": sorted(s.type for s in robot.hub.by_name.values()),
        }


def _one_of(name: str, names: Any) -> str:
    if name not in names:
        raise ValueError(f"there is no {name}, only {', '.join(names)}")
    return name
