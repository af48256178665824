"""pimatic: a server with a device of every class."""

from collections.abc import Mapping
from typing import Any

from demo.simulators import Running

from ..browser import WAIT_SECONDS
from ..errors import Unexpected
from ..story import NewPassword, Outside, Scene, Story, device_of
from ..views import COUNT_ERRORS

RULE = "contact-opens-switch"
DOOR, FOUNTAIN = "binary_sensor.entrance_entrance_door", "switch.fountain"
NEW_FOUNTAIN = "switch.new_fountain"
DRAFTED = "drafted-pages"
# Pastes a text into the page.
PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, composed: true}));
}"""
# Adds a group of switches as a helper.
ADD_GROUP = """async ([name, entity]) => {
  const flow = (path, data) => e2e.hass().callApi("POST", `config/config_entries/flow${path}`, data);
  const {flow_id} = await flow("", {handler: "group"});
  await flow(`/${flow_id}`, {next_step_id: "switch"});
  return await flow(`/${flow_id}`, {name, entities: [entity], hide_members: false, all: false});
}"""


async def change_password(at: Mapping[str, Running]) -> None:
    """Change the password on the server, and drop the connections."""
    await at["pimatic"].command("set_password", username="admin", password="another-one")
    await at["pimatic"].fault(drop=True)


async def paste_an_automation(scene: Scene) -> None:
    """Get the draft of a rule, and paste it into the automation editor."""
    person = scene.person
    rule = await entity_of(scene, "switch", "rule", RULE)
    answer = await ask(scene, "draft_automations", entity_id=[rule])
    [draft] = answer["rules"]
    if not draft["is_complete"]:
        raise Unexpected(f"the draft lacks {draft['missing']}")
    await person.go("/config/automation/edit/new")
    await person.pause(1.0)
    await person.page.evaluate(PASTE, draft["yaml"])
    await person.pause(1.5)
    await person.look("pasted")
    await person.read("Entrance door")


async def watch_a_draft(scene: Scene) -> None:
    """Enable the switch that compares a draft with its rule, turn it on, and check that they agree."""
    person = scene.person
    switch = await entity_of(scene, "switch", "rule", RULE, "watch_draft")
    answer = await person.ask(type="config/entity_registry/update", entity_id=switch, disabled_by=None)
    # Home Assistant reloads the entry after this time. In a later chapter, that would abort the reauthentication.
    await person.wait_for_state(switch, "off", answer["reload_delay"] + WAIT_SECONDS)
    await person.go(f"/demo-home/pimatic?more-info-entity-id={switch}")
    await person.page.locator("ha-more-info-dialog ha-state-control-toggle").click()
    await person.wait_for_state(switch, "on")
    await person.look("on")
    sensor = await entity_of(scene, "sensor", "rule", RULE, "watched_draft")
    await person.wait_for_state(sensor, "waiting")
    # Nothing is compared for two seconds after the start.
    await person.pause(2.5)
    for is_closed in (True, False):
        await scene.simulators["pimatic"].command("set", device="dummy-contact", attribute="contact", value=is_closed)
        await person.wait_for_state(DOOR, "off" if is_closed else "on")
    await person.wait_for_state(sensor, "agreed")
    await person.go(f"/demo-home/pimatic?more-info-entity-id={sensor}")
    await person.read("Agreed")


async def replace_a_switch(scene: Scene) -> None:
    """Replace the switch of the fountain by one of another integration, after a dry run."""
    person = scene.person
    await person.page.evaluate(ADD_GROUP, ["New fountain", "switch.kitchen_kettle"])
    await person.wait_for_state(NEW_FOUNTAIN, await person.state("switch.kitchen_kettle"))
    for is_dry in (True, False):
        data = {"entity_id": FOUNTAIN, "new_entity_id": NEW_FOUNTAIN, "dry_run": is_dry}
        answer = await person.ask(
            type="call_service", domain="pimatic", service="replace_entity", service_data=data, return_response=True
        )
        if answer["response"]["is_done"] is is_dry or answer["response"]["refused"]:
            raise Unexpected(f"the replacement answers {answer['response']}")
    await person.wait_for_state(f"{FOUNTAIN}_pimatic", "on")
    await person.go(f"/demo-home/pimatic?more-info-entity-id={FOUNTAIN}")
    await person.read("Fountain")


async def draft_the_dashboard(scene: Scene) -> None:
    """Get the draft of a dashboard, and check its first view."""
    person = scene.person
    drafted = (await ask(scene, "draft_dashboard"))["dashboard"]
    made = await person.ask(
        type="lovelace/dashboards/create", url_path=DRAFTED, title="Drafted", show_in_sidebar=False, mode="storage"
    )
    await person.ask(type="lovelace/config/save", url_path=DRAFTED, config=drafted)
    await person.go(f"/{DRAFTED}/{drafted['views'][0]['path']}")
    await person.pause(2.0)
    await person.look("pages")
    errors = await person.page.evaluate(COUNT_ERRORS)
    await person.go("/demo-home/pimatic")
    await person.ask(type="lovelace/dashboards/delete", dashboard_id=made["id"])
    if errors:
        raise Unexpected(f"the drafted dashboard has {errors} cards with an error")


async def ask(scene: Scene, action: str, **data: Any) -> dict[str, Any]:
    """Call an action for drafts and return its response."""
    data["device_id"] = await device_of(scene, await entity_of(scene, "button", "server", "restart"))
    answer = await scene.person.ask(
        type="call_service", domain="pimatic", service=action, service_data=data, return_response=True
    )
    return dict(answer["response"])


async def entity_of(scene: Scene, domain: str, *parts: str) -> str:
    """Return the entity with these parts in the unique id, after the part of the entry."""
    entities = await scene.person.ask(type="config/entity_registry/list")
    for one in entities:
        is_named = one["unique_id"].split("/")[1:] == [*parts]
        if one["platform"] == "pimatic" and one["entity_id"].startswith(f"{domain}.") and is_named:
            return str(one["entity_id"])
    raise Unexpected(f"there is no {domain} of {parts}")


STORIES = (
    Story(
        domain="pimatic",
        wrong={"password": "not-the-password"},
        error="refused the user or the password",
        light="light.living_room_reading_lamp",
        switch="switch.kitchen_kettle",
        outside=Outside(
            happens=lambda at: at["pimatic"].command("set", device="dummy-contact", attribute="contact", value=True),
            entity_id="binary_sensor.entrance_entrance_door",
            state="off",
            shows="Closed",
        ),
        own=(paste_an_automation, watch_a_draft, replace_a_switch, draft_the_dashboard),
        new_password=NewPassword(refuse=change_password, fields={"username": "admin", "password": "another-one"}),
        images={"see_integration": "pimatic-integration"},
    ),
)
