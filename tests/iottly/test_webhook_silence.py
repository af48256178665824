"""The repair issue for a webhook without messages for a day."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iottly.const import CONF_WEBHOOK_SEEN, DOMAIN
from custom_components.iottly.repairs import async_create_fix_flow
from simulators.iottly.boards import DOORBELL
from simulators.iottly.cloud import IottlyCloud
from tests.waiting import eventually

from .conftest import WEBHOOK_ID


@pytest.fixture
def pass_hours(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Any]:
    """Return a function that advances Home Assistant's clock by hours; sockets use the real clock."""
    passed = timedelta()
    utcnow = dt_util.utcnow
    monkeypatch.setattr(dt_util, "utcnow", lambda: utcnow() + passed)

    async def advance(hours: int) -> None:
        nonlocal passed
        for _ in range(hours):
            passed += timedelta(hours=1)
            async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1))
            await asyncio.sleep(0)

    return advance


def issue(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"webhook_silent_{entry.entry_id}")


async def test_a_day_without_webhooks_is_an_issue_until_one_is_received(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry, pass_hours: Callable[[int], Any]
) -> None:
    await pass_hours(25)
    assert issue(hass, loaded_with_webhook) is None, "no webhook was ever received"
    cloud.do_press(DOORBELL)
    await eventually(lambda: loaded_with_webhook.data.get(CONF_WEBHOOK_SEEN))
    await pass_hours(23)
    assert issue(hass, loaded_with_webhook) is None
    await pass_hours(2)
    found = issue(hass, loaded_with_webhook)
    assert found is not None
    assert found.is_fixable
    cloud.do_press(DOORBELL)
    await eventually(lambda: issue(hass, loaded_with_webhook) is None)


async def test_a_changed_clock_causes_no_issue(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Raspberry Pi starts with the time of its last shutdown, and corrects its clock a minute later."""
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_WEBHOOK_SEEN: True})
    assert await hass.config_entries.async_setup(entry.entry_id)
    utcnow = dt_util.utcnow
    monkeypatch.setattr(dt_util, "utcnow", lambda: utcnow() + timedelta(days=30))
    async_fire_time_changed(hass, dt_util.utcnow())
    await hass.async_block_till_done()
    assert issue(hass, entry) is None


@pytest.mark.parametrize("way", ["corrected", "switch_off"])
async def test_the_repair_flow_fixes_the_webhook(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    pass_hours: Callable[[int], Any],
    way: str,
) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_WEBHOOK_SEEN: True})
    assert await async_setup_component(hass, "repairs", {})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await pass_hours(25)
    found = issue(hass, entry)
    assert found is not None

    client = await hass_client()
    response = await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": found.issue_id})
    step = await response.json()
    assert step["menu_options"] == ["corrected", "switch_off"]
    assert WEBHOOK_ID in step["description_placeholders"]["url"]
    response = await client.post(f"/api/repairs/issues/fix/{step['flow_id']}", json={"next_step_id": way})
    assert (await response.json())["type"] == "create_entry"
    await hass.async_block_till_done()
    assert issue(hass, entry) is None
    assert entry.options.get("webhook", True) is (way == "corrected")
    await pass_hours(23)
    assert issue(hass, entry) is None


async def test_the_repair_flow_of_a_removed_entry_is_aborted(hass: HomeAssistant) -> None:
    flow: Any = await async_create_fix_flow(hass, "webhook_silent_x", {"entry_id": "x"})
    flow.hass, flow.handler = hass, DOMAIN
    for step in (flow.async_step_init, flow.async_step_corrected, flow.async_step_switch_off):
        assert (await step())["reason"] == "entry_gone"


async def test_the_repair_flow_of_an_unloaded_entry_is_aborted(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    flow: Any = await async_create_fix_flow(hass, "webhook_silent_x", {"entry_id": entry.entry_id})
    flow.hass, flow.handler = hass, DOMAIN
    assert (await flow.async_step_init())["type"] == "menu"
    assert (await flow.async_step_corrected())["reason"] == "not_loaded"
