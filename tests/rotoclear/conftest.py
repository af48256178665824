"""Fixtures: a simulated control unit, and Home Assistant connected to it over real sockets."""

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
    """Return a running simulated unit. Its measurements do not change by themselves."""
    async for simulator in running(UNIT.simulator()):
        yield simulator


@pytest.fixture
def user_input(unit: Any) -> dict[str, Any]:
    """Return the input of the form for this unit."""
    return UNIT.user_input(Address(LOOPBACK, unit.port))


@pytest.fixture
def entry(hass: HomeAssistant, unit: Any) -> MockConfigEntry:
    """Return a config entry for the unit. It is not set up yet."""
    return add_entry(hass, UNIT.entry(Address(LOOPBACK, unit.port), heartbeat=5))


@pytest.fixture
def entity_of(hass: HomeAssistant) -> Callable[[str, str], str]:
    """Return a function that finds an entity id by platform and unique id without the MAC address."""
    return finder(hass, UNIT.domain, f"{MAC}_")


@pytest.fixture
def refused_handshakes(hass: HomeAssistant) -> None:
    """Ignore the errors of the simulated server when a client refuses its certificate."""
    handle = hass.loop.get_exception_handler()
    assert handle is not None

    def filtered(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if context["message"] != "Error on transport creation for incoming connection":
            handle(loop, context)

    hass.loop.set_exception_handler(filtered)
