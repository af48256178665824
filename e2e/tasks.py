"""Twelve common tasks that are done by clicking and typing, with a limit of the steps."""

from collections.abc import Awaitable, Callable, Mapping
import time
from typing import Any, NamedTuple

from demo.simulators import Running
from harness.vendors.iottly import GREENHOUSE

from .another import another_simulator
from .automations import Editor, delete_automation
from .browser import Person
from .hand import Hand
from .story import remove_entry

OVERVIEW = "/demo-home/overview"
LAMP = "light.living_room_reading_lamp"
ANOTHER_SERIAL = "20193600777"


class Task(NamedTuple):
    """A task and the limit of its steps."""

    wish: str
    most: int
    do: Callable[[Hand], Awaitable[Any]]


async def switch_the_lamp_off(hand: Hand) -> None:
    """Click the icon of the lamp."""
    await hand.click(await hand.in_tile(LAMP))
    await hand.person.wait_for_state(LAMP, "off")


async def lower_the_shutter(hand: Hand) -> None:
    """Click the arrow down."""
    await hand.open_tab("pimatic")
    await hand.click(await hand.in_tile("cover.living_room_shutter", "ha-control-button", 2))
    await hand.person.wait_for_state("cover.living_room_shutter", "closed")


async def see_yesterdays_temperature(hand: Hand) -> None:
    """Open the history of the outdoor sensor, which was imported."""
    await hand.open_tab("pimatic")
    await hand.click(await hand.in_tile("sensor.outdoor_sensor", "ha-card"))
    await hand.click(hand.person.page.locator("ha-more-info-dialog a", has_text="Show more").first)
    await hand.person.page.wait_for_url("**/history**")


async def dim_by_voice_in_german(hand: Hand) -> None:
    """Type a sentence for the German assistant."""
    await hand.person.ask(type="assist_pipeline/pipeline/set_preferred", pipeline_id=await german(hand.person))
    await hand.click(hand.person.page.locator("hui-heading-badge").filter(has_text="Talk").first)
    await hand.person.page.locator("ha-voice-command-dialog input").first.wait_for()
    await hand.type("Stelle die Helligkeit von Reading lamp auf 30 Prozent")
    await wait_for(hand.person, LAMP, "brightness", 76)


async def german(person: Person) -> str:
    """Return the id of the German assistant."""
    answer = await person.ask(type="assist_pipeline/pipeline/list")
    return next(str(one["id"]) for one in answer["pipelines"] if one["conversation_language"] == "de")


async def wait_for(person: Person, entity_id: str, attribute: str, wanted: Any) -> None:
    """Wait until an attribute has a value."""
    asked = f"() => e2e.hass().states['{entity_id}'].attributes['{attribute}'] === {wanted}"
    await person.page.wait_for_function(asked)


async def find_out_why_the_greenhouse_is_silent(hand: Hand) -> None:
    """Check the state of the board on the dashboard."""
    await hand.simulators["iottly"].command("offline", board=GREENHOUSE)
    await hand.open_tab("Iottly")
    await hand.person.read("Disconnected")
    await hand.simulators["iottly"].command("online", board=GREENHOUSE)


async def end_the_recording(hand: Hand) -> None:
    """Click the icon of the recording."""
    await hand.click(await hand.in_tile("switch.rotoclear_recording"))
    await hand.person.wait_for_state("switch.rotoclear_recording", "off")


async def warm_the_room(hand: Hand) -> None:
    """Click the plus button of the thermostat twice."""
    await hand.open_tab("pimatic")
    for _ in range(2):
        await hand.click(await hand.in_tile("climate.living_room_thermostat", "ha-control-number-buttons button", 1))
    await wait_for(hand.person, "climate.living_room_thermostat", "temperature", 21)


async def see_todays_energy(hand: Hand) -> None:
    """Open the energy dashboard."""
    await hand.click(hand.person.page.locator("hui-heading-badge").filter(has_text="Energy").first)
    await hand.person.read("Solar production")


async def see_what_happened(hand: Hand) -> None:
    """Open Activity."""
    await hand.click(hand.person.page.locator("ha-sidebar").get_by_text("Activity").first)
    await hand.person.read("Entrance")


