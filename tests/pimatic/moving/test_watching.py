"""Watching a rule beside its draft: agreements, differences, what stays and what does not."""

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
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the other side as briefly as a test can."""
    monkeypatch.setattr(watch, "TOLERANCE_SECONDS", 0.4)
    monkeypatch.setattr(watches, "SETTLE_SECONDS", 0.01)


@pytest.fixture
def seen(loaded: MockConfigEntry) -> DraftWatches:
    """Return what is watched."""
    found: DraftWatches = loaded.runtime_data.watches
    return found


@pytest.fixture
async def watched(hass: HomeAssistant, seen: DraftWatches) -> DraftWatches:
    """Watch the rule, from the moment in which it is compared."""
    await turn(hass, "on")
    await is_compared(seen)
    return seen


async def turn(hass: HomeAssistant, to: str) -> None:
    """Switch the watching."""
    await hass.services.async_call("switch", f"turn_{to}", {"entity_id": SWITCH}, blocking=True)
    await hass.async_block_till_done()


async def is_compared(seen: DraftWatches) -> None:
    """Wait until runs count."""
    one = seen.of(RULE)
    assert one is not None
    await eventually(lambda: watch._now() > one._paused_until)


def opened(simulator: PimaticSimulator) -> None:
    """Close and open the door."""
    for value in (True, False):
        simulator.command("set", device="dummy-contact", attribute="contact", value=value)


def the_watch(watched: DraftWatches) -> watch.DraftWatch:
    """Return the watch of the rule, which there is."""
    found = watched.of(RULE)
    assert found is not None
    return found


def automation_of(watched: DraftWatches) -> Any:
    """Return the draft that runs; None while there is none."""
    shadow = the_watch(watched)._dry_run
    return shadow and shadow.automation


def is_active(watched: DraftWatches) -> bool:
    """Return True if the rule is active in pimatic."""
    rule = the_watch(watched).rule
    assert rule is not None
    return rule.active


def state(hass: HomeAssistant) -> str | None:
    """Return what the sensor shows; None where there is none."""
    found = hass.states.get(SENSOR)
    return found.state if found else None


def attribute(hass: HomeAssistant, name: str) -> Any:
    """Return an attribute of the sensor."""
    found = hass.states.get(SENSOR)
    assert found is not None
    return found.attributes[name]


async def test_runs_of_both_agree(hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator) -> None:
    assert (state(hass), state_of(hass, SWITCH).state) == ("waiting", "on")
    opened(simulator)
    await eventually(lambda: state(hass) == "agreed")
    assert (attribute(hass, "agreements"), attribute(hass, "differences")) == (1, 0)
    apart = attribute(hass, "last_agreement") - attribute(hass, "last_agreement_draft")
    assert abs(apart.total_seconds()) < 0.4
    assert attribute(hass, "last_difference") is None


async def test_a_run_of_pimatic_alone(hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator) -> None:
    simulator.command("log", level="info", text=f"rule {RULE}: turned Labelled Switch on")
    await eventually(lambda: state(hass) == "differed")
    assert attribute(hass, "last_difference") is not None
    assert attribute(hass, "last_difference_draft") is None


async def test_a_run_of_the_draft_alone(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator
) -> None:
    simulator.house.rules[RULE]["active"] = False
    opened(simulator)
    await eventually(lambda: state(hass) == "differed")
    assert attribute(hass, "last_difference") is None
    assert attribute(hass, "last_difference_draft") is not None


async def test_actions_are_never_run(hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator) -> None:
    simulator.house.rules[RULE]["active"] = False
    simulator.record.clear()
    opened(simulator)
    await eventually(lambda: state(hass) == "differed")
    assert simulator.record.of("call") == []
    assert hass.states.async_entity_ids("automation") == []


async def test_an_inactive_rule_is_not_compared(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator, wait: Callable[..., Any]
) -> None:
    simulator.command("put_rule", rule=RULE, changes={"active": False})
    await eventually(lambda: not is_active(watched))
    await is_compared(watched)
    opened(simulator)
    await wait()
    assert state(hass) == "waiting"


@pytest.fixture
def wait(hass: HomeAssistant) -> Callable[[], Any]:
    """Return a way to wait until a run that is alone would be a difference."""

    async def until_over() -> None:
        until = hass.loop.time() + 0.8
        await eventually(lambda: hass.loop.time() > until)

    return until_over


async def test_nothing_stays_behind(
    hass: HomeAssistant,
    watched: DraftWatches,
    simulator: PimaticSimulator,
    hass_storage: dict[str, Any],
    wait: Callable[..., Any],
) -> None:
    one = watched.of(RULE)
    assert one is not None
    await turn(hass, "off")
    assert (state(hass), er.async_get(hass).async_get(SENSOR)) == (None, None)
    opened(simulator)
    simulator.command("log", level="info", text=f"rule {RULE}: turned Labelled Switch on")
    await wait()
    assert (one.record.agreements, one.record.differences, one._draft_ran) == (0, 0, None)
    assert await hass.config_entries.async_unload(ENTRY_ID)
    assert f"pimatic.watched_drafts.{ENTRY_ID}" not in hass_storage


async def test_a_rule_that_is_removed(hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator) -> None:
    simulator.command("remove_rule", rule=RULE)
    await eventually(lambda: state(hass) is None)
    assert RULE not in watched


async def test_a_rule_that_is_edited_begins_anew(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator, wait: Callable[..., Any]
) -> None:
    opened(simulator)
    await eventually(lambda: state(hass) == "agreed")
    # The server runs a rule again only after half a second.
    await wait()
    text = "when dummy-switch is turned on then turn labelled-switch on"
    simulator.command("put_rule", rule=RULE, changes={"ruleString": text})
    await eventually(lambda: state(hass) == "waiting")
    await is_compared(watched)
    for value in (False, True):
        simulator.command("set", device="dummy-switch", attribute="state", value=value)
    await eventually(lambda: state(hass) == "agreed")
    assert attribute(hass, "agreements") == 1


async def test_an_edited_rule_that_cannot_be_compared(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator, wait: Callable[..., Any]
) -> None:
    simulator.command("put_rule", rule=RULE, changes={"logging": False})
    await eventually(lambda: state(hass) == "unknown")
    assert attribute(hass, "problem").startswith("Contact opens switch writes nothing to pimatic's log")
    opened(simulator)
    simulator.command("log", level="info", text=f"rule {RULE}: turned Labelled Switch on")
    await wait()
    assert attribute(hass, "differences") == 0
    simulator.command("put_rule", rule=RULE, changes={"logging": True})
    await eventually(lambda: state(hass) == "waiting")
    await is_compared(watched)
    opened(simulator)
    await eventually(lambda: state(hass) == "agreed")


async def test_entities_that_are_renamed(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator
) -> None:
    registry = er.async_get(hass)
    registry.async_update_entity("binary_sensor.dummy_contact", new_entity_id="binary_sensor.door")
    await eventually(lambda: "binary_sensor.door" in str(automation_of(watched)))
    await is_compared(watched)
    opened(simulator)
    await eventually(lambda: state(hass) == "agreed")


async def test_what_was_seen_is_kept(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    opened(simulator)
    await eventually(lambda: state(hass) == "agreed")
    assert await hass.config_entries.async_reload(ENTRY_ID)
    await hass.async_block_till_done()
    assert (state(hass), attribute(hass, "agreements")) == ("agreed", 1)
    again: DraftWatches = loaded.runtime_data.watches
    await is_compared(again)
    opened(simulator)
    await eventually(lambda: attribute(hass, "agreements") == 2)


async def test_a_lost_connection_is_no_difference(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator, wait: Callable[..., Any]
) -> None:
    one = watched.of(RULE)
    assert one is not None
    one.server_logged()
    await watched._coordinator.client.disconnect()
    opened(simulator)
    await eventually(lambda: state(hass) == "waiting", 10)
    # What the draft sees as the values come back.
    one._draft_triggered()
    await wait()
    assert state(hass) == "waiting"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"logging": False}, "writes nothing to pimatic's log"),
        ({"ruleString": 'when $the-answer > 50 then log "x" and log "y"'}, None),
    ],
)
async def test_rules_that_can_be_watched(
    hass: HomeAssistant, seen: DraftWatches, simulator: PimaticSimulator, changes: dict[str, Any], says: str | None
) -> None:
    rules = seen._coordinator.client.state.rules
    before = rules[RULE]
    simulator.command("put_rule", rule=RULE, changes=changes)
    await eventually(lambda: rules[RULE] != before)
    if says is None:
        await turn(hass, "on")
        assert RULE in seen
        return
    with pytest.raises(ServiceValidationError, match=says):
        await turn(hass, "on")
    assert RULE not in seen


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("when weather is fine then turn labelled-switch on", "words of pimatic itself"),
        ('when dummy-contact is opened then after 1 minute log "x"', "does not tell when"),
        ('when pimatic is starting then log "x"', "when Home Assistant starts"),
        ('when $the-answer is increasing then log "x"', "needs the template entity"),
    ],
)
async def test_rules_that_cannot_be_watched(seen: DraftWatches, text: str, says: str) -> None:
    rules = seen._coordinator.client.state.rules
    rules[RULE] = type(rules[RULE])(RULE, "A rule", text, True, True)
    with pytest.raises(ServiceValidationError, match=says):
        await seen.async_watch(RULE)
    assert RULE not in seen


async def test_a_role_that_may_not_read_the_log(seen: DraftWatches) -> None:
    state = seen._coordinator.client.state
    assert state.user is not None
    state.user = type(state.user)("ctrl", "controlonly", {"rules": "read"})
    with pytest.raises(ServiceValidationError, match="may not read pimatic's log"):
        await seen.async_watch(RULE)


async def test_only_so_many_are_watched(seen: DraftWatches, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watches, "MOST_WATCHED", 1)
    await seen.async_watch(RULE)
    with pytest.raises(ServiceValidationError, match="Only 1 rules"):
        await seen.async_watch("inactive-rule")


async def test_a_rule_that_runs_all_the_time_fills_nothing(
    hass: HomeAssistant, watched: DraftWatches, wait: Callable[..., Any]
) -> None:
    """Two hundred lines and two hundred starts of the draft count as often as the rule can run."""
    one = watched.of(RULE)
    assert one is not None
    for _ in range(200):
        one.server_logged()
        one._draft_triggered()
    assert (one.record.agreements, one.record.differences) == (1, 0)
    await wait()
    assert (one.record.differences, one._comparison.is_waiting, one._cancel_check) == (0, False, None)


async def test_a_draft_that_cannot_be_set_up_is_tried_again(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Any) -> None:
        raise HomeAssistantError("no such platform")

    with monkeypatch.context() as patch:
        patch.setattr(DryRun, "async_start", fail)
        text = "when dummy-switch is turned on then turn labelled-switch on"
        simulator.command("put_rule", rule=RULE, changes={"ruleString": text})
        await eventually(lambda: state(hass) == "unknown")
    simulator.command("put_rule", rule=RULE, changes={"logging": True, "name": "Another name"})
    await eventually(lambda: RULE in watched and the_watch(watched).problem == "")
    assert the_watch(watched)._dry_run is not None
