"""The topics to subscribe to, and the keys of the values.

A key is (event type, sensor, name of the value). A value of a REST query has the event type "rest", unless an event has
the same value.
"""

from .api import Topic

# Event type, sensor ("" if the type has only one), name of the value.
type Key = tuple[str, str, str]

# Keys of the coordinator's own events.
CONNECTED = "connected"
DISCONNECTED = "disconnected"
PICTURE_TAKEN = "picture taken"
FACE_SHOWN = "face shown"
LED_SET = "LED set"
LISTENING_CHANGED = "listening changed"
IMAGES_CHANGED = "images changed"

ARTAGS = Topic("ArTagDetection", 1000)
AUDIO_DONE = Topic("AudioPlayComplete")
BATTERY = Topic("BatteryCharge", 10000)
BUMP = Topic("BumpSensor")
CHARGER = Topic("ChargerPoseMessage", 1000)
CRITICAL = Topic("CriticalStatusMessage")
ENCODERS = Topic("DriveEncoders", 1000)
FACES = Topic("FaceRecognition", 1000)
FACE_TRAINING = Topic("FaceTraining")
HALT = Topic("HaltCommand")
HAZARDS = Topic("HazardNotification")
IMU = Topic("IMU", 5000)
KEY_PHRASE = Topic("KeyPhraseRecognized")
LOCOMOTION = Topic("LocomotionCommand")
OBJECTS = Topic("ObjectDetection", 1000)
PRU = Topic("PRUMessage", 10000)
SELF_STATE = Topic("SelfState", 5000)
SERIAL = Topic("SerialMessage")
SKILL_DATA = Topic("SkillData")
SKILL_STATE = Topic("SkillSystemStateChange")
SLAM = Topic("SlamStatus")
SOUND_DIRECTION = Topic("SourceTrackDataMessage", 1000)
SOUND_FOCUS = Topic("SourceFocusConfigMessage")
SPEECH_DONE = Topic("TextToSpeechComplete")
TOUCH = Topic("TouchSensor")
USER_DATA = Topic("UserSkillData")
VOICE = Topic("VoiceRecord")
WORLD = Topic("WorldState", 5000)

# Needed to refuse movements, so they do not depend on enabled entities.
ALWAYS = (CRITICAL, HAZARDS, SELF_STATE)

RUN_STATE: Key = ("SelfState", "", "runState")
TAKING_PICTURE: Key = ("SelfState", "", "isTakingPicture")
DRIVE_STOPPED: Key = ("HazardNotification", "", "driveStopped")
LINEAR: Key = ("LocomotionCommand", "", "linearVelocity")
ANGULAR: Key = ("LocomotionCommand", "", "angularVelocity")

VOLUME: Key = ("rest", "", "volume")
UPDATE_AVAILABLE: Key = ("rest", "", "updateAvailable")
UPDATES_ALLOWED: Key = ("rest", "", "updatesAllowed")
HAZARDS_OFF: Key = ("rest", "", "hazardsOff")
RUNNING_SKILLS: Key = ("rest", "", "runningSkills")
FIRMWARE: Key = ("rest", "", "firmware")


def distance(sensor: str) -> Topic:
    """Return the topic of one distance sensor; without a filter, the events of some sensors would never come."""
    return Topic("TimeOfFlight", 1000, ("SensorId", sensor))


def actuator(sensor: str) -> Topic:
    """Return the topic of the position of one joint."""
    return Topic("ActuatorPosition", 1000, ("SensorId", sensor))


def rest(name: str) -> Key:
    """Return the key of a value that no event has."""
    return ("rest", "", name)


def service(name: str) -> Key:
    """Return the key of one of the robot's services: audio, camera, avstreaming or slam."""
    return rest(f"{name}Service")
