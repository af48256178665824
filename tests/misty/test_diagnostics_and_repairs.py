"""Diagnostics contain no private data, and repairs disappear with their problem."""

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
    """Return the translation keys of the repairs."""
    return [issue.translation_key for issue in ir.async_get(hass).issues.values() if issue.domain == "misty"]


async def test_diagnostics_contain_no_private_data(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_client: Any, simulator: MistySimulator
) -> None:
    """They contain neither the serial number, the address and the network, nor names of persons."""
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


async def test_refused_subscriptions_are_a_repair(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    """The robot refuses all names of subscriptions. The repair disappears with the next connection."""
    simulator.set_fault("refuse_names", 10_000)
    simulator.drop_connections()
    await eventually(lambda: "subscriptions_refused" in issues(hass), 10)
    simulator.set_fault("refuse_names", 0)
    simulator.drop_connections()
    await eventually(lambda: "subscriptions_refused" not in issues(hass), 10)
    await eventually(lambda: "TouchSensor" in simulator.state()["subscriptions"], 5)


async def test_the_repair_of_refused_subscriptions_restarts_the_robot(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, hass_client: Any
) -> None:
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


async def test_the_repair_of_av_streaming_enables_the_camera(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator, hass_client: Any
) -> None:
    """The camera service is off while AV streaming is on."""
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
async def test_a_repair_that_fails_aborts_with_a_text(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: MistySimulator, hass_client: Any, reason: str
) -> None:
    """Each reason has its own text."""
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


async def test_spoken_texts_and_passwords_are_not_logged(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, caplog: pytest.LogCaptureFixture
) -> None:
    """This is also true at debug level."""
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
