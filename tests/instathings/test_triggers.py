"""Triggers and conditions of buttons and gateways of a project."""

from collections.abc import Callable
from functools import partial
from typing import Any

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.instathings.const import DOMAIN
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.house import GATEWAY
from tests.automations import Run, automate, holds, offered, wait_for_runs
from tests.states import state_of
from tests.waiting import eventually

OF_THE_GATEWAY = {
    "gateway_lost",
    "gateway_back",
    "device_paired",
    "device_unpaired",
    "protocol_installed",
    "message_logged",
}


@pytest.fixture
def device_of(
    hass: HomeAssistant, in_cloud: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> Callable[[str, str], dict[str, str]]:
    """Return a function that returns the device of an entity as a target."""

    def find(platform: str, unique_id: str) -> dict[str, str]:
        entry = er.async_get(hass).async_get(entity_of(platform, unique_id))
        assert entry is not None
        assert entry.device_id is not None
        return {"device_id": entry.device_id}

    return find


@pytest.fixture
def gateway_device(device_of: Callable[[str, str], dict[str, str]]) -> dict[str, str]:
    """Return the gateway as a target."""
    return device_of("binary_sensor", f"{GATEWAY}//connectivity")


@pytest.fixture
def button(device_of: Callable[[str, str], dict[str, str]]) -> dict[str, str]:
    """Return the button as a target."""
    return device_of("event", "zbButton1/click")


async def test_the_automation_editor_offers_the_triggers(
    hass: HomeAssistant, button: dict[str, str], gateway_device: dict[str, str]
) -> None:
    triggers, conditions = await offered(hass, DOMAIN, button["device_id"])
    assert triggers == {"button_pressed"}
    assert conditions == set()
    triggers, conditions = await offered(hass, DOMAIN, gateway_device["device_id"])
    assert triggers == OF_THE_GATEWAY
    assert conditions == {"gateway_is_connected", "gateway_is_lost"}


async def test_a_press_of_a_button_triggers(hass: HomeAssistant, cloud: CloudSimulator, button: dict[str, str]) -> None:
    chosen = "instathings.button_pressed"
    done = await automate(hass, Run(chosen, button), Run(chosen, button, {"action": ["double", "long"]}))
    for clicks, count in (("single", 1), ("double", 3), ("double", 5)):
        cloud.command("press", click=clicks)
        await wait_for_runs(done, count)
    await hass.async_block_till_done()
    assert done == [chosen] * 5


async def test_a_disconnect_and_a_reconnect_of_a_gateway_trigger(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    gateway_device: dict[str, str],
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    """A device that reports another connection does not trigger."""
    done = await automate(
        hass, *(Run(f"instathings.{name}", gateway_device) for name in ("gateway_lost", "gateway_back"))
    )
    connected = entity_of("binary_sensor", f"{GATEWAY}//connectivity")
    for is_connected in (False, True):
        cloud.command("connect", connected=is_connected)
        await reaches(connected, "on" if is_connected else "off")
        assert await holds(hass, "instathings.gateway_is_connected", gateway_device) is is_connected
        assert await holds(hass, "instathings.gateway_is_lost", gateway_device) is not is_connected
    await hass.async_block_till_done()
    assert done == ["instathings.gateway_lost", "instathings.gateway_back"]


async def test_a_press_is_one_row_in_the_activity(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    cloud: CloudSimulator,
    button: dict[str, str],
    entity_of: Callable[[str, str], str],
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Home Assistant itself shows the kind of press, so the integration adds no row."""
    assert await async_setup_component(hass, "logbook", {})
    begin = dt_util.utcnow()
    pressed = entity_of("event", "zbButton1/click")
    for click in ("single", "double"):
        cloud.command("press", click=click)
        await eventually(partial(lambda wanted: state_of(hass, pressed).attributes["event_type"] == wanted, click))
        await async_wait_recording_done(hass)
    client = await hass_ws_client()
    asked = {"start_time": begin.isoformat(), "device_ids": [button["device_id"]], "entity_ids": [pressed]}
    await client.send_json_auto_id({"type": "logbook/get_events", **asked})
    rows = (await client.receive_json())["result"]
    assert [row.get("attributes") for row in rows] == [{"event_type": "single"}, {"event_type": "double"}]


@pytest.mark.usefixtures("everything_enabled")
async def test_events_of_a_gateway_trigger(
    hass: HomeAssistant, cloud: CloudSimulator, gateway_device: dict[str, str], entity_of: Callable[[str, str], str]
) -> None:
    done = await automate(
        hass,
        # The target may also be an entity of the gateway.
        Run("instathings.device_paired", {"entity_id": entity_of("binary_sensor", f"{GATEWAY}//connectivity")}),
        Run("instathings.device_unpaired", gateway_device),
        Run("instathings.protocol_installed", gateway_device, {"result": "failed"}),
        Run("instathings.message_logged", gateway_device, {"level": "err"}),
    )
    cloud.command("pair", device="zbNew0001", label="New lamp", payload={"state": "ON"})
    await eventually(lambda: "instathings.device_paired" in done)
    cloud.command("unpair", device="zbBulb001")
    await eventually(lambda: "instathings.device_unpaired" in done)
    for succeeds in (True, False):
        cloud.command("install", succeeds=succeeds)
    await eventually(lambda: "instathings.protocol_installed" in done)
    for kind in ("LOG", "ERR"):
        cloud.command("log", message="started", kind=kind)
    await eventually(lambda: "instathings.message_logged" in done)
    await hass.async_block_till_done()
    assert len(done) == 4
