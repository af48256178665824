"""Flows and diagnostics of an entry that is removed or not loaded meanwhile end with a translated text."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, section
from homeassistant.helpers import device_registry as dr
from homeassistant.loader import async_get_integration
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from chaos.remote_end import RemoteEnd
from chaos.subject import Subject
from harness.vendor import LOOPBACK, Address


async def test_reconfiguration_aborts_when_the_entry_is_removed_meanwhile(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry, remote: RemoteEnd
) -> None:
    """It used to end with "Unknown error" (HTTP 500)."""
    flow = await hass.config_entries.flow.async_init(
        subject.domain, context={"source": SOURCE_RECONFIGURE, "entry_id": loaded.entry_id}
    )
    await hass.config_entries.async_remove(loaded.entry_id)
    *_, typed = subject.endpoint.steps(Address(LOOPBACK, remote.proxy.port)).values()
    ended = await hass.config_entries.flow.async_configure(flow["flow_id"], typed)
    assert (ended["type"], ended["reason"]) == (FlowResultType.ABORT, "entry_gone")


async def test_the_options_flow_aborts_when_the_entry_is_removed_meanwhile(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry
) -> None:
    """It used to end with "Unknown error" (HTTP 500)."""
    form = await hass.config_entries.options.async_init(loaded.entry_id)
    assert form["data_schema"] is not None
    await hass.config_entries.async_remove(loaded.entry_id)
    typed: dict[str, Any] = {
        str(key): {} for key, field in form["data_schema"].schema.items() if isinstance(field, section)
    }
    ended = await hass.config_entries.options.async_configure(form["flow_id"], typed)
    assert (ended["type"], ended["reason"]) == (FlowResultType.ABORT, "entry_gone")


async def test_deleting_a_device_of_an_entry_that_is_not_loaded_is_refused(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry
) -> None:
    """The page of a device offers it for every entry. It used to end with "Unknown error"."""
    component: Any = await (await async_get_integration(hass, subject.domain)).async_get_component()
    may_be_removed = getattr(component, "async_remove_config_entry_device", None)
    device = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)[0]
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert may_be_removed is None or not await may_be_removed(hass, loaded, device)


async def test_diagnostics_of_an_entry_that_is_not_loaded(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    """We ask for them when a setup fails. They used to end with HTTP 500."""
    assert await async_setup_component(hass, "diagnostics", {})
    assert await hass.config_entries.async_unload(loaded.entry_id)
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert isinstance(diagnostics, dict)
    assert diagnostics["state"] == "not_loaded"
    assert not any(secret in str(diagnostics) for secret in subject.endpoint.secrets)


async def test_the_stored_data_of_an_entry_are_removed_with_it(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    key = f"{subject.domain}.{loaded.entry_id}.history"
    if hass.services.has_service(subject.domain, "import_history"):
        hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": {}}
    await hass.config_entries.async_remove(loaded.entry_id)
    await hass.async_block_till_done()
    assert [one for one in hass_storage if loaded.entry_id in one] == []
