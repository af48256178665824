"""The actions that make drafts: permissions, responses, files, and the time in the event loop."""

import asyncio
from pathlib import Path
import time
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.api import Rule
from custom_components.pimatic.const import DOMAIN
from simulators.pimatic import PimaticSimulator
from tests.pimatic.conftest import ENTRY_ID
from tests.waiting import eventually

from .corpus import rules


@pytest.fixture
def server(hass: HomeAssistant, loaded: MockConfigEntry) -> str:
    """Return the device id of the server."""
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, ENTRY_ID), ENTRY_ID)
    assert device is not None
    return device.id


@pytest.fixture
def draft(hass: HomeAssistant, server: str) -> Any:
    """Return a function that calls an action."""

    async def call(name: str = "automations", context: Context | None = None, **data: Any) -> Any:
        return await hass.services.async_call(
            DOMAIN,
            f"draft_{name}",
            {"device_id": server, **data},
            blocking=True,
            return_response=True,
            context=context,
        )

    return call


async def test_drafts_of_all_rules(draft: Any) -> None:
    response = await draft()
    assert (response["complete"], response["incomplete"]) == (2, 1)
    good, inactive, broken = response["rules"]
    assert good["rule"] == "contact-opens-switch"
    assert good["is_complete"]
    assert parse_yaml(good["yaml"]) == good["automation"]
    assert good["automation"]["alias"] == "Contact opens switch"
    assert good["automation"]["actions"] == [
        {"action": "switch.turn_on", "target": {"entity_id": "switch.labelled_switch"}}
    ]
    assert inactive["automation"]["initial_state"] is False
    assert broken["automation"] is None
    [missing] = broken["missing"]
    assert missing.startswith("pimatic itself does not understand this rule: Could not find an provider")
    assert broken["yaml"].startswith("# Broken rule\n# when no such thing then do nothing at all\n# Not complete")


async def test_groups_of_rules_become_labels(loaded: MockConfigEntry, draft: Any, simulator: PimaticSimulator) -> None:
    in_room = {"Living Room": ["Contact opens switch"]}
    assert (await draft())["labels"] == in_room
    rules = ["contact-opens-switch", "inactive-rule", "no-such-rule"]
    simulator.command("put_group", group="night", changes={"name": "Night", "rules": rules}, add=True)
    await eventually(lambda: "night" in loaded.runtime_data.client.state.groups)
    assert (await draft())["labels"] == {**in_room, "Night": ["Contact opens switch", "Inactive rule"]}
    response = await draft(entity_id=["switch.home_rules_inactive_rule"])
    assert response["labels"] == {"Night": ["Inactive rule"]}


async def test_drafts_of_selected_rules(draft: Any) -> None:
    response = await draft(entity_id=["switch.home_rules_inactive_rule"])
    assert [one["rule"] for one in response["rules"]] == ["inactive-rule"]
    with pytest.raises(ServiceValidationError, match="is not a rule of this server"):
        await draft(entity_id=["switch.labelled_switch"])


async def test_drafts_use_the_mapping(draft: Any) -> None:
    response = await draft(mapping={"labelled-switch": "light.new", "dummy-contact": "binary_sensor.door"})
    automation = response["rules"][0]["automation"]
    assert automation["triggers"][0]["entity_id"] == ["binary_sensor.door"]
    assert automation["actions"][0] == {"action": "light.turn_on", "target": {"entity_id": "light.new"}}
    for name in ("no-such-device", "$no-such-variable", "dummy-switch.no-such-attribute"):
        with pytest.raises(ServiceValidationError, match="neither a device, a part of one nor a variable"):
            await draft(mapping={name: "light.new"})


async def test_notes_are_in_the_language_of_home_assistant(hass: HomeAssistant, draft: Any) -> None:
    hass.config.language = "de"
    response = await draft()
    assert response["rules"][2]["missing"][0].startswith("pimatic selbst versteht diese Regel nicht")


@pytest.mark.parametrize("name", ["automations", "helpers", "dashboard"])
async def test_only_administrators_may_call_the_actions(draft: Any, hass_read_only_user: User, name: str) -> None:
    with pytest.raises(Unauthorized):
        await draft(name, Context(user_id=hass_read_only_user.id))


