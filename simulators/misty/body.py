"""Driving, head, arms, bumpers, touch and distance sensors, hazards.

Source: docs/protocol/misty.md#movement, docs/protocol/misty.md#sensors and docs/protocol/misty.md#hazard-settings.
"""

import asyncio
import math
from typing import TYPE_CHECKING, Any

from .clock import now
from .parameters import Failure, Parameters
from .registry import command

if TYPE_CHECKING:
    from .robot import Robot

TOF_RANGE = {"toffr": "Right", "toffl": "Left", "toffc": "Center", "tofr": "Back"}
TOF_EDGE = {"tofdfr": "DownFrontRight", "tofdfl": "DownFrontLeft", "tofdrr": "DownBackRight", "tofdrl": "DownBackLeft"}
TOF = TOF_RANGE | TOF_EDGE
BUMPS = {"bfr": "FrontRight", "bfl": "FrontLeft", "brr": "RearRight", "brl": "RearLeft"}
TOUCH = ("Chin", "HeadLeft", "HeadRight", "HeadBack", "HeadFront", "Scruff")
ACTUATORS = {"ahp": "HeadPitch", "ahr": "HeadRoll", "ahy": "HeadYaw", "ala": "LeftArm", "ara": "RightArm"}
LIMITS = {"ahp": (-40, 26), "ahr": (-40, 40), "ahy": (-81, 81), "ala": (-29, 90), "ara": (-29, 90)}
MOTORS = ("RightDrive", "LeftDrive", "RightArm", "LeftArm", "HeadPitch", "HeadRoll", "HeadYaw")
CURRENTS = ("RightTrack", "LeftTrack", "RightArm", "LeftArm", "HeadPitch", "HeadRoll", "HeadYaw")
# The hazard sensors of each drive zone: docs/protocol/misty.md#hazards-in-the-way.
ZONES = {
    "Front right hazard": ("bfr", "toffr", "tofdfr"),
    "Front center hazard": ("toffc",),
    "Front left hazard": ("bfl", "toffl", "tofdfl"),
    "Back right hazard": ("brr", "tofdrr"),
    "Back center hazard": ("tofr",),
    "Back left hazard": ("brl", "tofdrl"),
}
RANGE_THRESHOLD, EDGE_THRESHOLD = 0.215, 0.06
METRES_PER_SECOND = 0.45
DEGREES_PER_SECOND = 90.0
TICK = 0.1


