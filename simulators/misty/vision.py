"""Camera, recognition, training, recordings, streams.

Source: docs/protocol/misty.md#camera-and-recognition and docs/protocol/misty.md#camera-events.
"""

import base64
from typing import TYPE_CHECKING, Any

from .clock import now
from .parameters import Binary, Failure, Parameters
from .registry import command

if TYPE_CHECKING:
    from .robot import Robot

SIZES = {
    (4160, 3120), (3840, 2160), (3264, 2448), (3200, 2400), (2592, 1944), (2048, 1536), (1920, 1080),
    (1600, 1200), (1200, 1600), (1440, 1080), (1280, 960), (1024, 768), (800, 600), (640, 480), (320, 240),
}  # fmt: skip
DETECTORS = {
    "faces/detection": "face detection",
    "faces/recognition": "face recognition",
    "objects/detection": "objects",
    "artags/detection": "tags",
    "humanposes/estimation": "poses",
    "qrtags/detection": "qr",
    "cascadeclassifier": "cascade",
    "cameras/thermal": "thermal",
}
IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0.1, 0.0, 1.2, 1]


class Vision:
    """The camera, and the objects and faces in front of it."""

    def __init__(self, robot: Robot) -> None:
        """Initialize with nothing in front of the camera."""
        self.robot = robot
        self.running: set[str] = set()
        self.faces: list[str] = ["Ada", "Linus"]
        self.face: str | None = None
        self.object: str | None = None
        self.tag: int | None = None
        self.dictionary = 0
        self.training: str | None = None
        self.streaming = False
        self.taking_picture = False
        self.recording_name: str | None = None
        self.docking = False

    def check_camera(self) -> None:
        """Raise Failure while the camera service is disabled."""
        if not self.robot.system.services["camera"]:
            raise Failure("The camera service is not enabled.")

    def publish(self) -> None:
        """Publish the results of the running detectors."""
        if self.face is not None and self.running & {"face detection", "face recognition"}:
            knows = "face recognition" in self.running
            label = (self.face if self.face in self.faces else "unknown_person") if knows else None
            message = {
                "bearing": -3, "created": now(), "distance": 71, "elevation": 5, "expiry": now(), "label": label,
                "personName": label, "sensorId": "cv", "sensorName": None, "trackId": 0,
            }  # fmt: skip
            self.robot.publish("FaceRecognition", message, "/Sensors/CV/FaceRecognition")
        if self.object is not None and "objects" in self.running:
            message = {
                "confidence": 0.83, "created": now(), "description": self.object, "id": 1, "imageLocationBottom": 300,
                "imageLocationLeft": 40, "imageLocationRight": 160, "imageLocationTop": 20, "labelId": 0,
                "pitch": 0.1, "sensorId": "cv", "yaw": -0.2,
            }  # fmt: skip
            self.robot.publish("ObjectDetection", message)
        if self.tag is not None and "tags" in self.running:
            message = {
                "created": now(), "dictionary": self.dictionary, "homogeneousMatrix": IDENTITY, "sensorId": "cv",
                "tagId": self.tag,
            }  # fmt: skip
            self.robot.publish("ArTagDetection", message)
        if self.docking:
            message = {"created": now(), "homogeneousMatrix": IDENTITY, "sensorId": "slam"}
            self.robot.publish("ChargerPoseMessage", message)

    def publish_training(self, text: str, *, done: bool = False, kind: str = "Status") -> None:
        """Publish the progress of face training."""
        message = {"created": now(), "isProcessComplete": done, "message": text, "messageType": kind, "sensorId": "cv"}
        self.robot.publish("FaceTraining", message)

    def trained(self) -> None:
        """Add the trained face to the known faces."""
        if self.training is not None:
            if self.training not in self.faces:
                self.faces.append(self.training)
            self.training = None
            self.publish_training("Face training is complete.", done=True)


def _switch(detector: str, on: bool) -> Any:
    def switch(robot: Robot, given: Parameters) -> bool:
        """Start or stop a detector."""
        if on:
            robot.vision.check_camera()
            robot.vision.dictionary = given.whole("dictionary", 0, 0, 20)
            given.number("minimumConfidence", 0, 0, 1)
        (robot.vision.running.add if on else robot.vision.running.discard)(detector)
        return True

    return switch


for _path, _detector in DETECTORS.items():
    command("POST", f"{_path}/start")(_switch(_detector, True))
    command("POST", f"{_path}/stop")(_switch(_detector, False))


@command("GET", "faces")
def faces(robot: Robot, _given: Parameters) -> list[str]:
    """List the known faces."""
    return robot.vision.faces


@command("DELETE", "faces")
def forget_faces(robot: Robot, given: Parameters) -> bool:
    """Remove a known face, or all."""
    if not given.has("faceId"):
        robot.vision.faces.clear()
    elif given.text("faceId") in robot.vision.faces:
        robot.vision.faces.remove(given.text("faceId"))
    else:
        raise Failure("There is no such face.")
    return True


