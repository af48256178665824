"""Actions of pimatic: call any action of a device, run the text of a rule's actions, set variables, import history."""

from typing import Any

from homeassistant.const import CONF_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
import voluptuous as vol

from .api import VariableType
from .common.actions import target_of
from .common.dashboard import register_dashboard_action
from .common.history.run import register_import_history
from .const import DOMAIN
from .coordinator import SERVER, Part, PartKind, PimaticCoordinator
from .moving.services import async_setup_services as async_setup_moving

SERVICE_CALL_ACTION = "call_action"
SERVICE_EXECUTE_ACTION = "execute_action"
SERVICE_SET_VARIABLE = "set_variable"

ATTR_ACTION = "action"
ATTR_PARAMETERS = "parameters"
ATTR_PIMATIC_ID = "pimatic_id"
ATTR_TEXT = "text"
ATTR_SIMULATE = "simulate"
ATTR_NAME = "name"
ATTR_VALUE = "value"
ATTR_EXPRESSION = "expression"
ATTR_UNIT = "unit"

DEVICE: dict[Any, Any] = {vol.Required(CONF_DEVICE_ID): cv.string}

CALL_ACTION = vol.Schema(
    {
        **DEVICE,
        vol.Required(ATTR_ACTION): cv.string,
        vol.Optional(ATTR_PARAMETERS, default=dict): {cv.string: object},
        vol.Optional(ATTR_PIMATIC_ID): cv.string,
    }
)
EXECUTE_ACTION = vol.Schema(
    {**DEVICE, vol.Required(ATTR_TEXT): cv.string, vol.Optional(ATTR_SIMULATE, default=False): cv.boolean}
)
SET_VARIABLE = vol.All(
    vol.Schema(
        {
            **DEVICE,
            vol.Required(ATTR_NAME): vol.All(cv.string, vol.Match(r"^[A-Za-z0-9_-]+$")),
            vol.Exclusive(ATTR_VALUE, "content"): vol.Any(bool, int, float, str),
            vol.Exclusive(ATTR_EXPRESSION, "content"): cv.string,
            vol.Optional(ATTR_UNIT): cv.string,
        }
    ),
    cv.has_at_least_one_key(ATTR_VALUE, ATTR_EXPRESSION),
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    register_dashboard_action(hass, DOMAIN)
    register_import_history(hass, DOMAIN)
    # Admins only: any action of any device, also a hidden one; a text can do anything on the server, even run commands.
    async_register_admin_service(
        hass, DOMAIN, SERVICE_CALL_ACTION, _call_action, CALL_ACTION, SupportsResponse.OPTIONAL
    )
    async_register_admin_service(
        hass, DOMAIN, SERVICE_EXECUTE_ACTION, _execute_action, EXECUTE_ACTION, SupportsResponse.OPTIONAL
    )
    hass.services.async_register(DOMAIN, SERVICE_SET_VARIABLE, _set_variable, SET_VARIABLE)
    async_setup_moving(hass)


async def _call_action(call: ServiceCall) -> ServiceResponse:
    """Call any action of a device, or, by its id in pimatic, of a device that the user's role does not see."""
    coordinator, part = _target(call)
    client, unseen = coordinator.client, call.data.get(ATTR_PIMATIC_ID)
    action, parameters = call.data[ATTR_ACTION], call.data[ATTR_PARAMETERS]
    if profile := coordinator.profiles.get(unseen or part.id):
        calling = client.call_device(profile.device, action, parameters)
    elif unseen:
        calling = client.call_unseen(unseen, action, parameters)
    else:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_a_device")
    result = await coordinator.async_call(calling)
    return {"result": result} if call.return_response else None


async def _execute_action(call: ServiceCall) -> ServiceResponse:
    """Run a text as a rule's actions would be."""
    coordinator, _ = _target(call)
    message = await coordinator.async_call(
        coordinator.client.execute_action(call.data[ATTR_TEXT], simulate=call.data[ATTR_SIMULATE])
    )
    return {"message": message} if call.return_response else None


async def _set_variable(call: ServiceCall) -> None:
    """Set a variable to a value or an expression, and create it if there is none; its unit stays unless given."""
    coordinator, _ = _target(call)
    name = call.data[ATTR_NAME]
    known = coordinator.client.state.variables.get(name)
    by_value = ATTR_VALUE in call.data
    parameters = {
        "name": name,
        "type": VariableType.VALUE.value if by_value else VariableType.EXPRESSION.value,
        "valueOrExpression": call.data[ATTR_VALUE if by_value else ATTR_EXPRESSION],
        "unit": call.data.get(ATTR_UNIT, known.unit if known else ""),
    }
    await coordinator.async_call(coordinator.client.call("updateVariable" if known else "addVariable", **parameters))


def _target(call: ServiceCall) -> tuple[PimaticCoordinator, Part]:
    """Return the coordinator of an action's device, and the part of the device: a pimatic device or the server."""
    entry, device = target_of(call)
    coordinator: PimaticCoordinator = entry.runtime_data
    part = coordinator.devices.part_of(device.id)
    return coordinator, part if part is not None and part.kind is PartKind.DEVICE else SERVER
