"""The blueprints for a lost gateway and a water leak."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.house import GATEWAY
from tests.blueprints.running import run_blueprint
from tests.waiting import eventually


async def test_the_blueprint_for_a_lost_gateway_notifies(
    hass: HomeAssistant,
    tmp_path: Path,
    cloud: CloudSimulator,
    in_cloud: MockConfigEntry,
    entity_of: Callable[[str, str], str],
) -> None:
    calls = async_mock_service(hass, "notify", "send_message")
    gateway = entity_of("binary_sensor", f"{GATEWAY}//connectivity")
    inputs = {
        "gateway": gateway,
        "delay": {"milliseconds": 200},
        "lost": [{"action": "notify.send_message", "data": {"message": "lost"}}],
        "back": [{"action": "notify.send_message", "data": {"message": "back"}}],
    }
    await run_blueprint(hass, tmp_path, "instathings/gateway_lost.yaml", inputs)
    # A short disconnect causes no notification.
    cloud.command("connect", connected=False)
    await eventually(lambda: hass.states.is_state(gateway, "off"))
    cloud.command("connect", connected=True)
    await asyncio.sleep(0.4)
    assert calls == []
    cloud.command("connect", connected=False)
    await eventually(lambda: len(calls) == 1)
    cloud.command("connect", connected=True)
    await eventually(lambda: [call.data["message"] for call in calls] == ["lost", "back"])


async def test_the_blueprint_for_a_water_leak_notifies(
    hass: HomeAssistant,
    tmp_path: Path,
    cloud: CloudSimulator,
    in_cloud: MockConfigEntry,
    entity_of: Callable[[str, str], str],
) -> None:
    calls = async_mock_service(hass, "notify", "send_message")
    cloud.house.things["zbPlug001"].payload["state"] = "ON"
    cloud.house.send("zbPlug001")
    leak, plug = entity_of("binary_sensor", "zbLeak001/water_leak"), entity_of("switch", "zbPlug001/state")
    await eventually(lambda: hass.states.is_state(plug, "on"))
    inputs = {
        "leak": [leak],
        "switches": [plug],
        "every": {"milliseconds": 200},
        "todo": [{"action": "notify.send_message", "data": {"message": "wet"}}],
    }
    await run_blueprint(hass, tmp_path, "instathings/water_leak.yaml", inputs)
    cloud.house.change("zbLeak001", {"water_leak": True})
    await eventually(lambda: len(calls) >= 3)
    assert cloud.house.things["zbPlug001"].payload["state"] == "OFF"
    cloud.house.change("zbLeak001", {"water_leak": False})
    await eventually(lambda: hass.states.is_state(leak, "off"))
    await asyncio.sleep(0.1)
    before = len(calls)
    await asyncio.sleep(0.5)
    assert len(calls) == before
