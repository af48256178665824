"""Tests of the automation editor: the triggers of a device are found by their names in all languages."""

from collections.abc import Mapping
from typing import NamedTuple

from playwright.async_api import Locator

from demo.simulators import Running
from harness.vendors.iottly import GREENHOUSE

from .browser import DESK, Person, Window
from .hand import Hand
from .story import Happening

NEW = "/config/automation/edit/new"
LAMP, LAMP_NAME = "light.living_room_reading_lamp", "Reading lamp"


class Finding(NamedTuple):
    """A trigger of a device: its name in each language, and an action of the simulator that triggers it."""

    device: str
    names: Mapping[str, str]
    happens: Happening


FINDINGS = {
    "en": Finding(
        "Bedside button",
        {"en": "Button pressed", "de": "Knopf gedrückt", "it": "Pulsante premuto"},
        lambda at: at["instathings_cloud"].command("press", device="zbButton1", click="double"),
    ),
    "de": Finding(
        "Misty 0123",
        {
            "en": "Misty recognized somebody",
            "de": "Misty hat jemanden erkannt",
            "it": "Misty ha riconosciuto qualcuno",
        },
        lambda at: at["misty"].command("event", type="FaceRecognition", message={"label": "Ada"}),
    ),
    "it": Finding(
        "Greenhouse",
        {
            "en": "Board sent a message",
            "de": "Board hat eine Nachricht gesendet",
            "it": "Una scheda ha inviato un messaggio",
        },
        lambda at: at["iottly"].command("set", board=GREENHOUSE, window={"open": True}),
    ),
}
"""By the language in which the automation is created."""


class Editor:
    """The automation editor."""

    def __init__(self, person: Person, hand: Hand | None = None) -> None:
        """Initialize with a person, and with a hand that counts the steps."""
        self.person = person
        self._dialog = person.page.locator("add-automation-element-dialog")
        self._hand = hand or Hand(person)

    async def look_for(self, kind: str, where: str) -> None:
        """Search for a device or entity, and select it as the target of a new trigger, condition or action."""
        await self._hand.click(self.person.page.locator(f"ha-automation-{kind} ha-button").first)
        await self._hand.type(where, enter=False)
        await self._hand.click(self._dialog.get_by_text(where, exact=True).first)

    def offer(self, name: str) -> Locator:
        """Return the item with a name in the list for the target."""
        return self._dialog.locator("ha-automation-add-items ha-list-item-button").filter(has_text=name).first

    async def add(self, kind: str, where: str, name: str) -> None:
        """Add a trigger, condition or action for a target."""
        await self.look_for(kind, where)
        await self._hand.click(self.offer(name))

    async def save(self, name: str) -> None:
        """Save the automation with a name."""
        await self._hand.click(self.person.page.locator("ha-automation-editor ha-button[slot=fab]:visible").first)
        await self._hand.type(name, enter=False)
        await self._hand.click(self.person.page.locator("ha-dialog-automation-save ha-dialog-footer ha-button").last)
        await self.person.page.wait_for_url(lambda url: not url.endswith("/new"))


async def make_in_every_language(window: Window, simulators: Mapping[str, Running]) -> list[str]:
    """Find all triggers in each language, and create one automation in each; return the faults."""
    faults: list[str] = []
    for language, made in FINDINGS.items():
        async with window.person(DESK, language=language) as person:
            wrong: list[str] = []
            person.begin(f"automation_{language}")
            await person.log_in("demo", "demo", look=False)
            for finding in FINDINGS.values():
                try:
                    await find_and_perhaps_make(person, language, finding, simulators if finding is made else None)
                except Exception as fault:  # the browser has many exceptions
                    wrong.append(f"{finding.names[language]} at {finding.device}: {str(fault).splitlines()[0]}")
            wrong += person.complaints
            faults += wrong
            outcome = "FAILED" if wrong else f"all triggers found, automation with “{made.names[language]}” has run"
            print(f"automation   {language}: {outcome}", flush=True)
    return faults


async def find_and_perhaps_make(
    person: Person, language: str, finding: Finding, simulators: Mapping[str, Running] | None
) -> None:
    """Find a trigger; with simulators, also create an automation and trigger it."""
    await person.go(NEW)
    editor = Editor(person)
    await editor.look_for("trigger", finding.device)
    await editor.offer(finding.names[language]).scroll_into_view_if_needed()
    await person.look(finding.device.replace(" ", "_"))
    if simulators is None:
        return
    at_first = await person.state(LAMP)
    await editor.offer(finding.names[language]).click()
    await editor.add("action", LAMP_NAME, await name_of_action(person, language, "light", "toggle"))
    await editor.save(f"{finding.device} in {language}")
    await person.look("made")
    before = await person.state(LAMP)
    await finding.happens(simulators)
    await person.wait_for_state(LAMP, "off" if before == "on" else "on")
    await delete_automation(person)
    # The state before the automation, which other events of the demo may also have triggered.
    await person.ask(type="call_service", domain="light", service=f"turn_{at_first}", target={"entity_id": LAMP})
    await person.wait_for_state(LAMP, at_first)


async def name_of_action(person: Person, language: str, domain: str, action: str) -> str:
    """Return the name of an action of Home Assistant in a language."""
    answer = await person.ask(
        type="frontend/get_translations", language=language, category="services", integration=[domain]
    )
    return str(answer["resources"][f"component.{domain}.services.{action}.name"])


async def delete_automation(person: Person) -> None:
    """Delete the automation in the editor, so that it is not triggered again."""
    number = person.page.url.rpartition("/")[2].partition("?")[0]
    await person.page.evaluate("number => e2e.hass().callApi('DELETE', `config/automation/config/${number}`)", number)
