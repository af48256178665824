"""Fixtures and settings for all tests."""

from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any

import aiohttp
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from hypothesis import HealthCheck, settings
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
import pytest_socket
from syrupy.assertion import SnapshotAssertion

# Home Assistant finds custom integrations through this package; it must be imported before hass starts.
import custom_components
from tests.entries import set_up
from tests.logs import loggers_restored
from tests.texts import watch
from tests.waiting import eventually

# A busy machine may take any time for an example.
settings.register_profile("no deadline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no deadline")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run a test with the mark `timing` again if it fails, because a busy machine delays it."""
    for item in items:
        if (mark := item.get_closest_marker("timing")) is not None:
            if not mark.kwargs.get("reason"):
                raise pytest.UsageError(f"{item.nodeid}: the mark `timing` needs a reason")
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def loopback_only() -> None:
    """Allow connections to this machine only."""
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def restore_loggers() -> Generator[None]:
    """Undo the changes that a test, or the code that it runs, makes to loggers."""
    with loggers_restored():
        yield


@pytest.fixture(autouse=True)
def find_custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load the integrations of this repository."""
    assert custom_components.__path__
    if "recorder_mock" in request.fixturenames:
        # The recorder has to be set up before hass.
        request.getfixturevalue("recorder_mock")
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Use Home Assistant's format, and the folder `snapshots/` beside the test."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture(autouse=True)
def texts_and_icons_exist(
    request: pytest.FixtureRequest, find_custom_integrations: None, monkeypatch: pytest.MonkeyPatch
) -> Generator[None]:
    """Fail a test if a text or an icon is missing for something that it showed (tests/texts.py)."""
    if "hass" not in request.fixturenames:
        yield
        return
    hass: HomeAssistant = request.getfixturevalue("hass")
    recorder = watch(monkeypatch)
    yield
    for entry in er.async_get(hass).entities.values():
        recorder.entity(entry)
    assert not recorder.missing, "\n  ".join(["translations/en.json or icons.json:", *sorted(recorder.missing)])


@pytest.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    """Return a client session."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set up the config entry of the fixture `entry` of the vendor, and return it."""
    return await set_up(hass, entry)


@pytest.fixture
def everything_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enable the entities that are disabled by default."""
    monkeypatch.setattr("homeassistant.helpers.entity.Entity.entity_registry_enabled_default", property(lambda _: True))


@pytest.fixture
def reaches(hass: HomeAssistant) -> Callable[..., Any]:
    """Return a function that waits until an entity has a state."""

    async def wait(entity_id: str, wanted: str, seconds: float = 5.0) -> None:
        def state() -> str | None:
            found = hass.states.get(entity_id)
            return found.state if found else None

        await eventually(lambda: state() == wanted, seconds, lambda: f"{entity_id} is {state()}, not {wanted}")

    return wait
