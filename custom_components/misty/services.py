"""Registration of the actions."""

from functools import partial

from homeassistant.const import CONF_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
import voluptuous as vol

from .actions import ACTIONS
from .actions.model import Action
from .common.actions import target_of
from .common.dashboard import register_dashboard_action
from .const import DOMAIN
from .coordinator import MistyCoordinator


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    register_dashboard_action(hass, DOMAIN)
    for action in ACTIONS:
        register = partial(async_register_admin_service, hass) if action.admin else hass.services.async_register
        schema = vol.Schema({vol.Required(CONF_DEVICE_ID): cv.string, **action.fields})
        register(DOMAIN, action.name, partial(_handle, action), schema, action.response)


async def _handle(action: Action, call: ServiceCall) -> ServiceResponse:
    robot: MistyCoordinator = target_of(call)[0].runtime_data
    response = await action.handler(call, robot)
    return response if call.return_response else None