class Body:
    """The motors and the sensors of the body."""

    def __init__(self, robot: Robot) -> None:
        """Initialize in the middle of a room, without moving."""
        self.robot = robot
        self.position = dict.fromkeys(ACTUATORS, 0.0)
        self.target = dict.fromkeys(ACTUATORS, 0.0)
        self.speed = dict.fromkeys(ACTUATORS, 60.0)
        self.distance = dict.fromkeys(TOF_RANGE, 1.0) | dict.fromkeys(TOF_EDGE, 0.04)
        self.status = dict.fromkeys(TOF, 0)
        # Sensors whose distance was set by a command, and therefore does not drift.
        self.fixed_sensors: set[str] = set()
        self.bumped = dict.fromkeys(BUMPS, False)
        self.touched = dict.fromkeys(TOUCH, False)
        self.linear = self.angular = 0.0
        self.left = self.right = 0.0
        self.heading = self.pitch = self.roll = 0.0
        self.x = self.y = 0.0
        self.until = math.inf
        self.bump_on = dict.fromkeys(BUMPS, True)
        self.threshold: dict[str, float] = {}
        self.reset_hazards()
        self._published: dict[str, Any] = {}

    # Hazards ------------------------------------------------------------------------------------

    def reset_hazards(self) -> None:
        """Set the default thresholds, as every boot does."""
        self.bump_on = dict.fromkeys(BUMPS, True)
        self.threshold = dict.fromkeys(TOF_RANGE, RANGE_THRESHOLD) | dict.fromkeys(TOF_EDGE, EDGE_THRESHOLD)

    def in_hazard(self, sensor: str) -> bool:
        """Return True if a sensor detects a hazard."""
        if sensor in BUMPS:
            return self.bump_on[sensor] and self.bumped[sensor]
        threshold = self.threshold[sensor]
        if not threshold:
            return False
        return self.distance[sensor] < threshold if sensor in TOF_RANGE else self.distance[sensor] > threshold

    def blocked(self, linear: float) -> bool:
        """Return True if a hazard prevents a movement in this direction."""
        side = "Front" if linear > 0 else "Back"
        return linear != 0 and any(
            self.in_hazard(sensor) for zone, sensors in ZONES.items() if zone.startswith(side) for sensor in sensors
        )

    def hazards(self) -> dict[str, Any]:
        """Return the HazardNotification message. It has sensor names in both WebSocket versions."""
        return {
            "bumpSensorsHazardState": _states({f"Bump_{BUMPS[s]}": self.in_hazard(s) for s in BUMPS}),
            "criticalInternalError": 0,
            "currentSensorsHazard": _states({f"CurrentSensor_{name}": False for name in CURRENTS}),
            "driveStopped": _states({zone: any(map(self.in_hazard, sensors)) for zone, sensors in ZONES.items()}),
            "motorStallHazard": _states(dict.fromkeys(MOTORS, False)),
            "timeOfFlightSensorsHazardState": _states({f"TOF_{TOF[s]}": self.in_hazard(s) for s in TOF}),
        }

    def check_hazards(self) -> None:
        """Publish changes of hazards, and stop a robot that drives into one."""
        state = self.hazards()
        if state != self._published:
            first = not self._published
            self._published = state
            if not first or any(map(self.in_hazard, (*BUMPS, *TOF))):
                self.robot.publish("HazardNotification", state)
        if self.blocked(self.linear):
            self.drive(0, 0, "hazard")

    # Sensors ------------------------------------------------------------------------------------

    def bump(self, sensor: str, pressed: bool) -> None:
        """Press or release a bumper."""
        self.bumped[sensor] = pressed
        message = {"created": now(), "expiry": now(), "isContacted": pressed, "pose": _pose(), "sensorId": sensor}
        self.robot.publish("BumpSensor", message, f"Bump_{BUMPS[sensor]}")
        self.check_hazards()

    def touch(self, position: str, touched: bool) -> None:
        """Touch or release a touch sensor; while the scruff is held, the motors are off."""
        self.touched[position] = touched
        message = {
            "created": now(),
            "isContacted": touched,
            "pose": _pose(),
            "sensorId": "cap",
            "sensorPosition": position,
        }
        self.robot.publish("TouchSensor", message, f"CapTouch_{position}")
        if position == "Scruff" and touched:
            self.drive(0, 0, "scruff")

    def see_distance(self, sensor: str, metres: float, status: int = 0) -> None:
        """Set the distance that a sensor measures."""
        self.distance[sensor], self.status[sensor] = metres, status
        self.fixed_sensors.add(sensor)
        self.publish_distance(sensor)
        self.check_hazards()

    # Movements ----------------------------------------------------------------------------------

    def drive(self, linear: float, angular: float, why: str, seconds: float = math.inf) -> None:
        """Drive with these velocities in percent, unless a hazard prevents it."""
        if self.blocked(linear):
            self.robot.note("blocked", linear=linear, angular=angular)
            return
        changed = (linear, angular) != (self.linear, self.angular)
        self.linear, self.angular = linear, angular
        self.until = asyncio.get_running_loop().time() + seconds
        self.robot.note("drove", linear=linear, angular=angular, why=why)
        if changed:
            message = {
                "actionId": 0,
                "angularVelocity": angular,
                "created": now(),
                "linearVelocity": linear,
                "usePid": True,
                "useTrapezoidalDrive": False,
                "valueIndex": 0,
            }
            self.robot.publish("LocomotionCommand", message)

    def halt(self, why: str) -> None:
        """Stop driving, and publish it."""
        self.drive(0, 0, why)
        self.robot.note("halted", why=why)
        self.robot.publish("HaltCommand", {"created": now()})

    def move(self, actuator: str, degrees: float, degrees_per_second: float) -> None:
        """Move a joint. Out of range it raises Failure, or with the fault `clamp` stops at the limit."""
        low, high = LIMITS[actuator]
        if not low <= degrees <= high:
            if not self.robot.faults.get("clamp"):
                raise Failure(f"{ACTUATORS[actuator]} cannot move to {degrees:g}.")
            degrees = min(max(degrees, low), high)
        self.target[actuator], self.speed[actuator] = degrees, max(degrees_per_second, 1.0)
        self.robot.note("moved", joint=ACTUATORS[actuator], degrees=degrees)

    def tick(self) -> None:
        """Advance the movements by a tenth of a second."""
        for actuator, target in self.target.items():
            step = self.speed[actuator] * TICK / max(self.robot.pace, 0.01)
            here = self.position[actuator]
            self.position[actuator] = here + max(-step, min(step, target - here))
        if asyncio.get_running_loop().time() >= self.until and (self.linear or self.angular):
            self.drive(0, 0, "time is over")
        moved = self.linear / 100 * METRES_PER_SECOND * TICK
        turned = self.angular / 100 * DEGREES_PER_SECOND * TICK
        self.heading = (self.heading + turned + 180) % 360 - 180
        self.x += moved * math.cos(math.radians(self.heading))
        self.y += moved * math.sin(math.radians(self.heading))
        self.left += moved - turned / 100
        self.right += moved + turned / 100

    # Timed events -------------------------------------------------------------------------------

    def publish_distance(self, sensor: str) -> None:
        """Publish a distance sensor."""
        message = {
            "averageTimeMs": 31,
            "created": now(),
            "distanceInMeters": self.distance[sensor],
            "inHazard": self.in_hazard(sensor),
            "sensorId": sensor,
            "sensorPosition": TOF[sensor],
            "sigma": None if sensor in TOF_EDGE else 0.004,
            "signal": 18392,
            "status": self.status[sensor],
            "type": "Range" if sensor in TOF_RANGE else "Edge",
        }
        self.robot.publish("TimeOfFlight", message, f"TOF_{TOF[sensor]}")

    def publish_distances(self) -> None:
        """Publish all distance sensors, one after the other."""
        for sensor in TOF:
            self.publish_distance(sensor)

    def publish_actuators(self) -> None:
        """Publish all joints."""
        for number, (actuator, name) in enumerate(ACTUATORS.items()):
            message = {
                "actuatorId": f"NBQEA{number}",
                "created": now(),
                "expiry": now(),
                "sensorId": actuator,
                "value": round(self.position[actuator], 3),
            }
            self.robot.publish("ActuatorPosition", message, f"Actuator_{name}")

    def publish_imu(self) -> None:
        """Publish the attitude."""
        message = {
            "created": now(),
            "expiry": now(),
            "pitch": self.pitch,
            "pitchVelocity": 0.0,
            "roll": self.roll,
            "rollVelocity": 0.0,
            "sensorId": "imu",
            "xAcceleration": 0.0,
            "yAcceleration": 0.0,
            "yaw": round(self.heading, 3),
            "yawVelocity": round(self.angular / 100 * DEGREES_PER_SECOND, 3),
            "zAcceleration": 9.8,
        }
        self.robot.publish("IMU", message, "IMU")

    def publish_encoders(self) -> None:
        """Publish the encoders of the tracks."""
        message = {
            "created": now(),
            "leftDistance": round(self.left, 3),
            "leftVelocity": self.linear - self.angular,
            "rightDistance": round(self.right, 3),
            "rightVelocity": self.linear + self.angular,
            "sensorId": "enc",
        }
        self.robot.publish("DriveEncoders", message, "DriveEncoders")


