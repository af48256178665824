"""A simulated pimatic server, and Home Assistant connected to it over real sockets."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.common.ids import split_id
from custom_components.pimatic.coordinator import PartKind
from custom_components.pimatic.entity import ATTRIBUTE
from harness.vendor import LOOPBACK, Address
from harness.vendors.pimatic import ENTRY_ID, SERVER
from simulators.pimatic import PimaticSimulator
from tests.entries import add_entry, running, set_up

__all__ = ["ENTRY_ID"]


@pytest.fixture
async def simulator() -> AsyncGenerator[PimaticSimulator]:
    """Run a simulator with the recorded devices on a free port."""
    async for simulator in running(SERVER.simulator()):
        yield simulator


@pytest.fixture
def survives(simulator: PimaticSimulator) -> Any:
    """Check after the test that nothing was sent that crashes a real server."""
    yield
    assert simulator.record.of("crash") == []


@pytest.fixture
def user_input(simulator: PimaticSimulator) -> dict[str, Any]:
    """Return the user input of the config flow for this server."""
    return SERVER.user_input(Address(LOOPBACK, simulator.port))


@pytest.fixture
def entry(hass: HomeAssistant, simulator: PimaticSimulator) -> MockConfigEntry:
    """Return a config entry for the server that is not set up."""
    return add_entry(hass, SERVER.entry(Address(LOOPBACK, simulator.port)))


@pytest.fixture
async def loaded(hass: HomeAssistant, survives: None, entry: MockConfigEntry) -> MockConfigEntry:
    """Return the entry after its setup."""
    return await set_up(hass, entry)


@pytest.fixture
def entity_of(hass: HomeAssistant) -> Callable[[str, str], str]:
    """Return a function that finds an entity id by the platform and the short name."""

    def find(platform: str, name: str) -> str:
        for entity in er.async_entries_for_config_entry(er.async_get(hass), ENTRY_ID):
            if entity.domain == platform and short_name(entity.unique_id) == name:
                return entity.entity_id
        raise AssertionError(f"no {platform} {name}")

    return find


def short_name(unique_id: str) -> str:
    """Return the short name of an entity: `<device>_<role or attribute>` or `$rule_<id>`."""
    _, kind, *parts = split_id(unique_id)
    if kind == PartKind.DEVICE:
        return "_".join(part for number, part in enumerate(parts) if (number, part) != (1, ATTRIBUTE))
    return "_".join((f"${kind}", *parts))
