"""Every action in every state of the entry is done or refused with a translated error, and raises nothing else."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol
import yaml

from chaos.remote_end import RemoteEnd
from chaos.subject import Subject
from tests.waiting import eventually

COMPONENTS = Path(__file__).resolve().parents[2] / "custom_components"
# Some actions wait for an event. They are cancelled after this time.
LONGEST_SECONDS = 3.0
# A media id that does not exist.
MEDIUM = {"media_content_id": "media-source://unknown/unknown", "media_content_type": "audio/wav"}
# The values of the fields, by their selectors.
SAMPLES: dict[str, Any] = {
    "boolean": True,
    "datetime": "2026-01-01 00:00:00",
    "entity": "sensor.nothing",
    "media": MEDIUM,
    "object": {"a": 1},
    "text": "a",
}


def sample(selector: dict[str, Any]) -> Any:
    """Return a value for a field."""
    ((kind, settings),) = selector.items()
    if kind == "number":
        return (settings or {}).get("min", 1)
    if kind == "select":
        first = settings["options"][0]
        return first["value"] if isinstance(first, dict) else first
    return SAMPLES[kind]


def data_of(hass: HomeAssistant, domain: str, action: str, fields: dict[str, Any], device_id: str) -> dict[str, Any]:
    """Return valid data for an action: the required fields, and one more where that is not enough."""
    device = {"device_id": device_id} if "device_id" in fields else {}
    selectors = {name: field["selector"] for name, field in fields.items() if name not in device}
    required = {name: sample(one) for name, one in selectors.items() if fields[name].get("required")}
    schema = hass.services.async_services_for_domain(domain)[action].schema
    assert schema is not None
    for optional in ({}, *({name: sample(one)} for name, one in selectors.items() if name not in required)):
        data = {**device, **required, **optional}
        with suppress(vol.Invalid):
            schema(data)
            return data
    raise AssertionError(f"no data for {domain}.{action}")


def actions_of(hass: HomeAssistant, subject: Subject, device_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Go through the actions of a vendor, with data for each."""
    described = yaml.safe_load((COMPONENTS / subject.domain / "services.yaml").read_text())
    assert described.keys() == hass.services.async_services_for_domain(subject.domain).keys()
    for action, description in described.items():
        yield action, data_of(hass, subject.domain, action, description["fields"], device_id)


async def act(hass: HomeAssistant, domain: str, action: str, data: dict[str, Any]) -> HomeAssistantError | None:
    """Call an action. Return the error if it was refused. Any other exception fails the test."""
    answers = hass.services.supports_response(domain, action) is not SupportsResponse.NONE
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            await hass.services.async_call(domain, action, data, blocking=True, return_response=answers)
    except HomeAssistantError as error:
        return error
    except TimeoutError:
        pass
    return None


async def refusals(hass: HomeAssistant, subject: Subject, device_id: str) -> set[str | None]:
    """Call all actions of devices for a device. Return the keys of their errors, and "done" if one is not refused."""
    found: set[str | None] = set()
    for action, data in actions_of(hass, subject, device_id):
        if "device_id" not in data:
            continue
        error = await act(hass, subject.domain, action, data)
        found.add("done" if error is None else error.translation_key)
        assert error is None or (isinstance(error, ServiceValidationError) and error.translation_domain), action
    return found


def first_device(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    return dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)[0].id


async def test_actions_are_refused_while_the_entry_is_not_loaded(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry, remote: RemoteEnd
) -> None:
    device_id = first_device(hass, loaded)
    other = MockConfigEntry(domain="another")
    other.add_to_hass(hass)
    foreign = dr.async_get(hass).async_get_or_create(config_entry_id=other.entry_id, identifiers={("another", "1")})
    for unknown in (foreign.id, "0" * 32, ""):
        assert await refusals(hass, subject, unknown) == {"unknown_device"}

    await hass.config_entries.async_unload(loaded.entry_id)
    assert await refusals(hass, subject, device_id) == {"not_loaded"}

    await remote.call(remote.proxy.hold)
    loading = hass.async_create_task(hass.config_entries.async_setup(loaded.entry_id))
    await eventually(lambda: loaded.state is ConfigEntryState.SETUP_IN_PROGRESS)
    assert await refusals(hass, subject, device_id) == {"not_loaded"}

    await remote.call(remote.proxy.refuse)
    await remote.call(remote.proxy.reset)
    assert not await loading
    assert loaded.state is ConfigEntryState.SETUP_RETRY
    assert await refusals(hass, subject, device_id) == {"not_loaded"}

    await hass.config_entries.async_remove(loaded.entry_id)
    assert await refusals(hass, subject, device_id) == {"unknown_device"}


async def test_two_calls_of_the_same_action_at_once(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """The second call is done or refused, and raises nothing else."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    caplog.clear()
    for device in devices[:3]:
        for action, data in list(actions_of(hass, subject, device.id)):
            await asyncio.gather(*(act(hass, subject.domain, action, data) for _ in range(2)))
    await eventually(lambda: loaded.state is ConfigEntryState.LOADED)
    tracebacks = [one.getMessage() for one in caplog.records if one.exc_info is not None]
    assert tracebacks == []