@command("POST", "drive")
def drive(robot: Robot, given: Parameters) -> bool:
    """Drive until stopped."""
    linear, angular = given.number("linearVelocity", 0, -100, 100), given.number("angularVelocity", 0, -100, 100)
    robot.body.drive(linear, angular, "drive")
    return True


@command("POST", "drive/time")
def drive_time(robot: Robot, given: Parameters) -> bool:
    """Drive for a time. A time below 100 ms has no effect."""
    linear, angular = given.number("linearVelocity", 0, -100, 100), given.number("angularVelocity", 0, -100, 100)
    milliseconds = given.number("timeMs", 0, 0)
    if milliseconds >= 100:
        robot.body.drive(linear, angular, "drive/time", milliseconds / 1000)
    return True


@command("POST", "drive/track")
def drive_track(robot: Robot, given: Parameters) -> bool:
    """Drive with a speed for each track."""
    left, right = given.number("leftTrackSpeed", 0, -100, 100), given.number("rightTrackSpeed", 0, -100, 100)
    robot.body.drive((left + right) / 2, (right - left) / 2, "drive/track")
    return True


@command("POST", "drive/arc", "drive/hdt")
def drive_to_heading(robot: Robot, given: Parameters) -> str:
    """Drive along an arc or to a heading. The result of both commands is a string (docs/protocol/misty.md#answers)."""
    heading = given.number("heading", 0, -360, 360)
    seconds = given.number("timeMs", 0, 0) / 1000
    direction = -1 if given.flag("reverse") else 1
    turn = (heading - robot.body.heading + 180) % 360 - 180
    length = given.number("distance", 0) or abs(math.radians(turn)) * given.number("radius", 0)
    if seconds >= 0.1:
        linear = min(100.0, length / seconds / METRES_PER_SECOND * 100) * direction
        angular = max(-100.0, min(100.0, turn / seconds / DEGREES_PER_SECOND * 100))
        robot.body.drive(linear, angular, "drive/heading", seconds)
    return "true"


