"""Actions of Instathings: the calls of the cloud's API that have no entity."""

from base64 import b64encode
from collections.abc import Collection
from typing import Any

from homeassistant.const import CONF_DEVICE_ID, CONF_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.service import async_register_admin_service
import voluptuous as vol

from .api.http_commands import Request
from .cloud import CloudCoordinator
from .commands import async_ask_status, async_delete, async_patch
from .common.actions import moment, target_of
from .common.client.wire import DropCounter
from .common.dashboard import register_dashboard_action
from .common.history.run import register_import_history
from .const import DOMAIN
from .coordinator import InstathingsCoordinator, Part

SERVICE_SET = "set"
SERVICE_GET_STATUS = "get_status"
SERVICE_GET_DATA = "get_data"
SERVICE_GET_LOGS = "get_logs"
SERVICE_RENAME = "rename"
SERVICE_DELETE_DEVICE = "delete_device"
SERVICE_CREATE_CERTIFICATE = "create_certificate"

ATTR_PAYLOAD = "payload"
ATTR_PATH = "path"
ATTR_METHOD = "method"
ATTR_QUERY = "query"
ATTR_START = "start"
ATTR_END = "end"
ATTR_PAGE = "page"
ATTR_PER_PAGE = "per_page"
ATTR_CONTAINER = "container"
ATTR_NAME = "name"

DEVICE: dict[Any, Any] = {vol.Required(CONF_DEVICE_ID): cv.string}
METHODS = vol.All(cv.string, vol.Upper, vol.In(("GET", "POST", "PUT", "PATCH", "DELETE")))
# A path of the device itself; only the gateway knows its address.
PATH = vol.All(cv.string, vol.Match(r"^/[\x21-\x7e]*$"))
CONTROL = {
    **DEVICE,
    vol.Optional(ATTR_PAYLOAD): vol.Any(dict, list),
    vol.Inclusive(ATTR_PATH, "http"): PATH,
    vol.Inclusive(ATTR_METHOD, "http"): METHODS,
    vol.Optional(ATTR_QUERY, default=dict): {cv.string: cv.string},
}
PERIOD = {vol.Optional(ATTR_START): moment, vol.Optional(ATTR_END): moment}

