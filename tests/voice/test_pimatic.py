"""Voice control of the devices of a simulated pimatic server."""

from collections.abc import AsyncGenerator
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from harness.vendor import LOOPBACK, Address
from harness.vendors.pimatic import SERVER
from simulators.pimatic import PimaticSimulator
from tests.entries import add_entry, running, set_up
from tests.pimatic.conftest import entry, loaded, simulator, survives, user_input
from tests.waiting import eventually

from .speaking import alexa_devices, alexa_turn_on, google_devices, google_on_off, listen, say, sentences_of

__all__ = ["entry", "loaded", "simulator", "survives", "user_input"]


# The effects of the sentences of the page: an attribute of a device.
EFFECTS: dict[str, tuple[str, str, Any]] = {
    "the kettle is on": ("dummy-switch", "state", True),
    "the lamp is at 40 %": ("dummy-dimmer", "dimlevel", 40),
    "the shutter goes down": ("dummy-shutter", "position", "down"),
    "the shutter goes up": ("dummy-shutter", "position", "up"),
}


@pytest.fixture
async def home() -> AsyncGenerator[PimaticSimulator]:
    """Run the simulator of the demo."""
    async for server in running(PimaticSimulator(lived_in=True)):
        server.house.set_attribute("dummy-shutter", "position", "stopped")
        yield server


@pytest.mark.parametrize(("language", "sentence", "effect"), sentences_of("pimatic"))
async def test_sentences_of_the_docs_work(
    hass: HomeAssistant, home: PimaticSimulator, language: str, sentence: str, effect: str
) -> None:
    hass.config.language = language
    await set_up(hass, add_entry(hass, SERVER.entry(Address(LOOPBACK, home.port))))
    await listen(hass)
    await say(hass, sentence, language)
    device, attribute, value = EFFECTS[effect]
    await eventually(lambda: home.house.value(device, attribute) == value)


@pytest.mark.parametrize(
    ("language", "sentence", "entity_id", "state"),
    [
        ("en", "turn on Dummy Switch", "switch.living_room_dummy_switch", "on"),
        ("en", "set Dummy Dimmer brightness to 40%", "light.living_room_dummy_dimmer", "on"),
        ("en", "close Dummy Shutter", "cover.living_room_dummy_shutter", "closed"),
        ("de", "schalte Dummy Switch ein", "switch.living_room_dummy_switch", "on"),
        ("de", "öffne Dummy Shutter", "cover.living_room_dummy_shutter", "open"),
    ],
)
async def test_sentences_switch_entities(
    hass: HomeAssistant, loaded: MockConfigEntry, language: str, sentence: str, entity_id: str, state: str
) -> None:
    """The server reports the state."""
    await listen(hass)
    await say(hass, sentence, language)
    await eventually(lambda: hass.states.is_state(entity_id, state))


async def test_google_assistant_lists_and_switches_devices(
    hass: HomeAssistant, simulator: Any, loaded: MockConfigEntry
) -> None:
    await listen(hass)
    devices = await google_devices(hass)
    assert devices["light.led_light"] == "action.devices.types.LIGHT"
    assert devices["climate.dummy_thermostat"] == "action.devices.types.THERMOSTAT"
    assert devices["cover.living_room_dummy_shutter"] == "action.devices.types.SHUTTER"
    await google_on_off(hass, "switch.living_room_dummy_switch", on=True)
    await eventually(lambda: hass.states.is_state("switch.living_room_dummy_switch", "on"))


async def test_alexa_lists_and_switches_devices(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    await listen(hass)
    devices = await alexa_devices(hass)
    assert devices["light.living_room_dummy_dimmer"] == ["LIGHT"]
    assert devices["climate.dummy_thermostat"] == ["THERMOSTAT"]
    await alexa_turn_on(hass, "light.living_room_dummy_dimmer")
    await eventually(lambda: hass.states.is_state("light.living_room_dummy_dimmer", "on"))
