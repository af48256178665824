"""Drafts and watches of rules with malicious names, numbers, texts and times."""

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

from .test_watching import (
    RULE,
    draft_watches,
    open_contact,
    sensor_attribute,
    sensor_state,
    short_tolerance,
    turn_switch,
    wait,
    watched,
)

__all__ = ["draft_watches", "short_tolerance", "wait", "watched"]

SECOND = "second-rule"
FOUR_HUNDRED_DIGITS = "9" * 400

pytestmark = pytest.mark.usefixtures("everything_enabled", "scripts")


def message_of(draft: Any, text: str) -> str | None:
    """Return the template of a text in a rule; None if it is not drafted."""
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
async def test_a_huge_power_raises_an_error_at_once(hass: HomeAssistant, draft: Any, text: str) -> None:
    message = message_of(draft, text)
    assert message is not None
    started = time.process_time()
    with pytest.raises(TemplateError, match="OverflowError"):
        Template(message, hass).async_render()
    assert time.process_time() - started < 1


@pytest.mark.parametrize("text", ["{date() * 9999999}", '{timeFormat(1) * 9999999} {subString("a", "a") * 9999999}'])
async def test_a_multiplied_text_is_not_repeated(hass: HomeAssistant, draft: Any, text: str) -> None:
    message = message_of(draft, text)
    assert message is not None
    assert len(Template(message, hass).async_render(parse_result=False)) < 10


@pytest.mark.parametrize(
    "text", ['{formatNumber(1, 9999999, "")}', "{hexString(1, 9999999)}", '{formatNumber(1, $the-answer, "")}']
)
def test_a_number_with_millions_of_digits_is_not_drafted(draft: Any, text: str) -> None:
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
async def test_a_huge_number_does_not_prevent_other_drafts(loaded: MockConfigEntry, condition: str) -> None:
    coordinator = loaded.runtime_data
    sources = [
        Source("odd", "Odd", f'when {condition} then log "x"'),
        Source("good", "Good", 'when dummy-switch is on then log "x"'),
    ]
    odd, good = draft_rules(namespace_of(coordinator), entity_map_of(coordinator, {}), sources)
    assert odd.missing
    assert good.missing == ()


@pytest.mark.timing(reason="reading takes a few seconds of this process at most")
def test_a_rule_is_parsed_in_time_with_as_many_names_as_allowed() -> None:
    """The server has as many devices as allowed, and a rule repeats the last name."""
    attributes = tuple(Attribute(f"attribute-{number}", Kind.NUMBER, "Attribute") for number in range(20))
    devices = {
        name: Device(name, name, "device", attributes)
        for name in (f"device-{number}" for number in range(MOST_OF_A_KIND))
    }
    namespace = Namespace(devices, {"a": 1})
    started = time.process_time()
    rule = read_rule(namespace, f'when $a > 1 then log "{"$a" * 2000}"')
    assert rule.steps[0].action is not None
    with pytest.raises(NotARule):
        read_rule(namespace, f"when $a > 1 then {' and '.join(['turn x on'] * 2 * MOST_STEPS)}")
    assert time.process_time() - started < 5


# Names --------------------------------------------------------------------------------------------


