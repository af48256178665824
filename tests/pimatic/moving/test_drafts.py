"""The triggers, conditions and actions of drafts, which Home Assistant accepts."""

from typing import Any

from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.core import HomeAssistant
from homeassistant.helpers.template import Template
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.moving.automation import Source, draft_rules
from custom_components.pimatic.moving.output import as_yaml
from custom_components.pimatic.moving.reasons import Reason
from custom_components.pimatic.moving.sources import entity_map_of, namespace_of

SWITCHED_ON = {"trigger": "state", "entity_id": ["switch.living_room_dummy_switch"], "from": "off", "to": "on"}


PRESS_A = {
    "trigger": "event.received",
    "target": {"entity_id": "event.dummy_buttons"},
    "options": {"event_type": ["button-a"]},
}
IS_ON = {"condition": "state", "entity_id": "switch.living_room_dummy_switch", "state": "on"}
IS_OPEN = {"condition": "state", "entity_id": "binary_sensor.dummy_contact", "state": "on"}
OPENED = {"trigger": "state", "entity_id": ["binary_sensor.dummy_contact"], "from": "off", "to": "on"}
LATER = {"minutes": 5}
ANSWER = "number.home_variables_the_answer"
NOT_FROM_UNAVAILABLE = {
    "condition": "template",
    "value_template": "{{ trigger.from_state is not defined or trigger.from_state is none "
    "or trigger.from_state.state != 'unavailable' }}",
}
NOT_UNAVAILABLE = {"not_from": ["unavailable", "unknown"], "not_to": ["unavailable", "unknown"]}


