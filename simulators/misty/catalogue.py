"""The commands of a robot, read from the list in `endpoints.txt`.

Each line has the method, the path, the name of the method in the SDK, [D if documented, S if in the SDK, and the
level], and the parameters with type letters.
Source: docs/protocol/misty.md#command-list.
"""

from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any

LINE = re.compile(
    r"(?P<method>\w+) (?P<path>\S+) (?:(?P<name>\w+) )?\[(?P<source>[DS]+) ?(?P<level>\w*)\] ?(?P<parameters>.*)"
)

# The names of the types in the help of a robot: docs/protocol/misty.md#help.
TYPES = {
    "s": "System.String",
    "i": "System.Nullable`1[[System.Int32, System.Private.CoreLib]]",
    "f": "System.Nullable`1[[System.Double, System.Private.CoreLib]]",
    "b": "System.Nullable`1[[System.Boolean, System.Private.CoreLib]]",
    "byte": "System.Nullable`1[[System.Byte, System.Private.CoreLib]]",
    "date": "System.DateTime",
    "obj": "System.Object",
}

# A command fails without these arguments: docs/protocol/misty.md#required-parameters.
REQUIRED = {
    "networks": "networkId",
    "networks/create": "networkName",
    "websocket/version": "version",
    "request": "method resource",
    "serial": "message",
    "led": "red green blue",
    "led/transition": "red green blue red2 green2 blue2 transitionType timeMs",
    "flashlight": "on",
    "images/display": "fileName",
    "text/display": "text",
    "videos/display": "fileName",
    "webviews/display": "url",
    "blink": "blink",
    "audio/play": "fileName",
    "audio/volume": "volume",
    "tts/speak": "text",
    "audio/record/start": "fileName",
    "drive": "linearVelocity angularVelocity",
    "drive/time": "linearVelocity angularVelocity timeMs",
    "drive/track": "leftTrackSpeed rightTrackSpeed",
    "drive/arc": "heading radius timeMs",
    "drive/hdt": "heading distance timeMs",
    "drive/coordinates": "destination",
    "drive/path": "path",
    "arms": "arm position",
    "avstreaming/start": "url",
    "faces/training/start": "faceId",
    "artags/detection/start": "dictionary tagSizeMm",
    "skills/start": "skill",
    "skills/load": "skill",
    "skills/event": "skill eventName",
    "slam/map/rename": "key name",
    "videos/recordings/rename": "oldName newName",
    "video/rename": "oldName newName",
}
# The same for GET and DELETE, if their arguments differ from those of the POST.
REQUIRED_OTHER = {
    ("GET", "audio"): "fileName",
    ("GET", "images"): "fileName",
    ("GET", "videos"): "fileName",
    ("DELETE", "audio"): "fileName",
    ("DELETE", "images"): "fileName",
    ("DELETE", "videos"): "fileName",
    ("DELETE", "videos/recordings"): "name",
    ("DELETE", "skills"): "skill",
    ("DELETE", "slam/map"): "key",
    ("GET", "slam/path"): "X Y",
    ("POST", "slam/map/current"): "key",
}

DEPTH_SENSOR = ("slam/", "cameras/depth", "cameras/fisheye", "services/slam", "drive/coordinates", "drive/path")
DEPTH_SENSOR_TYPES = ("ChargerPoseMessage", "SlamStatus")


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its level as in the header of the response, and its parameters with type letters.

    `name` is that in the help of a robot, or our own name if only the vendor's pages have the command.
    """

    method: str
    path: str
    name: str
    level: str
    parameters: dict[str, str]
    required: tuple[str, ...]

    @property
    def needs_depth_sensor(self) -> bool:
        """Return True if the Basic edition lacks the command."""
        return self.path.startswith(DEPTH_SENSOR)


def _read() -> dict[tuple[str, str], Command]:
    commands: dict[tuple[str, str], Command] = {}
    for line in (Path(__file__).parent / "endpoints.txt").read_text().splitlines():
        match = LINE.match(line)
        assert match is not None, line
        method, path = match["method"], match["path"]
        required = REQUIRED_OTHER.get((method, path), REQUIRED.get(path, "") if method == "POST" else "")
        parameters = dict(part.split(":") for part in match["parameters"].split(", ") if part)
        words = match["name"].split("_") if match["name"] else re.split(r"\W", f"{method.lower()}/{path}")
        commands[method, path] = Command(
            method,
            path,
            "".join(word.capitalize() for word in words),
            match["level"] or "Current",
            parameters,
            tuple(required.split()),
        )
    return commands


COMMANDS = _read()


def help_of(commands: list[Command]) -> dict[str, list[Any]]:
    """Return the response to GET /help. Source: docs/protocol/misty.md#help."""
    answer: dict[str, list[Any]] = {"delete": [], "get": [], "post": [], "put": []}
    for command in commands:
        arguments = {
            parameter: {
                "getValueType": f"{TYPES[kind]}, System.Private.CoreLib",
                "name": parameter,
                "ordinalNumber": order,
            }
            for order, (parameter, kind) in enumerate(command.parameters.items())
        }
        answer[command.method.lower()].append(
            {
                "apiCommand": {
                    "apiCommandGroup": command.path.split("/", 1)[0].capitalize(),
                    "arguments": arguments,
                    "name": command.name,
                },
                "endpoint": command.path,
            }
        )
    return answer
