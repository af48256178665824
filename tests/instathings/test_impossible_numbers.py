"""Numbers that a device cannot mean are unknown, also in the attributes of lights, covers and thermostats."""

from collections.abc import Callable
import time
from typing import Any

from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.instathings.api.model import Reading, Values
from simulators.instathings.cloud import CloudSimulator


@pytest.mark.parametrize("number", [1e6, 1e15, -1000])
async def test_an_impossible_position_temperature_or_colour_is_unknown(
    hass: HomeAssistant, in_cloud: MockConfigEntry, entity_of: Callable[[str, str], str], number: float
) -> None:
    coordinator = in_cloud.runtime_data

    async def state_after(platform: str, device: str, end: str, *keys: str) -> State:
        values: Values = dict.fromkeys(keys, number)
        coordinator.take_reading(Reading(device, time.time(), values, False))
        await hass.async_block_till_done()
        state = hass.states.get(entity_of(platform, f"{device}/{end}"))
        assert state is not None
        return state

    cover = await state_after("cover", "zbBlind01", "state", "position")
    assert cover.attributes.get("current_position") is None
    valve = await state_after("climate", "zbValve01", "climate", "local_temperature", "current_heating_setpoint")
    assert valve.attributes["current_temperature"] is None
    assert valve.attributes["temperature"] is None
    assert (valve.attributes["min_temp"], valve.attributes["max_temp"]) == (5, 30)
    lamp = await state_after("light", "zbBulb001", "state", "color_temp", "color.x", "color.y")
    assert lamp.attributes["min_color_temp_kelvin"] == 2000
    assert lamp.attributes["color_temp_kelvin"] is None


@pytest.mark.usefixtures("in_cloud")
async def test_no_setpoint_is_nan(
    hass: HomeAssistant, cloud: CloudSimulator, entity_of: Callable[[str, str], str]
) -> None:
    data: dict[str, Any] = {"entity_id": entity_of("climate", "zbValve01/climate"), "temperature": "nan"}
    with pytest.raises(HomeAssistantError):
        await hass.services.async_call("climate", "set_temperature", data, blocking=True)
    assert cloud.record.of("set") == []