@command("POST", "faces/training/start")
def train(robot: Robot, given: Parameters) -> bool:
    """Start the training of a face."""
    name = given.text("faceId")
    if not 1 <= len(name) <= 30 or not name.replace("_", "").replace("-", "").isalnum():
        raise Failure("FaceId is not allowed.")
    robot.vision.check_camera()
    robot.vision.training = name
    robot.vision.publish_training("Face training has started.")
    robot.later(3.0, robot.vision.trained)
    return True


@command("POST", "faces/training/cancel")
def cancel_training(robot: Robot, _given: Parameters) -> bool:
    """Cancel the training of a face."""
    robot.vision.training = None
    return True


@command("GET", "cameras/rgb")
def take_picture(robot: Robot, given: Parameters) -> Any:
    """Take a picture. It has portrait format, with width and height swapped."""
    from .picture import scene, to_bytes

    robot.vision.check_camera()
    if given.has("width") != given.has("height"):
        raise Failure("Provide both width and height or neither.")
    width, height = given.whole("width", 4160), given.whole("height", 3120)
    if (width, height) not in SIZES:
        raise Failure("The camera has no such size.")
    content = to_bytes(scene(robot).resize((height, width)), "JPEG")
    robot.note("picture", width=height, height=width)
    name = f"{given.text('fileName').rsplit('.', 1)[0]}.jpg" if given.has("fileName") else ""
    if name and (given.flag("overwriteExisting") or name not in robot.store.images.saved):
        robot.store.images.saved[name] = content
    if given.flag("displayOnScreen"):
        robot.store.images.saved.setdefault(name or "picture.jpg", content)
        robot.display.show_image(name or "picture.jpg")
    if not given.flag("base64"):
        return Binary(content, "image/jpeg")
    data = base64.b64encode(content).decode()
    return {
        "base64": data,
        "contentType": "image/jpeg",
        "height": width,
        "name": name or "picture.jpg",
        "width": height,
    }


@command("GET", "cameras/fisheye")
def fisheye(robot: Robot, given: Parameters) -> Any:
    """Take a picture with the depth sensor's camera."""
    from .picture import scene, to_bytes

    content = to_bytes(scene(robot).convert("L").resize((640, 480)), "JPEG")
    if not given.flag("base64"):
        return Binary(content, "image/jpeg")
    data = base64.b64encode(content).decode()
    name = "OccipitalVisibleImage"
    return {"base64": data, "contentType": "image/jpeg", "height": 480.0, "name": name, "width": 640.0}


@command("GET", "cameras/depth")
def depth(_robot: Robot, _given: Parameters) -> Any:
    """Return depths. Unknown ones are NaN, which is not strict JSON."""
    return {"height": 240, "image": [1200.5, float("nan")] * 160, "width": 320}


@command("GET", "camera")
def camera(_robot: Robot, _given: Parameters) -> Any:
    """Return the data of the camera."""
    return {"droppedFrames": 0, "fpsActual": 30, "fpsRequested": 30, "height": 480, "width": 640}


@command("POST", "videos/recordings/start", "video/record/start")
def record(robot: Robot, given: Parameters) -> bool:
    """Record a video for some seconds."""
    robot.vision.check_camera()
    seconds = given.number("duration", 30, 1, 180)
    robot.vision.recording_name = given.text("fileName", "misty_video")
    robot.later(seconds, lambda: _end_recording(robot))
    return True


@command("POST", "videos/recordings/stop", "video/record/stop")
def stop_recording(robot: Robot, _given: Parameters) -> bool:
    """End the video recording."""
    _end_recording(robot)
    return True


def _end_recording(robot: Robot) -> None:
    if robot.vision.recording_name:
        robot.store.recordings[robot.vision.recording_name] = b"\0\0\0\x18ftypmp42" + bytes(64)
        robot.vision.recording_name = None


@command("POST", "avstreaming/start")
def start_stream(robot: Robot, given: Parameters) -> bool:
    """Start a stream of picture and sound, during which the microphones are not available for anything else."""
    if not robot.system.services["avstreaming"]:
        raise Failure("The AV streaming service is not enabled.")
    if not given.text("url").startswith(("rtmp://", "rtsp://", "rtspd:")):
        raise Failure("Unknown kind of address.")
    robot.voice.stop_listening()
    robot.vision.streaming = True
    robot.note("streaming", on=True)
    return True


@command("POST", "avstreaming/stop")
def stop_stream(robot: Robot, _given: Parameters) -> bool:
    """End the stream."""
    robot.vision.streaming = False
    robot.note("streaming", on=False)
    return True


@command("POST", "slam/docking/start")
def start_docking(robot: Robot, _given: Parameters) -> bool:
    """Look for the charger."""
    robot.vision.docking = True
    return True


@command("POST", "slam/docking/stop")
def stop_docking(robot: Robot, _given: Parameters) -> bool:
    """Stop looking for the charger."""
    robot.vision.docking = False
    return True
