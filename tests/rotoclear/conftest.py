"""A simulated control unit, and Home Assistant connected to it over real sockets."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL, CONF_TOKEN, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.rotoclear.const import DOMAIN
from simulators.rotoclear import SIMULATOR

TOKEN = "s3cret-tok+n&=%/?"
MAC = "00:15:5d:c2:00:01"


@pytest.fixture
async def unit(socket_enabled: None) -> AsyncGenerator[Any]:
    """Return a running simulated unit whose values do not move by themselves."""
    simulator = SIMULATOR(token=TOKEN)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
def user_input(unit: Any) -> dict[str, Any]:
    """Return what a person types into the form for this unit."""
    return {
        CONF_HOST: "127.0.0.1",
        CONF_PORT: unit.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: True,
        CONF_USERNAME: "API-User",
        CONF_TOKEN: TOKEN,
    }


@pytest.fixture
def entry(hass: HomeAssistant, user_input: dict[str, Any]) -> MockConfigEntry:
    """Return a config entry for the unit that is not set up yet."""
    entry = MockConfigEntry(domain=DOMAIN, title="Mill 1", unique_id=MAC, data=user_input, options={"heartbeat": 5})
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return the entry after its set up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
def entity_of(hass: HomeAssistant) -> Callable[[str, str], str]:
    """Return a way from platform and unique id's tail to the entity id."""

    def find(platform: str, tail: str) -> str:
        entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, f"{MAC}_{tail}")
        assert entity_id is not None, f"no {platform} with unique id ..._{tail}"
        return entity_id

    return find


@pytest.fixture
def refused_handshakes(hass: HomeAssistant) -> None:
    """Let clients refuse the unit's certificate: its server runs on our loop and complains there."""
    handle = hass.loop.get_exception_handler()
    assert handle is not None

    def filtered(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if context["message"] != "Error on transport creation for incoming connection":
            handle(loop, context)

    hass.loop.set_exception_handler(filtered)
