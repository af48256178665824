"""Config flows with the address of a simulator of another vendor: they refuse it, and the simulator still works."""

from typing import Any

import aiohttp
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest

from harness.vendor import LOOPBACK, Address, Endpoint
from harness.vendors import endpoints

ENDPOINTS = list(endpoints().values())
PAIRS = [(form, other) for form in ENDPOINTS for other in ENDPOINTS if form is not other]


async def fill_in(hass: HomeAssistant, form: Endpoint, address: Address) -> dict[str, Any]:
    """Go through the steps of a config flow as a person does."""
    flow = dict(await hass.config_entries.flow.async_init(form.domain, context={"source": SOURCE_USER}))
    for user_input in form.steps(address).values():
        flow = dict(await hass.config_entries.flow.async_configure(str(flow["flow_id"]), user_input))
    await hass.async_block_till_done()
    return flow


@pytest.mark.parametrize(("form", "other"), PAIRS, ids=lambda one: one.name)
async def test_a_form_refuses_the_device_of_another_vendor(
    hass: HomeAssistant, socket_enabled: None, form: Endpoint, other: Endpoint
) -> None:
    for component in form.needs:
        assert await async_setup_component(hass, component, {})
    simulator = other.simulator()
    address = Address(LOOPBACK, await simulator.start())
    try:
        flow = await fill_in(hass, form, address)
        assert flow["type"] is FlowResultType.FORM
        # A server that needs other credentials can look like a cloud that refuses them.
        assert set(flow["errors"].values()) <= set(form.wrong_device_errors), flow["errors"]
        assert flow["errors"]
        assert simulator.record.of("crash") == []
        async with aiohttp.ClientSession() as session, session.get(address.url()) as response:
            assert response.status < 600
    finally:
        await simulator.stop()