SET = vol.Schema(CONTROL)
GET_STATUS = vol.Schema(CONTROL)
GET_DATA = vol.Schema(
    {
        **DEVICE,
        **PERIOD,
        vol.Optional(ATTR_PAGE, default=1): cv.positive_int,
        vol.Optional(ATTR_PER_PAGE, default=10): vol.All(vol.Coerce(int), vol.Range(1, 100)),
    }
)
GET_LOGS = vol.Schema(
    {
        **DEVICE,
        vol.Required(ATTR_CONTAINER, default="gate"): vol.All(cv.string, vol.Match(r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")),
        vol.Inclusive(ATTR_START, "period"): moment,
        vol.Inclusive(ATTR_END, "period"): moment,
    }
)
RENAME = vol.Schema({**DEVICE, vol.Required(ATTR_NAME): vol.All(cv.string, vol.Strip, vol.Length(1, 20))})
ONE_DEVICE = vol.Schema(DEVICE)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    register = hass.services.async_register
    register_dashboard_action(hass, DOMAIN)
    register_import_history(hass, DOMAIN, waits=True, sensors_of=_sensors_of)
    register(DOMAIN, SERVICE_GET_DATA, _get_data, GET_DATA, SupportsResponse.ONLY)
    register(DOMAIN, SERVICE_RENAME, _rename, RENAME)
    # For administrators only: two send any data, one deletes, one returns a private key, and the log of a container may
    # contain keys of the network behind the gateway.
    async_register_admin_service(hass, DOMAIN, SERVICE_SET, _set, SET)
    async_register_admin_service(hass, DOMAIN, SERVICE_GET_STATUS, _get_status, GET_STATUS, SupportsResponse.ONLY)
    async_register_admin_service(hass, DOMAIN, SERVICE_GET_LOGS, _get_logs, GET_LOGS, SupportsResponse.ONLY)
    async_register_admin_service(hass, DOMAIN, SERVICE_DELETE_DEVICE, _delete_device, ONE_DEVICE)
    async_register_admin_service(
        hass, DOMAIN, SERVICE_CREATE_CERTIFICATE, _create_certificate, ONE_DEVICE, SupportsResponse.ONLY
    )


async def _set(call: ServiceCall) -> None:
    """Send any payload to a device."""
    coordinator, device_id = _cloud_target(call)
    await coordinator.async_call(coordinator.client.set(device_id, call.data.get(ATTR_PAYLOAD, {}), _request(call)))


async def _get_status(call: ServiceCall) -> ServiceResponse:
    """Ask a device for its status and answer with it."""
    coordinator, device_id = _cloud_target(call)
    status = await async_ask_status(coordinator, device_id, call.data.get(ATTR_PAYLOAD), _request(call))
    answer: dict[str, Any] = coordinator.client.tokens.redactor.value(status.answer)
    return {"status": answer}


def _request(call: ServiceCall) -> Request:
    """Return the request to an HTTP device; the form asks for path and method together."""
    data = call.data
    return Request(data.get(ATTR_PATH, ""), data[ATTR_QUERY], data.get(ATTR_METHOD, "GET"))


async def _get_data(call: ServiceCall) -> ServiceResponse:
    """Answer with what a device has sent."""
    coordinator, part = _target(call)
    page = await coordinator.async_call(
        coordinator.client.data(
            part.device_id,
            start=call.data.get(ATTR_START),
            end=call.data.get(ATTR_END),
            page=call.data[ATTR_PAGE],
            per_page=call.data[ATTR_PER_PAGE],
        ),
    )
    rows: list[Any] = [{"time": reading.time.isoformat(), "values": dict(reading.values)} for reading in page.readings]
    return {"data": rows, "total": page.total}


async def _get_logs(call: ServiceCall) -> ServiceResponse:
    """Answer with what a container on a gateway has logged."""
    coordinator, device_id = _cloud_target(call)
    lines = await coordinator.async_call(
        coordinator.client.logs(
            device_id, call.data[ATTR_CONTAINER], start=call.data.get(ATTR_START), end=call.data.get(ATTR_END)
        ),
    )
    logs: list[Any] = [{"time": line.time.isoformat(), "type": line.kind, "message": line.message} for line in lines]
    return {"logs": logs}


async def _rename(call: ServiceCall) -> None:
    """Give a device another name, in the cloud and here."""
    coordinator, device_id = _cloud_target(call)
    await async_patch(coordinator, device_id, name=call.data[ATTR_NAME])


async def _delete_device(call: ServiceCall) -> None:
    """Delete a device from the project."""
    coordinator, device_id = _cloud_target(call)
    await async_delete(coordinator, device_id)


async def _create_certificate(call: ServiceCall) -> ServiceResponse:
    """Make a certificate for a gateway; the answer holds its private key and is kept nowhere."""
    coordinator, device_id = _cloud_target(call)
    if not coordinator.inventory[device_id].is_gateway:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_a_gateway")
    answer = await coordinator.async_call(coordinator.client.certificate(device_id))
    if answer.body.startswith(b"PK"):
        return {"content_type": "application/zip", "zip_base64": b64encode(answer.body).decode()}
    return {"content_type": "application/json", "certificate": answer.json(DropCounter())}


def _sensors_of(call: ServiceCall) -> Collection[str]:
    """Return the entities of a device, or of all devices behind a gateway; if the call names entities, only these."""
    coordinator, part = _target(call)
    behind = [device for device in coordinator.inventory.values() if device.parent == part.device_id]
    parts = [coordinator.part_of(device) for device in behind] or [part]
    devices = {coordinator.devices.get(one).id for one in parts}
    entities = er.async_entries_for_config_entry(er.async_get(call.hass), coordinator.config_entry.entry_id)
    wanted = {entity.entity_id for entity in entities if entity.device_id in devices}
    if chosen := call.data[CONF_ENTITY_ID]:
        wanted &= set(chosen)
    return wanted


def _target(call: ServiceCall) -> tuple[InstathingsCoordinator, Part]:
    """Return the coordinator and the part of an action's device."""
    entry, device = target_of(call)
    coordinator: InstathingsCoordinator = entry.runtime_data
    part = coordinator.devices.part_of(device.id)
    if part is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="unknown_device")
    return coordinator, part


def _cloud_target(call: ServiceCall) -> tuple[CloudCoordinator, str]:
    """Return the project and the device's id. Raises ServiceValidationError for an on-premise gateway's entry."""
    coordinator, part = _target(call)
    if not isinstance(coordinator, CloudCoordinator):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="cloud_only")
    return coordinator, part.device_id
