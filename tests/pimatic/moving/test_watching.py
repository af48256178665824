"""Watched rules: agreements, differences, records, and changes of rules and entities."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.moving import watch, watches
from custom_components.pimatic.moving.dry_run import DryRun
from custom_components.pimatic.moving.watches import DraftWatches
from simulators.pimatic import PimaticSimulator
from tests.pimatic.conftest import ENTRY_ID
from tests.states import state_of
from tests.waiting import eventually

RULE = "contact-opens-switch"
SWITCH = "switch.home_rules_contact_opens_switch_watch_draft"
SENSOR = "sensor.home_rules_contact_opens_switch_draft"

pytestmark = pytest.mark.usefixtures("everything_enabled", "scripts")


@pytest.fixture(autouse=True)
def short_tolerance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use a short tolerance, so that the tests are fast."""
    monkeypatch.setattr(watch, "TOLERANCE_SECONDS", 0.4)
    monkeypatch.setattr(watches, "SETTLE_SECONDS", 0.01)


@pytest.fixture
def draft_watches(loaded: MockConfigEntry) -> DraftWatches:
    """Return the watched rules."""
    found: DraftWatches = loaded.runtime_data.watches
    return found


@pytest.fixture
async def watched(hass: HomeAssistant, draft_watches: DraftWatches) -> DraftWatches:
    """Watch the rule, and wait until its runs are compared."""
    await turn_switch(hass, "on")
    await wait_for_comparison(draft_watches)
    return draft_watches


async def turn_switch(hass: HomeAssistant, to: str) -> None:
    """Turn the switch of the watch on or off."""
    await hass.services.async_call("switch", f"turn_{to}", {"entity_id": SWITCH}, blocking=True)
    await hass.async_block_till_done()


async def wait_for_comparison(draft_watches: DraftWatches) -> None:
    """Wait until runs are compared."""
    rule_watch = draft_watches.of(RULE)
    assert rule_watch is not None
    await eventually(lambda: watch._now() > rule_watch._paused_until)


def open_contact(simulator: PimaticSimulator) -> None:
    """Close and open the contact."""
    for value in (True, False):
        simulator.command("set", device="dummy-contact", attribute="contact", value=value)


def watch_of_rule(watched: DraftWatches) -> watch.DraftWatch:
    """Return the watch of the rule."""
    found = watched.of(RULE)
    assert found is not None
    return found


def automation_of(watched: DraftWatches) -> Any:
    """Return the automation of the running draft; None if there is none."""
    dry_run = watch_of_rule(watched)._dry_run
    return dry_run and dry_run.automation


def is_active(watched: DraftWatches) -> bool:
    """Return True if the rule is active in pimatic."""
    rule = watch_of_rule(watched).rule
    assert rule is not None
    return rule.active


def sensor_state(hass: HomeAssistant) -> str | None:
    """Return the state of the sensor; None if it does not exist."""
    found = hass.states.get(SENSOR)
    return found.state if found else None


def sensor_attribute(hass: HomeAssistant, name: str) -> Any:
    """Return an attribute of the sensor."""
    found = hass.states.get(SENSOR)
    assert found is not None
    return found.attributes[name]


async def test_a_run_of_both_sides_is_an_agreement(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator
) -> None:
    assert (sensor_state(hass), state_of(hass, SWITCH).state) == ("waiting", "on")
    open_contact(simulator)
    await eventually(lambda: sensor_state(hass) == "agreed")
    assert (sensor_attribute(hass, "agreements"), sensor_attribute(hass, "differences")) == (1, 0)
    apart = sensor_attribute(hass, "last_agreement") - sensor_attribute(hass, "last_agreement_draft")
    assert abs(apart.total_seconds()) < 0.4
    assert sensor_attribute(hass, "last_difference") is None


async def test_a_run_of_pimatic_alone_is_a_difference(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator
) -> None:
    simulator.command("log", level="info", text=f"rule {RULE}: turned Labelled Switch on")
    await eventually(lambda: sensor_state(hass) == "differed")
    assert sensor_attribute(hass, "last_difference") is not None
    assert sensor_attribute(hass, "last_difference_draft") is None


async def test_a_run_of_the_draft_alone_is_a_difference(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator
) -> None:
    simulator.house.rules[RULE]["active"] = False
    open_contact(simulator)
    await eventually(lambda: sensor_state(hass) == "differed")
    assert sensor_attribute(hass, "last_difference") is None
    assert sensor_attribute(hass, "last_difference_draft") is not None


