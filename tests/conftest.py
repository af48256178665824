"""What the tests of every vendor share."""

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
from tests.logs import untouched
from tests.texts import watch
from tests.waiting import eventually

# On a busy machine an example takes as long as it takes.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a test that is marked as timing a second try: on a busy machine, real time passes without it."""
    for item in items:
        if (mark := item.get_closest_marker("timing")) is not None:
            if not mark.kwargs.get("reason"):
                raise pytest.UsageError(f"{item.nodeid}: the mark `timing` needs a reason")
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def loopback_only() -> None:
    """Let tests talk to this machine only."""
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def loggers_untouched() -> Generator[None]:
    """Undo what a test, or the code run in it, does to loggers."""
    with untouched():
        yield


@pytest.fixture(autouse=True)
def find_custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let hass load the integrations of this repository, in the tests that use hass."""
    assert custom_components.__path__
    if "recorder_mock" in request.fixturenames:
        # Has to be there before hass.
        request.getfixturevalue("recorder_mock")
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Write snapshots of Home Assistant's own types into the `snapshots/` of the test's folder."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture(autouse=True)
def everything_shown_has_its_text(
    request: pytest.FixtureRequest, find_custom_integrations: None, monkeypatch: pytest.MonkeyPatch
) -> Generator[None]:
    """Fail a test in which our integrations showed something without text or icon."""
    if "hass" not in request.fixturenames:
        yield
        return
    hass: HomeAssistant = request.getfixturevalue("hass")
    found = watch(monkeypatch)
    yield
    for entry in er.async_get(hass).entities.values():
        found.entity(entry)
    assert not found.missing, "\n  ".join(["translations/en.json or icons.json:", *sorted(found.missing)])


@pytest.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    """Return a client session."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return the config entry of the vendor's fixture `entry` after its setup."""
    return await set_up(hass, entry)


@pytest.fixture
def everything_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enable the entities that are disabled by default."""
    monkeypatch.setattr("homeassistant.helpers.entity.Entity.entity_registry_enabled_default", property(lambda _: True))


@pytest.fixture
def reaches(hass: HomeAssistant) -> Callable[..., Any]:
    """Return a way to wait until an entity's state is the given one."""

    async def wait(entity_id: str, wanted: str, seconds: float = 5.0) -> None:
        def state() -> str | None:
            found = hass.states.get(entity_id)
            return found.state if found else None

        await eventually(lambda: state() == wanted, seconds, lambda: f"{entity_id} is {state()}, not {wanted}")

    return wait
