"""The actions of the integration."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import ClientResponse
from homeassistant.components.camera import async_get_image
from homeassistant.components.media_source import is_media_source_id
from homeassistant.const import CONF_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.network import is_hass_url
from homeassistant.helpers.service import async_register_admin_service
import voluptuous as vol

from .actions import ACTIONS, Action
from .api import Event, File
from .api.sensors import BUMP_SENSORS, EDGE_SENSORS, RANGE_SENSORS
from .common.actions import target_of
from .common.client.errors import PushError
from .const import DOMAIN
from .coordinator import MistyCoordinator, as_home_assistant_error
from .image import FACE_SHOWN, PICTURE_TAKEN
from .notify import speakable
from .playback import async_play_to_end, async_url_for
from .topics import SPEECH_DONE, VOICE

DEVICE: dict[Any, Any] = {vol.Required(CONF_DEVICE_ID): cv.string}
SPEECH_SECONDS = 120.0
CAPTURE_SECONDS = 45.0
# A camera among Home Assistant's media, and what its picture is called on the robot.
CAMERA = "media-source://camera/"
STILL = "home_assistant_camera.jpg"
UPLOAD_LIMIT = 6 * 1024 * 1024
KINDS = {"image": "images", "audio": "audio", "video": "videos"}

SPEAK = {
    vol.Required("text"): cv.string,
    vol.Optional("flush", default=False): cv.boolean,
    vol.Optional("wait", default=False): cv.boolean,
}
STOP = {vol.Optional("hold"): cv.boolean, vol.Optional("all_motors", default=False): cv.boolean}
MOVE_HEAD = {
    **{vol.Optional(axis): vol.Coerce(float) for axis in ("pitch", "roll", "yaw")},
    vol.Exclusive("velocity", "speed"): vol.Coerce(float),
    vol.Exclusive("duration", "speed"): vol.Coerce(float),
    vol.Optional("units"): cv.string,
}
DISPLAY_IMAGE = {
    vol.Exclusive("file_name", "source"): cv.string,
    vol.Exclusive("media_content_id", "source"): cv.string,
    vol.Optional("alpha"): vol.Coerce(float),
    vol.Optional("layer"): cv.string,
}
DISPLAY_SETTINGS = {vol.Required("revert_to_default", default=True): cv.boolean}
PLAY_AUDIO = {
    vol.Required("media_content_id"): cv.string,
    vol.Optional("volume"): vol.Coerce(int),
    vol.Optional("wait", default=False): cv.boolean,
}
TAKE_PICTURE = {
    vol.Optional("file_name"): cv.string,
    vol.Optional("width", default=640): vol.Coerce(int),
    vol.Optional("height", default=480): vol.Coerce(int),
    vol.Optional("display_on_screen"): cv.boolean,
    vol.Optional("overwrite_existing"): cv.boolean,
    vol.Optional("path"): cv.string,
}
CAPTURE_SPEECH = {
    vol.Optional("require_key_phrase", default=False): cv.boolean,
    vol.Optional("silence_timeout"): vol.Coerce(int),
    vol.Optional("max_speech_length"): vol.Coerce(int),
    vol.Optional("speech_recognition_grammar"): cv.string,
}
SET_HAZARDS = {
    vol.Optional("disable_bump_sensors"): cv.boolean,
    vol.Optional("disable_time_of_flights"): cv.boolean,
    vol.Optional("bump_sensors"): {vol.In(BUMP_SENSORS): cv.boolean},
    vol.Optional("distance_thresholds"): {
        vol.In([*RANGE_SENSORS, *EDGE_SENSORS]): vol.All(vol.Coerce(float), vol.Range(0, 2))
    },
}
UPLOAD_ASSET = {
    vol.Required("kind"): vol.In(list(KINDS)),
    vol.Required("file_name"): cv.string,
    vol.Exclusive("path", "source"): cv.string,
    vol.Exclusive("media_content_id", "source"): cv.string,
    vol.Optional("immediately_apply"): cv.boolean,
    vol.Optional("overwrite_existing"): cv.boolean,
}
SEND_COMMAND = {
    vol.Required("method"): vol.All(vol.Upper, vol.In(["GET", "POST", "DELETE"])),
    vol.Required("endpoint"): cv.string,
    vol.Optional("arguments", default=dict): {cv.string: object},
}

type Handler = Callable[[ServiceCall, MistyCoordinator], Awaitable[ServiceResponse]]


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""

    def register(
        name: str, handler: Handler, fields: dict[Any, Any], response: SupportsResponse, *, admin: bool = False
    ) -> None:
        register_one = partial(async_register_admin_service, hass) if admin else hass.services.async_register
        register_one(DOMAIN, name, partial(_handle, handler), vol.Schema({**DEVICE, **fields}), response)

    for action in ACTIONS:
        response = SupportsResponse.ONLY if action.answers else SupportsResponse.NONE
        register(action.name, partial(_simple, action), action.schema(), response, admin=action.admin)
    for name, handler, fields, response in SPECIAL:
        register(name, handler, fields, response)
    # Admins only: these reach the robot's network, software and files.
    for name, handler, fields in ADMIN:
        register(name, handler, fields, SupportsResponse.OPTIONAL, admin=True)


async def _handle(handler: Handler, call: ServiceCall) -> ServiceResponse:
    response = await handler(call, _robot(call))
    return response if call.return_response else None


def _robot(call: ServiceCall) -> MistyCoordinator:
    """Return the robot of the device that an action names."""
    robot: MistyCoordinator = target_of(call)[0].runtime_data
    return robot


def _given(call: ServiceCall, **names: str) -> dict[str, Any]:
    """Return the command's arguments of the fields that were given: argument name = field name."""
    return {argument: call.data[name] for argument, name in names.items() if name in call.data}


