"""Actions of Iottly: commands, message history, firmware, names."""

from typing import Any

from homeassistant.const import ATTR_NAME, CONF_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .api import DeploymentGroup, Message, MessageKind
from .commands import async_send, async_send_and_wait
from .common.actions import moment, target_of
from .common.dashboard import register_dashboard_action
from .common.history.run import register_import_history
from .const import CONF_CMD_TYPE, CONF_VALUES, DOMAIN
from .coordinator import IottlyCoordinator, PartKind
from .message_store import Fact, Key

SERVICE_SEND_COMMAND = "send_command"
SERVICE_GET_MESSAGES = "get_messages"
SERVICE_FLASH_FIRMWARE = "flash_firmware"
SERVICE_OFFER_REVISION = "offer_revision"
SERVICE_RENAME_BOARD = "rename_board"

ATTR_WAIT = "wait"
ATTR_ANSWER = "answer"
ATTR_START = "start"
ATTR_END = "end"
ATTR_TYPE = "type"
ATTR_LIMIT = "limit"
ATTR_QUERY = "query"
ATTR_REVISION = "revision"

DEVICE: dict[vol.Marker, object] = {vol.Required(CONF_DEVICE_ID): cv.string}

SEND_COMMAND = vol.Schema(
    {
        **DEVICE,
        vol.Required(CONF_CMD_TYPE): vol.All(cv.string, vol.Length(min=1)),
        vol.Optional(CONF_VALUES, default=dict): {cv.string: object},
        vol.Optional(ATTR_WAIT, default=0): vol.All(vol.Coerce(float), vol.Range(0, 120)),
        vol.Optional(ATTR_ANSWER): cv.string,
    }
)
GET_MESSAGES = vol.Schema(
    {
        **DEVICE,
        vol.Optional(ATTR_START): moment,
        vol.Optional(ATTR_END): moment,
        vol.Optional(ATTR_TYPE): vol.Coerce(MessageKind),
        vol.Optional(ATTR_LIMIT, default=10): vol.All(vol.Coerce(int), vol.Range(1, 10_000)),
        vol.Optional(ATTR_QUERY): {cv.string: object},
    }
)
FLASH_FIRMWARE = vol.Schema(DEVICE)
OFFER_REVISION = vol.Schema({**DEVICE, vol.Required(ATTR_REVISION): vol.All(cv.string, vol.Length(min=1, max=255))})
RENAME_BOARD = vol.Schema({**DEVICE, vol.Required(ATTR_NAME): vol.All(cv.string, vol.Length(min=1, max=255))})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    register_dashboard_action(hass, DOMAIN)
    register_import_history(hass, DOMAIN)
    hass.services.async_register(DOMAIN, SERVICE_GET_MESSAGES, _get_messages, GET_MESSAGES, SupportsResponse.ONLY)
    # Admins only: these send any command, and change the firmware and the names of boards.
    async_register_admin_service(
        hass, DOMAIN, SERVICE_SEND_COMMAND, _send_command, SEND_COMMAND, SupportsResponse.OPTIONAL
    )
    async_register_admin_service(hass, DOMAIN, SERVICE_FLASH_FIRMWARE, _flash_firmware, FLASH_FIRMWARE)
    async_register_admin_service(hass, DOMAIN, SERVICE_OFFER_REVISION, _offer_revision, OFFER_REVISION)
    async_register_admin_service(hass, DOMAIN, SERVICE_RENAME_BOARD, _rename_board, RENAME_BOARD)


async def _send_command(call: ServiceCall) -> ServiceResponse:
    """Send a command; with `wait`, return the board's answer."""
    coordinator, board = _target(call, PartKind.BOARD)
    cmd_type, values, wait = call.data[CONF_CMD_TYPE], call.data[CONF_VALUES], call.data[ATTR_WAIT]
    if not wait:
        await async_send(coordinator, board, cmd_type, values)
        return {ATTR_ANSWER: None} if call.return_response else None
    name = call.data.get(ATTR_ANSWER, cmd_type)
    answer = await async_send_and_wait(
        coordinator, board, cmd_type, values, lambda message: message.mentions(name), wait
    )
    return {ATTR_ANSWER: _response(answer)} if call.return_response else None


async def _get_messages(call: ServiceCall) -> ServiceResponse:
    """Return a board's messages: the latest ones, or those between two times."""
    coordinator, board = _target(call, PartKind.BOARD)
    client, data = coordinator.client, call.data
    limit, kind = data[ATTR_LIMIT], data.get(ATTR_TYPE)
    if ATTR_START not in data and ATTR_END not in data:
        messages = await coordinator.async_call(client.messages(board, count=limit, query=data.get(ATTR_QUERY)))
        messages = [message for message in messages if kind in (None, message.kind)]
    elif ATTR_QUERY in data:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="query_and_dates")
    else:
        end = data.get(ATTR_END) or dt_util.utcnow()
        start = data.get(ATTR_START) or dt_util.utc_from_timestamp(0)
        messages = await coordinator.async_call(client.history(board, start=start, end=end, kind=kind, limit=limit))
    return {"messages": [_response(message) for message in messages]}


async def _flash_firmware(call: ServiceCall) -> None:
    """Deploy a group's branch to its boards."""
    coordinator, group = _target(call, PartKind.GROUP)
    await coordinator.deployer.start(group)


async def _offer_revision(call: ServiceCall) -> None:
    """Set the newest revision of a group's branch, because Iottly's API does not return it."""
    coordinator, group_id = _target(call, PartKind.GROUP)
    group: DeploymentGroup = coordinator.data[Key(group_id, Fact.GROUP)]
    if group.branch is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_branch")
    coordinator.async_offer(group, call.data[ATTR_REVISION])


async def _rename_board(call: ServiceCall) -> None:
    """Rename a board at Iottly."""
    coordinator, board = _target(call, PartKind.BOARD)
    await coordinator.async_rename(board, call.data[ATTR_NAME])


def _target(call: ServiceCall, kind: PartKind) -> tuple[IottlyCoordinator, str]:
    """Return the project of an action's device, and the id of the board or group that the device is."""
    entry, device = target_of(call)
    coordinator: IottlyCoordinator = entry.runtime_data
    part = coordinator.devices.part_of(device.id)
    if part is None or part.kind is not kind:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key=f"not_a_{kind}")
    return coordinator, part.id


def _response(message: Message) -> dict[str, Any]:
    """Return a message as JSON for a response."""
    return {
        ATTR_TYPE: message.kind.value,
        "payload": dict(message.payload),
        "timestamp": message.timestamp.isoformat(),
        "devicetimestamp": message.device_timestamp.isoformat() if message.device_timestamp else None,
    }