async def test_the_draft_does_not_run_its_actions(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator
) -> None:
    simulator.house.rules[RULE]["active"] = False
    simulator.record.clear()
    open_contact(simulator)
    await eventually(lambda: sensor_state(hass) == "differed")
    assert simulator.record.of("call") == []
    assert hass.states.async_entity_ids("automation") == []


async def test_an_inactive_rule_is_not_compared(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator, wait: Callable[..., Any]
) -> None:
    simulator.command("put_rule", rule=RULE, changes={"active": False})
    await eventually(lambda: not is_active(watched))
    await wait_for_comparison(watched)
    open_contact(simulator)
    await wait()
    assert sensor_state(hass) == "waiting"


@pytest.fixture
def wait(hass: HomeAssistant) -> Callable[[], Any]:
    """Return a function that waits until the tolerance is over."""

    async def until_over() -> None:
        until = hass.loop.time() + 0.8
        await eventually(lambda: hass.loop.time() > until)

    return until_over


async def test_turning_off_the_switch_removes_the_sensor_and_the_record(
    hass: HomeAssistant,
    watched: DraftWatches,
    simulator: PimaticSimulator,
    hass_storage: dict[str, Any],
    wait: Callable[..., Any],
) -> None:
    rule_watch = watched.of(RULE)
    assert rule_watch is not None
    await turn_switch(hass, "off")
    assert (sensor_state(hass), er.async_get(hass).async_get(SENSOR)) == (None, None)
    open_contact(simulator)
    simulator.command("log", level="info", text=f"rule {RULE}: turned Labelled Switch on")
    await wait()
    assert (rule_watch.record.agreements, rule_watch.record.differences, rule_watch._draft_ran) == (0, 0, None)
    assert await hass.config_entries.async_unload(ENTRY_ID)
    assert f"pimatic.watched_drafts.{ENTRY_ID}" not in hass_storage


async def test_a_removed_rule_is_no_longer_watched(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator
) -> None:
    simulator.command("remove_rule", rule=RULE)
    await eventually(lambda: sensor_state(hass) is None)
    assert RULE not in watched


async def test_the_record_is_reset_when_the_rule_is_edited(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator, wait: Callable[..., Any]
) -> None:
    open_contact(simulator)
    await eventually(lambda: sensor_state(hass) == "agreed")
    # The server does not run a rule again within half a second.
    await wait()
    text = "when dummy-switch is turned on then turn labelled-switch on"
    simulator.command("put_rule", rule=RULE, changes={"ruleString": text})
    await eventually(lambda: sensor_state(hass) == "waiting")
    await wait_for_comparison(watched)
    for value in (False, True):
        simulator.command("set", device="dummy-switch", attribute="state", value=value)
    await eventually(lambda: sensor_state(hass) == "agreed")
    assert sensor_attribute(hass, "agreements") == 1


async def test_the_sensor_is_unknown_while_the_rule_cannot_be_compared(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator, wait: Callable[..., Any]
) -> None:
    simulator.command("put_rule", rule=RULE, changes={"logging": False})
    await eventually(lambda: sensor_state(hass) == "unknown")
    assert sensor_attribute(hass, "problem").startswith("Contact opens switch writes nothing to pimatic's log")
    open_contact(simulator)
    simulator.command("log", level="info", text=f"rule {RULE}: turned Labelled Switch on")
    await wait()
    assert sensor_attribute(hass, "differences") == 0
    simulator.command("put_rule", rule=RULE, changes={"logging": True})
    await eventually(lambda: sensor_state(hass) == "waiting")
    await wait_for_comparison(watched)
    open_contact(simulator)
    await eventually(lambda: sensor_state(hass) == "agreed")


async def test_the_draft_is_updated_when_an_entity_id_changes(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator
) -> None:
    registry = er.async_get(hass)
    registry.async_update_entity("binary_sensor.dummy_contact", new_entity_id="binary_sensor.door")
    await eventually(lambda: "binary_sensor.door" in str(automation_of(watched)))
    await wait_for_comparison(watched)
    open_contact(simulator)
    await eventually(lambda: sensor_state(hass) == "agreed")