async def _simple(action: Action, call: ServiceCall, robot: MistyCoordinator) -> ServiceResponse:
    result = await robot.async_command(action.method, action.path, action.arguments(call.data))
    return {"result": result}


async def _speak(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Speak with the robot's own voice, and wait for the end when asked to."""
    utterance = f"ha_{uuid4().hex}"
    arguments = {"text": speakable(call.data["text"]), "flush": call.data["flush"], "utteranceId": utterance}
    if not call.data["wait"]:
        await robot.async_post("tts/speak", **arguments)
        return
    async with robot.async_expecting(
        SPEECH_DONE, lambda event: event.values.get("utteranceId") in (utterance, None)
    ) as ended:
        await robot.async_post("tts/speak", **arguments)
        event = await _soon(ended, SPEECH_SECONDS)
    if event.values.get("error"):
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="speech_interrupted")


async def _stop(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Stop driving, or every motor."""
    if call.data["all_motors"]:
        await robot.async_post("halt")
    else:
        await robot.async_post("drive/stop", **_given(call, hold="hold"))


async def _move_head(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Move the head; with the default speed unless one is given."""
    fields = ("pitch", "roll", "yaw", "velocity", "duration", "units")
    arguments = _given(call, **{name: name for name in fields})
    if "velocity" not in arguments and "duration" not in arguments:
        arguments["velocity"] = 50
    await robot.async_post("head", **arguments)


async def _display_image(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Show a stored image, or one of Home Assistant's media."""
    arguments = _given(call, fileName="file_name", alpha="alpha", layer="layer")
    if media_id := call.data.get("media_content_id"):
        if media_id.startswith(CAMERA):
            arguments["fileName"] = await _store_still(call.hass, robot, media_id.removeprefix(CAMERA))
        else:
            arguments |= {"fileName": await async_url_for(call.hass, media_id), "isURL": True}
    await robot.async_post("images/display", **arguments)
    if "isURL" not in arguments and "layer" not in arguments:
        robot.fire(FACE_SHOWN, arguments["fileName"])


async def _store_still(hass: HomeAssistant, robot: MistyCoordinator, entity_id: str) -> str:
    """Store a camera's picture on the robot, which cannot show a stream; return its name there."""
    still = await async_get_image(hass, entity_id)
    data = base64.b64encode(still.content).decode()
    await robot.async_post("images", fileName=STILL, data=data, width=480, height=272, overwriteExisting=True)
    return STILL


async def _display_settings(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Take every layer off the screen."""
    await robot.async_post("display/settings", revertToDefault=call.data["revert_to_default"])


async def _play_audio(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Play a stored sound or an address, and wait for its end when asked to."""
    name = call.data["media_content_id"]
    if "/" in name:
        name = await async_url_for(call.hass, name)
    if "volume" in call.data:
        await robot.async_post("audio/volume", volume=call.data["volume"])
    if call.data["wait"]:
        await async_play_to_end(robot, name)
    else:
        await robot.async_post("audio/play", fileName=name)


async def _take_picture(call: ServiceCall, robot: MistyCoordinator) -> ServiceResponse:
    """Take a picture; it becomes the last picture, and a file where a path is given."""
    arguments = _given(
        call,
        fileName="file_name",
        width="width",
        height="height",
        displayOnScreen="display_on_screen",
        overwriteExisting="overwrite_existing",
    )
    path = call.data.get("path")
    if path is not None and not call.hass.config.is_allowed_path(path):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="path_not_allowed", translation_placeholders={"path": path}
        )
    try:
        picture = await robot.client.file("cameras/rgb", arguments)
    except PushError as error:
        raise as_home_assistant_error(error) from None
    robot.fire(PICTURE_TAKEN, picture)
    if path is not None:
        await call.hass.async_add_executor_job(Path(path).write_bytes, picture.content)
    # The robot turns its picture upright.
    return {
        "content_type": picture.content_type,
        "size": len(picture.content),
        "width": call.data["height"],
        "height": call.data["width"],
        "file_name": call.data.get("file_name"),
    }


async def _capture_speech(call: ServiceCall, robot: MistyCoordinator) -> ServiceResponse:
    """Record what somebody says and answer with the recording's name, and its text where the robot recognises it."""
    arguments = _given(
        call,
        requireKeyPhrase="require_key_phrase",
        silenceTimeout="silence_timeout",
        maxSpeechLength="max_speech_length",
        speechRecognitionGrammar="speech_recognition_grammar",
    )
    async with robot.async_expecting(VOICE, lambda _: True) as ended:
        await robot.async_post("audio/speech/capture", **arguments)
        event = await _soon(ended, CAPTURE_SECONDS)
    return {
        "success": bool(event.values["success"]),
        "text": _words(event, "speechRecognitionResult"),
        "file_name": _words(event, "filename"),
        "message": _words(event, "errorMessage"),
    }


def _words(event: Event, name: str) -> str | None:
    value = event.values.get(name)
    return value if isinstance(value, str) and value else None


async def _set_hazards(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Choose which sensors stop the robot, until it restarts."""
    arguments = _given(call, disableBumpSensors="disable_bump_sensors", disableTimeOfFlights="disable_time_of_flights")
    distances = RANGE_SENSORS | EDGE_SENSORS
    if bumps := call.data.get("bump_sensors"):
        arguments["bumpSensorsEnabled"] = [
            {"sensorName": f"Bump_{BUMP_SENSORS[sensor]}", "enabled": enabled} for sensor, enabled in bumps.items()
        ]
    if thresholds := call.data.get("distance_thresholds"):
        arguments["timeOfFlightThresholds"] = [
            {"sensorName": f"TOF_{distances[sensor]}", "threshold": metres} for sensor, metres in thresholds.items()
        ]
    await robot.async_post("hazard/updatebasesettings", **arguments)
    await robot.async_refresh_slow()


async def _upload_asset(call: ServiceCall, robot: MistyCoordinator) -> ServiceResponse:
    """Store a file of Home Assistant's on the robot."""
    hass = call.hass
    if path := call.data.get("path"):
        if not hass.config.is_allowed_path(path):
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="path_not_allowed", translation_placeholders={"path": path}
            )
        content = await hass.async_add_executor_job(_read, Path(path))
    elif media_id := call.data.get("media_content_id"):
        content = await _download(hass, await _allowed_url(hass, media_id))
    else:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_source")
    result = await robot.async_command(
        "POST",
        KINDS[call.data["kind"]],
        {
            "data": base64.b64encode(content).decode(),
            **_given(
                call,
                fileName="file_name",
                immediatelyApply="immediately_apply",
                overwriteExisting="overwrite_existing",
            ),
        },
    )
    return {"result": result}


async def _send_command(call: ServiceCall, robot: MistyCoordinator) -> ServiceResponse:
    """Send any command; a file comes back as base64."""
    result = await robot.async_command(call.data["method"], call.data["endpoint"].strip("/"), call.data["arguments"])
    if isinstance(result, File):
        result = {"content_type": result.content_type, "base64": base64.b64encode(result.content).decode()}
    if call.data["method"] != "GET":
        await robot.async_refresh_slow()
    return {"result": result}


async def _soon(future: asyncio.Future[Event], seconds: float) -> Event:
    try:
        async with asyncio.timeout(seconds):
            return await future
    except TimeoutError:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="no_event") from None


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > UPLOAD_LIMIT:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="too_large")
        return path.read_bytes()
    except OSError:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="cannot_read", translation_placeholders={"path": str(path)}
        ) from None


