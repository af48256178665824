"""Credentials that are refused at the setup while another flow of the entry is open."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from chaos.remote_end import RemoteEnd
from chaos.subject import Subject
from harness.vendor import LOOPBACK, Address
from simulators.kit.ports import free_port
from tests.waiting import eventually

from .conftest import SUBJECTS

# Home Assistant retries a setup earlier than this.
LATER = timedelta(minutes=10)


def flows(hass: HomeAssistant) -> list[str]:
    """Return the sources of the open flows."""
    return [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()]


async def retry_setup(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let the time of the next retry come, and wait until the setup is done."""
    async_fire_time_changed(hass, dt_util.utcnow() + LATER)
    await hass.async_block_till_done()
    async with entry.setup_lock:
        pass


async def test_reauthentication_is_aborted_when_the_credentials_are_accepted_again(
    hass: HomeAssistant, subject: Subject, remote: RemoteEnd, entry: MockConfigEntry
) -> None:
    """For a device without credentials, a proxy before it refuses the request."""
    has_credentials = subject.endpoint.refuses_credentials
    fault = ("unauthorized", True) if has_credentials else ("status", 401)
    await remote.call(remote.simulator.set_fault, *fault)
    other_flow = await entry.start_reconfigure_flow(hass)

    assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert flows(hass) == ["reconfigure"], "Home Assistant starts no reauthentication beside another flow"

    hass.config_entries.flow.async_abort(other_flow["flow_id"])
    await retry_setup(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert flows(hass) == (["reauth"] if has_credentials else [])

    await remote.call(remote.simulator.set_fault, fault[0], False)
    await retry_setup(hass, entry)
    await eventually(lambda: entry.state is ConfigEntryState.LOADED, 10, lambda: f"it is {entry.state}")
    assert flows(hass) == [], "the reauthentication is not aborted"


@pytest.mark.parametrize(
    "subject", [one for one in SUBJECTS if one.endpoint.refuses_credentials], ids=lambda one: one.name
)
async def test_reauthentication_does_not_change_the_address(
    hass: HomeAssistant, subject: Subject, remote: RemoteEnd, entry: MockConfigEntry
) -> None:
    """The address changes while the form is open. Reauthentication used to store the old address again."""
    right = dict(entry.data)
    hass.config_entries.async_update_entry(entry, data=dict(subject.entry(free_port(), host=LOOPBACK).data))
    flow = await entry.start_reauth_flow(hass)
    hass.config_entries.async_update_entry(entry, data=right)

    *_, typed = subject.endpoint.steps(Address(LOOPBACK, remote.proxy.port)).values()
    schema = flow["data_schema"]
    assert schema is not None
    credentials = {str(field): typed[str(field)] for field in schema.schema}
    ended = await hass.config_entries.flow.async_configure(flow["flow_id"], credentials)
    assert ended.get("reason") == "reauth_successful", ended.get("errors")
    assert dict(entry.data) == right
    await hass.async_block_till_done()
