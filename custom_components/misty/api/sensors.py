"""The sensors of the robot: their ids, and their names in hazard messages.

Source: docs/protocol/misty.md#sensor-ids and docs/protocol/misty.md#hazard-names.
"""

RANGE_SENSORS = {"toffr": "Right", "toffl": "Left", "toffc": "Center", "tofr": "Back"}
EDGE_SENSORS = {
    "tofdfr": "DownFrontRight",
    "tofdfl": "DownFrontLeft",
    "tofdrr": "DownBackRight",
    "tofdrl": "DownBackLeft",
}
BUMP_SENSORS = {"bfr": "FrontRight", "bfl": "FrontLeft", "brr": "RearRight", "brl": "RearLeft"}
TOUCH_POSITIONS = ("Chin", "HeadLeft", "HeadRight", "HeadBack", "HeadFront", "Scruff")
ACTUATORS = {"ahp": "HeadPitch", "ahr": "HeadRoll", "ahy": "HeadYaw", "ala": "LeftArm", "ara": "RightArm"}
DRIVE_ZONES = (
    "Front right hazard",
    "Front center hazard",
    "Front left hazard",
    "Back right hazard",
    "Back center hazard",
    "Back left hazard",
)

# Events, the device answer and hazard messages spell names differently: docs/protocol/misty.md#hazard-names.
_BY_NAME = {
    **{f"tof_{name}".lower(): sensor for sensor, name in (RANGE_SENSORS | EDGE_SENSORS).items()},
    **{f"bump_{name}".lower(): sensor for sensor, name in BUMP_SENSORS.items()},
}


def sensor_id(name: str) -> str:
    """Return the id of a sensor by its name in hazard messages; the name itself if it is unknown."""
    return _BY_NAME.get(name.lower().rsplit("/", 1)[-1], name)
