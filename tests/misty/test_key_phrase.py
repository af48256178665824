"""The switch for the key phrase."""

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, mock_restore_cache

from custom_components.misty import key_phrase
from simulators.misty import MistySimulator
from tests.waiting import eventually


async def test_the_switch_is_restored_and_works_without_the_satellite(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The satellite is disabled: nothing is recorded, and the robot listens again after each key phrase."""
    monkeypatch.setattr(key_phrase, "REARM_SECONDS", 0.05)
    er.async_get(hass).async_get_or_create(
        "assist_satellite",
        "misty",
        "20193600123_satellite",
        config_entry=entry,
        disabled_by=er.RegistryEntryDisabler.USER,
    )
    mock_restore_cache(hass, [State("switch.misty_listen_for_key_phrase", "on")])
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await eventually(lambda: simulator.robot.voice.listening is not None)
    await eventually(lambda: "KeyPhraseRecognized" in simulator.state()["subscriptions"])
    armed = simulator.robot.voice.key_phrase_armed
    assert simulator.command("key_phrase")
    assert not simulator.record.of("recording")
    await eventually(lambda: simulator.robot.voice.key_phrase_armed > armed)
    state = hass.states.get("event.misty_key_phrase")
    assert state is not None
    assert state.attributes["confidence"] == 81
