"""A server whose rules, names and times are made to harm: what is drafted and watched of it harms nobody."""

from dataclasses import replace
from datetime import timedelta
import time
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError, TemplateError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.template import Template
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.api import Attribute, Device, Kind, Page, Variable, VariableType
from custom_components.pimatic.api.parse import MOST_IN_DEVICE, MOST_OF_A_KIND, MOST_PAGES, parse_pages
from custom_components.pimatic.common.client.wire import DropCounter
from custom_components.pimatic.moving import watch
from custom_components.pimatic.moving.automation import Source, draft_rule, draft_rules
from custom_components.pimatic.moving.dashboard import MOST_CARDS, draft_dashboard
from custom_components.pimatic.moving.entity_map import EntityMap, own_entity_map
from custom_components.pimatic.moving.helpers import draft_helpers
from custom_components.pimatic.moving.namespace import Namespace
from custom_components.pimatic.moving.output import as_yaml
from custom_components.pimatic.moving.reasons import Reason
from custom_components.pimatic.moving.rules import MOST_STEPS, NotARule, read_rule
from custom_components.pimatic.moving.sources import DraftContext, entity_map_of, namespace_of
from custom_components.pimatic.moving.watches import DraftWatches
from simulators.pimatic import PimaticSimulator
from tests.pimatic.conftest import ENTRY_ID
from tests.waiting import eventually

from .test_watching import RULE, attribute, brief, opened, seen, state, turn, wait, watched

__all__ = ["brief", "seen", "wait", "watched"]

SECOND = "second-rule"
FOUR_HUNDRED_DIGITS = "9" * 400

pytestmark = pytest.mark.usefixtures("everything_enabled", "scripts")


def message_of(draft: Any, text: str) -> str | None:
    """Return the template of a text in a rule; None where it is not drafted."""
    made = draft(f'when dummy-switch is on then log "{text}"')
    if made.missing:
        assert [note.reason for note in made.missing] == [Reason.NO_FUNCTION]
        return None
    message: str = made.automation["actions"][0]["data"]["message"]
    return message


# Expressions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{pow(9, 999999999)}",
        "{pow(pow(pow(9, 999), 999), 999)}",
        "{round($the-answer, 999999999)}",
        "{trunc($the-answer, 999999999)}",
    ],
)
@pytest.mark.timing(reason="each takes a second of this process at most")
async def test_no_number_is_worked_out_for_minutes(hass: HomeAssistant, draft: Any, text: str) -> None:
    message = message_of(draft, text)
    assert message is not None
    started = time.process_time()
    with pytest.raises(TemplateError, match="OverflowError"):
        Template(message, hass).async_render()
    assert time.process_time() - started < 1


@pytest.mark.parametrize("text", ["{date() * 9999999}", '{timeFormat(1) * 9999999} {subString("a", "a") * 9999999}'])
async def test_no_text_is_repeated(hass: HomeAssistant, draft: Any, text: str) -> None:
    message = message_of(draft, text)
    assert message is not None
    assert len(Template(message, hass).async_render(parse_result=False)) < 10


@pytest.mark.parametrize(
    "text", ['{formatNumber(1, 9999999, "")}', "{hexString(1, 9999999)}", '{formatNumber(1, $the-answer, "")}']
)
def test_no_number_gets_millions_of_digits(draft: Any, text: str) -> None:
    assert message_of(draft, text) is None


@pytest.mark.parametrize(
    "condition",
    [
        f"$the-answer > {FOUR_HUNDRED_DIGITS}",
        f"temperature of dummy-temperature > {FOUR_HUNDRED_DIGITS}",
        f"dummy-switch is on for {FOUR_HUNDRED_DIGITS} days",
        f"dummy-switch is on for {'9' * 15} years",
        f"every {FOUR_HUNDRED_DIGITS} hours",
        f"its {FOUR_HUNDRED_DIGITS} hours before sunrise",
        f"state of dummy-switch was not updated for {'9' * 300} s",
    ],
)
async def test_a_number_without_end_spoils_no_other_draft(loaded: MockConfigEntry, condition: str) -> None:
    coordinator = loaded.runtime_data
    sources = [
        Source("odd", "Odd", f'when {condition} then log "x"'),
        Source("good", "Good", 'when dummy-switch is on then log "x"'),
    ]
    odd, good = draft_rules(namespace_of(coordinator), entity_map_of(coordinator, {}), sources)
    assert odd.missing
    assert good.missing == ()