@pytest.mark.parametrize(
    ("condition", "triggers", "conditions"),
    [
        # A predicate that cannot start the rule has no trigger, and the only trigger has no condition.
        ("button-a is pressed and dummy-switch is on", [PRESS_A], [IS_ON]),
        ("dummy-switch is on and if dummy-contact is opened", [SWITCHED_ON], [IS_OPEN]),
        ("dummy-switch is on and dummy-contact is opened", [SWITCHED_ON, OPENED], [IS_ON, IS_OPEN]),
        ("dummy-switch is on or dummy-contact is opened", [SWITCHED_ON, OPENED], []),
        (
            "button-a is pressed and if dummy-switch is on or when dummy-contact is opened",
            [PRESS_A | {"id": "predicate_1"}, OPENED],
            [
                {
                    "condition": "or",
                    "conditions": [
                        {
                            "condition": "and",
                            "conditions": [{"condition": "trigger", "id": ["predicate_1"]}, IS_ON],
                        },
                        IS_OPEN,
                    ],
                }
            ],
        ),
        (
            "trigger: dummy-switch is on and dummy-contact is opened",
            [SWITCHED_ON],
            [IS_OPEN],
        ),
        (
            "dummy-switch is on for 5 minutes and dummy-contact is opened",
            [SWITCHED_ON | {"for": LATER}, OPENED],
            [IS_ON | {"for": LATER}, IS_OPEN],
        ),
        (
            "battery of dummy-thermostat is low",
            [
                {
                    "trigger": "state",
                    "entity_id": ["binary_sensor.dummy_thermostat_battery"],
                    "to": "on",
                    "not_from": NOT_UNAVAILABLE["not_from"],
                }
            ],
            [],
        ),
        (
            "mode of dummy-thermostat is boost",
            [
                {
                    "trigger": "state",
                    "entity_id": ["climate.dummy_thermostat"],
                    "attribute": "preset_mode",
                    "to": "boost",
                    "not_from": NOT_UNAVAILABLE["not_from"],
                }
            ],
            [],
        ),
        (
            'input of variable-time is "06:30"',
            [
                {
                    "trigger": "state",
                    "entity_id": ["time.variable_time"],
                    "to": "06:30:00",
                    "not_from": NOT_UNAVAILABLE["not_from"],
                }
            ],
            [],
        ),
        (
            "temperatureSetpoint of dummy-thermostat > 22",
            [
                {
                    "trigger": "numeric_state",
                    "entity_id": ["climate.dummy_thermostat"],
                    "above": 22,
                    "attribute": "temperature",
                }
            ],
            [NOT_FROM_UNAVAILABLE],
        ),
        (
            "dimlevel of dummy-dimmer > 50",
            [
                {
                    "trigger": "template",
                    "value_template": "{{ ((state_attr('light.living_room_dummy_dimmer', 'brightness') or 0) / 2.55) "
                    "| round | int > 50 }}",
                }
            ],
            [NOT_FROM_UNAVAILABLE],
        ),
        (
            "$the-answer increased",
            [{"trigger": "state", "entity_id": [ANSWER], **NOT_UNAVAILABLE}],
            [
                {
                    "condition": "template",
                    "value_template": "{{ trigger.to_state.state | float(0) > trigger.from_state.state | float(0) }}",
                }
            ],
        ),
        (
            "$the-answer is increasing",
            [{"trigger": "state", "entity_id": ["binary_sensor.pimatic_a_rule_1"], "from": "off", "to": "on"}],
            [],
        ),
        # Time: the plugins cron and sunrise.
        ("its 8:05", [{"trigger": "time", "at": "08:05:00"}], []),
        ("it is 9:30:15pm", [{"trigger": "time", "at": "21:30:15"}], []),
        ("its 12am", [{"trigger": "time", "at": "00:00:00"}], []),
        ("its noon", [{"trigger": "time", "at": "12:00:00"}], []),
        ("friday 17:00", [{"trigger": "time", "at": "17:00:00", "weekday": ["fri"]}], []),
        ("its friday", [{"trigger": "time", "at": "00:00:00", "weekday": ["fri"]}], []),
        (
            "its friday and its 8am",
            [{"trigger": "time", "at": "08:00:00"}],
            [{"condition": "time", "weekday": ["fri"]}],
        ),
        (
            "dummy-switch is on and its after 22:00",
            [SWITCHED_ON, {"trigger": "time", "at": "22:00:00"}],
            [IS_ON, {"condition": "time", "after": "22:00:00"}],
        ),
        (
            "dummy-switch is on and if its before 6:30",
            [SWITCHED_ON],
            [{"condition": "time", "before": "06:30:00"}],
        ),
        (
            "dummy-switch is on and if its 8:00-17:00",
            [SWITCHED_ON],
            [{"condition": "time", "after": "08:00:00", "before": "17:00:00"}],
        ),
        (
            "its $wake-up",
            [
                {
                    "trigger": "template",
                    "value_template": "{{ has_value('text.home_variables_wake_up') and now().strftime('%H:%M') == "
                    "(states('text.home_variables_wake_up'))[:5] }}",
                }
            ],
            [],
        ),
        ("every 15 minutes", [{"trigger": "time_pattern", "minutes": "/15"}], []),
        ("every 2 hours", [{"trigger": "time_pattern", "hours": "/2"}], []),
        (
            "every 7 minutes",
            [{"trigger": "template", "value_template": "{{ now().timestamp() // 60 % 7 == 0 }}"}],
            [],
        ),
        ("its sunset", [{"trigger": "sun", "event": "sunset"}], []),
        ("its 30 minutes before sunset", [{"trigger": "sun", "event": "sunset", "offset": "-00:30:00"}], []),
        ("its 1h after sunrise", [{"trigger": "sun", "event": "sunrise", "offset": "01:00:00"}], []),
        (
            "dummy-switch is on and if its after sunset",
            [SWITCHED_ON],
            [{"condition": "sun", "after": "sunset"}],
        ),
        (
            "dummy-switch is on and if its before 15 minutes after sunrise",
            [SWITCHED_ON],
            [{"condition": "sun", "before": "sunrise", "before_offset": "00:15:00"}],
        ),
        ("its dusk", [{"trigger": "time", "at": "sensor.sun_next_dusk"}], []),
        (
            "its night",
            [
                {
                    "trigger": "numeric_state",
                    "entity_id": ["sun.sun"],
                    "attribute": "elevation",
                    "below": -18,
                }
            ],
            [],
        ),
    ],
)
async def test_triggers_and_conditions_of_a_rule(
    hass: HomeAssistant,
    scripts: None,
    draft: Any,
    condition: str,
    triggers: list[Any],
    conditions: list[Any],
) -> None:
    result = draft(f'when {condition} then log "x"')
    assert result.automation["triggers"] == triggers
    assert result.automation["conditions"] == conditions
    assert result.missing == ()
    config = await async_validate_config_item(hass, "a", dict(result.automation))
    assert config is not None
    assert config.validation_status == "ok", config.validation_error


def act(action: str, entity_id: str, **data: Any) -> dict[str, Any]:
    """Return an action of a draft."""
    config = {"action": action, "target": {"entity_id": entity_id}}
    return {**config, "data": data} if data else config


