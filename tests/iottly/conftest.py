"""A simulated Iottly cloud, and Home Assistant connected to it over real sockets, with the webhook."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iottly.const import DOMAIN
from harness.vendor import LOOPBACK, Address
from harness.vendors.iottly import PROJECT_IN_CLOUD, TOKEN, WEBHOOK_ID
from simulators.iottly.cloud import NEWER, PAGE, IottlyCloud
from tests.entries import add_entry, finder, running

__all__ = ["TOKEN", "WEBHOOK_ID"]

SECRET = "a-header-secret"


@pytest.fixture(params=[NEWER])
async def cloud(request: pytest.FixtureRequest, socket_enabled: None) -> AsyncGenerator[IottlyCloud]:
    """Return a running cloud of the newer generation, whose boards send only the messages of the test."""
    async for cloud in running(PROJECT_IN_CLOUD.simulator(generation=request.param)):
        yield cloud


both_generations = pytest.mark.parametrize("cloud", [PAGE, NEWER], indirect=True)
older_generation = pytest.mark.parametrize("cloud", [PAGE], indirect=True)


@pytest.fixture
def user_input(cloud: IottlyCloud) -> dict[str, Any]:
    """Return the user input of the config flow for this project."""
    return PROJECT_IN_CLOUD.user_input(Address(LOOPBACK, cloud.port))


@pytest.fixture
def entry(hass: HomeAssistant, cloud: IottlyCloud) -> MockConfigEntry:
    """Return a config entry for the project that is not set up."""
    return add_entry(hass, PROJECT_IN_CLOUD.entry(Address(LOOPBACK, cloud.port), answer_seconds=3))


@pytest.fixture
async def webhook_url(hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator) -> str:
    """Return the URL of the entry's webhook on a real HTTP server of Home Assistant."""
    assert await async_setup_component(hass, "webhook", {})
    client = await hass_client_no_auth()
    return str(client.make_url(f"/api/webhook/{WEBHOOK_ID}"))


@pytest.fixture
async def loaded_with_webhook(loaded: MockConfigEntry, cloud: IottlyCloud, webhook_url: str) -> MockConfigEntry:
    """Return the loaded entry; the cloud sends each message to its webhook."""
    cloud.do_webhook(webhook_url)
    return loaded


@pytest.fixture
def entity_of(hass: HomeAssistant) -> Callable[[str, str], str]:
    """Return a function that finds an entity id by platform and unique id."""
    return finder(hass, DOMAIN)


@pytest.fixture
def device_of(hass: HomeAssistant, entry: MockConfigEntry) -> Callable[[str], str]:
    """Return a function that finds a device id by the id of the board or another identifier."""

    def find(identifier: str) -> str:
        devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        return next(device.id for device in devices if (DOMAIN, identifier) in device.identifiers)

    return find


@pytest.fixture
def act(hass: HomeAssistant, device_of: Callable[[str], str]) -> Callable[..., Any]:
    """Return a function that calls an action of the integration for a device and returns the response."""

    async def call(action: str, identifier: str, *, response: bool = True, **data: Any) -> Any:
        return await hass.services.async_call(
            DOMAIN,
            action,
            {"device_id": device_of(identifier), **data},
            blocking=True,
            return_response=response,
        )

    return call


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poll often for the response to a command."""
    monkeypatch.setattr("custom_components.iottly.commands.FIRST_PAUSE", 0.05)
    monkeypatch.setattr("custom_components.iottly.commands.LONGEST_PAUSE", 0.05)


def sent(cloud: IottlyCloud) -> list[Any]:
    """Return the commands that the cloud received."""
    return [one["command"] for one in cloud.record.of("command")]
