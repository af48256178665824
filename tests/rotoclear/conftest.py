"""A simulated control unit, and Home Assistant connected to it over real sockets."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from harness.vendor import LOOPBACK, Address
from harness.vendors.rotoclear import MAC, TOKEN, UNIT
from tests.entries import add_entry, finder, running

__all__ = ["MAC", "TOKEN"]


@pytest.fixture
async def unit(socket_enabled: None) -> AsyncGenerator[Any]:
    """Return a running simulated unit whose values do not move by themselves."""
    async for simulator in running(UNIT.simulator()):
        yield simulator


@pytest.fixture
def user_input(unit: Any) -> dict[str, Any]:
    """Return what a person types into the form for this unit."""
    return UNIT.user_input(Address(LOOPBACK, unit.port))


@pytest.fixture
def entry(hass: HomeAssistant, unit: Any) -> MockConfigEntry:
    """Return a config entry for the unit that is not set up yet."""
    return add_entry(hass, UNIT.entry(Address(LOOPBACK, unit.port), heartbeat=5))


@pytest.fixture
def entity_of(hass: HomeAssistant) -> Callable[[str, str], str]:
    """Return a way from platform and unique id's tail to the entity id."""
    return finder(hass, UNIT.domain, f"{MAC}_")


@pytest.fixture
def refused_handshakes(hass: HomeAssistant) -> None:
    """Let clients refuse the unit's certificate: its server runs on our loop and complains there."""
    handle = hass.loop.get_exception_handler()
    assert handle is not None

    def filtered(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if context["message"] != "Error on transport creation for incoming connection":
            handle(loop, context)

    hass.loop.set_exception_handler(filtered)