@command("POST", "drive/stop")
def drive_stop(robot: Robot, given: Parameters) -> bool:
    """Stop driving."""
    robot.body.halt("drive/stop hold" if given.flag("hold") else "drive/stop")
    return True


@command("POST", "halt")
def halt(robot: Robot, _given: Parameters) -> bool:
    """Stop all motors at their current position."""
    robot.body.target = dict(robot.body.position)
    robot.body.halt("halt")
    return True


def _degrees(given: Parameters, name: str, actuator: str) -> float:
    """Return an angle in degrees. The unit "position" is -5 to 5 between the limits of the joint."""
    value = given.number(name)
    match given.text("units", "degrees"):
        case "degrees":
            return value
        case "radians":
            return math.degrees(value)
        case "position":
            low, high = LIMITS[actuator]
            return low + (value + 5) / 10 * (high - low)
    raise Failure("Unknown units.")


@command("POST", "head")
def head(robot: Robot, given: Parameters) -> bool:
    """Move the head. Velocity and duration together raise an exception (docs/protocol/misty.md#head)."""
    if given.has("velocity") and given.has("duration"):
        raise Failure("Provide either velocity or duration.", 500)
    for actuator, name in (("ahp", "pitch"), ("ahr", "roll"), ("ahy", "yaw")):
        if given.has(name):
            _move(robot, given, actuator, _degrees(given, name, actuator), "velocity")
    return True


@command("POST", "arms")
def arms(robot: Robot, given: Parameters) -> bool:
    """Move one arm or both."""
    sides = {"left": ("ala",), "right": ("ara",), "both": ("ala", "ara")}.get(given.text("arm"))
    if sides is None:
        raise Failure("Unknown arm.")
    for actuator in sides:
        _move(robot, given, actuator, _degrees(given, "position", actuator), "velocity")
    return True


@command("POST", "arms/set")
def arms_set(robot: Robot, given: Parameters) -> bool:
    """Move both arms independently."""
    for actuator, side in (("ala", "left"), ("ara", "right")):
        if given.has(f"{side}ArmPosition"):
            _move(robot, given, actuator, _degrees(given, f"{side}ArmPosition", actuator), f"{side}ArmVelocity")
    return True


def _move(robot: Robot, given: Parameters, actuator: str, degrees: float, velocity: str) -> None:
    way = abs(degrees - robot.body.position[actuator])
    seconds = given.number("duration", 0, 0)
    speed = way / seconds if seconds else given.number(velocity, 10, 0, 100) * 1.8
    robot.body.move(actuator, degrees, speed)


@command("GET", "hazards/settings")
def hazard_settings(robot: Robot, _given: Parameters) -> Any:
    """Return the sensors that stop the robot."""
    body = robot.body
    return {
        "bumpSensors": [{"enabled": on, "sensorName": f"Bump_{BUMPS[s]}"} for s, on in body.bump_on.items()],
        "timeOfFlightSensors": [{"sensorName": f"TOF_{TOF[s]}", "threshold": t} for s, t in body.threshold.items()],
    }


@command("POST", "hazard/updatebasesettings")
def update_hazards(robot: Robot, given: Parameters) -> bool:
    """Change the sensors that stop the robot, until the next boot."""
    body = robot.body
    if given.flag("revertToDefault"):
        body.reset_hazards()
    if given.flag("disableTimeOfFlights"):
        body.threshold = dict.fromkeys(TOF, 0.0)
    if given.flag("disableBumpSensors"):
        body.bump_on = dict.fromkeys(BUMPS, False)
    by_bump = {f"bump_{name}".lower(): sensor for sensor, name in BUMPS.items()}
    by_tof = {f"tof_{name}".lower(): sensor for sensor, name in TOF.items()}
    for row in given.get("bumpSensorsEnabled", []):
        body.bump_on[_known(by_bump, row)] = bool(row.get("enabled"))
    for row in given.get("timeOfFlightThresholds", []):
        body.threshold[_known(by_tof, row)] = float(row.get("threshold", 0))
    body.check_hazards()
    return True


def _known(sensors: dict[str, str], row: Any) -> str:
    name = str(row.get("sensorName", "")).lower() if isinstance(row, dict) else ""
    if name not in sensors:
        raise Failure(f"There is no sensor {name}.")
    return sensors[name]


def _states(hazards: dict[str, bool]) -> list[dict[str, Any]]:
    return [{"inHazard": hazard, "sensorName": name} for name, hazard in hazards.items()]


def _pose() -> dict[str, Any]:
    return {
        "bearing": 0.0,
        "distance": 0.16,
        "elevation": 0.0,
        "frameId": "RobotBaseCenter",
        "x": 0.1,
        "y": 0.0,
        "z": 0.05,
    }
