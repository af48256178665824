"""Actions of Rotoclear: tags, state variables, moves and views of the heads."""

from datetime import datetime
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID, CONF_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.service import async_register_admin_service
import voluptuous as vol

from .common.actions import moment, target_of
from .common.dashboard import register_dashboard_action
from .const import ATTR_CREATION_TIME, ATTR_NOTE, ATTR_TITLE, ATTR_UNIT, DOMAIN, EVENT_TAG
from .coordinator import UNIT, PartKind, RotoclearCoordinator
from .structures import accounts, plain

SERVICE_CREATE_TAG = "create_tag"
SERVICE_SET_STATE = "set_state"
SERVICE_GET_STATE = "get_state"
SERVICE_MOVE_VIEW = "move_view"
SERVICE_SAVE_VIEW = "save_view"
SERVICE_RENAME_VIEW = "rename_view"
SERVICE_DELETE_VIEW = "delete_view"

ATTR_VALUES = "values"
ATTR_KEYS = "keys"
ATTR_X = "x"
ATTR_Y = "y"
ATTR_ZOOM = "zoom"
ATTR_NAME = "name"
ATTR_NEW_NAME = "new_name"

ACCOUNTS = "userAuthentication"

DEVICE: dict[Any, Any] = {vol.Required(CONF_DEVICE_ID): cv.string}
# In the YAML of a dashboard an entity id is easier to read than a device id.
HEAD: dict[Any, Any] = {vol.Optional(CONF_DEVICE_ID): cv.string, vol.Optional(ATTR_ENTITY_ID): cv.entity_id}
ONE_HEAD = cv.has_at_least_one_key(CONF_DEVICE_ID, ATTR_ENTITY_ID)
KEY = vol.All(cv.string, vol.Match(r"^\w{1,64}$"))
STEP = vol.All(vol.Coerce(float), vol.Range(-100, 100))

CREATE_TAG = vol.Schema(
    {
        **DEVICE,
        vol.Optional(ATTR_TITLE): cv.string,
        vol.Optional(ATTR_NOTE): cv.string,
        vol.Optional(ATTR_CREATION_TIME): moment,
    }
)
SET_STATE = vol.Schema({**DEVICE, vol.Required(ATTR_VALUES): vol.All({cv.string: object}, vol.Length(min=1))})
GET_STATE = vol.Schema({**DEVICE, vol.Optional(ATTR_KEYS, default=list): vol.All(cv.ensure_list, [KEY])})
MOVE_VIEW = vol.All(
    vol.Schema(
        {
            **HEAD,
            vol.Optional(ATTR_X): STEP,
            vol.Optional(ATTR_Y): STEP,
            vol.Optional(ATTR_ZOOM): vol.All(vol.Coerce(int), vol.Range(-31424, 31424)),
        }
    ),
    ONE_HEAD,
    cv.has_at_least_one_key(ATTR_X, ATTR_Y, ATTR_ZOOM),
)
NAME: dict[Any, Any] = {**HEAD, vol.Required(ATTR_NAME): cv.string}
NAMED_VIEW = vol.All(vol.Schema(NAME), ONE_HEAD)
RENAME_VIEW = vol.All(vol.Schema({**NAME, vol.Required(ATTR_NEW_NAME): cv.string}), ONE_HEAD)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    register = hass.services.async_register
    register_dashboard_action(hass, DOMAIN)
    register(DOMAIN, SERVICE_CREATE_TAG, _create_tag, CREATE_TAG)
    # For administrators only: it can change network settings and accounts of the unit.
    async_register_admin_service(hass, DOMAIN, SERVICE_SET_STATE, _set_state, SET_STATE, SupportsResponse.OPTIONAL)
    register(DOMAIN, SERVICE_GET_STATE, _get_state, GET_STATE, SupportsResponse.ONLY)
    register(DOMAIN, SERVICE_MOVE_VIEW, _move_view, MOVE_VIEW)
    register(DOMAIN, SERVICE_SAVE_VIEW, _save_view, NAMED_VIEW)
    register(DOMAIN, SERVICE_RENAME_VIEW, _rename_view, RENAME_VIEW)
    register(DOMAIN, SERVICE_DELETE_VIEW, _delete_view, NAMED_VIEW)


