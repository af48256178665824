"""A simulated Iottly cloud, and Home Assistant connected to it over real sockets, webhook included."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

from homeassistant.const import CONF_TOKEN, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iottly.const import CONF_BASE_URL, CONF_PROJECT_ID, DOMAIN
from simulators.iottly.cloud import NEWER, PAGE, IottlyCloud
from simulators.iottly.project import PROJECT_ID

TOKEN = "s3cret-tok+n&=%/?"
WEBHOOK_ID = "a-webhook-id-nobody-guesses"
SECRET = "a-header-secret"


async def _running(cloud: IottlyCloud) -> AsyncGenerator[IottlyCloud]:
    await cloud.start()
    yield cloud
    await cloud.stop()


@pytest.fixture(params=[NEWER])
async def cloud(request: pytest.FixtureRequest, socket_enabled: None) -> AsyncGenerator[IottlyCloud]:
    """Return a running cloud of the newer generation whose boards send messages only when a test makes them."""
    async for cloud in _running(IottlyCloud(generation=request.param, token=TOKEN)):
        yield cloud


both_generations = pytest.mark.parametrize("cloud", [PAGE, NEWER], indirect=True)
older_generation = pytest.mark.parametrize("cloud", [PAGE], indirect=True)


@pytest.fixture
def user_input(cloud: IottlyCloud) -> dict[str, Any]:
    """Return what a person types into the form for this project."""
    return {CONF_PROJECT_ID: PROJECT_ID, CONF_TOKEN: TOKEN, CONF_BASE_URL: f"http://127.0.0.1:{cloud.port}/v1.0"}


@pytest.fixture
def entry(hass: HomeAssistant, user_input: dict[str, Any]) -> MockConfigEntry:
    """Return a config entry for the project that is not set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Farm",
        unique_id=PROJECT_ID,
        data={**user_input, CONF_WEBHOOK_ID: WEBHOOK_ID},
        options={"answer_seconds": 3},
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return the entry, set up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
async def webhook_url(hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator) -> str:
    """Return the URL at which a real HTTP server of Home Assistant has the entry's webhook."""
    assert await async_setup_component(hass, "webhook", {})
    client = await hass_client_no_auth()
    return str(client.make_url(f"/api/webhook/{WEBHOOK_ID}"))


@pytest.fixture
async def pushing(loaded: MockConfigEntry, cloud: IottlyCloud, webhook_url: str) -> MockConfigEntry:
    """Return the loaded entry, whose cloud sends each message to its webhook."""
    cloud.do_webhook(webhook_url)
    return loaded


@pytest.fixture
def entity_of(hass: HomeAssistant) -> Callable[[str, str], str]:
    """Return a function that finds an entity id by platform and unique id."""

    def find(platform: str, unique_id: str) -> str:
        entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id)
        assert entity_id is not None, f"no {platform} with unique id {unique_id}"
        return entity_id

    return find


@pytest.fixture
def device_of(hass: HomeAssistant, entry: MockConfigEntry) -> Callable[[str], str]:
    """Return a function that finds a device id by the board's id (or another identifier)."""

    def find(identifier: str) -> str:
        devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        return next(device.id for device in devices if (DOMAIN, identifier) in device.identifiers)

    return find


@pytest.fixture
def act(hass: HomeAssistant, device_of: Callable[[str], str]) -> Callable[..., Any]:
    """Return a function that calls one of our actions for a device and returns its response."""

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
    """Ask for the answer to a command often."""
    monkeypatch.setattr("custom_components.iottly.commands.FIRST_PAUSE", 0.05)
    monkeypatch.setattr("custom_components.iottly.commands.LONGEST_PAUSE", 0.05)


def sent(cloud: IottlyCloud) -> list[Any]:
    """Return the commands that reached the cloud."""
    return [one["command"] for one in cloud.record.of("command")]
