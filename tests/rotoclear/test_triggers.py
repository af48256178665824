"""Triggers and conditions of a unit and of its heads."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.rotoclear.const import DOMAIN
from tests.automations import Run, automate, holds, offered

from .conftest import MAC

RECORDING = [f"rotoclear.recording_{what}" for what in ("started", "paused", "resumed", "ended")]


def device(hass: HomeAssistant, entry: MockConfigEntry, identifier: str) -> str:
    """Return the device id of the unit or of a head."""
    found = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, identifier), entry.entry_id)
    assert found is not None
    return found.id


async def test_the_editor_offers_triggers_and_conditions(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    triggers, conditions = await offered(hass, DOMAIN, device(hass, loaded, MAC))
    assert {f"rotoclear.{name}" for name in triggers} == set(RECORDING)
    assert conditions == {"is_recording", "is_paused", "is_not_recording"}
    triggers, conditions = await offered(hass, DOMAIN, device(hass, loaded, f"{MAC}_head0"))
    assert triggers == {"disk_started", "disk_stopped"}
    assert conditions == {"disk_is_turning", "disk_is_at_rest"}


@pytest.mark.parametrize(
    ("states", "triggered"),
    [
        (("start", "pause", "release", "stop"), RECORDING),
        # docs/protocol/rotoclear.md#recording-states: after a pause, the state may also be `start`.
        (("start", "pause", "start", "stop"), RECORDING),
        (("start", "release", "stop"), [RECORDING[0], RECORDING[3]]),
    ],
)
async def test_triggers_and_conditions_of_a_recording(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    states: tuple[str, ...],
    triggered: list[str],
) -> None:
    unit.command("change", record="stop")
    recording = entity_of("sensor", "record_sensor")
    await reaches(recording, "stop")
    target = {"device_id": device(hass, loaded, MAC)}
    done = await automate(hass, *(Run(name, target) for name in RECORDING))
    for state in states:
        unit.command("change", record=state)
        await reaches(recording, state)
        await hass.async_block_till_done()
        assert await holds(hass, "rotoclear.is_recording", target) is (state in ("start", "release"))
        assert await holds(hass, "rotoclear.is_paused", target) is (state == "pause")
        assert await holds(hass, "rotoclear.is_not_recording", target) is (state == "stop")
    assert done == triggered


async def test_triggers_and_conditions_of_a_disk(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    """A small change of the speed and the disk of the other head trigger nothing."""
    target = {"device_id": device(hass, loaded, f"{MAC}_head0")}
    unit.command("change", RPM0=0, RPM1=0)
    speed_of_head = entity_of("sensor", "RPM0_sensor")
    await reaches(speed_of_head, "0")
    done = await automate(hass, Run("rotoclear.disk_started", target), Run("rotoclear.disk_stopped", target))
    for speed, turns in ((3900, True), (4000, True), (99, False), (0, False)):
        unit.command("change", RPM0=speed, RPM1=4000 - speed)
        await reaches(speed_of_head, str(speed))
        assert await holds(hass, "rotoclear.disk_is_turning", target) is turns
        assert await holds(hass, "rotoclear.disk_is_at_rest", target) is not turns
    await hass.async_block_till_done()
    assert done == ["rotoclear.disk_started", "rotoclear.disk_stopped"]