async def _allowed_url(hass: HomeAssistant, media_id: str) -> str:
    """Return where Home Assistant fetches a medium: one of its own, or an address that it may use."""
    url = await async_url_for(hass, media_id)
    is_own = is_media_source_id(media_id) or is_hass_url(hass, url)
    if not is_own and not hass.config.is_allowed_external_url(url):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="url_not_allowed")
    return url


async def _download(hass: HomeAssistant, url: str) -> bytes:
    session = async_get_clientsession(hass)
    try:
        # A redirect could lead to where Home Assistant may not go.
        async with asyncio.timeout(30), session.get(url, allow_redirects=False) as response:
            content = await _content(response)
    except Exception:  # whatever goes wrong, the address must not be in the message
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="cannot_fetch") from None
    if len(content) > UPLOAD_LIMIT:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="too_large")
    return content


async def _content(response: ClientResponse) -> bytes:
    """Return what was fetched, of what is too large only the beginning. Raises ValueError."""
    if response.status != HTTPStatus.OK:
        raise ValueError(f"status {response.status}")
    content = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        content += chunk
        if len(content) > UPLOAD_LIMIT:
            break
    return bytes(content)


SPECIAL: tuple[tuple[str, Any, dict[Any, Any], SupportsResponse], ...] = (
    ("speak", _speak, SPEAK, SupportsResponse.NONE),
    ("stop", _stop, STOP, SupportsResponse.NONE),
    ("move_head", _move_head, MOVE_HEAD, SupportsResponse.NONE),
    ("display_image", _display_image, DISPLAY_IMAGE, SupportsResponse.NONE),
    ("display_settings", _display_settings, DISPLAY_SETTINGS, SupportsResponse.NONE),
    ("play_audio", _play_audio, PLAY_AUDIO, SupportsResponse.NONE),
    ("take_picture", _take_picture, TAKE_PICTURE, SupportsResponse.OPTIONAL),
    ("capture_speech", _capture_speech, CAPTURE_SPEECH, SupportsResponse.ONLY),
    ("set_hazards", _set_hazards, SET_HAZARDS, SupportsResponse.NONE),
)
ADMIN: tuple[tuple[str, Any, dict[Any, Any]], ...] = (
    ("upload_asset", _upload_asset, UPLOAD_ASSET),
    ("send_command", _send_command, SEND_COMMAND),
)
