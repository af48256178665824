"""Actions for the robot's screen and its camera."""

import base64
from pathlib import Path
import re

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.camera import async_get_image
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import config_validation as cv
import voluptuous as vol
from yarl import URL

from ..common.client.images import SUFFIXES, image_type
from ..const import DOMAIN
from ..coordinator import MistyCoordinator
from ..playback import async_url_for
from ..topics import PICTURE_TAKEN
from .files import check_path
from .model import MEDIA, Action, given

# The beginning of the media ids of cameras, and the file name of a still on the robot.
CAMERA = "media-source://camera/"
STILL = "home_assistant_camera.jpg"
# Media, and paths without escapes, with the picture of an entity.
MEDIUM_OF_ENTITY = re.compile(r"media-source://(?:camera|image)/([^/?]+)")
PATH_OF_ENTITY = re.compile(r"/api/(?:camera_proxy|camera_proxy_stream|image_proxy)/([^/]+)")

DISPLAY_IMAGE = {
    vol.Exclusive("file_name", "source"): cv.string,
    vol.Exclusive("media_content_id", "source"): MEDIA,
    vol.Optional("alpha"): vol.Coerce(float),
    vol.Optional("layer"): cv.string,
}
DISPLAY_SETTINGS = {vol.Required("revert_to_default", default=True): cv.boolean}
TAKE_PICTURE = {
    vol.Optional("file_name"): cv.string,
    vol.Optional("width", default=640): vol.Coerce(int),
    vol.Optional("height", default=480): vol.Coerce(int),
    vol.Optional("display_on_screen"): cv.boolean,
    vol.Optional("overwrite_existing"): cv.boolean,
    vol.Optional("path"): cv.string,
}


async def _display_image(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Show a stored image or a medium."""
    arguments = given(call, fileName="file_name", alpha="alpha", layer="layer")
    if media_id := call.data.get("media_content_id"):
        if picture := MEDIUM_OF_ENTITY.match(media_id) or PATH_OF_ENTITY.match(_path_of(media_id)):
            await _check_permission(call, picture[1])
        if media_id.startswith(CAMERA):
            arguments["fileName"] = await _store_still(call.hass, robot, media_id.removeprefix(CAMERA))
        else:
            arguments |= {"fileName": await async_url_for(call.hass, media_id), "isURL": True}
    if "fileName" not in arguments:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_image")
    await robot.async_post("images/display", **arguments)


def _path_of(media_id: str) -> str:
    """Return the path of an address without escapes, as the web server of Home Assistant reads it."""
    try:
        return URL(media_id).path
    except ValueError:
        return ""


async def _check_permission(call: ServiceCall, entity_id: str) -> None:
    """Raise Unauthorized if the user of a call may not see an entity."""
    if call.context.user_id is None:
        return
    if (user := await call.hass.auth.async_get_user(call.context.user_id)) is None:
        raise UnknownUser(context=call.context)
    if not user.permissions.check_entity(entity_id, POLICY_READ):
        raise Unauthorized(context=call.context, entity_id=entity_id, permission=POLICY_READ)


async def _store_still(hass: HomeAssistant, robot: MistyCoordinator, entity_id: str) -> str:
    """Store a still of a camera on the robot, which cannot show a stream, and return its file name."""
    still = await async_get_image(hass, entity_id)
    data = base64.b64encode(still.content).decode()
    await robot.async_post("images", fileName=STILL, data=data, width=480, height=272, overwriteExisting=True)
    return STILL


async def _display_settings(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Remove every layer from the screen."""
    await robot.async_post("display/settings", revertToDefault=call.data["revert_to_default"])


async def _take_picture(call: ServiceCall, robot: MistyCoordinator) -> ServiceResponse:
    """Take a picture for the image entity, and save it if the call has a path."""
    arguments = given(
        call,
        fileName="file_name",
        width="width",
        height="height",
        displayOnScreen="display_on_screen",
        overwriteExisting="overwrite_existing",
    )
    path = call.data.get("path")
    if path is not None:
        _check_picture_path(call.hass, path)
    picture = await robot.async_call(robot.client.picture("cameras/rgb", arguments))
    robot.fire(PICTURE_TAKEN, picture)
    if path is not None:
        await call.hass.async_add_executor_job(_write, Path(path), picture.content)
    # The robot rotates its pictures.
    return {
        "content_type": picture.content_type,
        "size": len(picture.content),
        "width": call.data["height"],
        "height": call.data["width"],
        "file_name": call.data.get("file_name"),
    }


def _check_picture_path(hass: HomeAssistant, path: str) -> None:
    check_path(hass, path)
    if not any(Path(path).suffix.lower() in suffixes for suffixes in SUFFIXES.values()):
        raise _refused("not_a_picture", path)


def _write(path: Path, content: bytes) -> None:
    """Write a picture to a path with a matching suffix. An existing file is replaced only if it is a picture."""
    if path.suffix.lower() not in SUFFIXES[image_type(content) or ""]:
        raise _refused("not_a_picture", str(path))
    try:
        if path.exists() or path.is_symlink():
            if not path.is_file():  # a pipe, or a dangling link to a path that may not be allowed
                raise _refused("cannot_write", str(path))
            with path.open("rb") as file:
                is_picture = image_type(file.read(16)) is not None
            if not is_picture:
                raise _refused("not_a_picture", str(path))
        path.write_bytes(content)
    except OSError, ValueError:
        raise _refused("cannot_write", str(path)) from None


def _refused(key: str, path: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders={"path": path}
    )


PICTURE_ACTIONS = (
    Action("display_image", _display_image, DISPLAY_IMAGE),
    Action("display_settings", _display_settings, DISPLAY_SETTINGS),
    Action("take_picture", _take_picture, TAKE_PICTURE, SupportsResponse.OPTIONAL),
)