@pytest.mark.timing(reason="reading takes a few seconds of this process at most")
def test_a_house_full_of_names_is_read_in_time() -> None:
    """All that a server may announce, and a rule that names the last of it again and again."""
    attributes = tuple(Attribute(f"attribute-{number}", Kind.NUMBER, "Attribute") for number in range(20))
    devices = {
        name: Device(name, name, "device", attributes)
        for name in (f"device-{number}" for number in range(MOST_OF_A_KIND))
    }
    house = Namespace(devices, {"a": 1})
    started = time.process_time()
    rule = read_rule(house, f'when $a > 1 then log "{"$a" * 2000}"')
    assert rule.steps[0].action is not None
    with pytest.raises(NotARule):
        read_rule(house, f"when $a > 1 then {' and '.join(['turn x on'] * 2 * MOST_STEPS)}")
    assert time.process_time() - started < 5


# Names --------------------------------------------------------------------------------------------


async def test_a_name_of_a_variable_is_no_template(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    variable = Variable("{{ 6 * 7 }}", VariableType.EXPRESSION, expression="1 + 1")
    places = EntityMap(profiles={}, values={})
    helpers = draft_helpers(Namespace({}, {}), places, {variable.name: variable}, {variable.name: "x"})
    assert await async_setup_component(hass, "template", helpers.configuration)
    await hass.async_block_till_done()
    made = hass.states.get("sensor.x")
    assert made is not None
    assert (made.name, made.state) == ("{{ 6 * 7 }}", "2")


async def test_names_of_rules_are_no_links_in_a_repair(hass: HomeAssistant, watched: DraftWatches) -> None:
    rules = watched._coordinator.client.state.rules
    rules[RULE] = replace(rules[RULE], name="![x](http://evil/p.png)\n# [Log in](http://evil)")
    one = watched.of(RULE)
    assert one is not None
    one.record.in_a_row, one.record.since = 10, 0
    watched._changed(RULE)
    issue = ir.async_get(hass).async_get_issue("pimatic", f"drafts_agree_{ENTRY_ID}")
    assert issue is not None
    listed = (issue.translation_placeholders or {})["rules"]
    assert listed == "- !(x)(http evil/p.png) # (Log in)(http evil)"


async def test_a_draft_with_any_characters_can_be_read_again(loaded: MockConfigEntry) -> None:
    coordinator = loaded.runtime_data
    name = "Door\x00\x07\u202e# \u2028evil: 1"
    source = Source("a", name, 'when pimatic is starting then log "x"')
    made = draft_rule(namespace_of(coordinator), entity_map_of(coordinator, {}), source, "a")
    text = as_yaml(made, {})
    assert not {"\x00", "\x07", "\u202e"} & set(text.split("\nid:")[0])
    read = parse_yaml(text)
    assert isinstance(read, dict)
    assert read["alias"] == name


# Amounts ------------------------------------------------------------------------------------------


def test_a_page_that_repeats_a_device_makes_no_more_cards() -> None:
    pages = [{"id": f"p{number}", "name": "P", "devices": [{"deviceId": "d"}] * 5000} for number in range(500)]
    read = parse_pages(pages, DropCounter())
    assert len(read) == MOST_PAGES
    assert {page.devices for page in read} == {("d",)}


def test_a_view_has_no_more_cards_than_a_person_looks_at() -> None:
    names = [f"d{number}" for number in range(20)]
    devices = {name: Device(name, name, "device") for name in names}
    places = EntityMap(profiles={}, values={})
    for name in names:
        places.parts |= {(name, "attribute", f"a{one}"): f"sensor.{name}_{one}" for one in range(MOST_IN_DEVICE)}
    [view] = draft_dashboard("P", [Page("p", "P", tuple(names))], {}, devices, places)["views"]
    assert sum(len(section["cards"]) - 1 for section in view["sections"]) == MOST_CARDS


# Watching -----------------------------------------------------------------------------------------


async def test_a_regular_expression_is_not_watched(seen: DraftWatches) -> None:
    """The server could have Home Assistant look for one that takes years."""
    rules = seen._coordinator.client.state.rules
    rules[RULE] = replace(
        rules[RULE], text='when subString("$greet-name", "(W+)+x") = "x" then turn labelled-switch on'
    )
    with pytest.raises(ServiceValidationError, match="regular expression"):
        await seen.async_watch(RULE)
    assert RULE not in seen


async def test_a_rule_that_cannot_be_set_up_keeps_no_other_from_being_watched(
    hass: HomeAssistant, watched: DraftWatches, simulator: PimaticSimulator
) -> None:
    text = "when dummy-switch is turned on then turn labelled-switch on"
    simulator.command("put_rule", rule=SECOND, changes={"name": "Second", "ruleString": text}, add=True)
    await eventually(lambda: SECOND in watched._coordinator.rule_names)
    await watched.async_watch(SECOND)
    second = watched.of(SECOND)
    assert second is not None
    rules = watched._coordinator.client.state.rules
    rules[RULE] = replace(rules[RULE], text="when dummy-switch is on for -5 s then turn labelled-switch on")
    rules[SECOND] = replace(rules[SECOND], text=text.replace("on then", "off then"))
    # The draft of the rule that was watched first is updated first.
    watched._schedule_update()
    await eventually(lambda: second._dry_run is not None and "'to': 'off'" in str(second._dry_run.automation))
    await eventually(lambda: state(hass) == "unknown")
    assert attribute(hass, "problem")


async def test_devices_that_flap_are_looked_through_once_for_all_rules(
    watched: DraftWatches, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are thousands, that takes a tenth of a second each time, and 200 rules can be watched."""
    rules = watched._coordinator.client.state.rules
    rules["inactive-rule"] = replace(rules[RULE], id="inactive-rule")
    await watched.async_watch("inactive-rule")
    calls: list[str] = []

    def counted(entry_id: str, *more: Any) -> EntityMap:
        calls.append(entry_id)
        return own_entity_map(entry_id, *more)

    monkeypatch.setattr("custom_components.pimatic.moving.sources.own_entity_map", counted)
    await watched._async_update_drafts()
    assert len(calls) == 1


async def test_a_clock_that_is_set_back_hides_no_run(
    hass: HomeAssistant,
    watched: DraftWatches,
    simulator: PimaticSimulator,
    wait: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened(simulator)
    await eventually(lambda: attribute(hass, "agreements") == 1)
    await wait()
    real = dt_util.utcnow
    monkeypatch.setattr(dt_util, "utcnow", lambda: real() - timedelta(hours=1))
    opened(simulator)
    await eventually(lambda: attribute(hass, "agreements") == 2)
    assert attribute(hass, "differences") == 0


async def test_an_entry_that_is_unloaded_while_a_watch_begins_leaves_no_draft(
    hass: HomeAssistant, seen: DraftWatches, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[watch.DraftWatch] = []
    follow = watch.DraftWatch.async_update_draft

    async def unload_meanwhile(one: watch.DraftWatch, ground: DraftContext) -> None:
        made.append(one)
        await follow(one, ground)
        await hass.config_entries.async_unload(ENTRY_ID)

    monkeypatch.setattr(watch.DraftWatch, "async_update_draft", unload_meanwhile)
    await seen.async_watch(RULE)
    assert RULE not in seen
    assert made[0]._dry_run is None


async def test_two_calls_at_once_watch_a_rule_once(seen: DraftWatches, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[watch.DraftWatch] = []
    follow = watch.DraftWatch.async_update_draft

    async def another_call_first(one: watch.DraftWatch, ground: DraftContext) -> None:
        made.append(one)
        if len(made) == 1:
            await seen.async_watch(RULE)
        await follow(one, ground)

    monkeypatch.setattr(watch.DraftWatch, "async_update_draft", another_call_first)
    await seen.async_watch(RULE)
    assert [one._dry_run is None for one in made] == [True, False]
    assert seen.of(RULE) is made[1]


async def test_what_another_version_kept_is_forgotten(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    watched: DraftWatches,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await hass.config_entries.async_unload(ENTRY_ID)
    await hass.async_block_till_done()
    hass_storage[f"pimatic.watched_drafts.{ENTRY_ID}"]["data"][RULE]["of_tomorrow"] = 1
    assert await hass.config_entries.async_setup(ENTRY_ID)
    await hass.async_block_till_done()
    assert RULE not in loaded.runtime_data.watches
    assert "stored by another version" in caplog.text
    await turn(hass, "on")
    assert state(hass) == "waiting"
