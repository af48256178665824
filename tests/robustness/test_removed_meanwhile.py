"""A dialog that is open while its entry is removed, in another tab perhaps, ends with a sentence."""

from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from chaos.remote_end import RemoteEnd
from chaos.subject import Subject
from harness.vendor import LOOPBACK, Address


async def test_what_is_reconfigured_is_removed_meanwhile(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry, remote: RemoteEnd
) -> None:
    """It was "Unknown error" (HTTP 500)."""
    flow = await hass.config_entries.flow.async_init(
        subject.domain, context={"source": SOURCE_RECONFIGURE, "entry_id": loaded.entry_id}
    )
    await hass.config_entries.async_remove(loaded.entry_id)
    *_, typed = subject.endpoint.steps(Address(LOOPBACK, remote.proxy.port)).values()
    ended = await hass.config_entries.flow.async_configure(flow["flow_id"], typed)
    assert (ended["type"], ended["reason"]) == (FlowResultType.ABORT, "entry_gone")
