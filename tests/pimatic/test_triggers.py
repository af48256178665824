"""Triggers of devices with buttons and of the server's log."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.const import DOMAIN
from simulators.pimatic import PimaticSimulator
from tests.automations import Run, automate, offered, wait_for_runs

BUTTONS = "dummy-buttons"


@pytest.fixture
def buttons(hass: HomeAssistant, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]) -> dict[str, str]:
    """Return the device with buttons as a target."""
    entry = er.async_get(hass).async_get(entity_of("event", f"{BUTTONS}_buttons"))
    assert entry is not None
    assert entry.device_id is not None
    return {"device_id": entry.device_id}


async def test_the_automation_editor_offers_the_triggers(hass: HomeAssistant, buttons: dict[str, str]) -> None:
    triggers, conditions = await offered(hass, DOMAIN, buttons["device_id"])
    # The editor offers the log for every device.
    assert triggers == {"button_pressed", "message_logged"}
    assert conditions == set()


async def test_each_press_of_a_button_triggers(
    hass: HomeAssistant, simulator: PimaticSimulator, buttons: dict[str, str]
) -> None:
    """The same button triggers again. With a button in the options, only this button triggers."""
    chosen = "pimatic.button_pressed"
    done = await automate(hass, Run(chosen, buttons), Run(chosen, buttons, {"button": "button-a"}))
    for count, button in ((2, "button-a"), (4, "button-a"), (5, "button-b")):
        simulator.command("press", device=BUTTONS, button=button)
        await wait_for_runs(done, count)
    await hass.async_block_till_done()
    assert done == [chosen] * 5


@pytest.mark.usefixtures("everything_enabled")
async def test_a_log_message_triggers(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    target = {"entity_id": entity_of("event", "$server_messages")}
    done = await automate(
        hass,
        Run("pimatic.message_logged", target, {"level": ["error", "warn"]}),
        Run("pimatic.button_pressed", target),
    )
    for level in ("info", "warn", "error"):
        simulator.command("log", level=level, text="Something happened")
    await wait_for_runs(done, 2)
    await hass.async_block_till_done()
    assert done == ["pimatic.message_logged"] * 2
