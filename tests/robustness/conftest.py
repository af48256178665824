"""Each test over all vendors runs against every vendor of chaos: simulator and proxy in a thread of their own."""

from collections.abc import AsyncGenerator
import importlib
import random
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from chaos.side import Side, other_side
from chaos.vendor import HOST, Vendor
from chaos.vendors import all_vendors

VENDORS = list(all_vendors()[0].values())
with_secrets = pytest.mark.parametrize("vendor", [one for one in VENDORS if one.secrets], ids=lambda one: one.name)


def local(value: Any) -> Any:
    """Return entry data with this machine in place of the made-up host name."""
    if isinstance(value, dict):
        return {key: local(inner) for key, inner in value.items()}
    return value.replace(HOST, "127.0.0.1") if isinstance(value, str) else value


@pytest.fixture(params=VENDORS, ids=lambda vendor: vendor.name)
def vendor(request: pytest.FixtureRequest) -> Vendor:
    """Return one vendor."""
    found: Vendor = request.param
    return found


@pytest.fixture
def shortened(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the vendor's times as chaos does."""
    for place, value in vendor.all_shortened.items():
        module, constant = place.split(":")
        monkeypatch.setattr(importlib.import_module(f"custom_components.{vendor.domain}.{module}"), constant, value)


@pytest.fixture
async def side(vendor: Vendor, socket_enabled: None) -> AsyncGenerator[Side]:
    """Return the vendor's simulator behind the proxy."""
    async with other_side(vendor.simulator, random.Random(0), None) as side:
        if vendor.prepared:
            await side.call(vendor.change, side.simulator, vendor.first)
        yield side


@pytest.fixture
async def entry(hass: HomeAssistant, shortened: None, vendor: Vendor, side: Side) -> MockConfigEntry:
    """Return a config entry for the proxy that is not set up yet."""
    for component in vendor.needs:
        assert await async_setup_component(hass, component, {})
    entry = MockConfigEntry(domain=vendor.domain, **local(vendor.entry(side.proxy.port, False)))
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return the entry after its set up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry
