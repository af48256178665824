"""Event messages become typed values: one row per event type.

A missing value is left out. A value of the wrong type or outside its range becomes None (unknown) and is counted.
A message without its required values is dropped and counted. Source: docs/protocol/misty.md#event-types.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .sensors import sensor_id

type Value = str | int | float | bool | tuple[Any, ...] | Mapping[str, Any] | None
# Event type, sensor ("" where a type has one only) and the value's name.
type Key = tuple[str, str, str]
type Convert = Callable[[Any], Value]

TEXT_LIMIT = 255
# An address that Home Assistant signed is longer than a state.
ADDRESS_LIMIT = 8192
RAW_LIMIT = 64
NUMBER_LIMIT = 1e12


class Wrong(Exception):
    """The value is not of the documented type or range."""


def number(raw: Any) -> float:
    """Take a finite number of a size that a sensor can have."""
    # Neither type is bool's, and no comparison holds for NaN.
    if (type(raw) is float or type(raw) is int) and -NUMBER_LIMIT <= raw <= NUMBER_LIMIT:
        return raw
    raise Wrong


def whole(raw: Any) -> int:
    """Take a whole number."""
    value = number(raw)
    if value != int(value):
        raise Wrong
    return int(value)


def fraction(raw: Any) -> float:
    """Take a share of one and give it in percent."""
    value = number(raw)
    if not 0 <= value <= 1:
        raise Wrong
    return round(value * 100, 2)


def flag(raw: Any) -> bool:
    """Take true or false."""
    if not isinstance(raw, bool):
        raise Wrong
    return raw


def text(raw: Any) -> str:
    """Take a string, cut to what a state can hold."""
    if not isinstance(raw, str):
        raise Wrong
    return raw[:TEXT_LIMIT]


def address(raw: Any) -> str:
    """Take a name or an address whole: it is compared and never shown."""
    if not isinstance(raw, str):
        raise Wrong
    return raw[:ADDRESS_LIMIT]


def lowered(raw: Any) -> str:
    """Take a word and give it in lower case, as enum states are written."""
    if not isinstance(raw, str):
        raise Wrong
    return raw[:TEXT_LIMIT].lower()


def texts(raw: Any) -> tuple[str, ...]:
    """Take a list of strings."""
    if not isinstance(raw, list) or len(raw) > RAW_LIMIT:
        raise Wrong
    return tuple(text(item) for item in raw)


def numbers(raw: Any) -> tuple[float, ...]:
    """Take a list of numbers; longer ones than a matrix or four angles are of no use here."""
    if not isinstance(raw, list) or len(raw) > RAW_LIMIT:
        raise Wrong
    return tuple(number(item) for item in raw)


def in_hazard(raw: Any) -> tuple[str, ...]:
    """Take a list of {inHazard, sensorName} and give the ids of the sensors that are in hazard."""
    if not isinstance(raw, list) or len(raw) > RAW_LIMIT:
        raise Wrong
    found: list[str] = []
    for item in raw:
        match item:
            case {"inHazard": bool(hazard), "sensorName": str(name)}:
                if hazard:
                    found.append(sensor_id(name[:TEXT_LIMIT]))
            case _:
                raise Wrong
    return tuple(found)


def anything(raw: Any) -> Value:
    """Take JSON of unknown shape as it is."""
    if isinstance(raw, dict | str | int | float | bool | list):
        return tuple(raw) if isinstance(raw, list) else raw
    raise Wrong


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a message: its name here, where it is found (dots go down) and what it must be."""

    name: str
    path: str
    convert: Convert
    required: bool = False


