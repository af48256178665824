"""Tests of all vendors, with the subjects of chaos: a simulator and a proxy, which run in their own thread."""

from collections.abc import AsyncGenerator
import importlib
import random

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from chaos.remote_end import RemoteEnd, remote_end
from chaos.subject import FIRST, Subject
from chaos.vendors import all_subjects
from harness.vendor import LOOPBACK
from tests.entries import add_entry

SUBJECTS = list(all_subjects()[0].values())
with_secrets = pytest.mark.parametrize(
    "subject", [one for one in SUBJECTS if one.endpoint.secrets], ids=lambda one: one.name
)


@pytest.fixture(params=SUBJECTS, ids=lambda subject: subject.name)
def subject(request: pytest.FixtureRequest) -> Subject:
    """Return a subject."""
    found: Subject = request.param
    return found


@pytest.fixture
def shortened(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the times of the vendor as chaos does."""
    for place, value in subject.all_shortened.items():
        module, constant = place.split(":")
        monkeypatch.setattr(importlib.import_module(f"custom_components.{subject.domain}.{module}"), constant, value)


@pytest.fixture
async def remote(subject: Subject, socket_enabled: None) -> AsyncGenerator[RemoteEnd]:
    """Return the simulator of the vendor behind the proxy."""
    async with remote_end(subject.simulator, random.Random(0), None) as remote:
        if subject.endpoint.is_prepared:
            await remote.call(subject.endpoint.change, remote.simulator, FIRST)
        yield remote


@pytest.fixture
async def entry(hass: HomeAssistant, shortened: None, subject: Subject, remote: RemoteEnd) -> MockConfigEntry:
    """Return a config entry with the address of the proxy. It is not set up yet."""
    for component in subject.endpoint.needs:
        assert await async_setup_component(hass, component, {})
    return add_entry(hass, subject.entry(remote.proxy.port, host=LOOPBACK))
