"""Actions that send one command: the parameters of the endpoint are the fields of the action."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re
from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..api import InvalidArgument, find
from ..api.endpoints import Parameter, ParameterKind
from ..coordinator import MistyCoordinator
from .model import Action, Fields, invalid_field, milliseconds, seconds_or_milliseconds

# The robot takes milliseconds, the actions take seconds.
TIME, SECONDS, MILLISECONDS = "timeMs", "duration", "time_ms"


@dataclass(frozen=True, slots=True)
class CommandRow:
    """An action: its name, its endpoint, and default arguments.

    With `answers`, the result of the command is the response. `admin` makes it available to administrators only.
    """

    name: str
    method: str
    path: str
    defaults: Mapping[str, Any] = field(default_factory=dict)
    answers: bool = False
    admin: bool = False

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Return the parameters by the names of their fields, without the duration."""
        parameters = find(self.method, self.path).parameters
        return {snake_case(parameter.name): parameter for parameter in parameters if parameter.name != TIME}

    @property
    def has_time(self) -> bool:
        """Return True if the command has a duration."""
        return any(parameter.name == TIME for parameter in find(self.method, self.path).parameters)

    @property
    def fields(self) -> Fields:
        """Return the fields; the endpoint checks ranges and choices."""
        fields = {
            (vol.Required if parameter.required else vol.Optional)(name): TYPES[parameter.kind]
            for name, parameter in self.parameters.items()
        }
        return {**fields, **(seconds_or_milliseconds(SECONDS, MILLISECONDS) if self.has_time else {})}

    def action(self) -> Action:
        """Return the action."""
        return Action(
            self.name,
            self._async_send,
            self.fields,
            SupportsResponse.ONLY if self.answers else SupportsResponse.NONE,
            self.admin,
        )

    async def _async_send(self, call: ServiceCall, robot: MistyCoordinator) -> ServiceResponse:
        given = {parameter.name: call.data[name] for name, parameter in self.parameters.items() if name in call.data}
        if self.has_time:
            given[TIME] = milliseconds(call, SECONDS, MILLISECONDS)
        arguments = {**self.defaults, **given}
        try:
            find(self.method, self.path).check(arguments)
        except InvalidArgument as error:
            expected = error.expected
            if error.problem in ("together", "exactly_one", "unknown"):  # names of arguments
                expected = ", ".join(map(field_name, expected.split(", ")))
            raise invalid_field(error.problem, field_name(error.name), expected) from None
        return {"result": await robot.async_command(self.method, self.path, arguments)}


TYPES: dict[ParameterKind, Any] = {
    ParameterKind.TEXT: cv.string,
    ParameterKind.WHOLE: vol.Coerce(int),
    ParameterKind.NUMBER: vol.Coerce(float),
    ParameterKind.FLAG: cv.boolean,
    ParameterKind.LIST: vol.All(cv.ensure_list, list),
    ParameterKind.OBJECT: dict,
    ParameterKind.ANY: object,
}

ROWS = (
    CommandRow("drive", "POST", "drive"),
    CommandRow("drive_time", "POST", "drive/time"),
    CommandRow("drive_track", "POST", "drive/track"),
    CommandRow("drive_arc", "POST", "drive/arc"),
    CommandRow("drive_heading", "POST", "drive/hdt"),
    CommandRow("drive_to", "POST", "drive/coordinates"),
    CommandRow("follow_path", "POST", "drive/path"),
    CommandRow("move_arms", "POST", "arms/set"),
    CommandRow("display_text", "POST", "text/display"),
    CommandRow("display_video", "POST", "videos/display"),
    CommandRow("display_web_page", "POST", "webviews/display"),
    CommandRow("led_transition", "POST", "led/transition"),
    CommandRow("record_audio", "POST", "audio/record/start"),
    CommandRow("stop_recording_audio", "POST", "audio/record/stop"),
    CommandRow("record_video", "POST", "videos/recordings/start"),
    CommandRow("stop_recording_video", "POST", "videos/recordings/stop"),
    CommandRow("start_av_stream", "POST", "avstreaming/start", admin=True),
    CommandRow("stop_av_stream", "POST", "avstreaming/stop"),
    CommandRow("train_face", "POST", "faces/training/start"),
    CommandRow("forget_faces", "DELETE", "faces"),
    CommandRow("list_faces", "GET", "faces", answers=True),
    CommandRow("run_skill", "POST", "skills/start"),
    CommandRow("trigger_skill_event", "POST", "skills/event", defaults={"source": "HomeAssistant", "payload": {}}),
    CommandRow("send_serial", "POST", "serial", admin=True),
    CommandRow("get_map", "GET", "slam/map", answers=True),
)


def field_name(argument: str) -> str:
    """Return the name of the field of an argument."""
    return SECONDS if argument == TIME else snake_case(argument)


def snake_case(name: str) -> str:
    """Return a name in snake case: timeMs becomes time_ms."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


COMMAND_ACTIONS = tuple(row.action() for row in ROWS)