async def test_a_user_who_may_not_read_rules_gets_an_error(loaded: MockConfigEntry, draft: Any) -> None:
    user = loaded.runtime_data.client.state.user
    loaded.runtime_data.client.state.user = type(user)("ctrl", "controlonly", {"controlDevices": True})
    with pytest.raises(ServiceValidationError, match="may not read rules"):
        await draft()


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return an empty configuration directory."""
    hass.config.config_dir = str(tmp_path)
    return tmp_path


async def test_drafts_are_saved_as_files(loaded: MockConfigEntry, draft: Any, folder: Path) -> None:
    rules_of_server = loaded.runtime_data.client.state.rules
    evil = Rule("../../evil", "Evil", 'when dummy-switch is on then log "x"', True, True)
    delayed = Rule(
        "held", "Held", 'when humidity of dummy-temperature > 5 for 1 s and dummy-switch is on then log "x"', True, True
    )
    rules_of_server |= {evil.id: evil, delayed.id: delayed}
    response = await draft(save=True)
    saved = Path(response["folder"])
    assert saved.parent == folder / "pimatic_drafts"
    assert sorted(file.name for file in saved.iterdir()) == [
        "configuration.yaml",
        "draft-pimatic_evil.yaml",
        "rule-broken-rule.yaml",
        "rule-contact-opens-switch.yaml",
        "rule-held.yaml",
        "rule-inactive-rule.yaml",
    ]
    by_rule = {one["rule"]: one for one in response["rules"]}
    assert parse_yaml((saved / "rule-held.yaml").read_text()) == by_rule["held"]["automation"]
    assert parse_yaml((saved / "configuration.yaml").read_text()) == response["configuration"]
    assert [file for file in folder.rglob("*") if file.is_file() and file.parent != saved] == []


async def test_a_folder_that_cannot_be_created_raises_an_error(draft: Any, folder: Path) -> None:
    (folder / "pimatic_drafts").write_text("a file is in the way")
    with pytest.raises(HomeAssistantError, match="were not saved"):
        await draft(save=True)


@pytest.mark.timing(reason="the event loop may be held for a fiftieth of a second at most")
async def test_five_hundred_drafts_do_not_block_the_event_loop(
    hass: HomeAssistant, loaded: MockConfigEntry, draft: Any
) -> None:
    texts = (rules() * 3)[:500]
    for number, text in enumerate(texts):
        rule = Rule(f"rule-{number}", f"Rule {number}", text, True, True)
        loaded.runtime_data.client.state.rules[rule.id] = rule
    stalls: list[float] = []

    async def watch() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0)
            stalls.append(time.monotonic() - before)
            await asyncio.sleep(0.001)

    await draft()
    watching = asyncio.create_task(watch())
    await asyncio.sleep(0.01)
    response = await draft()
    watching.cancel()
    assert len(response["rules"]) == 503
    # Other processes of the machine cause some stalls: the third longest one is compared.
    assert sorted(stalls)[-3] < 0.02


async def test_variables_become_helpers(hass: HomeAssistant, draft: Any, folder: Path) -> None:
    response = await draft("helpers", save=True)
    assert response["mapping"] == {
        "$the-answer": "input_number.pimatic_the_answer",
        "$greet-name": "input_text.pimatic_greet_name",
        "$set-point": "input_number.pimatic_set_point",
        "$wake-up": "input_text.pimatic_wake_up",
        "$sum": "sensor.pimatic_sum",
    }
    assert response["values"] == {
        "input_number.pimatic_the_answer": 42,
        "input_text.pimatic_greet_name": "World",
        "input_number.pimatic_set_point": 21.5,
        "input_text.pimatic_wake_up": "06:30",
    }
    assert response["missing"] == []
    assert parse_yaml((Path(response["folder"]) / "helpers.yaml").read_text()) == response["configuration"]
    for domain in ("input_number", "input_text"):
        assert await async_setup_component(hass, domain, response["configuration"])
    assert await async_setup_component(hass, "template", response["configuration"])
    for entity_id, value in response["values"].items():
        action = {"entity_id": entity_id, "value": value}
        await hass.services.async_call(entity_id.split(".")[0], "set_value", action, blocking=True)
    await hass.async_block_till_done()
    computed = hass.states.get("sensor.pimatic_sum")
    assert computed is not None
    assert computed.state == "63.5"
    rules = await draft(mapping=response["mapping"], entity_id=["switch.home_rules_inactive_rule"])
    assert "input_number.pimatic_the_answer" in rules["rules"][0]["yaml"]
    assert rules["rules"][0]["automation"]["actions"] == [
        {
            "action": "input_text.set_value",
            "target": {"entity_id": "input_text.pimatic_greet_name"},
            "data": {"value": "big"},
        }
    ]


async def test_a_mapped_variable_gets_no_helper(draft: Any) -> None:
    response = await draft("helpers", mapping={"$the-answer": "input_number.mine"})
    assert "$the-answer" not in response["mapping"]
    assert "input_number.mine" in response["yaml"]


async def test_pages_become_a_dashboard(draft: Any, folder: Path) -> None:
    response = await draft("dashboard", mapping={"dummy-dimmer": "light.new"}, save=True)
    assert parse_yaml((Path(response["folder"]) / "dashboard.yaml").read_text()) == response["dashboard"]
    favourites, admins = response["dashboard"]["views"]
    assert (favourites["title"], favourites["path"], favourites["type"]) == (
        "Favourites",
        "pimatic-favourite",
        "sections",
    )
    assert favourites["sections"] == [
        {
            "type": "grid",
            "cards": [
                {"type": "heading", "heading": "Living Room"},
                {
                    "type": "tile",
                    "entity": "switch.living_room_dummy_switch",
                    "features": [{"type": "toggle"}],
                },
                {
                    "type": "tile",
                    "entity": "light.new",
                    "features": [{"type": "light-brightness"}],
                    "grid_options": {"columns": "full"},
                },
            ],
        }
    ]
    assert [card["entity"] for card in admins["sections"][0]["cards"][1:]] == [
        "climate.dummy_thermostat",
        "sensor.dummy_thermostat_valve",
        "binary_sensor.dummy_thermostat_battery",
        "binary_sensor.dummy_thermostat_synced",
    ]


async def test_groups_become_a_dashboard_without_access_to_pages(loaded: MockConfigEntry, draft: Any) -> None:
    user = loaded.runtime_data.client.state.user
    loaded.runtime_data.client.state.user = type(user)("ctrl", "controlonly", {"controlDevices": True})
    [view] = (await draft("dashboard"))["dashboard"]["views"]
    headings = [section["cards"][0]["heading"] for section in view["sections"]]
    assert headings[0] == "Living Room"
    assert view["title"] == headings[1]
