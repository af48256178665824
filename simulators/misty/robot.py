"""The robot: its parts, its commands and its event types."""

import asyncio
from collections.abc import Callable
from typing import Any

from .body import Body
from .catalogue import COMMANDS, DEPTH_SENSOR_TYPES, Command
from .display import Display
from .pubsub import Hub
from .skills import Skills
from .slam import Room
from .store import Store
from .system import System
from .vision import Vision
from .voice import Voice

# The event types in `GET /websockets`: docs/protocol/misty.md#event-types.
EVENT_TYPES = {
    "ActuatorPosition": "ActuatorId Created SensorId Value",
    "ArTagDetection": "Created Dictionary HomogeneousMatrix SensorId TagId",
    "AudioPlayComplete": "Created MetaData",
    "BatteryCharge": "ChargePercent Created Current HealthPercent IsCharging SensorId State Temperature Trained "
    "Voltage",
    "BumpSensor": "Created IsContacted Pose SensorId",
    "ChargerPoseMessage": "Created HomogeneousMatrix SensorId",
    "CriticalStatusMessage": "Message Statuscode Timestamp",
    "DialogAction": "",
    "DriveEncoders": "Created LeftDistance LeftVelocity RightDistance RightVelocity SensorId",
    "FaceRecognition": "Bearing Created Distance Elevation Label PersonName SensorId TrackId",
    "FaceTraining": "Created IsProcessComplete Message MessageType SensorId",
    "HaltCommand": "Created",
    "HazardNotification": "BumpSensorsHazardState CriticalInternalError CurrentSensorsHazard DriveStopped "
    "MotorStallHazard TimeOfFlightSensorsHazardState",
    "IMU": "Created Pitch PitchVelocity Roll RollVelocity SensorId XAcceleration YAcceleration Yaw YawVelocity "
    "ZAcceleration",
    "KeyPhraseRecognized": "Confidence Created",
    "LocomotionCommand": "ActionId AngularVelocity Created LinearVelocity UsePid UseTrapezoidalDrive ValueIndex",
    "ObjectDetection": "Confidence Created Description Id ImageLocationBottom ImageLocationLeft ImageLocationRight "
    "ImageLocationTop LabelId Pitch SensorId Yaw",
    "ObstacleMap": "",
    "PRUMessage": "Active Alignment Created CurrentChargeTime FirmwareId Iout SensorId Temperature Vout Vrect",
    "PoseEstimation": "",
    "RfCommMessage": "",
    "RfCommState": "",
    "RobotCommandMessage": "",
    "RobotInteractionState": "",
    "SelfState": "Battery CameraStatus LocalIPAddress RobotRunState SerialMessages SlamStatus",
    "SerialMessage": "Created Message",
    "SkillData": "Data Message Timestamp Truncated",
    "SkillSystemStateChange": "Action Guid Name Timestamp",
    "SlamStatus": "SlamStatus",
    "SourceFocusConfigMessage": "GainStep SectorStartAngles SectorsEnabled",
    "SourceTrackDataMessage": "DegreeOfArrivalNoise DegreeOfArrivalSpeech TimeOffset VoiceActivityPolar "
    "VoiceActivitySectors",
    "TextToSpeechComplete": "Error Interrupted UtteranceId",
    "TimeOfFlight": "AverageTimeMs Created DistanceInMeters InHazard SensorId SensorPosition Sigma Signal Status Type",
    "TouchSensor": "Created IsContacted Pose SensorId SensorPosition",
    "UserSkillData": "",
    "VoiceRecord": "ErrorCode ErrorMessage Filename SpeechRecognitionResult Success",
    "WorldState": "Characteristics Objects",
}


class Robot:
    """A Misty II."""

    def __init__(
        self,
        faults: dict[str, Any],
        note: Callable[..., None],
        *,
        edition: str = "standard",
        serial: str = "20193600123",
        boot_seconds: float = 0.0,
        pace: float = 1.0,
        alive: bool = False,
    ) -> None:
        """Initialize with the faults and a function for the record.

        `pace` is a factor for the durations of speech and sound, for fast tests; with `alive`, values drift.
        """
        self.faults = faults
        self.note = note
        self.edition = edition
        self.serial = serial
        self.boot_seconds = boot_seconds
        self.pace = pace
        self.alive = alive
        self.hub = Hub(faults, note, lambda: set(self.event_types()))
        self.system = System(self)
        self.body = Body(self)
        self.display = Display(self)
        self.store = Store()
        self.voice = Voice(self)
        self.vision = Vision(self)
        self.room = Room(self)
        self.skills = Skills(self)
        self.tasks: set[asyncio.Task[None]] = set()

    def commands(self) -> list[Command]:
        """Return the commands of this edition."""
        basic = self.edition == "basic"
        return [command for command in COMMANDS.values() if not (basic and command.needs_depth_sensor)]

    def event_types(self) -> dict[str, str]:
        """Return the event types of this edition, with their properties."""
        lacking = DEPTH_SENSOR_TYPES if self.edition == "basic" else ()
        return {name: properties for name, properties in EVENT_TYPES.items() if name not in lacking}

    def publish(self, event_type: str, message: dict[str, Any], sensor_name: str | None = None) -> None:
        """Send an event to its subscribers."""
        self.hub.publish(event_type, message, sensor_name)

    def later(self, seconds: float, action: Callable[[], None], *, stretched: bool = True) -> asyncio.Task[None]:
        """Call a function after some seconds, and return the task, which can be canceled."""

        async def wait() -> None:
            await asyncio.sleep(seconds * (self.pace if stretched else 1.0))
            action()

        task = asyncio.get_running_loop().create_task(wait())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def ignores_commands(self) -> bool:
        """Return True if commands have no effect.

        The reason is that the scruff is held (docs/protocol/misty.md#scruff) or the battery is low
        (docs/protocol/misty.md#low-battery).
        """
        return bool(self.faults.get("low_battery")) or self.body.touched["Scruff"]

    def stop(self) -> None:
        """Cancel everything that is in progress."""
        for task in list(self.tasks):
            task.cancel()
