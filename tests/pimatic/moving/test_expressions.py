"""Expressions have the same results in Home Assistant as in pimatic; unsupported ones have a reason."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.template import Template
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.moving.automation import Draft, Source, draft_rule
from custom_components.pimatic.moving.reasons import Reason
from custom_components.pimatic.moving.sources import entity_map_of, namespace_of


@pytest.fixture
def draft(hass: HomeAssistant, loaded: MockConfigEntry) -> Any:
    """Return a function that drafts one rule with a mapping."""

    def make(text: str, mapped: dict[str, str] | None = None) -> Draft:
        coordinator = loaded.runtime_data
        return draft_rule(
            namespace_of(coordinator), entity_map_of(coordinator, mapped or {}), Source("a", "A", text), "a"
        )

    return make


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$the-answer W", "42 W"),
        ("{1 + 2 * 3 - 4 / 2}", "5"),
        ("{(1 + 2) * 3}", "9"),
        ("{$the-answer - $set-point}", "20.5"),
        ('{"in $greet-name"}', "in World"),
        ("$dummy-switch.state", "false"),
        ("{round(2.5)} {round(-2.5)} {round(2.25, 1)}", "3 -2 2.3"),
        ("{trunc(21.57)} {trunc(21.57, 1)}", "21 21.5"),
        ("{roundToNearest(21.3, 0.5)}", "21.5"),
        ("{log(8, 2)} {pow(3)} {pow(2, 3)} {sqrt(16)}", "3 9 8 4"),
        ("{abs(-3)} {sign(-3)} {sign(0)} {cos(0)} {acos(1)}", "3 -1 0 1 0"),
        ("{min(3, $the-answer)} {max(3, $the-answer)} {avg(1, 2)}", "3 42 1.5"),
        ('{diffDate("2020-01-01", "2020-01-02")}', "86400000"),
        ('{diffDate("2020-01-01", "2020-01-02", "days")}', "1"),
        ("{timeFormat(7.5)}", "07:30:00"),
        ('{timeDecimal("07:30:00")} {timeDecimal("07:15")}', "7.5 7.25"),
        ('{hexString(255)} {hexString(255, 4, "0x")}', "FF 0x00FF"),
        ('{subString("abc123", "[0-9]", "g")} {subString("ABC", "b(c)", "i")}', "123 C"),
        ('{subString("abc", "x")}.', "."),
        ('{formatNumber(3.14159, 2, " m")}', "3.14 m"),
    ],
)
async def test_the_template_of_an_expression_has_its_result(
    hass: HomeAssistant, draft: Any, text: str, expected: str
) -> None:
    result = draft(f'when dummy-switch is on then log "{text}"')
    assert result.missing == ()
    message = result.automation["actions"][0]["data"]["message"]
    assert Template(message, hass).async_render(parse_result=False) == expected


@pytest.mark.parametrize(
    ("rule", "mapped", "reason"),
    [
        ('when one then log "x" then log "y"', {}, Reason.UNKNOWN_WORDS),
        ('when 1 > 2 then log "x"', {}, Reason.NEVER_STARTS),
        ('when its "8:00" then log "x"', {}, Reason.NO_TIME),
        ('when every 90 seconds then log "x"', {}, Reason.NO_TIME),
        ('when its after friday then log "x"', {}, Reason.NO_TIME),
        ('when its friday 8:00 - monday 9:00 then log "x"', {}, Reason.NO_TIME),
        ('when its 5 minutes after night then log "x"', {}, Reason.NO_TIME),
        ('when state of dummy-switch was not updated for $the-answer s then log "x"', {}, Reason.NO_TIME),
        ('when mode of dummy-thermostat is "party hard" then log "x"', {}, Reason.NO_SUCH_MODE),
        ('when dummy-switch is on then set mode of dummy-thermostat to "party hard"', {}, Reason.NO_SUCH_MODE),
        ('when dummy-switch is on then log "{min()}"', {}, Reason.NO_FUNCTION),
        ('when dummy-switch is on then log "{diffDate("a", "b", "weeks")}"', {}, Reason.NO_FUNCTION),
        ('when dummy-switch is on then log "x"', {"dummy-switch": "lock.new"}, Reason.NO_ENTITY),
        ("when dummy-contact is open then turn dummy-switch on", {"dummy-switch": "lock.new"}, Reason.NO_ACTION),
        (
            'when dummy-contact is open then set $the-answer to "x"',
            {"$the-answer": "input_number.new"},
            Reason.NO_ACTION,
        ),
        (
            "when dummy-contact is open then dim dummy-dimmer to 5 for 1 s",
            {"dummy-dimmer": "fan.new"},
            Reason.NO_ACTION,
        ),
    ],
)
async def test_a_rule_that_cannot_be_drafted_has_a_reason(
    draft: Any, rule: str, mapped: dict[str, str], reason: Reason
) -> None:
    assert reason in [note.reason for note in draft(rule, mapped).missing]


async def test_setting_a_value_of_another_type_sets_the_variable_in_pimatic(draft: Any) -> None:
    [action] = draft('when dummy-switch is on then set $the-answer to "much"').automation["actions"]
    assert action["action"] == "pimatic.set_variable"
    assert (action["data"]["name"], action["data"]["value"]) == ("the-answer", "much")
