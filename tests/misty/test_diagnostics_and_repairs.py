"""Diagnostics hold nothing private; repairs come and go with their problem."""

import asyncio
import json
import logging
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry

from custom_components.misty.api import Topic
from simulators.misty import MistySimulator
from tests.waiting import eventually


def issues(hass: HomeAssistant) -> list[str | None]:
    """Return what the robot's issues are called."""
    return [issue.translation_key for issue in ir.async_get(hass).issues.values() if issue.domain == "misty"]


async def test_diagnostics(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_client: Any, simulator: MistySimulator
) -> None:
    """They hold what helps, but not who and where the robot is, nor whom it met."""
    loaded.runtime_data.subscriptions.add(Topic("FaceRecognition"))
    await eventually(lambda: "FaceRecognition" in simulator.state()["subscriptions"])
    simulator.command("event", type="FaceRecognition", message={"label": "Ada Lovelace"})
    await eventually(lambda: ("FaceRecognition", "", "label") in loaded.runtime_data.data)
    assert await async_setup_component(hass, "diagnostics", {})
    diagnostics: Any = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    text = json.dumps(diagnostics)
    for private in ("Ada Lovelace", simulator.robot.serial, f"127.0.0.1:{simulator.port}", "workshop"):
        assert private not in text
    assert diagnostics["connection"]["connected"] is True
    assert "FaceRecognition" in diagnostics["connection"]["subscriptions"]
    assert diagnostics["robot"]["commands"] == 227


async def test_refused_names_become_an_issue(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    """A robot that refuses every name is a repair, which goes with the next good connection."""
    simulator.set_fault("refuse_names", 10_000)
    simulator.drop_connections()
    await eventually(lambda: "subscriptions_refused" in issues(hass), 10)
    simulator.set_fault("refuse_names", 0)
    simulator.drop_connections()
    await eventually(lambda: "subscriptions_refused" not in issues(hass), 10)
    await eventually(lambda: "TouchSensor" in simulator.state()["subscriptions"], 5)


async def test_a_robot_that_refuses_names_is_restarted(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, hass_client: Any
) -> None:
    """The flow restarts it, which is what ends this."""
    simulator.set_fault("refuse_names", 10_000)
    simulator.drop_connections()
    await eventually(lambda: "subscriptions_refused" in issues(hass), 10)
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    issue = {"handler": "misty", "issue_id": f"subscriptions_refused_{loaded.entry_id}"}
    flow = await (await client.post("/api/repairs/issues/fix", json=issue)).json()
    result = await (await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})).json()
    assert result["type"] == "create_entry"
    assert simulator.record.of("reboot", core=True, sensory=True)


async def test_av_streaming_left_on(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator, hass_client: Any
) -> None:
    """Streaming left on is a repair whose flow gives the camera back."""
    simulator.robot.system.services.update(avstreaming=True, camera=False)
    simulator.robot.vision.streaming = True
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert issues(hass) == ["av_streaming_on"]
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    issue_id = f"av_streaming_on_{entry.entry_id}"
    flow = await (await client.post("/api/repairs/issues/fix", json={"handler": "misty", "issue_id": issue_id})).json()
    await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    assert simulator.robot.system.services["camera"] is True
    assert issues(hass) == []
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("reason", ["fix_failed", "not_loaded", "entry_gone"])
async def test_a_fix_that_fails_ends_in_a_text(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator, hass_client: Any, reason: str
) -> None:
    """A robot that refuses, an entry that is not loaded and one that is gone have a text each."""
    simulator.robot.system.services.update(avstreaming=True, camera=False)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    issue = {"handler": "misty", "issue_id": f"av_streaming_on_{entry.entry_id}"}
    flow = await (await client.post("/api/repairs/issues/fix", json=issue)).json()
    match reason:
        case "fix_failed":
            simulator.set_fault("status", 500)
        case "not_loaded":
            assert await hass.config_entries.async_unload(entry.entry_id)
        case "entry_gone":
            await hass.config_entries.async_remove(entry.entry_id)
    result = await (await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})).json()
    assert (result["type"], result["reason"]) == ("abort", reason)


async def test_nothing_private_is_logged(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, caplog: pytest.LogCaptureFixture
) -> None:
    """The log holds neither spoken texts nor passwords, not even at debug level."""
    caplog.set_level(logging.DEBUG, "custom_components.misty")
    device = loaded.runtime_data
    await device.async_post("tts/speak", text="the secret word")
    await device.async_post("networks/create", networkName="home", password="p4ssw0rd")
    device.async_send_quietly("audio/play", {"fileName": "http://127.0.0.1/x?authSig=token"})
    await asyncio.sleep(0.1)
    for secret in ("secret word", "p4ssw0rd", "authSig"):
        assert secret not in "\n".join(
            record.getMessage() for record in caplog.records if record.name.startswith("custom_components.misty")
        )
