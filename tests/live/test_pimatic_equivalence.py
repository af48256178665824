"""A rule in a real pimatic server and its draft in Home Assistant do the same with the same inputs.

The server runs the rule and logs its actions. Home Assistant has the same devices, but the actions of the draft are
only recorded. The server must be that of tests/live/test_pimatic_rules.py.
"""

import asyncio
from collections.abc import AsyncGenerator
import os
import re
from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest

from custom_components.pimatic.api import LogMessage
from custom_components.pimatic.common.ids import split_id
from custom_components.pimatic.coordinator import MESSAGES, PimaticCoordinator
from custom_components.pimatic.moving.automation import Source, draft_rules
from custom_components.pimatic.moving.sources import entity_map_of, namespace_of
from harness.vendors.pimatic import ENTRY_ID
from tests.pimatic.end_to_end import data_of, set_up
from tests.pimatic.moving.corpus import rules
from tests.pimatic.protocol import Server

pytestmark = pytest.mark.live

if "PIMATIC_URL" not in os.environ or "PIMATIC_TEST_USERS" not in os.environ:
    pytest.skip("no real pimatic server with the test configuration", allow_module_level=True)

# The longest time between the actions of both.
SECONDS = 1.0
# The time after which Home Assistant has received the effect of an input.
SETTLE = 0.15
# The time for the later actions of a rule.
LATER = 0.9

type Input = tuple[str, Any]

ON, OFF = ("dummy-switch", "turnOn"), ("dummy-switch", "turnOff")
DIMMER_ON, DIMMER_OFF = ("dummy-dimmer", "turnOn"), ("dummy-dimmer", "turnOff")
LABELLED_ON, LABELLED_OFF = ("labelled-switch", "turnOn"), ("labelled-switch", "turnOff")
OPEN, CLOSED = ("dummy-contact", ("changeContactTo", False)), ("dummy-contact", ("changeContactTo", True))
WINDOW_OPEN, WINDOW_CLOSED = (
    ("labelled-contact", ("changeContactTo", False)),
    ("labelled-contact", ("changeContactTo", True)),
)
HOME, AWAY = (
    ("dummy-presence-hold", ("changePresenceTo", True)),
    ("dummy-presence-hold", ("changePresenceTo", False)),
)
THERE, GONE = ("dummy-presence", ("changePresenceTo", True)), ("dummy-presence", ("changePresenceTo", False))
PRESS_A, PRESS_B = ("dummy-buttons", ("buttonPressed", "button-a")), ("dummy-buttons", ("buttonPressed", "button-b"))


def temperature(value: float) -> Input:
    """Return the input of a temperature."""
    return ("dummy-temperature", ("changeTemperatureTo", value))


def answer(value: float) -> Input:
    """Return the input of the variable."""
    return ("$the-answer", value)


