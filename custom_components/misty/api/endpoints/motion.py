"""Driving, head, arms and SLAM (mapping and navigation).

Source: docs/protocol/misty.md#movement and docs/protocol/misty.md#slam.
"""

from .model import Level, delete, exactly_one, flag, get, in_degrees, number, post, text, whole

ALPHA = Level.ALPHA
UNITS = ("degrees", "radians", "position")

HEAD_PITCH = (-40.0, 26.0)
HEAD_ROLL = (-40.0, 40.0)
HEAD_YAW = (-81.0, 81.0)
ARM = (-29.0, 90.0)

MOTION = (
    post("drive", number("linearVelocity", -100, 100), number("angularVelocity", -100, 100)),
    post(
        "drive/time",
        number("linearVelocity", -100, 100),
        number("angularVelocity", -100, 100),
        whole("timeMs", 0),
        number("degree?"),
    ),
    post("drive/track", number("leftTrackSpeed", -100, 100), number("rightTrackSpeed", -100, 100)),
    post(
        "drive/arc",
        number("heading", -180, 360),
        number("radius", 0),
        number("timeMs", 0),
        flag("reverse?"),
        level=ALPHA,
    ),
    post(
        "drive/hdt",
        number("heading", -180, 360),
        number("distance", 0),
        number("timeMs", 0),
        flag("reverse?"),
        level=ALPHA,
    ),
    post("drive/stop", flag("hold?")),
    post("halt", whole("motorMask?")),
    post(
        "head",
        number("pitch?"),
        number("roll?"),
        number("yaw?"),
        number("velocity?", 0, 100),
        number("duration?", 0),
        text("units?", *UNITS),
        rules=(exactly_one("velocity", "duration"), in_degrees(pitch=HEAD_PITCH, roll=HEAD_ROLL, yaw=HEAD_YAW)),
    ),
    post(
        "arms",
        text("arm", "left", "right", "both"),
        number("position"),
        number("velocity?", 0, 100),
        number("duration?", 0),
        text("units?", *UNITS),
        rules=(in_degrees(position=ARM),),
    ),
    post(
        "arms/set",
        number("leftArmPosition?"),
        number("rightArmPosition?"),
        number("leftArmVelocity?", 0, 100),
        number("rightArmVelocity?", 0, 100),
        number("duration?", 0),
        text("units?", *UNITS),
        rules=(in_degrees(leftArmPosition=ARM, rightArmPosition=ARM),),
    ),
)

CELL = r"-?\d+(\.\d+)?:-?\d+(\.\d+)?"
WAY = (
    number("velocity?", 0, 1),
    number("fullSpinDuration?", 0),
    number("waypointAccuracy?", 0),
    number("rotateThreshold?", 0),
)

# The Basic edition has none of these, because it has no depth sensor.
SLAM = (
    post("drive/coordinates", text("destination", pattern=CELL, form="12:8"), *WAY, level=ALPHA),
    post("drive/path", text("path", pattern=rf"{CELL}(,{CELL})*", form="12:8,13:9"), *WAY, level=ALPHA),
    get("slam/status", level=ALPHA),
    get("slam/map", level=ALPHA),
    get("slam/map/current"),
    get("slam/map/ids"),
    get("slam/path", number("X"), number("Y"), level=ALPHA),
    get("slam/diagnostics", level=ALPHA),
    get("slam/settings/ir"),
    get("slam/settings/visible"),
    post("slam/map/start", level=ALPHA),
    post("slam/map/stop", level=ALPHA),
    post("slam/map/current", text("key")),
    post("slam/map/rename", text("key"), text("name")),
    delete("slam/map", text("key")),
    post("slam/track/start", level=ALPHA),
    post("slam/track/stop", level=ALPHA),
    post("slam/streaming/start"),
    post("slam/streaming/stop"),
    post("slam/reset", level=ALPHA),
    post("slam/settings/ir", number("exposure", 0.001, 0.033), number("gain", 0, 3)),
    post("slam/settings/visible", number("exposure", 0.001, 0.033), number("gain", 1, 8)),
    post(
        "slam/docking/start",
        number("startStreamingTimeout?", 0),
        number("enableIrTimeout?", 0),
        flag("enableAutoExposure?"),
        level=ALPHA,
    ),
    post("slam/docking/stop", number("stopStreamingTimeout?", 0), number("disableIrTimeout?", 0), level=ALPHA),
)
