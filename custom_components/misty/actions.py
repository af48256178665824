"""Actions that are one command each: a row tells the endpoint, and its parameters become the action's fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re
from typing import Any

from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from .api import Endpoint, find
from .api.endpoints import Kind, Parameter


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its name, its endpoint, which of the parameters are fields (none named: all), what is always sent.

    `answers`: the robot's result is the response. `defaults` are sent where the field is left out.
    `admin`: for administrators alone.
    """

    name: str
    method: str
    path: str
    only: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    answers: bool = False
    admin: bool = False

    @property
    def endpoint(self) -> Endpoint:
        """Return the command."""
        return find(self.method, self.path)

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Return field name to parameter."""
        return {
            snake(parameter.name): parameter
            for parameter in self.endpoint.parameters
            if not self.only or parameter.name in self.only
        }

    def schema(self) -> dict[Any, Any]:
        """Return the fields with their types; ranges and choices are checked by the endpoint itself."""
        return {
            (vol.Required if parameter.required else vol.Optional)(name): TYPES[parameter.kind]
            for name, parameter in self.parameters.items()
        }

    def arguments(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the command's arguments of an action's data."""
        given = {parameter.name: data[name] for name, parameter in self.parameters.items() if name in data}
        return {**self.defaults, **given}


TYPES: dict[Kind, Any] = {
    Kind.TEXT: cv.string,
    Kind.WHOLE: vol.Coerce(int),
    Kind.NUMBER: vol.Coerce(float),
    Kind.FLAG: cv.boolean,
    Kind.LIST: vol.All(cv.ensure_list, list),
    Kind.OBJECT: dict,
    Kind.ANY: object,
}

ACTIONS = (
    Action("drive", "POST", "drive"),
    Action("drive_time", "POST", "drive/time"),
    Action("drive_track", "POST", "drive/track"),
    Action("drive_arc", "POST", "drive/arc"),
    Action("drive_heading", "POST", "drive/hdt"),
    Action("drive_to", "POST", "drive/coordinates"),
    Action("follow_path", "POST", "drive/path"),
    Action("move_arms", "POST", "arms/set"),
    Action("display_text", "POST", "text/display"),
    Action("display_video", "POST", "videos/display"),
    Action("display_web_page", "POST", "webviews/display"),
    Action("led_transition", "POST", "led/transition"),
    Action("record_audio", "POST", "audio/record/start"),
    Action("stop_recording_audio", "POST", "audio/record/stop"),
    Action("record_video", "POST", "videos/recordings/start"),
    Action("stop_recording_video", "POST", "videos/recordings/stop"),
    Action("start_av_stream", "POST", "avstreaming/start", admin=True),
    Action("stop_av_stream", "POST", "avstreaming/stop"),
    Action("train_face", "POST", "faces/training/start"),
    Action("forget_faces", "DELETE", "faces"),
    Action("list_faces", "GET", "faces", answers=True),
    Action("run_skill", "POST", "skills/start"),
    Action("trigger_skill_event", "POST", "skills/event", defaults={"source": "HomeAssistant", "payload": {}}),
    Action("send_serial", "POST", "serial", admin=True),
    Action("get_map", "GET", "slam/map", answers=True),
)


def snake(name: str) -> str:
    """Return a parameter's name as Home Assistant writes names: timeMs becomes time_ms."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