async def _create_tag(call: ServiceCall) -> None:
    """Create a tag in the Visual Backup."""
    coordinator, _ = _target(call)
    tag: dict[str, Any] = {name: call.data[name] for name in (ATTR_TITLE, ATTR_NOTE) if name in call.data}
    if created := call.data.get(ATTR_CREATION_TIME):
        tag["creationTime"] = int(created.timestamp())
    await coordinator.async_set({"createTag": tag})
    if any(tag.get(name) for name in (ATTR_TITLE, ATTR_NOTE)):
        unit = {CONF_DEVICE_ID: coordinator.devices.get(UNIT).id, ATTR_UNIT: coordinator.name}
        call.hass.bus.async_fire(EVENT_TAG, {**unit, **_words(call)}, context=call.context)


def _words(call: ServiceCall) -> dict[str, str]:
    """Return the fields of a tag for the event data."""
    names = (ATTR_TITLE, ATTR_NOTE, ATTR_CREATION_TIME)
    fields = {name: call.data[name] for name in names if name in call.data}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()}


async def _set_state(call: ServiceCall) -> ServiceResponse:
    """Set variables."""
    coordinator, _ = _target(call)
    answer = await coordinator.async_set(call.data[ATTR_VALUES])
    return {ATTR_VALUES: plain(answer)} if call.return_response else None


async def _get_state(call: ServiceCall) -> ServiceResponse:
    """Return the current variables; other users than administrators do not get accounts."""
    coordinator, _ = _target(call)
    answer = await coordinator.async_call(coordinator.client.get_state(call.data[ATTR_KEYS]))
    user = await call.hass.auth.async_get_user(call.context.user_id) if call.context.user_id else None
    if user is not None and not user.is_admin and ACCOUNTS in answer:
        answer[ACCOUNTS] = accounts(answer[ACCOUNTS])
    return {ATTR_VALUES: plain(answer)}


async def _move_view(call: ServiceCall) -> None:
    """Move the zoom or pan of a head by a difference."""
    coordinator, head = _head(call)
    values: dict[str, Any] = {}
    if ATTR_X in call.data or ATTR_Y in call.data:
        values[f"pan{head}"] = {"x": call.data.get(ATTR_X, 0), "y": call.data.get(ATTR_Y, 0)}
    if ATTR_ZOOM in call.data:
        values[f"zoom{head}"] = call.data[ATTR_ZOOM]
    await coordinator.async_set(values)


async def _save_view(call: ServiceCall) -> None:
    """Save the current view of a head."""
    coordinator, head = _head(call)
    await coordinator.async_save_view(head, call.data[ATTR_NAME].strip())


async def _rename_view(call: ServiceCall) -> None:
    """Rename a view of a head."""
    coordinator, head = _head(call)
    await coordinator.views.async_rename(head, call.data[ATTR_NAME].strip(), call.data[ATTR_NEW_NAME].strip())


async def _delete_view(call: ServiceCall) -> None:
    """Delete a view of a head."""
    coordinator, head = _head(call)
    await coordinator.views.async_delete(head, call.data[ATTR_NAME].strip())


def _head(call: ServiceCall) -> tuple[RotoclearCoordinator, int]:
    """Return the coordinator and the head of a call. Raises ServiceValidationError if it targets no head."""
    coordinator, head = _target(call)
    if head is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_a_head")
    return coordinator, head


def _target(call: ServiceCall) -> tuple[RotoclearCoordinator, int | None]:
    """Return the coordinator of a call, and the number of the head if it targets a head."""
    entry, device = target_of(call, _device_id(call))
    coordinator: RotoclearCoordinator = entry.runtime_data
    part = coordinator.devices.part_of(device.id)
    return coordinator, None if part is None or part.kind is PartKind.UNIT else part.number


def _device_id(call: ServiceCall) -> str:
    """Return the device id in a call, or that of its entity."""
    if (device_id := call.data.get(CONF_DEVICE_ID)) is not None:
        return str(device_id)
    entity = er.async_get(call.hass).async_get(call.data[ATTR_ENTITY_ID])
    return (entity.device_id if entity else None) or ""