# What becomes of each value of an object, by its name there, and the same of the objects in it.
type Readers = dict[str, tuple[Key, Convert] | Readers]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a message of one type from one sensor is read, and the keys that it must have."""

    readers: Readers
    required: tuple[Key, ...]


class EventType:
    """One event type: which value tells the sensor, and its fields. `raw` passes an undocumented message on."""

    def __init__(
        self, name: str, fields: tuple[Field, ...] = (), *, sensor: str | None = None, raw: bool = False
    ) -> None:
        """Prepare what a message is read with."""
        self.name = name
        self.fields = fields
        self.sensor = sensor
        self.raw = raw
        self.plan = self._plan("")
        # Robots have a dozen sensors of a kind; all of them share the plans.
        self.plan_of = lru_cache(maxsize=32)(self._plan)

    def _plan(self, sensor: str) -> Plan:
        """Return the fields by their names, as robots write them and in lower case."""
        # Which sensor it is, is known by then: its name is passed over, not looked for in lower case too.
        readers: Readers = {} if self.sensor is None else {self.sensor: {}}
        for field in self.fields:
            *parents, last = field.path.split(".")
            inside = readers
            for parent in parents:
                below = inside.get(parent, {})
                assert isinstance(below, dict)
                inside[parent] = inside[parent.lower()] = below
                inside = below
            inside[last] = inside[last.lower()] = ((self.name, sensor, field.name), field.convert)
        return Plan(readers, tuple((self.name, sensor, field.name) for field in self.fields if field.required))


def _fields(convert: Convert, *paths: str, required: bool = False) -> tuple[Field, ...]:
    """Make fields of one kind that keep their names."""
    return tuple(Field(path.rsplit(".", 1)[-1], path, convert, required) for path in paths)


EVENT_TYPES: dict[str, EventType] = {
    row.name: row
    for row in (
        EventType("ActuatorPosition", _fields(number, "value", required=True), sensor="sensorId"),
        EventType(
            "ArTagDetection",
            (
                *_fields(whole, "tagId", required=True),
                *_fields(whole, "dictionary"),
                *_fields(numbers, "homogeneousMatrix"),
            ),
        ),
        EventType("AudioPlayComplete", (Field("name", "metaData.name", address),)),
        EventType(
            "BatteryCharge",
            (
                *_fields(fraction, "chargePercent", "healthPercent"),
                *_fields(number, "current", "voltage", "temperature"),
                *_fields(flag, "isCharging", "trained"),
                *_fields(lowered, "state"),
            ),
        ),
        EventType("BumpSensor", _fields(flag, "isContacted", required=True), sensor="sensorId"),
        EventType("ChargerPoseMessage", _fields(numbers, "homogeneousMatrix", required=True)),
        EventType("CriticalStatusMessage", (*_fields(text, "message"), *_fields(text, "statuscode"))),
        EventType("DriveEncoders", _fields(number, "leftDistance", "rightDistance", "leftVelocity", "rightVelocity")),
        EventType(
            "FaceRecognition",
            (*_fields(text, "label", "personName"), *_fields(number, "bearing", "distance", "elevation", "trackId")),
        ),
        EventType("FaceTraining", (*_fields(flag, "isProcessComplete"), *_fields(text, "message", "messageType"))),
        EventType("HaltCommand"),
        EventType(
            "HazardNotification",
            (
                *_fields(
                    in_hazard,
                    "bumpSensorsHazardState",
                    "timeOfFlightSensorsHazardState",
                    "driveStopped",
                    "motorStallHazard",
                    "currentSensorsHazard",
                    "excessiveSpeedHazard",
                ),
                *_fields(whole, "criticalInternalError"),
            ),
        ),
        EventType(
            "IMU",
            _fields(
                number,
                "pitch",
                "roll",
                "yaw",
                "pitchVelocity",
                "rollVelocity",
                "yawVelocity",
                "xAcceleration",
                "yAcceleration",
                "zAcceleration",
            ),
        ),
        EventType("KeyPhraseRecognized", _fields(number, "confidence")),
        EventType("LocomotionCommand", _fields(number, "linearVelocity", "angularVelocity")),
        EventType(
            "ObjectDetection",
            (
                *_fields(text, "description", required=True),
                *_fields(fraction, "confidence"),
                *_fields(
                    number,
                    "id",
                    "labelId",
                    "pitch",
                    "yaw",
                    "imageLocationLeft",
                    "imageLocationRight",
                    "imageLocationTop",
                    "imageLocationBottom",
                ),
            ),
        ),
        EventType(
            "PRUMessage",
            (
                *_fields(flag, "active", "pruLowVout", "pruOverPower", "pruOverTemperature", "pruOverVrect"),
                *_fields(number, "alignment", "currentChargeTime", "iout", "vout", "vrect", "temperature"),
            ),
        ),
        EventType(
            "SelfState",
            (
                Field("runState", "robotRunState.currentState", lowered),
                Field("isTakingPicture", "cameraStatus.isTakingPicture", flag),
                Field("ipAddress", "localIPAddress", text),
                Field("slamRunMode", "slamStatus.runMode", text),
            ),
        ),
        EventType("SerialMessage", _fields(text, "message", required=True)),
        EventType("SkillData", (*_fields(text, "message"), *_fields(anything, "data"), *_fields(flag, "truncated"))),
        EventType(
            "SkillSystemStateChange", (*_fields(lowered, "action", required=True), *_fields(text, "guid", "name"))
        ),
        EventType(
            "SlamStatus",
            (
                Field("status", "slamStatus.status", whole),
                Field("runMode", "slamStatus.runMode", text),
                Field("sensorStatus", "slamStatus.sensorStatus", text),
                Field("statusList", "slamStatus.statusList", texts),
            ),
        ),
        EventType(
            "SourceFocusConfigMessage",
            (
                *_fields(number, "gainStep"),
                *_fields(anything, "sectorsEnabled"),
                *_fields(numbers, "sectorStartAngles"),
            ),
        ),
        EventType(
            "SourceTrackDataMessage",
            (
                *_fields(number, "degreeOfArrivalSpeech", "timeOffset"),
                *_fields(numbers, "degreeOfArrivalNoise"),
                *_fields(anything, "voiceActivitySectors"),
            ),
        ),
        EventType(
            "TextToSpeechComplete",
            (
                *_fields(flag, "error", "interrupted"),
                *_fields(text, "utteranceId"),
                # It is not known which of the two spellings a robot sends: docs/protocol/misty.md#sound-events.
                Field("utteranceId", "uttteranceId", text),
            ),
        ),
        EventType(
            "TimeOfFlight",
            (
                *_fields(number, "distanceInMeters", "sigma", "signal"),
                *_fields(whole, "status"),
                *_fields(flag, "inHazard"),
                *_fields(text, "type"),
            ),
            sensor="sensorId",
        ),
        EventType("TouchSensor", _fields(flag, "isContacted", required=True), sensor="sensorPosition"),
        EventType("UserSkillData", raw=True),
        EventType(
            "VoiceRecord",
            (
                *_fields(flag, "success", required=True),
                *_fields(anything, "errorCode"),
                *_fields(text, "errorMessage", "filename", "speechRecognitionResult"),
            ),
        ),
        EventType("WorldState", (*_fields(anything, "objects"),)),
        # The content of these is unknown: docs/protocol/misty.md#undocumented-events.
        *(
            EventType(name, raw=True)
            for name in (
                "DialogAction",
                "ObstacleMap",
                "PoseEstimation",
                "RfCommMessage",
                "RfCommState",
                "RobotCommandMessage",
                "RobotInteractionState",
            )
        ),
    )
}
