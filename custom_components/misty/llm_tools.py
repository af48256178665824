"""The LLM API of a robot: tools for language models, within the limits of the options.

It is off by default. A conversation agent uses it only if the user chooses the robot in the settings of the agent.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, cast, override
from xml.sax.saxutils import escape

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, llm
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from .api.endpoints.motion import HEAD_PITCH, HEAD_YAW
from .api.model import asset_title
from .common.client.markup import plain_text
from .const import (
    DEFAULT_LLM_SECONDS,
    DEFAULT_LLM_SPEED,
    DEFAULT_LLM_TOOLS,
    DOMAIN,
    OPTION_LLM,
    OPTION_LLM_ENABLED,
    OPTION_LLM_SECONDS,
    OPTION_LLM_SPEED,
    OPTION_LLM_TOOLS,
)
from .coordinator import MistyConfigEntry, MistyCoordinator

# A longer text would take the robot minutes to speak.
MAX_TEXT = 300
# Limits of the list of faces that a model gets if it asks for an unknown one; a robot has about thirty of its own.
MOST_FACES = 60
LONGEST_FACE = 40
HEAD_VELOCITY = 50
PROMPT = (
    "You can command the robot {name}. Use it only when the user asks for it. "
    "Faces have names such as Joy, Surprise or Default content."
)


class Limits(NamedTuple):
    """The limits of the options: the speed in percent, and the seconds of one movement."""

    speed: float
    seconds: float


class ToolRow(NamedTuple):
    """A tool: its description for the model, its parameters within the limits, and its function."""

    description: str
    parameters: Callable[[Limits], Mapping[Any, Any]]
    run: Callable[[MistyCoordinator, Mapping[str, Any]], Awaitable[Any]]


async def _speak(robot: MistyCoordinator, given: Mapping[str, Any]) -> None:
    # Never as SSML: that can have the robot fetch sounds from anywhere.
    await robot.async_post("tts/speak", text=escape(given["text"]), flush=False)


async def _show(robot: MistyCoordinator, given: Mapping[str, Any]) -> None:
    images = await robot.async_call(robot.client.assets("images/list"))
    faces = {asset_title(asset.name).lower(): asset.name for asset in images}
    name = faces.get(given["face"].lower())
    if name is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_such_face",
            translation_placeholders={"faces": ", ".join(map(_face_name, list(faces)[:MOST_FACES]))},
        )
    await robot.async_post("images/display", fileName=name)


def _face_name(face: str) -> str:
    """Return the name of a file for the model: anyone who reaches the robot can store files with any name."""
    return plain_text(face[:LONGEST_FACE])


async def _look(robot: MistyCoordinator, given: Mapping[str, Any]) -> None:
    await robot.async_post("head", velocity=HEAD_VELOCITY, **given)


# Linear and angular parts of the speed.
DIRECTIONS = {"forward": (1, 0), "backward": (-1, 0), "left": (0, 1), "right": (0, -1)}


async def _move(robot: MistyCoordinator, given: Mapping[str, Any]) -> None:
    linear, angular = (part * given["speed"] for part in DIRECTIONS[given["direction"]])
    milliseconds = round(given["seconds"] * 1000)
    await robot.async_post("drive/time", linearVelocity=linear, angularVelocity=angular, timeMs=milliseconds)


async def _stop(robot: MistyCoordinator, _: Mapping[str, Any]) -> None:
    await robot.async_post("halt")


def _number(low: float, high: float) -> Any:
    return vol.All(vol.Coerce(float), vol.Range(min=low, max=high))


TOOLS = {
    "speak": ToolRow(
        f"The robot says something with its own voice, at most {MAX_TEXT} characters.",
        lambda _: {vol.Required("text"): vol.All(cv.string, vol.Length(min=1, max=MAX_TEXT))},
        _speak,
    ),
    "show": ToolRow(
        "The robot shows a face on its screen.",
        lambda _: {vol.Required("face"): vol.All(cv.string, vol.Length(max=100))},
        _show,
    ),
    "look": ToolRow(
        "The robot turns its head. Degrees: a negative pitch looks up, a positive yaw looks to its left.",
        lambda _: {
            vol.Optional("pitch", default=0): _number(*HEAD_PITCH),
            vol.Optional("yaw", default=0): _number(*HEAD_YAW),
        },
        _look,
    ),
    "move": ToolRow(
        "The robot drives for some seconds or turns on the spot, with a speed in percent.",
        lambda limits: {
            vol.Required("direction"): vol.In(list(DIRECTIONS)),
            vol.Required("speed"): _number(1, limits.speed),
            vol.Required("seconds"): _number(0.1, limits.seconds),
        },
        _move,
    ),
}
STOP = ToolRow("The robot stops every movement at once.", lambda _: {}, _stop)


class MistyTool(llm.Tool):
    """A tool of a robot."""

    integration = DOMAIN

    def __init__(self, robot: MistyCoordinator, name: str, row: ToolRow, limits: Limits) -> None:
        self.name = name
        self.description = row.description
        self.parameters = vol.Schema(row.parameters(limits))
        self.annotations = llm.ToolAnnotations(destructive=False, open_world=False)
        self._robot = robot
        self._run = row.run

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: llm.ToolInput, llm_context: llm.LLMContext
    ) -> llm.ToolResult:
        """Call the tool. Raises vol.Invalid beyond the limits, HomeAssistantError if the command fails."""
        await self._run(self._robot, self.parameters(tool_input.tool_args))
        return llm.ToolResult(data=cast(JsonObjectType, {"success": True}))


@dataclass(slots=True, kw_only=True)
class MistyAPI(llm.API):
    """The tools of a robot."""

    tools: list[llm.Tool]

    @override
    async def async_get_api_instance(self, llm_context: llm.LLMContext) -> llm.APIInstance:
        """Return the tools for a conversation."""
        return llm.APIInstance(self, PROMPT.format(name=self.name), llm_context, list(self.tools))


@callback
def async_setup_llm(hass: HomeAssistant, entry: MistyConfigEntry) -> None:
    """Register the API with the tools that the options allow, and the tool to stop."""
    options = entry.options.get(OPTION_LLM, {})
    if not options.get(OPTION_LLM_ENABLED):
        return
    limits = Limits(
        options.get(OPTION_LLM_SPEED, DEFAULT_LLM_SPEED), options.get(OPTION_LLM_SECONDS, DEFAULT_LLM_SECONDS)
    )
    allowed = options.get(OPTION_LLM_TOOLS, DEFAULT_LLM_TOOLS)
    rows = {name: row for name, row in TOOLS.items() if name in allowed} | {"stop": STOP}
    tools: list[llm.Tool] = [MistyTool(entry.runtime_data, name, row, limits) for name, row in rows.items()]
    api = MistyAPI(hass=hass, id=f"{DOMAIN}-{entry.unique_id}", name=entry.title, tools=tools)
    entry.async_on_unload(llm.async_register_api(hass, api))
