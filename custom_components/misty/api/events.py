"""Event messages become typed values: one row per event type (vendor-facts 3).

A value that is missing is left out, one of the wrong type or outside its range is None (unknown) and
counted. A message without its required values is dropped and counted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..push.wire import Dropped
from .sensors import sensor_id

type Value = str | int | float | bool | tuple[Any, ...] | Mapping[str, Any] | None
type Convert = Callable[[Any], Value]

TEXT_LIMIT = 255
RAW_LIMIT = 64
NUMBER_LIMIT = 1e12


class Event(NamedTuple):
    """One event: its type, the sensor it comes from ("" where a type has one only) and its values."""

    type: str
    sensor: str
    values: Mapping[str, Value]


class _Wrong(Exception):
    """The value is not of the documented type or range."""


def number(raw: Any) -> float:
    """Take a finite number of a size that a sensor can have."""
    # Neither type is bool's, and no comparison holds for NaN.
    if (type(raw) is float or type(raw) is int) and -NUMBER_LIMIT <= raw <= NUMBER_LIMIT:
        return raw
    raise _Wrong


def whole(raw: Any) -> int:
    """Take a whole number."""
    value = number(raw)
    if value != int(value):
        raise _Wrong
    return int(value)


def fraction(raw: Any) -> float:
    """Take a share of one and give it in percent."""
    value = number(raw)
    if not 0 <= value <= 1:
        raise _Wrong
    return round(value * 100, 2)


def flag(raw: Any) -> bool:
    """Take true or false."""
    if not isinstance(raw, bool):
        raise _Wrong
    return raw


def text(raw: Any) -> str:
    """Take a string, cut to what a state can hold."""
    if not isinstance(raw, str):
        raise _Wrong
    return raw[:TEXT_LIMIT]


def lowered(raw: Any) -> str:
    """Take a word and give it in lower case, as enum states are written."""
    if not isinstance(raw, str):
        raise _Wrong
    return raw[:TEXT_LIMIT].lower()


def texts(raw: Any) -> tuple[str, ...]:
    """Take a list of strings."""
    if not isinstance(raw, list) or len(raw) > RAW_LIMIT:
        raise _Wrong
    return tuple(text(item) for item in raw)


def numbers(raw: Any) -> tuple[float, ...]:
    """Take a list of numbers; longer ones than a matrix or four angles are of no use here."""
    if not isinstance(raw, list) or len(raw) > RAW_LIMIT:
        raise _Wrong
    return tuple(number(item) for item in raw)


def in_hazard(raw: Any) -> tuple[str, ...]:
    """Take a list of {inHazard, sensorName} and give the ids of the sensors that are in hazard."""
    if not isinstance(raw, list) or len(raw) > RAW_LIMIT:
        raise _Wrong
    found: list[str] = []
    for item in raw:
        match item:
            case {"inHazard": bool(hazard), "sensorName": str(name)}:
                if hazard:
                    found.append(sensor_id(name[:TEXT_LIMIT]))
            case _:
                raise _Wrong
    return tuple(found)


def anything(raw: Any) -> Value:
    """Take JSON of unknown shape as it is."""
    if isinstance(raw, dict | str | int | float | bool | list):
        return tuple(raw) if isinstance(raw, list) else raw
    raise _Wrong


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a message: its name here, where it is found (dots go down) and what it must be."""

    name: str
    path: str
    convert: Convert
    required: bool = False


# The fields of an object by their names, and the same of the objects in it.
type Readers = dict[str, Field | Readers]


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
        self.readers = _readers(fields)
        self.required = tuple(field.name for field in fields if field.required)


def _readers(fields: tuple[Field, ...]) -> Readers:
    """Return the fields by their names, as robots write them and in lower case."""
    readers: Readers = {}
    for field in fields:
        *parents, last = field.path.split(".")
        inside = readers
        for parent in parents:
            below = inside.get(parent, {})
            assert isinstance(below, dict)
            inside[parent] = inside[parent.lower()] = below
            inside = below
        inside[last] = inside[last.lower()] = field
    return readers


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
        EventType("AudioPlayComplete", (Field("name", "metaData.name", text),)),
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
                # The vendor's .NET SDK has this spelling; which one a robot sends is not proven.
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
        # The vendor lists these classes and documents no payload.
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


def parse_event(name: str, message: Any, dropped: Dropped) -> Event | None:
    """Return the typed event in one message of this type; None when it is not of the protocol."""
    row = EVENT_TYPES.get(name)
    if row is None:
        dropped.add("unknown event type")
        return None
    if row.raw:
        return Event(name, "", {"message": message})
    if not isinstance(message, dict):
        dropped.add(f"{name}: not an object")
        return None
    values: dict[str, Value] = {}
    _read(message, row, row.readers, values, dropped)
    for required in row.required:
        if values.get(required) is None:
            dropped.add(f"{name}: no {required}")
            return None
    if row.sensor is None:
        return Event(name, "", values)
    sensor = message.get(row.sensor)
    if sensor is None:
        sensor = {key.lower(): value for key, value in message.items()}.get(row.sensor.lower())
    if not isinstance(sensor, str):
        dropped.add(f"{name}: no {row.sensor}")
        return None
    return Event(name, sensor, values)


def _read(
    message: dict[str, Any], row: EventType, readers: Readers, values: dict[str, Value], dropped: Dropped
) -> None:
    """Put an object's typed values into `values`. JSON's null is a legal unknown, anything else wrong is counted."""
    for key, raw in message.items():
        # Names are PascalCase in the oldest samples and camelCase since.
        if (field := readers.get(key)) is None and (field := readers.get(key.lower())) is None:
            continue
        if isinstance(field, dict):
            if isinstance(raw, dict):
                _read(raw, row, field, values, dropped)
        elif raw is None:
            values[field.name] = None
        else:
            try:
                values[field.name] = field.convert(raw)
            except _Wrong:
                values[field.name] = None
                dropped.add(f"{row.name}: wrong {field.name}")
