"""Fixtures: a simulated robot, and Home Assistant connected to it over real sockets."""

from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import aiohttp
from homeassistant.components.assist_pipeline.pipeline import KEY_ASSIST_PIPELINE, async_create_default_pipeline
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.misty import key_phrase
from custom_components.misty.api import MistyClient
from harness.vendor import LOOPBACK, Address
from harness.vendors.misty import ROBOT, SERIAL
from simulators.misty import MistySimulator
from tests.entries import add_entry, finder, running

from .acting import Act
from .assistant import SATELLITE, Recogniser, Speaker
from .bare_clients import Listener, Robot


@pytest.fixture
async def simulator() -> AsyncGenerator[MistySimulator]:
    """Run a simulated robot. Its sounds and movements take a twentieth of their time."""
    async for simulator in running(ROBOT.simulator()):
        yield simulator


@pytest.fixture
async def client(simulator: MistySimulator, session: aiohttp.ClientSession) -> MistyClient:
    """Return a client for the robot."""
    return MistyClient(session, f"127.0.0.1:{simulator.port}")


@pytest.fixture
async def entry(hass: HomeAssistant, simulator: MistySimulator) -> MockConfigEntry:
    """Return a config entry for the robot. It is not set up yet."""
    assert await async_setup_component(hass, "homeassistant", {})
    return add_entry(hass, ROBOT.entry(Address(LOOPBACK, simulator.port)))


@pytest.fixture
def entity_of(hass: HomeAssistant) -> Callable[[str, str], str]:
    """Return a function that finds an entity id by platform and key."""
    return finder(hass, ROBOT.domain, f"{SERIAL}_")


@pytest.fixture
def device_id(hass: HomeAssistant, loaded: MockConfigEntry) -> str:
    """Return the device id of the robot."""
    return dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)[0].id


@pytest.fixture
def empty_tts_cache(hass: HomeAssistant, tmp_path: Path) -> None:
    """Use an empty folder for the cache of spoken texts, which would not be generated again."""
    hass.config.config_dir = str(tmp_path)


@pytest.fixture
async def recogniser(
    hass: HomeAssistant,
    empty_tts_cache: None,
    hass_client_no_auth: ClientSessionGenerator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> Recogniser:
    """Make a pipeline with a Recogniser, the agent of Home Assistant and a Speaker, and set the internal URL."""
    monkeypatch.setattr(key_phrase, "REARM_SECONDS", 0.05)
    for component in ("stt", "tts", "websocket_api"):
        assert await async_setup_component(hass, component, {})
    client = await hass_client_no_auth()
    hass.config.internal_url = f"http://127.0.0.1:{client.server.port}"
    recogniser = Recogniser()
    await hass.data["entity_components"]["stt"].async_add_entities([recogniser])
    await hass.data["entity_components"]["tts"].async_add_entities([Speaker()])
    await hass.async_block_till_done()
    pipeline = await async_create_default_pipeline(hass, "stt.recogniser", "tts.speaker", "Robot")
    assert pipeline is not None
    hass.data[KEY_ASSIST_PIPELINE].pipeline_store.async_set_preferred_item(pipeline.id)
    return recogniser


@pytest.fixture
def states(hass: HomeAssistant, recogniser: Recogniser) -> list[str]:
    """Return a list to which each new state of the satellite is added."""
    found: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        if (state := event.data["new_state"]) is not None and found[-1:] != [state.state]:
            found.append(state.state)

    async_track_state_change_event(hass, SATELLITE, note)
    return found


@pytest.fixture
def act(hass: HomeAssistant, entity_of: Callable[[str, str], str]) -> Act:
    """Return a function that calls an action of an entity by platform and key."""

    async def call(platform: str, key: str, service: str, **data: Any) -> None:
        await hass.services.async_call(
            platform, service, {ATTR_ENTITY_ID: entity_of(platform, key), **data}, blocking=True
        )

    return call


@pytest.fixture
def robot(simulator: MistySimulator, session: aiohttp.ClientSession) -> Robot:
    """Return a client that does not use the code of the integration."""
    return Robot(simulator, session)


@pytest.fixture
async def events(simulator: MistySimulator, session: aiohttp.ClientSession) -> AsyncGenerator[Listener]:
    """Return a client for events that does not use the code of the integration."""
    async with session.ws_connect(f"http://127.0.0.1:{simulator.port}/pubsub") as websocket:
        yield Listener(websocket)
