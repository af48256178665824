"""Home Assistant accepts and runs the drafts of all rules of the corpus."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.components.template.config import async_validate_config_section
from homeassistant.core import HomeAssistant
from homeassistant.helpers.template import Template
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.pimatic.moving.automation import Draft
from simulators.pimatic import PimaticSimulator
from tests.waiting import eventually

ANSWER = "number.home_variables_the_answer"


async def test_home_assistant_accepts_every_draft(hass: HomeAssistant, scripts: None, drafts: list[Draft]) -> None:
    for draft in drafts:
        assert draft.automation is not None, draft.source.text
        config = await async_validate_config_item(hass, draft.source.id, dict(draft.automation))
        assert config is not None, draft.source.text
        assert config.validation_status == "ok", (draft.source.text, config.validation_error)


async def test_every_rule_has_a_complete_draft(drafts: list[Draft]) -> None:
    assert [draft.source.text for draft in drafts if draft.missing] == []


async def test_every_template_renders(hass: HomeAssistant, drafts: list[Draft]) -> None:
    state = {"from_state": hass.states.async_all()[0], "to_state": hass.states.async_all()[0]}
    for draft in drafts:
        for text in _templates(draft.automation):
            rendered = Template(text, hass).async_render({"trigger": state, "level_1": 0}, strict=True)
            assert "None" not in str(rendered), (draft.source.text, text, rendered)


def _templates(config: Any) -> Iterator[str]:
    if isinstance(config, dict):
        for key, value in config.items():
            if key not in ("alias", "description"):
                yield from _templates(value)
    elif isinstance(config, list):
        for one in config:
            yield from _templates(one)
    elif isinstance(config, str) and "{{" in config:
        yield config


async def test_home_assistant_accepts_the_helpers(hass: HomeAssistant, drafts: list[Draft]) -> None:
    helpers = [helper for draft in drafts for helper in draft.configuration.get("template", [])]
    assert len(helpers) == 3
    for helper in helpers:
        await async_validate_config_section(hass, helper)


async def test_all_drafts_are_set_up_as_automations(hass: HomeAssistant, drafts: list[Draft]) -> None:
    complete = [draft.automation for draft in drafts if not draft.missing]
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: complete})
    await hass.async_block_till_done()
    assert len(hass.states.async_entity_ids(AUTOMATION)) == len(complete)
    assert {state.state for state in hass.states.async_all(AUTOMATION)} == {"on"}
    await hass.services.async_call(AUTOMATION, "turn_off", {"entity_id": "all"}, blocking=True)


async def test_a_reconnect_triggers_no_draft(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: PimaticSimulator, draft: Any
) -> None:
    rules = (
        "when temperature of dummy-temperature > 5 then press button-a",
        "when $dummy-temperature.temperature >= 5 then press button-a",
        "when dummy-switch is on then press button-a",
    )
    device = loaded.runtime_data.client.state.devices
    for name, action, value in (
        ("dummy-temperature", "changeTemperatureTo", {"temperature": 20}),
        ("dummy-switch", "turnOn", {}),
    ):
        await loaded.runtime_data.client.call_device(device[name], action, value)
    await hass.async_block_till_done()
    automations = [{**draft(rule).automation, "id": rule, "alias": f"Rule {n}"} for n, rule in enumerate(rules)]
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: automations})
    calls = async_mock_service(hass, "button", "press")
    coordinator = loaded.runtime_data
    await coordinator.client.disconnect()
    await eventually(lambda: is_state(hass, "sensor.dummy_temperature", "unavailable"))
    await eventually(lambda: is_state(hass, "sensor.dummy_temperature", "20"), 10)
    await hass.async_block_till_done()
    assert calls == []
    # The automations run when the value crosses the limit.
    for temperature in (4, 6):
        await coordinator.client.call_device(
            coordinator.client.state.devices["dummy-temperature"], "changeTemperatureTo", {"temperature": temperature}
        )
    await eventually(lambda: len(calls) == 2)
    await hass.services.async_call(AUTOMATION, "turn_off", {"entity_id": "all"}, blocking=True)


def is_state(hass: HomeAssistant, entity_id: str, expected: str) -> bool:
    """Return True if an entity has this state."""
    state = hass.states.get(entity_id)
    return state is not None and state.state == expected


async def test_an_increasing_variable_is_a_template_entity(
    hass: HomeAssistant, loaded: MockConfigEntry, draft: Any
) -> None:
    result = draft('when $the-answer is increasing and if dummy-switch is on then log "x"')
    assert await async_setup_component(hass, "template", result.configuration)
    await hass.async_block_till_done()
    client = loaded.runtime_data.client
    for value, direction in ((43, "on"), (44, "on"), (41, "off"), (40, "off"), (40.5, "on")):
        await client.call("updateVariable", name="the-answer", type="value", valueOrExpression=value, unit="W")
        await eventually(partial(is_state, hass, ANSWER, str(value)))
        await eventually(partial(is_state, hass, "binary_sensor.pimatic_a_rule_1", direction))
