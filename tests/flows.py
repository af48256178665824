"""Steps through a config flow, as a person takes them."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant


async def submit(hass: HomeAssistant, flow: Mapping[str, Any], user_input: dict[str, Any]) -> dict[str, Any]:
    """Submit a form of a config flow, wait until all is done, and return the next step."""
    result = dict(await hass.config_entries.flow.async_configure(flow["flow_id"], user_input))
    await hass.async_block_till_done()
    return result


def suggested(flow: Mapping[str, Any]) -> dict[str, Any]:
    """Return the suggested values of a form."""
    return {key.schema: (key.description or {}).get("suggested_value") for key in flow["data_schema"].schema}
