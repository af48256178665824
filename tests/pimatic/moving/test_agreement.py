"""The repair that offers to deactivate the rules whose drafts have agreed with them for a week."""

from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.pimatic.api import PermissionDenied
from custom_components.pimatic.const import DOMAIN
from custom_components.pimatic.moving.comparison import Outcome
from custom_components.pimatic.moving.watches import AGREED_RUNS, AGREED_TIME, DraftWatches
from simulators.pimatic import PimaticSimulator
from tests.pimatic.conftest import ENTRY_ID
from tests.waiting import eventually

FIRST, SECOND = "contact-opens-switch", "second-rule"
ISSUE = f"drafts_agree_{ENTRY_ID}"

pytestmark = pytest.mark.usefixtures("scripts")


@pytest.fixture
async def agreeing_watches(hass: HomeAssistant, loaded: MockConfigEntry, simulator: PimaticSimulator) -> DraftWatches:
    """Watch two rules that have agreed for long enough and often enough."""
    watches: DraftWatches = loaded.runtime_data.watches
    text = "when dummy-switch is turned on then turn labelled-switch on"
    simulator.command("put_rule", rule=SECOND, changes={"name": "Second", "ruleString": text}, add=True)
    await eventually(lambda: SECOND in loaded.runtime_data.rule_names)
    for rule_id in (FIRST, SECOND):
        await watches.async_watch(rule_id)
        add_agreements(watches, rule_id, AGREED_RUNS)
    assert await async_setup_component(hass, "repairs", {})
    return watches


def add_agreements(watches: DraftWatches, rule_id: str, times: int, since: timedelta = AGREED_TIME) -> None:
    """Add agreements to the record of a rule."""
    watch = watches.of(rule_id)
    assert watch is not None
    watch.record.since = (dt_util.utcnow() - since).timestamp()
    for _ in range(times):
        watch.record.count(Outcome(1, 1))
    watches._changed(rule_id)


def issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return the repair issue."""
    return ir.async_get(hass).async_get_issue(DOMAIN, ISSUE)


async def fix(hass_client: ClientSessionGenerator, chosen: list[str] | None = None) -> dict[str, Any]:
    """Open the flow and submit it with all or some rules; return the last response."""
    client = await hass_client()
    answer = await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": ISSUE})
    flow: dict[str, Any] = await answer.json()
    if flow["type"] != "form":
        return flow
    [field] = flow["data_schema"]
    rules = field["default"] if chosen is None else chosen
    answer = await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={"rules": rules})
    last: dict[str, Any] = await answer.json()
    return last


async def test_one_issue_lists_all_agreeing_rules(hass: HomeAssistant, agreeing_watches: DraftWatches) -> None:
    found = issue(hass)
    assert found is not None
    assert found.is_fixable
    assert (found.translation_placeholders or {})["rules"] == "- Contact opens switch\n- Second"
    watch = agreeing_watches.of(SECOND)
    assert watch is not None
    watch.record.count(Outcome(None, dt_util.utcnow().timestamp()))
    agreeing_watches._changed(SECOND)
    found = issue(hass)
    assert found is not None
    assert (found.translation_placeholders or {})["rules"] == "- Contact opens switch"
    assert await hass.config_entries.async_unload(ENTRY_ID)
    assert issue(hass) is None


@pytest.mark.parametrize(
    ("times", "since"), [(AGREED_RUNS - 1, AGREED_TIME), (AGREED_RUNS, AGREED_TIME - timedelta(minutes=1))]
)
async def test_no_issue_after_too_few_runs_or_too_little_time(
    hass: HomeAssistant, loaded: MockConfigEntry, times: int, since: timedelta
) -> None:
    watches: DraftWatches = loaded.runtime_data.watches
    await watches.async_watch(FIRST)
    add_agreements(watches, FIRST, times, since)
    assert issue(hass) is None


async def test_the_issue_is_created_after_a_week_without_runs(
    hass: HomeAssistant, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    watches: DraftWatches = loaded.runtime_data.watches
    await watches.async_watch(FIRST)
    add_agreements(watches, FIRST, AGREED_RUNS, timedelta(days=1))
    monkeypatch.setattr("custom_components.pimatic.moving.watches.AGREED_TIME", timedelta(days=1))
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=1, seconds=1))
    await hass.async_block_till_done()
    assert issue(hass) is not None


async def test_the_selected_rules_are_deactivated(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    agreeing_watches: DraftWatches,
    simulator: PimaticSimulator,
) -> None:
    assert (await fix(hass_client, [FIRST]))["type"] == "create_entry"
    assert simulator.house.rules[FIRST]["active"] is False
    assert simulator.house.rules[SECOND]["active"] is True
    # The flow does not offer the other rule again.
    await eventually(lambda: list(agreeing_watches.agreeing()) == [])
    assert issue(hass) is None


async def test_a_refused_change_aborts_the_flow(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    agreeing_watches: DraftWatches,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse(*_: Any, **__: Any) -> None:
        raise PermissionDenied("the user's role may not do this")

    monkeypatch.setattr(agreeing_watches._coordinator.client, "call", refuse)
    answer = await fix(hass_client)
    assert (answer["type"], answer["reason"]) == ("abort", "fix_failed")
    assert "may not do this" in answer["description_placeholders"]["reason"]
    assert issue(hass) is not None


async def test_a_lost_connection_aborts_the_flow(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    agreeing_watches: DraftWatches,
    simulator: PimaticSimulator,
) -> None:
    await simulator.stop()
    answer = await fix(hass_client)
    assert (answer["type"], answer["reason"]) == ("abort", "fix_failed")


async def test_an_unloaded_or_removed_entry_aborts_the_flow(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, agreeing_watches: DraftWatches
) -> None:
    client = await hass_client()
    opened = []
    for _ in range(2):
        answer = await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": ISSUE})
        opened.append((await answer.json())["flow_id"])
    assert await hass.config_entries.async_unload(ENTRY_ID)
    answer = await client.post(f"/api/repairs/issues/fix/{opened[0]}", json={"rules": [FIRST]})
    assert (await answer.json())["reason"] == "not_loaded"
    await hass.config_entries.async_remove(ENTRY_ID)
    answer = await client.post(f"/api/repairs/issues/fix/{opened[1]}", json={"rules": [FIRST]})
    assert (await answer.json())["reason"] == "entry_gone"