# These inputs reset what earlier rules may have changed.
RESET: list[Input] = [
    answer(42),
    ("$set-point", 21.5),
    ("$greet-name", "World"),
    temperature(20),
    ("dummy-temperature", ("changeHumidityTo", 50)),
]
# For each condition: the inputs before the rule is added, and the inputs afterwards.
INPUTS: dict[str, tuple[list[Input], list[Input]]] = {
    "dummy-switch is on": ([OFF], [ON]),
    "dummy-switch is off": ([ON], [OFF]),
    "dummy-switch is turned on": ([OFF], [ON]),
    "Dummy Switch is switched off": ([ON], [OFF]),
    "the dummy switch is turned on": ([OFF], [ON]),
    "DUMMY SWITCH is on": ([OFF], [ON]),
    "dummy-dimmer is on": ([DIMMER_OFF, OFF], [DIMMER_ON]),
    "dummy-dimmer is turned off": ([DIMMER_ON], [DIMMER_OFF]),
    "state of dummy-switch is on": ([OFF], [ON]),
    "state of dummy-switch is not off": ([OFF], [ON]),
    "state of labelled-switch equals open": ([LABELLED_OFF], [LABELLED_ON]),
    "state of Labelled Switch isnt shut": ([LABELLED_OFF], [LABELLED_ON]),
    "dummy-presence is present": ([GONE, OFF], [THERE]),
    "dummy-presence is absent": ([ON, THERE], [GONE]),
    "dummy-presence is not present": ([THERE], [GONE]),
    "dummy-presence-hold reports present": ([AWAY], [HOME]),
    "Dummy Presence Hold signals absent": ([HOME], [AWAY]),
    "presence of dummy-presence-hold is home": ([AWAY], [HOME]),
    "dummy-contact is opened": ([CLOSED, OFF], [OPEN]),
    "dummy-contact is open": ([CLOSED], [OPEN]),
    "dummy-contact is closed": ([OPEN, ON], [CLOSED]),
    "contact of labelled-contact is auf": ([WINDOW_CLOSED], [WINDOW_OPEN]),
    "contact of labelled-contact is zu": ([WINDOW_OPEN], [WINDOW_CLOSED]),
    "temperature of dummy-temperature is 20": ([temperature(19)], [temperature(20)]),
    "temperature of dummy-temperature is less than 18": ([OFF, temperature(19)], [temperature(17.9), temperature(17)]),
    "temperature of dummy-temperature is greater than 25": ([ON, temperature(25)], [temperature(25.1)]),
    "temperature of dummy-temperature < 0": ([temperature(0)], [temperature(-0.5)]),
    "temperature of dummy-temperature <= 18": ([temperature(18.1)], [temperature(18)]),
    "temperature of dummy-temperature >= 25": ([temperature(24)], [temperature(25)]),
    "temperature of dummy-temperature != 21": ([temperature(21)], [temperature(22)]),
    "mode of dummy-thermostat is auto": (
        [("dummy-thermostat", ("changeModeTo", "manu"))],
        [("dummy-thermostat", ("changeModeTo", "auto"))],
    ),
    "position of dummy-shutter is up": ([("dummy-shutter", "moveDown")], [("dummy-shutter", "moveUp")]),
    "dimlevel of dummy-dimmer is greater than 50": (
        [("dummy-dimmer", ("changeDimlevelTo", 50))],
        [("dummy-dimmer", ("changeDimlevelTo", 51))],
    ),
    "$the-answer = 43": ([answer(42)], [answer(43)]),
    "$the-answer > 50": ([answer(42)], [answer(51), answer(52)]),
    "$the-answer + 1 >= $set-point * 2": ([answer(41)], [answer(42)]),
    "($the-answer + 8) / 2 < 20": ([answer(32)], [answer(31)]),
    "min($the-answer, $set-point) < 10": ([answer(10)], [answer(9)]),
    "round($set-point) = 22": ([("$set-point", 21.4)], [("$set-point", 21.5)]),
    '$greet-name = "Mary"': ([("$greet-name", "World")], [("$greet-name", "Mary")]),
    "$dummy-temperature.temperature > $set-point": ([temperature(20)], [temperature(23)]),
    "$the-answer changes": ([answer(1), answer(2)], [answer(3)]),
    "$the-answer increased": ([answer(1), answer(5)], [answer(4), answer(6)]),
    "$the-answer decreased": ([answer(1), answer(5)], [answer(6), answer(4)]),
    "button-a is pressed": ([], [PRESS_A]),
    "Button A is pressed": ([], [PRESS_B, PRESS_A]),
    "the Button B button is pressed": ([ON], [PRESS_A, PRESS_B]),
    "button-b pressed": ([], [PRESS_B]),
    "dummy-switch is on and dummy-contact is opened": ([OFF, CLOSED], [ON, OPEN]),
    "dummy-switch is on or dummy-contact is opened": ([OFF, CLOSED], [OPEN]),
    "dummy-switch is on and dummy-contact is opened and dummy-presence is present": (
        [OFF, CLOSED, GONE],
        [THERE, OPEN, ON],
    ),
    "dummy-switch is on or dummy-contact is opened and dummy-presence is present": ([OFF, CLOSED, GONE], [OPEN, THERE]),
    "[dummy-switch is on or labelled-switch is on] and dummy-contact is opened": (
        [OFF, LABELLED_OFF, CLOSED],
        [LABELLED_ON, OPEN],
    ),
    "button-a is pressed or button-b is pressed": ([], [PRESS_B]),
    "[button-a is pressed or button-b is pressed] and dummy-presence-hold is present": ([HOME], [PRESS_B]),
    "dummy-switch is on and if dummy-contact is opened": ([OFF, OPEN], [ON]),
    "dummy-switch is on and if dummy-contact is opened or dummy-presence is present": ([OFF, CLOSED, THERE], [ON]),
    "button-a is pressed and if dummy-switch is off or when button-b is pressed": ([ON], [PRESS_A, PRESS_B]),
    "trigger: dummy-switch is on and dummy-contact is opened": ([ON, CLOSED], [OPEN, OFF, ON]),
    "$the-answer changes and dummy-switch is on": ([OFF, answer(1)], [answer(2), ON, answer(3)]),
    "$the-answer increased and if dummy-switch is on": ([OFF, answer(1)], [answer(2), ON, answer(3), answer(1)]),
    "dummy-switch is on for 500 ms": ([OFF], [ON, OFF, ON]),
}
# Rules of the corpus wait for minutes. These wait for a short time.
SHORT = [
    "when dummy-contact is opened then turn labelled-switch on for 600 ms",
    "when dummy-contact is opened then after 300 ms turn labelled-switch on",
    'when dummy-contact is opened then log "first" and dim dummy-dimmer to 20 after 300 ms and log "second"',
    "when dummy-contact is opened then dim dummy-dimmer to 80 for 500 ms",
    "when dummy-contact is opened then lower dummy-shutter for 500 ms",
]
# Rules that depend on chance or the clock, wait for a long time, or change a value of their own condition.
EXCLUDED = re.compile(
    r"random\(|date\(|minute|hour|for 10 sec|for 5 sec|after \d+ sec|answer seconds|answer \+|dimlevel -"
)


