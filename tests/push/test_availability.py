"""Availability: a lost connection and its return are logged once each, whatever happens in between."""

import asyncio
import logging

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from common.client.errors import AuthFailed, CannotConnect, PushRefused
from tests.push.fake import LOGGER, FakeDevice, FakeIntegration
from tests.waiting import eventually


def lines(caplog: pytest.LogCaptureFixture, level: int = logging.INFO) -> list[str]:
    """Return the messages that the coordinator logged at this level or above."""
    return [record.message for record in caplog.records if record.name == LOGGER.name and record.levelno >= level]


def lamp(hass: HomeAssistant) -> str:
    """Return the state of the lamp."""
    state = hass.states.get("sensor.lamp")
    assert state is not None
    return state.state


async def lose(fake: FakeIntegration, error: Exception | None) -> None:
    """End the session with this error, and let several reconnects fail."""
    fake.device.refuses = CannotConnect("no route to the device")
    fake.device.end(error)
    await eventually(lambda: fake.coordinator.connection.attempts > 4)


@pytest.mark.parametrize("error", [CannotConnect("reset"), None, RuntimeError("a bug")])
async def test_loss_and_return_are_logged_once_each(
    hass: HomeAssistant,
    fake: FakeIntegration,
    device: FakeDevice,
    caplog: pytest.LogCaptureFixture,
    error: Exception | None,
) -> None:
    await fake.set_up()
    assert lines(caplog) == []

    await lose(fake, error)
    assert fake.coordinator.connection.attempts > 3
    assert lamp(hass) == "unavailable"
    assert [state.state for state in hass.states.async_all("sensor")] == ["unavailable"] * 2

    device.full = {"lamp": "off", "pressure": 1.5}
    device.refuses = None
    await asyncio.wait_for(device.established.wait(), 5)
    assert lamp(hass) == "off"
    lost, back = [line for line in lines(caplog) if "unexpected RuntimeError" not in line]
    assert lost.startswith("Fake is unavailable: ")
    assert back == "Fake is available again"