async def test_the_name_of_a_variable_is_not_rendered(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    variable = Variable("{{ 6 * 7 }}", VariableType.EXPRESSION, expression="1 + 1")
    entity_map = EntityMap(profiles={}, values={})
    helpers = draft_helpers(Namespace({}, {}), entity_map, {variable.name: variable}, {variable.name: "x"})
    assert await async_setup_component(hass, "template", helpers.configuration)
    await hass.async_block_till_done()
    made = hass.states.get("sensor.x")
    assert made is not None
    assert (made.name, made.state) == ("{{ 6 * 7 }}", "2")


async def test_names_of_rules_are_no_links_in_a_repair_issue(hass: HomeAssistant, watched: DraftWatches) -> None:
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


async def test_the_yaml_of_a_draft_with_any_characters_can_be_parsed(loaded: MockConfigEntry) -> None:
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


def test_a_page_has_each_device_once() -> None:
    pages = [{"id": f"p{number}", "name": "P", "devices": [{"deviceId": "d"}] * 5000} for number in range(500)]
    read = parse_pages(pages, DropCounter())
    assert len(read) == MOST_PAGES
    assert {page.devices for page in read} == {("d",)}


def test_the_number_of_cards_of_a_view_is_limited() -> None:
    names = [f"d{number}" for number in range(20)]
    devices = {name: Device(name, name, "device") for name in names}
    entity_map = EntityMap(profiles={}, values={})
    for name in names:
        entity_map.parts |= {(name, "attribute", f"a{one}"): f"sensor.{name}_{one}" for one in range(MOST_IN_DEVICE)}
    [view] = draft_dashboard("P", [Page("p", "P", tuple(names))], {}, devices, entity_map)["views"]
    assert sum(len(section["cards"]) - 1 for section in view["sections"]) == MOST_CARDS


# Watching -----------------------------------------------------------------------------------------


async def test_a_rule_with_a_regular_expression_cannot_be_watched(draft_watches: DraftWatches) -> None:
    """Home Assistant evaluates regular expressions without a time limit."""
    rules = draft_watches._coordinator.client.state.rules
    rules[RULE] = replace(
        rules[RULE], text='when subString("$greet-name", "(W+)+x") = "x" then turn labelled-switch on'
    )
    with pytest.raises(ServiceValidationError, match="regular expression"):
        await draft_watches.async_watch(RULE)
    assert RULE not in draft_watches


async def test_other_rules_are_watched_if_one_cannot_be_set_up(
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
    await eventually(lambda: sensor_state(hass) == "unknown")
    assert sensor_attribute(hass, "problem")


async def test_an_update_of_all_drafts_reads_the_devices_once(
    watched: DraftWatches, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With thousands of devices it takes a tenth of a second, and 200 rules can be watched."""
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


async def test_runs_are_counted_after_the_clock_was_set_back(
    hass: HomeAssistant,
    watched: DraftWatches,
    simulator: PimaticSimulator,
    wait: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_contact(simulator)
    await eventually(lambda: sensor_attribute(hass, "agreements") == 1)
    await wait()
    real = dt_util.utcnow
    monkeypatch.setattr(dt_util, "utcnow", lambda: real() - timedelta(hours=1))
    open_contact(simulator)
    await eventually(lambda: sensor_attribute(hass, "agreements") == 2)
    assert sensor_attribute(hass, "differences") == 0


async def test_unloading_the_entry_while_a_watch_starts_stops_the_draft(
    hass: HomeAssistant, draft_watches: DraftWatches, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[watch.DraftWatch] = []
    follow = watch.DraftWatch.async_update_draft

    async def unload_meanwhile(one: watch.DraftWatch, context: DraftContext) -> None:
        made.append(one)
        await follow(one, context)
        await hass.config_entries.async_unload(ENTRY_ID)

    monkeypatch.setattr(watch.DraftWatch, "async_update_draft", unload_meanwhile)
    await draft_watches.async_watch(RULE)
    assert RULE not in draft_watches
    assert made[0]._dry_run is None


async def test_two_concurrent_calls_watch_a_rule_once(
    draft_watches: DraftWatches, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[watch.DraftWatch] = []
    follow = watch.DraftWatch.async_update_draft

    async def another_call_first(one: watch.DraftWatch, context: DraftContext) -> None:
        made.append(one)
        if len(made) == 1:
            await draft_watches.async_watch(RULE)
        await follow(one, context)

    monkeypatch.setattr(watch.DraftWatch, "async_update_draft", another_call_first)
    await draft_watches.async_watch(RULE)
    assert [one._dry_run is None for one in made] == [True, False]
    assert draft_watches.of(RULE) is made[1]


async def test_a_record_of_another_version_is_ignored(
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
    await turn_switch(hass, "on")
    assert sensor_state(hass) == "waiting"