WAITS = re.compile(r"\d+ ms")


def chosen() -> list[str]:
    """Return the rules whose conditions have inputs."""
    return [*(rule for rule in rules() if condition_of(rule) in INPUTS and not EXCLUDED.search(rule)), *SHORT]


def condition_of(rule: str) -> str:
    """Return the condition of a rule."""
    return rule.removeprefix("when ").split(" then ")[0]


# The log messages of the server for each action of Home Assistant. {name} is the device, {value} the new value.
LOGGED = {
    "switch.turn_on": "turned {name} on",
    "switch.turn_off": "turned {name} off",
    "switch.toggle": "toggled state of {name}",
    "light.toggle": "toggled state of {name}",
    "cover.open_cover": "raised {name}",
    "cover.close_cover": "lowered {name}",
    "cover.stop_cover": "stopped {name}",
    "climate.set_temperature": "set temp of {name} to {value}°C",
    "climate.set_hvac_mode": "set mode {name} to {value}",
    "climate.set_preset_mode": "set mode {name} to {value}",
    "number.set_value": "set ${variable} to {value}",
    "text.set_value": "set ${variable} to {value}",
    "button.press": "press button {part} of device {device}",
    "logbook.log": "{value}",
}
TIMER = {"switch.turn_on": "started {name}", "switch.turn_off": "stoped {name}"}
CALLED = {
    ("changePresenceTo", True): "set presence of {name} to present",
    ("changePresenceTo", False): "set presence {name} to absent",
    ("changeContactTo", True): "set contact {name} to closed",
    ("changeContactTo", False): "set contact {name} to opened",
}
VALUES = ("temperature", "hvac_mode", "preset_mode", "value", "message")


def as_logged(hass: HomeAssistant, coordinator: PimaticCoordinator, call: ServiceCall) -> str:
    """Return the log message of the server that corresponds to an action of a draft."""
    name, data = f"{call.domain}.{call.service}", call.data
    if name == "pimatic.call_action":
        device = dr.async_get(hass).async_get(data["device_id"])
        [parameter] = data["parameters"].values()
        assert device is not None
        return CALLED[data["action"], parameter].format(name=device.name)
    value = next((plain(data[key]) for key in VALUES if key in data), "")
    if name == "logbook.log":
        return value
    entity = er.async_get(hass).async_get(data["entity_id"][0])
    assert entity is not None
    _, _, device_id, *parts = split_id(entity.unique_id)
    profile = coordinator.profiles.get(device_id)
    words = {"name": profile.device.name if profile else "", "device": device_id, "variable": device_id}
    if "brightness" in data:
        return f"dimmed {words['name']} to {round(data['brightness'] / 2.55)}%"
    if name == "light.turn_on":
        is_full = data["brightness_pct"] == 100
        return (
            f"turned {words['name']} on" if is_full else f"dimmed {words['name']} to {plain(data['brightness_pct'])}%"
        )
    if "action" in parts:
        return f"reseted {words['name']}"
    form = TIMER[name] if parts == ["timer"] else LOGGED[name]
    return form.format(**words, part=parts[-1] if parts else "", value={"heat": "manu"}.get(value, value))