async def test_entities_stay_unavailable_when_a_value_changes_without_connection(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    await fake.set_up()
    await lose(fake, None)
    fake.coordinator.apply({"lamp": "late"})
    assert lamp(hass) == "unavailable"


async def test_entities_added_without_connection_are_unavailable(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    await fake.set_up()
    await lose(fake, None)
    fake.coordinator.parts.remove("device")
    await hass.async_block_till_done()
    fake.coordinator.parts.add("device")
    await hass.async_block_till_done()
    assert lamp(hass) == "unavailable"


async def test_an_unexpected_error_is_logged_once_without_its_text(
    fake: FakeIntegration, device: FakeDevice, caplog: pytest.LogCaptureFixture
) -> None:
    """The text of an exception of a library can contain a URL with a token."""
    caplog.set_level(logging.DEBUG)
    await fake.set_up()
    device.refuses = ValueError("wss://device/?token=abc123")
    device.end(CannotConnect("gone"))
    await eventually(lambda: fake.coordinator.connection.attempts > 4)

    errors = lines(caplog, logging.ERROR)
    assert len(errors) == 1
    assert "unexpected ValueError" in errors[0]
    assert "in hold" in errors[0]
    assert "abc123" not in caplog.text


async def test_the_coordinator_reconnects_when_a_task_of_the_client_is_cancelled(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    """Otherwise the connection would end for ever, and the entities would keep their last values."""
    await fake.set_up()
    device.cancel()
    await asyncio.sleep(0)
    await asyncio.wait_for(device.established.wait(), 5)
    assert fake.coordinator.connection.sessions == 2
    assert lamp(hass) == "on"


async def test_refused_credentials_start_one_reauthentication(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, caplog: pytest.LogCaptureFixture
) -> None:
    await fake.set_up()
    device.end(AuthFailed("the token was withdrawn"))
    await eventually(lambda: lamp(hass) == "unavailable")
    await asyncio.sleep(0.1)
    await hass.async_block_till_done()

    assert lamp(hass) == "unavailable"
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]
    assert fake.coordinator.connection.attempts == 1, "refused credentials are tried again after a minute only"
    assert lines(caplog) == ["Fake is unavailable: the token was withdrawn"]


async def test_reauthentication_is_aborted_when_the_credentials_are_accepted_again(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.client.backoff.REFUSED_FIRST", 0.01)
    monkeypatch.setattr("common.client.backoff.REFUSED_LONGEST", 0.02)
    await fake.set_up()
    device.refuses = AuthFailed("the token was withdrawn")
    device.end()
    await eventually(lambda: fake.coordinator.connection.attempts > 4)
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]

    device.refuses = None
    await eventually(lambda: lamp(hass) == "on")
    assert hass.config_entries.flow.async_progress() == [], "the reauthentication is not aborted"


async def test_reauthentication_starts_after_another_flow_of_the_entry_ends(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant starts no reauthentication while another flow of the entry is open."""
    monkeypatch.setattr("common.client.backoff.REFUSED_FIRST", 0.01)
    monkeypatch.setattr("common.client.backoff.REFUSED_LONGEST", 0.02)
    await fake.set_up()
    other_flow = await fake.entry.start_reconfigure_flow(hass)
    device.refuses = AuthFailed("the token was withdrawn")
    device.end()
    await eventually(lambda: fake.coordinator.connection.attempts > 4)
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reconfigure"]

    hass.config_entries.flow.async_abort(other_flow["flow_id"])
    await eventually(lambda: bool(hass.config_entries.flow.async_progress()))
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


async def test_a_refresh_reconnects_at_once(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.client.backoff.BACKOFF_FIRST", 3600.0)
    await fake.set_up()
    device.end()
    await eventually(lambda: lamp(hass) == "unavailable")

    await fake.coordinator.async_request_refresh()
    await asyncio.wait_for(device.established.wait(), 5)
    assert lamp(hass) == "on"


# Fallback without push -------------------------------------------------------------------------


async def test_values_are_polled_when_push_is_refused(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, caplog: pytest.LogCaptureFixture
) -> None:
    await fake.set_up()
    device.without_push = {"lamp": "polled", "pressure": 1.5}
    device.refuses = PushRefused("all connections are taken")
    device.end()
    await eventually(lambda: lamp(hass) == "polled")

    device.without_push = {"lamp": "polled again", "pressure": 1.5}
    await eventually(lambda: lamp(hass) == "polled again")

    device.refuses = None
    await asyncio.wait_for(device.established.wait(), 5)
    assert lamp(hass) == "on"
    assert lines(caplog) == ["Fake is unavailable: the device closed the connection", "Fake is available again"]


async def test_setup_succeeds_when_push_is_refused_and_polling_works(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    device.refuses = PushRefused("all connections are taken")
    device.without_push = {"lamp": "polled", "pressure": 1.5}
    assert await fake.set_up()
    assert lamp(hass) == "polled"


@pytest.mark.parametrize("fallback", [None, CannotConnect("polling fails"), RuntimeError("a bug"), TimeoutError()])
async def test_entities_are_unavailable_when_push_and_polling_fail(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, fallback: Exception | None
) -> None:
    await fake.set_up()
    device.without_push = fallback
    device.refuses = PushRefused("all connections are taken")
    device.end()
    await eventually(lambda: lamp(hass) == "unavailable")

    device.refuses = None
    await asyncio.wait_for(device.established.wait(), 5)
    assert lamp(hass) == "on"


async def test_reauthentication_starts_when_polling_refuses_the_credentials(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    await fake.set_up()
    device.without_push = AuthFailed("the token was withdrawn")
    device.refuses = PushRefused("all connections are taken")
    device.end()
    await eventually(hass.config_entries.flow.async_progress)

    assert lamp(hass) == "unavailable"
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


async def test_the_error_of_polling_is_the_reason_of_a_failed_setup(fake: FakeIntegration, device: FakeDevice) -> None:
    device.refuses = PushRefused("all connections are taken")
    device.without_push = CannotConnect("polling fails")
    assert not await fake.set_up()
    assert fake.entry.state is ConfigEntryState.SETUP_RETRY
    assert fake.entry.error_reason_translation_placeholders == {"reason": "polling fails"}
    await fake.hass.config_entries.async_unload(fake.entry.entry_id)