LABELLED_ON = act("switch.turn_on", "switch.labelled_switch")
LABELLED_OFF = act("switch.turn_off", "switch.labelled_switch")
DIMMER = "light.living_room_dummy_dimmer"
SHUTTER = "cover.living_room_dummy_shutter"
THERMOSTAT = "climate.dummy_thermostat"
PLAYER = "media_player.player"


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ("turn labelled-switch on", [LABELLED_ON]),
        ("turn dummy-dimmer on", [act("light.turn_on", DIMMER, brightness_pct=100)]),
        ("dim dummy-dimmer to 30%", [act("light.turn_on", DIMMER, brightness_pct=30)]),
        (
            "dim dummy-dimmer to $the-answer + 10",
            [
                act(
                    "light.turn_on",
                    DIMMER,
                    brightness_pct=f"{{{{ [0, [100, states('{ANSWER}') | float(0) + 10] | min] | max }}}}",
                )
            ],
        ),
        (
            "dim dummy-dimmer to 80 for 5 minutes",
            [
                {"variables": {"level_1": f"{{{{ state_attr('{DIMMER}', 'brightness') or 0 }}}}"}},
                act("light.turn_on", DIMMER, brightness_pct=80),
                {"delay": LATER},
                act("light.turn_on", DIMMER, brightness="{{ level_1 }}"),
            ],
        ),
        (
            "lower dummy-shutter for 5 minutes",
            [
                act("cover.close_cover", SHUTTER),
                {"delay": LATER},
                act("cover.stop_cover", SHUTTER),
            ],
        ),
        ("turn labelled-switch on for 5 minutes", [LABELLED_ON, {"delay": LATER}, LABELLED_OFF]),
        ("after 5 minutes turn labelled-switch on", [{"delay": LATER}, LABELLED_ON]),
        (
            "turn labelled-switch on after 5 minutes and raise dummy-shutter and stop dummy-shutter after 1 second",
            [
                act("cover.open_cover", SHUTTER),
                {
                    "parallel": [
                        {"sequence": [{"delay": LATER}, LABELLED_ON]},
                        {"sequence": [{"delay": {"seconds": 1}}, act("cover.stop_cover", SHUTTER)]},
                    ]
                },
            ],
        ),
        (
            "turn labelled-switch on after $the-answer minutes",
            [{"delay": {"minutes": f"{{{{ states('{ANSWER}') | float(0) }}}}"}}, LABELLED_ON],
        ),
        ('set mode of dummy-thermostat to "boost"', [act("climate.set_preset_mode", THERMOSTAT, preset_mode="boost")]),
        ('set mode of dummy-thermostat to "manu" mode', [act("climate.set_hvac_mode", THERMOSTAT, hvac_mode="heat")]),
        ("set temp of dummy-thermostat to 21.5°C", [act("climate.set_temperature", THERMOSTAT, temperature=21.5)]),
        ("start dummy-timer", [act("switch.turn_on", "switch.dummy_timer")]),
        ("reset dummy-timer timer", [act("button.press", "button.dummy_timer_reset")]),
        ("press the button Button B", [act("button.press", "button.dummy_buttons_button_b")]),
        ("set $the-answer to 5", [act("number.set_value", ANSWER, value=5)]),
        (
            'set $greet-name to "Hello $the-answer and {$the-answer * 2}"',
            [
                act(
                    "text.set_value",
                    "text.home_variables_greet_name",
                    value=f"Hello {{{{ states('{ANSWER}') }}}} and "
                    f"{{{{ ((states('{ANSWER}') | float(0) * 2) | string).removesuffix('.0') }}}}",
                )
            ],
        ),
        ("play player", [act("media_player.media_play", PLAYER)]),
        ("pause player", [act("media_player.media_pause", PLAYER)]),
        ("stop player", [act("media_player.media_stop", PLAYER)]),
        ("play next song on player", [act("media_player.media_next_track", PLAYER)]),
        ("previous player", [act("media_player.media_previous_track", PLAYER)]),
    ],
)
async def test_actions_of_a_rule(draft: Any, actions: str, expected: list[Any]) -> None:
    result = draft(f"when dummy-switch is on then {actions}")
    assert result.automation["actions"] == expected
    assert result.automation["mode"] == (
        "restart" if {"delay", "parallel"} & {key for one in expected for key in one} else "queued"
    )
    assert result.missing == ()


@pytest.mark.parametrize(
    ("text", "mapped", "expected"),
    [
        ("turn labelled-switch on", {"labelled-switch": "light.new"}, [act("light.turn_on", "light.new")]),
        ("dim dummy-dimmer to 5", {"dummy-dimmer": "fan.new"}, [act("fan.set_percentage", "fan.new", percentage=5)]),
        ("start dummy-timer", {"dummy-timer": "timer.new"}, [act("timer.start", "timer.new")]),
        (
            "open dummy-contact",
            {"dummy-contact": "input_boolean.new"},
            [act("input_boolean.turn_on", "input_boolean.new")],
        ),
        (
            "set $the-answer to 1",
            {"$the-answer": "input_number.new"},
            [act("input_number.set_value", "input_number.new", value=1)],
        ),
        (
            "press button-a",
            {"dummy-buttons.button-a": "input_button.new"},
            [act("input_button.press", "input_button.new")],
        ),
    ],
)
async def test_the_mapping_takes_precedence(draft: Any, text: str, mapped: dict[str, str], expected: list[Any]) -> None:
    assert draft(f"when dummy-switch is on then {text}", mapped).automation["actions"] == expected


