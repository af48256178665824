"""Iottly: a project with entities for commands, and firmware for a group of boards."""

from demo.hass import run_flow
from demo.session import FLOWS
from harness.vendors.iottly import GREENHOUSE, TOKEN

from ..another import another_simulator
from ..browser import Person
from ..story import NewPassword, Outside, Scene, Story, device_of, entries_of, remove_entry

FIRMWARE = "update.deployment_group_field_firmware"


async def deploy_firmware(scene: Scene) -> None:
    """Deploy firmware to boards that install it, that fail to install it, and that do not reconnect.

    The test uses another project, because only projects of the older generation have deployment groups
    (docs/protocol/iottly.md#inspect-a-project).
    """
    person = scene.person
    options = ("--generation", "page", "--token", TOKEN, "--rate", "0")
    async with another_simulator(scene.simulators, "iottly", *options) as older:
        await replace_entry(scene, scene.endpoint.steps(older.address))
        await person.go("/demo-home/iottly")
        await person.wait_for_state(FIRMWARE, "off")
        await offer_and_install(scene, "9d8e7f6")
        await wait_for_progress(person, "true")
        await person.look("being_deployed")
        await person.wait_for_state(FIRMWARE, "off")
        await person.look("deployed")
        await older.fault(flash_fails=True)
        await offer_and_install(scene, "1a2b3c4")
        await person.read("could not take the firmware")
        await person.look("failed")
        await older.fault(flash_fails=False, flash_hangs=True)
        await offer_and_install(scene, "1a2b3c4")
        await wait_for_progress(person, "67", "update_percentage")
        await person.look("never_back")
        await replace_entry(scene, scene.answers)


async def replace_entry(scene: Scene, answers: dict[str, dict[str, object]]) -> None:
    """Remove the entry of the vendor, and add another one with this user input."""
    for entry in await entries_of(scene):
        await remove_entry(scene.person, entry["entry_id"])
    await run_flow(scene.client, FLOWS, scene.story.domain, answers)


async def offer_and_install(scene: Scene, revision: str) -> None:
    """Offer a revision by the action, like a build server, and press Update."""
    person = scene.person
    data = {"device_id": await device_of(scene, FIRMWARE), "revision": revision}
    await person.ask(type="call_service", domain="iottly", service="offer_revision", service_data=data)
    await person.go(f"/demo-home/iottly?more-info-entity-id={FIRMWARE}")
    await person.wait_for_state(FIRMWARE, "on")
    await person.page.locator("ha-more-info-dialog").get_by_role("button", name="Update", exact=True).click()


async def wait_for_progress(person: Person, wanted: str, attribute: str = "in_progress") -> None:
    """Wait until an attribute of the update entity has a value, given in JavaScript."""
    await person.page.wait_for_function(f"() => e2e.hass().states['{FIRMWARE}'].attributes.{attribute} === {wanted}")


STORIES = (
    Story(
        domain="iottly",
        wrong={"token": "not-the-token"},
        error="has refused the token",
        switch="switch.greenhouse_pump",
        outside=Outside(
            happens=lambda at: at["iottly"].command("set", board=GREENHOUSE, window={"open": True}),
            entity_id="binary_sensor.greenhouse_window",
            state="on",
            shows="Open",
        ),
        own=(deploy_firmware,),
        new_password=NewPassword(
            refuse=lambda at: at["iottly"].fault(unauthorized=True),
            accept=lambda at: at["iottly"].fault(unauthorized=False),
            fields={"token": TOKEN},
        ),
        images={"see_integration": "iottly-integration"},
    ),
)