async def show_the_rule_of_an_automation(hand: Hand) -> None:
    """Open an automation with a blueprint."""
    await hand.click(hand.person.page.locator("ha-sidebar").get_by_text("Settings").first)
    await hand.click(hand.person.page.get_by_text("Automations & scenes").first)
    await hand.click(hand.person.page.get_by_text("Water in the kitchen").first)
    await hand.person.read("Leak sensors")


async def make_an_automation_from_a_button_press(hand: Hand) -> None:
    """Create an automation with the trigger of a button and an action of the lamp, and press the button."""
    person = hand.person
    await hand.click(person.page.locator("ha-sidebar").get_by_text("Settings").first)
    await hand.click(person.page.get_by_text("Automations & scenes").first)
    await hand.click(person.page.get_by_text("Create automation").first)
    await hand.click(person.page.get_by_text("Create new automation").first)
    editor = Editor(person, hand)
    await editor.add("trigger", "Bedside button", "Button pressed")
    await editor.add("action", "Reading lamp", "Toggle light")
    await editor.save("The lamp by the bed")
    before = await person.state(LAMP)
    await hand.simulators["instathings_cloud"].command("press", device="zbButton1", click="single")
    await person.wait_for_state(LAMP, "off" if before == "on" else "on")
    await delete_automation(person)


async def add_a_robot_with_a_pasted_address(hand: Hand) -> None:
    """Paste the URL of a page of the robot into the form."""
    person = hand.person
    async with another_simulator(hand.simulators, "misty", "--serial", ANOTHER_SERIAL) as robot:
        await hand.click(person.page.locator("ha-sidebar").get_by_text("Settings").first)
        await hand.click(person.page.get_by_text("Devices & services").first)
        await hand.click(person.page.get_by_text("Add integration").last)
        await hand.type("Misty", enter=False)
        await hand.click(person.page.locator("dialog-add-integration").get_by_text("Misty II").first)
        await person.fill({"host": f" {robot.url}/api/device "})
        hand.steps += 1
        await person.submit()
        hand.steps += 1
        await person.pause(2.0)
        entries = await person.ask(type="config_entries/get", domain="misty")
        (added,) = [entry for entry in entries if entry["title"].endswith(ANOTHER_SERIAL[-4:])]
        await remove_entry(person, added["entry_id"])


TASKS = (
    Task("switch a lamp off", 1, switch_the_lamp_off),
    Task("end the recording", 1, end_the_recording),
    Task("lower the shutter", 2, lower_the_shutter),
    Task("warm the room by a degree", 3, warm_the_room),
    Task("see yesterday's temperature", 3, see_yesterdays_temperature),
    Task("see today's energy", 1, see_todays_energy),
    Task("see what happened", 1, see_what_happened),
    Task("find out why a device is unavailable", 1, find_out_why_the_greenhouse_is_silent),
    Task("see what an automation does", 3, show_the_rule_of_an_automation),
    Task("make an automation from a button press", 15, make_an_automation_from_a_button_press),
    Task("add a robot with a pasted address", 7, add_a_robot_with_a_pasted_address),
    Task("dim a lamp by voice in German", 2, dim_by_voice_in_german),
)


async def do_all(person: Person, simulators: Mapping[str, Running]) -> list[str]:
    """Do all tasks; return the faults."""
    faults = []
    for number, task in enumerate(TASKS, 1):
        await person.go(OVERVIEW)
        await person.pause(2.0)
        person.begin(f"task_{number:02}")
        hand = Hand(person, simulators)
        started = time.monotonic()
        try:
            await task.do(hand)
        except Exception as fault:  # the browser has many exceptions
            outcome = f"FAILED: {str(fault).splitlines()[0]}"
        else:
            word = "" if hand.steps <= task.most else "FAILED: "
            outcome = f"{word}{hand.steps} of at most {task.most} steps, {time.monotonic() - started:.0f} s"
        if outcome.startswith("FAILED"):
            faults.append(f"task “{task.wish}” {outcome}")
        await person.look(task.do.__name__, judge=False)
        print(f"task         {task.wish}: {outcome}", flush=True)
    return faults
