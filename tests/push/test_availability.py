"""Availability: one line down, one line up, whatever happens in between."""

import asyncio
import logging

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from common.client.errors import AuthFailed, CannotConnect, PushRefused
from tests.push.fake import LOGGER, FakeDevice, FakeIntegration
from tests.waiting import eventually


def lines(caplog: pytest.LogCaptureFixture, level: int = logging.INFO) -> list[str]:
    """Return what the coordinator logged at this level or above."""
    return [record.message for record in caplog.records if record.name == LOGGER.name and record.levelno >= level]


def lamp(hass: HomeAssistant) -> str:
    """Return the state of the lamp."""
    state = hass.states.get("sensor.lamp")
    assert state is not None
    return state.state


async def lose(fake: FakeIntegration, error: Exception | None) -> None:
    """Let the device be away for several attempts."""
    fake.device.refuses = CannotConnect("no route to the device")
    fake.device.end(error)
    await eventually(lambda: fake.coordinator.connection.attempts > 4)


@pytest.mark.parametrize("error", [CannotConnect("reset"), None, RuntimeError("a fault of ours")])
async def test_one_line_down_and_one_line_up(
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
    down, up = [line for line in lines(caplog) if "unexpected RuntimeError" not in line]
    assert down.startswith("Fake is unavailable: ")
    assert up == "Fake is available again"


async def test_a_change_while_away_shows_only_after_the_return(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    await fake.set_up()
    await lose(fake, None)
    fake.coordinator.apply({"lamp": "late"})
    assert lamp(hass) == "unavailable"


async def test_a_loss_reaches_entities_added_while_away(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    await fake.set_up()
    await lose(fake, None)
    fake.coordinator.parts.remove("device")
    await hass.async_block_till_done()
    fake.coordinator.parts.add("device")
    await hass.async_block_till_done()
    assert lamp(hass) == "unavailable"


async def test_a_fault_is_logged_once_and_without_its_text(
    fake: FakeIntegration, device: FakeDevice, caplog: pytest.LogCaptureFixture
) -> None:
    """The text of a foreign exception may hold an address with a token in it."""
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


async def test_a_cancelled_task_of_the_client_is_a_lost_connection(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    """Otherwise the connection would end for good and the last values would stay, looking alive."""
    await fake.set_up()
    device.cancel()
    await asyncio.sleep(0)
    await asyncio.wait_for(device.established.wait(), 5)
    assert fake.coordinator.connection.sessions == 2
    assert lamp(hass) == "on"


async def test_refused_credentials_start_reauth_once(
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


async def test_the_right_credentials_alone_are_enough(
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
    assert hass.config_entries.flow.async_progress() == [], "nobody has to answer any more"


async def test_new_credentials_are_asked_for_again_when_the_request_was_dropped(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant drops a request while another dialog of the entry is open, perhaps in a closed tab."""
    monkeypatch.setattr("common.client.backoff.REFUSED_FIRST", 0.01)
    monkeypatch.setattr("common.client.backoff.REFUSED_LONGEST", 0.02)
    await fake.set_up()
    dialog = await fake.entry.start_reconfigure_flow(hass)
    device.refuses = AuthFailed("the token was withdrawn")
    device.end()
    await eventually(lambda: fake.coordinator.connection.attempts > 4)
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reconfigure"]

    hass.config_entries.flow.async_abort(dialog["flow_id"])
    await eventually(lambda: bool(hass.config_entries.flow.async_progress()))
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


async def test_asking_for_fresh_data_retries_at_once(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.client.backoff.BACKOFF_FIRST", 3600.0)
    await fake.set_up()
    device.end()
    await eventually(lambda: lamp(hass) == "unavailable")

    await fake.coordinator.async_request_refresh()
    await asyncio.wait_for(device.established.wait(), 5)
    assert lamp(hass) == "on"


# Without the push channel -----------------------------------------------------------------------


async def test_the_fallback_keeps_values_fresh(
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


async def test_the_fallback_is_enough_to_set_up(hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice) -> None:
    device.refuses = PushRefused("all connections are taken")
    device.without_push = {"lamp": "polled", "pressure": 1.5}
    assert await fake.set_up()
    assert lamp(hass) == "polled"


@pytest.mark.parametrize(
    "fallback", [None, CannotConnect("that way neither"), RuntimeError("a fault of ours"), TimeoutError()]
)
async def test_a_fallback_that_fails_too(
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


async def test_a_fallback_that_is_refused_the_credentials_starts_reauth(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    await fake.set_up()
    device.without_push = AuthFailed("the token was withdrawn")
    device.refuses = PushRefused("all connections are taken")
    device.end()
    await eventually(hass.config_entries.flow.async_progress)

    assert lamp(hass) == "unavailable"
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


async def test_a_fallback_that_fails_first_is_told_as_the_reason(fake: FakeIntegration, device: FakeDevice) -> None:
    device.refuses = PushRefused("all connections are taken")
    device.without_push = CannotConnect("that way neither")
    assert not await fake.set_up()
    assert fake.entry.state is ConfigEntryState.SETUP_RETRY
    assert fake.entry.error_reason_translation_placeholders == {"reason": "that way neither"}
    await fake.hass.config_entries.async_unload(fake.entry.entry_id)
