"""The demo: the simulators of `script/simulate`, and a Home Assistant to which all integrations are added."""

import argparse
import asyncio
from collections.abc import AsyncGenerator
from typing import Any, NamedTuple

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from demo.exhibit import Exhibit, Flow
from demo.vendors import find_exhibits
from harness.vendor import LOOPBACK, Address, Endpoint
from tests.waiting import eventually

NEEDED = ("homeassistant", "http", "conversation", "media_source")


class At(NamedTuple):
    """The address of a simulator, in the form that the flows of the demo need."""

    address: Address


@pytest.fixture
def exhibits() -> list[Exhibit]:
    """Return all exhibits. None may be left out."""
    found, left_out = find_exhibits([])
    assert left_out == []
    return found


@pytest.fixture
async def simulators(exhibits: list[Exhibit]) -> AsyncGenerator[dict[str, Any]]:
    """Return the running simulators by name."""
    running: dict[str, Any] = {}
    for exhibit in exhibits:
        for endpoint in exhibit.endpoints:
            running[endpoint.name] = simulator = as_simulated(endpoint)
            await simulator.start()
    yield running
    await asyncio.gather(*(simulator.stop() for simulator in running.values()))


@pytest.fixture
async def demo(hass: HomeAssistant, simulators: dict[str, Any], exhibits: list[Exhibit]) -> HomeAssistant:
    """Return a Home Assistant to which all integrations are added."""
    for component in NEEDED:
        assert await async_setup_component(hass, component, {})
    at = {name: At(Address(LOOPBACK, simulator.port)) for name, simulator in simulators.items()}
    for exhibit in exhibits:
        for flow in exhibit.flows:
            await add(hass, exhibit.domain, flow, at)
    gateway = simulators["instathings_gateway"]
    # The connection of the flow ends before that of the entry starts.
    await eventually(lambda: len(gateway.record.of("connected")) > 1 and gateway.state()["clients"])
    await asyncio.sleep(0.2)
    await hass.async_block_till_done()
    return hass


def as_simulated(endpoint: Endpoint) -> Any:
    """Return the simulator that `script/simulate` runs."""
    parser = argparse.ArgumentParser()
    endpoint.simulator_class.add_options(parser)
    return endpoint.simulator_class.from_options(parser.parse_args(endpoint.arguments))


async def add(hass: HomeAssistant, domain: str, flow: Flow, at: Any) -> None:
    """Go through a config flow and the flows of its subentries."""
    entry = (await go_through(hass.config_entries.flow, domain, flow, at))["result"]
    await hass.async_block_till_done()
    for kind, flows in flow.subentries.items():
        for subentry in flows:
            await go_through(hass.config_entries.subentries, (entry.entry_id, kind), subentry, at)
            await hass.async_block_till_done()


async def go_through(manager: Any, handler: Any, flow: Flow, at: Any) -> Any:
    """Submit the answers of the demo until the entry is created."""
    answers = flow.answers(at)
    step = await manager.async_init(handler, context={"source": SOURCE_USER})
    while step["type"] in ("form", "menu"):
        assert not step.get("errors"), step
        step = await manager.async_configure(step["flow_id"], answers[step["step_id"]])
    assert step["type"] == "create_entry", step
    return step
