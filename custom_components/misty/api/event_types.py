"""The event types of a robot. Source: docs/protocol/misty.md#event-types."""

from .events import (
    EventType,
    Field,
    address,
    anything,
    fields,
    flag,
    in_hazard,
    lower,
    number,
    numbers,
    percent,
    text,
    texts,
    whole,
)

EVENT_TYPES: dict[str, EventType] = {
    row.name: row
    for row in (
        EventType("ActuatorPosition", fields(number, "value", required=True), sensor="sensorId"),
        EventType(
            "ArTagDetection",
            (
                *fields(whole, "tagId", required=True),
                *fields(whole, "dictionary"),
                *fields(numbers, "homogeneousMatrix"),
            ),
        ),
        EventType("AudioPlayComplete", (Field("name", "metaData.name", address),)),
        EventType(
            "BatteryCharge",
            (
                *fields(percent, "chargePercent", "healthPercent"),
                *fields(number, "current", "voltage", "temperature"),
                *fields(flag, "isCharging", "trained"),
                *fields(lower, "state"),
            ),
        ),
        EventType("BumpSensor", fields(flag, "isContacted", required=True), sensor="sensorId"),
        EventType("ChargerPoseMessage", fields(numbers, "homogeneousMatrix", required=True)),
        EventType("CriticalStatusMessage", (*fields(text, "message"), *fields(text, "statuscode"))),
        EventType("DriveEncoders", fields(number, "leftDistance", "rightDistance", "leftVelocity", "rightVelocity")),
        EventType(
            "FaceRecognition",
            (*fields(text, "label", "personName"), *fields(number, "bearing", "distance", "elevation", "trackId")),
        ),
        EventType("FaceTraining", (*fields(flag, "isProcessComplete"), *fields(text, "message", "messageType"))),
        EventType("HaltCommand"),
        EventType(
            "HazardNotification",
            (
                *fields(
                    in_hazard,
                    "bumpSensorsHazardState",
                    "timeOfFlightSensorsHazardState",
                    "driveStopped",
                    "motorStallHazard",
                    "currentSensorsHazard",
                    "excessiveSpeedHazard",
                ),
                *fields(whole, "criticalInternalError"),
            ),
        ),
        EventType(
            "IMU",
            fields(
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
        EventType("KeyPhraseRecognized", fields(number, "confidence")),
        EventType("LocomotionCommand", fields(number, "linearVelocity", "angularVelocity")),
        EventType(
            "ObjectDetection",
            (
                *fields(text, "description", required=True),
                *fields(percent, "confidence"),
                *fields(
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
                *fields(flag, "active", "pruLowVout", "pruOverPower", "pruOverTemperature", "pruOverVrect"),
                *fields(number, "alignment", "currentChargeTime", "iout", "vout", "vrect", "temperature"),
            ),
        ),
        EventType(
            "SelfState",
            (
                Field("runState", "robotRunState.currentState", lower),
                Field("isTakingPicture", "cameraStatus.isTakingPicture", flag),
                Field("ipAddress", "localIPAddress", text),
                Field("slamRunMode", "slamStatus.runMode", text),
                Field("cellX", "occupancyGridCell.x", whole),
                Field("cellY", "occupancyGridCell.y", whole),
                Field("yaw", "location.pose.yaw", number),
            ),
        ),
        EventType("SerialMessage", fields(text, "message", required=True)),
        EventType("SkillData", (*fields(text, "message"), *fields(anything, "data"), *fields(flag, "truncated"))),
        EventType("SkillSystemStateChange", (*fields(lower, "action", required=True), *fields(text, "guid", "name"))),
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
                *fields(number, "gainStep"),
                *fields(anything, "sectorsEnabled"),
                *fields(numbers, "sectorStartAngles"),
            ),
        ),
        EventType(
            "SourceTrackDataMessage",
            (
                *fields(number, "degreeOfArrivalSpeech", "timeOffset"),
                *fields(numbers, "degreeOfArrivalNoise"),
                *fields(anything, "voiceActivitySectors"),
            ),
        ),
        EventType(
            "TextToSpeechComplete",
            (
                *fields(flag, "error", "interrupted"),
                *fields(text, "utteranceId"),
                # Robots may send either spelling: docs/protocol/misty.md#sound-events.
                Field("utteranceId", "uttteranceId", text),
            ),
        ),
        EventType(
            "TimeOfFlight",
            (
                *fields(number, "distanceInMeters", "sigma", "signal"),
                *fields(whole, "status"),
                *fields(flag, "inHazard"),
                *fields(text, "type"),
            ),
            sensor="sensorId",
        ),
        EventType("TouchSensor", fields(flag, "isContacted", required=True), sensor="sensorPosition"),
        EventType("UserSkillData", raw=True),
        EventType(
            "VoiceRecord",
            (
                *fields(flag, "success", required=True),
                *fields(anything, "errorCode"),
                *fields(text, "errorMessage", "filename", "speechRecognitionResult"),
            ),
        ),
        EventType("WorldState", (*fields(anything, "objects"),)),
        # The content of these is not documented: docs/protocol/misty.md#undocumented-events.
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
