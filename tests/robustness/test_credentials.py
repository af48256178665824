"""Credentials that are refused when Home Assistant starts, while a dialog of the entry is open in some closed tab."""

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

# Longer than Home Assistant ever waits before it sets an entry up again.
LATER = timedelta(minutes=10)


def dialogs(hass: HomeAssistant) -> list[str]:
    """Return what the open dialogs are for."""
    return [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()]


async def try_again(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let the time pass after which Home Assistant tries again, and wait until it has tried."""
    async_fire_time_changed(hass, dt_util.utcnow() + LATER)
    await hass.async_block_till_done()
    async with entry.setup_lock:
        pass


async def test_the_right_credentials_alone_are_enough(
    hass: HomeAssistant, subject: Subject, remote: RemoteEnd, entry: MockConfigEntry
) -> None:
    """A device that knows no credentials may have something before it that does."""
    has_credentials = subject.endpoint.refuses_credentials
    fault = ("unauthorized", True) if has_credentials else ("status", 401)
    await remote.call(remote.simulator.set_fault, *fault)
    dialog = await entry.start_reconfigure_flow(hass)

    assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert dialogs(hass) == ["reconfigure"], "Home Assistant drops the request beside another dialog"

    hass.config_entries.flow.async_abort(dialog["flow_id"])
    await try_again(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert dialogs(hass) == (["reauth"] if has_credentials else [])

    await remote.call(remote.simulator.set_fault, fault[0], False)
    await try_again(hass, entry)
    await eventually(lambda: entry.state is ConfigEntryState.LOADED, 10, lambda: f"it is {entry.state}")
    assert dialogs(hass) == [], "what nobody has to answer any more stays open"


@pytest.mark.parametrize(
    "subject", [one for one in SUBJECTS if one.endpoint.refuses_credentials], ids=lambda one: one.name
)
async def test_new_credentials_leave_the_address_of_today(
    hass: HomeAssistant, subject: Subject, remote: RemoteEnd, entry: MockConfigEntry
) -> None:
    """The form was open in one tab while the address was corrected in another; it put the old address back."""
    right = dict(entry.data)
    hass.config_entries.async_update_entry(entry, data=dict(subject.entry(free_port(), host=LOOPBACK).data))
    dialog = await entry.start_reauth_flow(hass)
    hass.config_entries.async_update_entry(entry, data=right)

    *_, typed = subject.endpoint.steps(Address(LOOPBACK, remote.proxy.port)).values()
    schema = dialog["data_schema"]
    assert schema is not None
    credentials = {str(field): typed[str(field)] for field in schema.schema}
    ended = await hass.config_entries.flow.async_configure(dialog["flow_id"], credentials)
    assert ended.get("reason") == "reauth_successful", ended.get("errors")
    assert dict(entry.data) == right
    await hass.async_block_till_done()
