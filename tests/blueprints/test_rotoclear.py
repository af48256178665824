"""The blueprints of Rotoclear: end of machining, light, and low sealing air."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.waiting import eventually

from .running import run_blueprint


async def test_light_and_recording_are_switched_off_when_the_spindle_stops(
    hass: HomeAssistant, tmp_path: Path, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    speed = entity_of("sensor", "RPM0_sensor")
    inputs = {
        "speed": speed,
        "light": entity_of("light", "light0"),
        "recording": entity_of("switch", "record"),
        "delay": {"milliseconds": 200},
    }
    await run_blueprint(hass, tmp_path, "rotoclear/spindle_stopped.yaml", inputs)
    await loaded.runtime_data.async_set({"light0": True, "record": "start"})
    assert unit.state()["record"] == "start"

    unit.command("change", RPM0=0)
    await eventually(lambda: unit.state()["record"] == "stop" and unit.state()["light0"] is False)


async def test_the_light_is_on_while_the_spindle_turns(
    hass: HomeAssistant, tmp_path: Path, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    unit.command("change", RPM0=0)
    await eventually(lambda: hass.states.is_state(entity_of("sensor", "RPM0_sensor"), "0"))
    speed = entity_of("sensor", "RPM0_sensor")
    inputs = {
        "speed": speed,
        "light": entity_of("light", "light0"),
        "delay": {"milliseconds": 300},
    }
    await run_blueprint(hass, tmp_path, "rotoclear/light_follows_spindle.yaml", inputs)
    requests = len(unit.record.of("get"))
    unit.command("change", RPM0=4000)
    await eventually(lambda: unit.state()["light0"] is True)

    # A stop shorter than the delay is ignored.
    unit.command("change", RPM0=0)
    await eventually(lambda: hass.states.is_state(speed, "0"))
    unit.command("change", RPM0=3000)
    await asyncio.sleep(0.6)  # longer than the delay
    assert unit.state()["light0"] is True
    unit.command("change", RPM0=0)
    await eventually(lambda: unit.state()["light0"] is False)
    assert len(unit.record.of("get")) == requests, "the unit was polled"


async def test_low_sealing_air_is_reported_only_while_the_disk_turns(
    hass: HomeAssistant, tmp_path: Path, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    calls = async_mock_service(hass, "notify", "send_message")
    pressure = entity_of("sensor", "psi0_sensor")
    rotation = entity_of("switch", "dictRotation0")
    inputs = {
        "pressure": pressure,
        "rotation": rotation,
        "delay": {"milliseconds": 50},
        "todo": [{"action": "notify.send_message", "data": {"message": "low"}}],
    }
    await run_blueprint(hass, tmp_path, "rotoclear/low_sealing_air.yaml", inputs)
    unit.command("change", dictRotation0=True, psi0="900mbar")
    await eventually(lambda: len(calls) == 1)

    unit.command("change", dictRotation0=False)
    await eventually(lambda: hass.states.is_state(rotation, "off"))
    unit.command("change", psi0="1200mbar")
    await eventually(lambda: hass.states.is_state(pressure, "1200.0"))
    unit.command("change", psi0="800mbar")
    await eventually(lambda: hass.states.is_state(pressure, "800.0"))
    await asyncio.sleep(0.3)  # longer than the delay
    assert len(calls) == 1