def plain(value: Any) -> str:
    """Return a value in the format of JavaScript."""
    return str(value).removesuffix(".0")


@pytest.fixture
async def coordinator(
    hass: HomeAssistant, server: Server, everything_enabled: None
) -> AsyncGenerator[PimaticCoordinator]:
    """Connect Home Assistant to the server."""
    entry = await set_up(hass, data_of(server))
    yield entry.runtime_data
    assert await hass.config_entries.async_unload(ENTRY_ID)


def record_actions(hass: HomeAssistant) -> list[ServiceCall]:
    """Replace the actions by ones that do nothing. Return a list to which their calls are added."""
    calls: list[ServiceCall] = []

    async def note(call: ServiceCall) -> None:
        calls.append(call)

    for name in (*LOGGED, "light.turn_on", "pimatic.call_action"):
        domain, service = name.split(".")
        hass.services.async_register(domain, service, note)
    return calls


async def test_rules_and_their_drafts_do_the_same(hass: HomeAssistant, coordinator: PimaticCoordinator) -> None:
    texts = chosen()
    sources = [Source(f"same-{number}", f"Same {number}", text, False) for number, text in enumerate(texts)]
    drafts = list(draft_rules(namespace_of(coordinator), entity_map_of(coordinator, {}), sources))
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: [draft.automation for draft in drafts]})
    different = {}
    for source in sources:
        server, home = await both(hass, coordinator, source)
        # The server logs each action when it ends, so that the order of actions without a delay may differ.
        is_same = server == home if WAITS.search(source.text) else sorted(server) == sorted(home)
        if not server or not is_same:
            different[source.text] = (server, home)
    assert different == {}
    assert len(texts) >= 60


async def both(hass: HomeAssistant, coordinator: PimaticCoordinator, rule: Source) -> tuple[list[str], list[str]]:
    """Send the inputs of a rule. Return the actions of the server and those of the draft."""
    before, then = INPUTS[condition_of(rule.text)]
    for one in (*RESET, *before):
        await send_input(coordinator, one)
    await asyncio.sleep(SETTLE)
    done, calls = record_log(coordinator, rule.id), record_actions(hass)
    automation = {"entity_id": f"automation.{rule.name.lower().replace(' ', '_')}"}
    await hass.services.async_call(AUTOMATION, "turn_on", automation, blocking=True)
    definition = {"name": rule.name, "ruleString": rule.text}
    await coordinator.client.call("addRuleByString", ruleId=rule.id, rule=definition)
    for one in then:
        await send_input(coordinator, one)
        await asyncio.sleep(SETTLE)
    loop = asyncio.get_running_loop()
    until = loop.time() + SECONDS
    while loop.time() < until and (not done or len(done) != len(calls)):
        await asyncio.sleep(0.02)
    # Wait for actions that must not follow.
    await asyncio.sleep(LATER if WAITS.search(rule.text) else SETTLE)
    await hass.services.async_call(AUTOMATION, "turn_off", automation, blocking=True)
    await coordinator.client.call("removeRule", ruleId=rule.id)
    return done, [as_logged(hass, coordinator, call) for call in calls]


def record_log(coordinator: PimaticCoordinator, rule_id: str) -> list[str]:
    """Return a list to which the log messages of a rule are added."""
    lines: list[str] = []
    prefix = f"rule {rule_id}: "

    def note(message: LogMessage) -> None:
        if message.text.startswith(prefix):
            lines.append(message.text.removeprefix(prefix))

    coordinator.config_entry.async_on_unload(coordinator.subscribe_event(MESSAGES, note))
    return lines


async def send_input(coordinator: PimaticCoordinator, one: Input) -> None:
    """Send an input to the server."""
    target, value = one
    client = coordinator.client
    if target.startswith("$"):
        known = client.state.variables[target[1:]]
        await client.call("updateVariable", name=target[1:], type="value", valueOrExpression=value, unit=known.unit)
        return
    device = client.state.devices[target]
    action, *parameters = (value,) if isinstance(value, str) else value
    declared = device.action(action)
    assert declared is not None
    names = [parameter.name for parameter in declared.parameters]
    await client.call_device(device, action, dict(zip(names, parameters, strict=True)))
