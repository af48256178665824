"""Rules of a real pimatic server are compared with their drafts, and with drafts that have a mistake.

The server must be that of tests/live/test_pimatic_rules.py.
"""

import asyncio
from collections.abc import AsyncGenerator
import os
from typing import Any, NamedTuple

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.pimatic.coordinator import PimaticCoordinator
from custom_components.pimatic.moving import watch
from custom_components.pimatic.moving.automation import Draft, draft_rule
from custom_components.pimatic.moving.comparison import Record
from harness.vendors.pimatic import ENTRY_ID
from tests.pimatic.end_to_end import data_of, set_up
from tests.pimatic.protocol import Server
from tests.waiting import eventually

pytestmark = pytest.mark.live

if "PIMATIC_URL" not in os.environ or "PIMATIC_TEST_USERS" not in os.environ:
    pytest.skip("no real pimatic server with the test configuration", allow_module_level=True)

type Input = tuple[str, str, dict[str, Any]]


class Case(NamedTuple):
    """A rule, and inputs: those before it, those that start it, and others that do not."""

    text: str
    before: tuple[Input, ...]
    starts: tuple[Input, ...]
    other: tuple[Input, ...] = ()


ON: Input = ("dummy-switch", "turnOn", {})
OFF: Input = ("dummy-switch", "turnOff", {})
OPEN: Input = ("dummy-contact", "changeContactTo", {"contact": False})
CLOSED: Input = ("dummy-contact", "changeContactTo", {"contact": True})


def warm(value: float) -> Input:
    """Return the input of a temperature."""
    return ("dummy-temperature", "changeTemperatureTo", {"temperature": value})


CASES = {
    "one action": Case("when dummy-switch is on then turn labelled-switch on", (OFF,), (ON,)),
    "two actions": Case('when dummy-contact is opened then turn labelled-switch on and log "x"', (CLOSED,), (OPEN,)),
    "an action with a delay": Case(
        'when dummy-contact is opened then log "x" and after 700 ms log "y"', (CLOSED,), (OPEN,), (CLOSED,)
    ),
    "an action that is undone": Case(
        "when dummy-switch is on then turn labelled-switch on for 800 ms", (OFF,), (ON,), (OFF,)
    ),
    "a numeric condition": Case(
        'when temperature of dummy-temperature > 25 then log "x"', (warm(20),), (warm(26),), (warm(27),)
    ),
    "a condition with a duration": Case('when dummy-switch is on for 600 ms then log "x"', (OFF,), (ON,)),
    "an additional condition": Case(
        'when dummy-switch is on and if dummy-contact is opened then log "x"', (OFF, OPEN), (ON,), (OFF, CLOSED, ON)
    ),
}


@pytest.fixture
async def coordinator(
    hass: HomeAssistant, server: Server, everything_enabled: None
) -> AsyncGenerator[PimaticCoordinator]:
    """Connect Home Assistant to the server."""
    for name in ("homeassistant", AUTOMATION):
        assert await async_setup_component(hass, name, {})
    entry = await set_up(hass, data_of(server))
    yield entry.runtime_data
    for rule_id in list(entry.runtime_data.rule_names):
        if rule_id.startswith("watched-"):
            await entry.runtime_data.client.call("removeRule", ruleId=rule_id)
    assert await hass.config_entries.async_unload(ENTRY_ID)


async def send_inputs(coordinator: PimaticCoordinator, *inputs: Input) -> None:
    """Send inputs to the server, one after the other."""
    for device, action, parameters in inputs:
        await coordinator.client.call_device(coordinator.client.state.devices[device], action, parameters)
        await asyncio.sleep(0.15)


async def watched(coordinator: PimaticCoordinator, case: Case) -> Record:
    """Watch a new rule. Return its record after two runs and the time for the actions of both."""
    rule_id = "watched-rule"
    definition = {"name": "Watched rule", "ruleString": case.text}
    await coordinator.client.call("addRuleByString", ruleId=rule_id, rule=definition)
    await eventually(lambda: rule_id in coordinator.rule_names)
    await send_inputs(coordinator, *case.before)
    await coordinator.watches.async_watch(rule_id)
    one = coordinator.watches.of(rule_id)
    assert one is not None
    await asyncio.sleep(watch.TOLERANCE_SECONDS + 0.2)
    await send_inputs(coordinator, *case.starts)
    await asyncio.sleep(1.2)
    await send_inputs(coordinator, *case.other, *case.before, *case.starts)
    await asyncio.sleep(watch.TOLERANCE_SECONDS + 1.2)
    return one.record


@pytest.mark.parametrize("name", CASES)
async def test_a_correct_draft_agrees_with_its_rule(coordinator: PimaticCoordinator, name: str) -> None:
    record = await watched(coordinator, CASES[name])
    assert (record.agreements, record.differences) == (2, 0)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("a numeric condition", "25", "30"),
        ("one action", "dummy_switch", "labelled_switch"),
        ("a condition with a duration", "600", "60000"),
    ],
)
async def test_a_draft_with_a_mistake_differs_from_its_rule(
    coordinator: PimaticCoordinator, name: str, right: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_mistake(*arguments: Any) -> Draft:
        draft = draft_rule(*arguments)
        assert draft.automation is not None
        triggers = replaced(draft.automation["triggers"], right, wrong)
        assert triggers != draft.automation["triggers"]
        return draft._replace(automation={**draft.automation, "triggers": triggers})

    monkeypatch.setattr(watch, "draft_rule", with_mistake)
    record = await watched(coordinator, CASES[name])
    assert record.differences >= 1
    assert record.differed_pimatic is not None


def replaced(config: Any, right: str, wrong: str) -> Any:
    """Return a configuration with a text or number replaced."""
    if isinstance(config, dict):
        return {key: replaced(value, right, wrong) for key, value in config.items()}
    if isinstance(config, list):
        return [replaced(one, right, wrong) for one in config]
    if isinstance(config, str):
        return config.replace(right, wrong)
    return int(wrong) if str(config).removesuffix(".0") == right else config