async def test_the_record_is_kept_over_a_reload(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    open_contact(simulator)
    await eventually(lambda: sensor_state(hass) == "agreed")
    assert await hass.config_entries.async_reload(ENTRY_ID)
    await hass.async_block_till_done()
    assert (sensor_state(hass), sensor_attribute(hass, "agreements")) == ("agreed", 1)
    again: DraftWatches = loaded.runtime_data.watches
    await wait_for_comparison(again)
    open_contact(simulator)
    await eventually(lambda: sensor_attribute(hass, "agreements") == 2)


async def test_a_lost_connection_is_no_difference(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator, wait: Callable[..., Any]
) -> None:
    rule_watch = watched.of(RULE)
    assert rule_watch is not None
    rule_watch.server_logged()
    await watched._coordinator.client.disconnect()
    open_contact(simulator)
    await eventually(lambda: sensor_state(hass) == "waiting", 10)
    # The draft would run when the values are available again.
    rule_watch._draft_triggered()
    await wait()
    assert sensor_state(hass) == "waiting"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"logging": False}, "writes nothing to pimatic's log"),
        ({"ruleString": 'when $the-answer > 50 then log "x" and log "y"'}, None),
    ],
)
async def test_a_rule_without_logging_cannot_be_watched(
    hass: HomeAssistant,
    draft_watches: DraftWatches,
    simulator: PimaticSimulator,
    changes: dict[str, Any],
    message: str | None,
) -> None:
    rules = draft_watches._coordinator.client.state.rules
    before = rules[RULE]
    simulator.command("put_rule", rule=RULE, changes=changes)
    await eventually(lambda: rules[RULE] != before)
    if message is None:
        await turn_switch(hass, "on")
        assert RULE in draft_watches
        return
    with pytest.raises(ServiceValidationError, match=message):
        await turn_switch(hass, "on")
    assert RULE not in draft_watches


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("when weather is fine then turn labelled-switch on", "words of pimatic itself"),
        ('when dummy-contact is opened then after 1 minute log "x"', "does not tell when"),
        ('when pimatic is starting then log "x"', "when Home Assistant starts"),
        ('when $the-answer is increasing then log "x"', "needs the template entity"),
    ],
)
async def test_rules_that_cannot_be_watched(draft_watches: DraftWatches, text: str, message: str) -> None:
    rules = draft_watches._coordinator.client.state.rules
    rules[RULE] = type(rules[RULE])(RULE, "A rule", text, True, True)
    with pytest.raises(ServiceValidationError, match=message):
        await draft_watches.async_watch(RULE)
    assert RULE not in draft_watches


async def test_a_user_who_may_not_read_the_log_gets_an_error(draft_watches: DraftWatches) -> None:
    sensor_state = draft_watches._coordinator.client.state
    assert sensor_state.user is not None
    sensor_state.user = type(sensor_state.user)("ctrl", "controlonly", {"rules": "read"})
    with pytest.raises(ServiceValidationError, match="may not read pimatic's log"):
        await draft_watches.async_watch(RULE)


async def test_the_number_of_watched_rules_is_limited(
    draft_watches: DraftWatches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "MOST_WATCHED", 1)
    await draft_watches.async_watch(RULE)
    with pytest.raises(ServiceValidationError, match="Only 1 rules"):
        await draft_watches.async_watch("inactive-rule")


async def test_a_rule_that_runs_all_the_time_is_counted_once(
    hass: HomeAssistant, watched: DraftWatches, wait: Callable[..., Any]
) -> None:
    """Two hundred log lines and two hundred triggers are one run, because pimatic does not run a rule that often."""
    rule_watch = watched.of(RULE)
    assert rule_watch is not None
    for _ in range(200):
        rule_watch.server_logged()
        rule_watch._draft_triggered()
    assert (rule_watch.record.agreements, rule_watch.record.differences) == (1, 0)
    await wait()
    assert (rule_watch.record.differences, rule_watch._comparison.is_waiting, rule_watch._cancel_check) == (
        0,
        False,
        None,
    )


async def test_a_failed_draft_is_set_up_again_after_a_change(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Any) -> None:
        raise HomeAssistantError("no such platform")

    with monkeypatch.context() as patch:
        patch.setattr(DryRun, "async_start", fail)
        text = "when dummy-switch is turned on then turn labelled-switch on"
        simulator.command("put_rule", rule=RULE, changes={"ruleString": text})
        await eventually(lambda: sensor_state(hass) == "unknown")
    simulator.command("put_rule", rule=RULE, changes={"logging": True, "name": "Another name"})
    await eventually(lambda: RULE in watched and watch_of_rule(watched).problem == "")
    assert watch_of_rule(watched)._dry_run is not None