async def test_a_draft_reads_mapped_entities(draft: Any) -> None:
    result = draft(
        "when dummy-contact is opened and if dimlevel of dummy-dimmer > 5 then press button-a",
        {"dummy-contact": "binary_sensor.door", "dummy-dimmer": "light.new"},
    )
    assert result.automation["triggers"] == [
        {"trigger": "state", "entity_id": ["binary_sensor.door"], "from": "off", "to": "on"}
    ]
    assert "light.new" in result.automation["conditions"][0]["value_template"]


@pytest.mark.parametrize(
    ("text", "reason", "place"),
    [
        ('when rain falls then log "x"', Reason.UNKNOWN_WORDS, "conditions"),
        ('when dummy-switch is on and rain falls then log "x"', Reason.UNKNOWN_WORDS, "conditions"),
        ('when dummy-switch is on then push title:"x"', Reason.UNKNOWN_WORDS, "actions"),
        ('when dummy-switch is on then set mode of dummy-thermostat to "$greet-name"', Reason.NO_SUCH_MODE, "actions"),
        ('when its after dusk then log "x"', Reason.NO_TIME, "conditions"),
        ('when every $the-answer minutes then log "x"', Reason.NO_TIME, "conditions"),
        ('when dummy-switch is on then log "{formatNumber($the-answer)}"', Reason.NO_FUNCTION, "actions"),
        ('when its friday for 5 minutes then log "x"', Reason.NOT_HELD, "conditions"),
    ],
)
async def test_an_unknown_part_is_disabled_or_false(
    hass: HomeAssistant, scripts: None, draft: Any, text: str, reason: Reason, place: str
) -> None:
    result = draft(text)
    assert reason in [note.reason for note in result.missing]
    config = await async_validate_config_item(hass, "a", dict(result.automation))
    assert config is not None
    assert config.validation_status == "ok", config.validation_error
    if place == "actions":
        [action] = result.automation["actions"]
        assert action["enabled"] is False
        assert action["alias"] in text
    else:
        [condition] = [one for one in result.automation["conditions"] if one.get("value_template") == "{{ false }}"]
        assert condition["alias"] in text
    assert text in as_yaml(result, {})


async def test_execute_becomes_a_shell_command(draft: Any) -> None:
    result = draft('when dummy-switch is on then execute "echo $the-answer"')
    assert result.automation["actions"] == [{"action": "shell_command.pimatic_a_rule_1"}]
    assert result.configuration == {"shell_command": {"pimatic_a_rule_1": f"echo {{{{ states('{ANSWER}') }}}}"}}
    assert [note.reason for note in result.notes] == [Reason.SHELL]


async def test_braces_in_texts_are_not_rendered(hass: HomeAssistant, draft: Any) -> None:
    result = draft('when dummy-switch is on then log "\\{\\{ 6 * 7 \\}\\} it\'s \\"so\\" \\\\ \\$5"')
    message = result.automation["actions"][0]["data"]["message"]
    assert Template(message, hass).async_render(parse_result=False) == '{{ 6 * 7 }} it\'s "so" \\ $5'


async def test_the_draft_of_an_invalid_rule_has_the_error_of_the_server(loaded: MockConfigEntry) -> None:
    coordinator = loaded.runtime_data
    source = Source(
        "broken", "Broken", "when nothing then nothing", is_active=False, is_valid=False, error="no provider"
    )
    [result] = draft_rules(namespace_of(coordinator), entity_map_of(coordinator, {}), [source])
    assert result.automation is None
    assert [(note.reason, note.named) for note in result.missing] == [(Reason.INVALID_RULE, "no provider")]


async def test_helpers_of_rules_with_similar_ids_have_unique_names(loaded: MockConfigEntry) -> None:
    coordinator = loaded.runtime_data
    text = 'when humidity of dummy-temperature > 60 for 1 hour and dummy-switch is on then log "x"'
    sources = [Source(rule_id, rule_id, text) for rule_id in ("a-b", "a_b", "A-B")]
    result = draft_rules(namespace_of(coordinator), entity_map_of(coordinator, {}), sources)
    names = [one.configuration["template"][0]["binary_sensor"][0]["unique_id"] for one in result]
    assert len(set(names)) == 3
