"""A simulated pimatic server, and Home Assistant connected to it over real sockets."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_SSL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.const import DOMAIN
from simulators.pimatic import PimaticSimulator

ENTRY_ID = "0123456789pimatic"


@pytest.fixture
async def simulator() -> AsyncGenerator[PimaticSimulator]:
    """Run the recorded house on a free port."""
    simulator = PimaticSimulator()
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
def survives(simulator: PimaticSimulator) -> Any:
    """Check after the test that nothing was sent that ends a real server."""
    yield
    assert simulator.record.of("crash") == []


@pytest.fixture
def user_input(simulator: PimaticSimulator) -> dict[str, Any]:
    """Return what a person types into the form for this server."""
    return {
        CONF_HOST: "127.0.0.1",
        CONF_PORT: simulator.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: True,
        CONF_USERNAME: "admin",
        CONF_PASSWORD: "adminpw",
    }


@pytest.fixture
def entry(hass: HomeAssistant, user_input: dict[str, Any]) -> MockConfigEntry:
    """Return a config entry for the server that is not set up yet."""
    entry = MockConfigEntry(domain=DOMAIN, title="Home", entry_id=ENTRY_ID, data=user_input)
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded(hass: HomeAssistant, survives: None, entry: MockConfigEntry) -> MockConfigEntry:
    """Return the entry after its set up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
def entity_of(hass: HomeAssistant) -> Callable[[str, str], str]:
    """Return a way from platform and unique id's tail to the entity id."""

    def find(platform: str, tail: str) -> str:
        entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, f"{ENTRY_ID}_{tail}")
        assert entity_id is not None, f"no {platform} with unique id ..._{tail}"
        return entity_id

    return find
