"""The blueprints of Iottly: an offline board, and a command with a value."""

from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

from homeassistant.const import CONF_TOKEN, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.iottly.const import CONF_BASE_URL, CONF_PROJECT_ID, DOMAIN
from simulators.iottly.boards import DOORBELL, METER
from simulators.iottly.cloud import TOKEN, IottlyCloud
from simulators.iottly.project import PROJECT_ID
from tests.waiting import eventually

from .running import run_blueprint, run_script_blueprint


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncGenerator[IottlyCloud]:
    """Return a running cloud."""
    cloud = IottlyCloud()
    await cloud.start()
    yield cloud
    await cloud.stop()


@pytest.fixture
async def project(hass: HomeAssistant, cloud: IottlyCloud) -> MockConfigEntry:
    """Return the loaded entry of a project."""
    data = {
        CONF_PROJECT_ID: PROJECT_ID,
        CONF_TOKEN: TOKEN,
        CONF_BASE_URL: f"http://127.0.0.1:{cloud.port}/v1.0",
        CONF_WEBHOOK_ID: "webhook",
    }
    entry = MockConfigEntry(domain=DOMAIN, title="Farm", unique_id=PROJECT_ID, data=data)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


async def test_actions_run_when_a_board_is_offline_and_online_again(
    hass: HomeAssistant, tmp_path: Path, cloud: IottlyCloud, project: MockConfigEntry
) -> None:
    calls = async_mock_service(hass, "notify", "send_message")

    def notify(text: str) -> list[dict[str, Any]]:
        return [{"action": "notify.send_message", "data": {"message": "{{ board_name }} " + text}}]

    inputs = {
        "board": ["binary_sensor.power_meter_connectivity"],
        "delay": {"milliseconds": 50},
        "todo": notify("is offline"),
        "todo_back": notify("is back"),
    }
    await run_blueprint(hass, tmp_path, "iottly/board_offline.yaml", inputs)

    async def poll_until(condition: Callable[[], bool]) -> None:
        await project.runtime_data.async_request_refresh()
        await eventually(condition)

    cloud.do_offline(METER)
    await poll_until(lambda: len(calls) == 1)
    assert calls[0].data["message"] == "Power meter is offline"
    cloud.do_online(METER)
    await poll_until(lambda: len(calls) == 2)
    assert calls[1].data["message"] == "Power meter is back"


@pytest.mark.parametrize(("value", "sent"), [("hello you", "hello you"), ("21", 21), ("21.5", 21.5), ("-3", -3)])
async def test_the_script_sends_a_command_with_a_value(
    hass: HomeAssistant, tmp_path: Path, cloud: IottlyCloud, project: MockConfigEntry, value: str, sent: Any
) -> None:
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), project.entry_id)
    inputs = {
        "board": next(device.id for device in devices if (DOMAIN, DOORBELL) in device.identifiers),
        "cmd_type": "echo",
        "option": "content",
        "others": {"pin": 17},
        "wait": 5,
    }
    name = await run_script_blueprint(hass, tmp_path, "iottly/command.yaml", inputs)
    answer = await hass.services.async_call("script", name, {"value": value}, blocking=True, return_response=True)
    command = {"echo": {"content": sent, "pin": 17}}
    assert cloud.record.of("command")[0]["command"] == command
    assert answer is not None
    assert isinstance(answer["answer"], dict)
    assert answer["answer"]["payload"] == {"ECHO": command}
