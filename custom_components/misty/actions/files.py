"""Actions for administrators: storing and deleting files, and sending any command."""

import asyncio
import base64
from http import HTTPStatus
from pathlib import Path

from homeassistant.components.media_source import is_media_source_id
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.network import is_hass_url
import voluptuous as vol

from ..api import File
from ..common.client.errors import InvalidAnswer
from ..common.client.wire import read_body
from ..const import DOMAIN
from ..coordinator import MistyCoordinator
from ..playback import async_url_for
from ..stored import SHELVES, is_file_name, parse_place
from .model import MEDIA, Action, given

UPLOAD_LIMIT = 6 * 1024 * 1024
DOWNLOAD_SECONDS = 30.0
KINDS = {"image": "images", "audio": "audio", "video": "videos"}
# The endpoint that deletes a kind of files, and the argument for the name.
DELETED = {kind: (path, "fileName") for kind, path in KINDS.items()} | {"recording": ("videos/recordings", "name")}

UPLOAD_ASSET = {
    vol.Required("kind"): vol.In(list(KINDS)),
    vol.Required("file_name"): cv.string,
    vol.Exclusive("path", "source"): cv.string,
    vol.Exclusive("media_content_id", "source"): MEDIA,
    vol.Optional("immediately_apply"): cv.boolean,
    vol.Optional("overwrite_existing"): cv.boolean,
}
DELETE_ASSET = {
    vol.Exclusive("media_content_id", "source"): MEDIA,
    vol.Exclusive("file_name", "source"): cv.string,
    vol.Optional("kind"): vol.In(list(DELETED)),
}
SEND_COMMAND = {
    vol.Required("method"): vol.All(vol.Upper, vol.In(["GET", "POST", "DELETE"])),
    vol.Required("endpoint"): cv.string,
    vol.Optional("arguments", default=dict): {cv.string: object},
}


async def _upload_asset(call: ServiceCall, robot: MistyCoordinator) -> ServiceResponse:
    """Store a local file or a medium on the robot."""
    hass = call.hass
    if path := call.data.get("path"):
        check_path(hass, path)
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
            **given(
                call,
                fileName="file_name",
                immediatelyApply="immediately_apply",
                overwriteExisting="overwrite_existing",
            ),
        },
    )
    return {"result": result}


async def _delete_asset(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Delete a file on the robot, by its name or its media id."""
    if media_id := call.data.get("media_content_id"):
        shelf, name = _own_file(robot, media_id)
        path, arguments = SHELVES[shelf].path, SHELVES[shelf].arguments(name)
    elif "kind" in call.data and "file_name" in call.data:
        path, argument = DELETED[call.data["kind"]]
        arguments = {argument: call.data["file_name"]}
    else:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_file")
    await robot.async_command("DELETE", path, arguments)


def _own_file(robot: MistyCoordinator, media_id: str) -> tuple[str, str]:
    """Return the shelf and the name of a media id of this robot. Raises ServiceValidationError for any other id."""
    place = parse_place(media_id.removeprefix(f"media-source://{DOMAIN}/"))
    if place.entry_id != robot.config_entry.entry_id or place.shelf not in SHELVES or not is_file_name(place.name):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_such_file")
    return place.shelf, place.name


async def _send_command(call: ServiceCall, robot: MistyCoordinator) -> ServiceResponse:
    """Send any command. A file is returned in base64, any other result is redacted, because traces contain it."""
    result = await robot.async_command(call.data["method"], call.data["endpoint"].strip("/"), call.data["arguments"])
    if isinstance(result, File):
        result = {"content_type": result.content_type, "base64": base64.b64encode(result.content).decode()}
    else:
        # In the executor, because a map may have a million cells.
        result = await call.hass.async_add_executor_job(robot.client.redactor.value, result)
    if call.data["method"] != "GET":
        await robot.async_refresh_slow()
    return {"result": result}


def _read(path: Path) -> bytes:
    content = b""
    try:
        # Reading a pipe could block for ever, and a file may grow while it is read.
        if path.is_file():
            with path.open("rb") as file:
                content = file.read(UPLOAD_LIMIT + 1)
    except OSError, ValueError:
        pass  # The error below covers this.
    if not content:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="cannot_read", translation_placeholders={"path": str(path)}
        )
    if len(content) > UPLOAD_LIMIT:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="too_large")
    return content


async def _allowed_url(hass: HomeAssistant, media_id: str) -> str:
    """Return the URL of a medium of Home Assistant, or an allowed external URL."""
    url = await async_url_for(hass, media_id)
    is_own = is_media_source_id(media_id) or is_hass_url(hass, url)
    if not is_own and not hass.config.is_allowed_external_url(url):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="url_not_allowed")
    return url


async def _download(hass: HomeAssistant, url: str) -> bytes:
    session = async_get_clientsession(hass)
    try:
        # A redirect could lead to a URL that is not allowed.
        async with asyncio.timeout(DOWNLOAD_SECONDS), session.get(url, allow_redirects=False) as response:
            content = await read_body(response, UPLOAD_LIMIT) if response.status == HTTPStatus.OK else None
    except InvalidAnswer:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="too_large") from None
    except Exception:  # The text of the exception may contain the signed URL.
        content = None
    if not content:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="cannot_fetch")
    return content


@callback
def check_path(hass: HomeAssistant, path: str) -> None:
    """Raise ServiceValidationError if a path is not allowed."""
    try:
        is_allowed = hass.config.is_allowed_path(path)
    except OSError, ValueError:  # For instance a NUL inside.
        is_allowed = False
    if not is_allowed:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="path_not_allowed", translation_placeholders={"path": path}
        )


FILE_ACTIONS = (
    Action("upload_asset", _upload_asset, UPLOAD_ASSET, SupportsResponse.OPTIONAL, admin=True),
    Action("delete_asset", _delete_asset, DELETE_ASSET, admin=True),
    Action("send_command", _send_command, SEND_COMMAND, SupportsResponse.OPTIONAL, admin=True),
)
