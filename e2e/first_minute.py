"""Tests of the overview of the demo, on a laptop and a phone, in three languages, light and dark."""

from itertools import product

from demo.dashboard import entities_in, views
from demo.hass import PASSWORD, USERNAME
from demo.vendors import find_exhibits

from .browser import DESK, LAPTOP, PHONE, Person, Scheme, Screen, Window

NO_VALUE = ("", "unavailable", "unknown")


LANGUAGES = ("en", "de", "it")
VIEWS = "views"
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


async def look_around(window: Window) -> list[str]:
    """Open the overview in all combinations; return the faults."""
    faults = []
    for screen, language, scheme in product((LAPTOP, PHONE), LANGUAGES, SCHEMES):
        async with window.person(screen, language=language, scheme=scheme) as person:
            person.begin(f"first_minute_{screen.name}_{language}_{scheme}")
            await person.log_in(USERNAME, PASSWORD, look=False)
            await person.pause(4.0)
            await person.look("overview")
            found = await judge(person, screen)
            faults += [f"first minute on a {screen.name}, {language}, {scheme}: {fault}" for fault in found]
            faults += person.complaints
    return faults


async def look_at_dashboards(window: Window) -> list[str]:
    """Open the views of the vendors, and take the screenshots of the documentation; return the faults."""
    async with window.person(DESK) as person:
        person.begin(VIEWS)
        await person.log_in(USERNAME, PASSWORD, look=False)
        for exhibit in find_exhibits([])[0]:
            await person.go(f"/demo-home/{exhibit.domain}")
            await person.pause(4.0)
            await person.look(exhibit.domain)
        return person.complaints


async def judge(person: Person, screen: Screen) -> list[str]:
    """Return the faults of the overview."""
    exhibits = find_exhibits([])[0]
    texts = await person.texts()
    faults = [f"{one.vendor.title} is not visible" for one in exhibits if one.vendor.title not in texts]
    named = sorted(set(entities_in(views(exhibits)[0])))
    states = {entity_id: await person.state(entity_id) for entity_id in named}
    faults += [f"{one} is {state or 'absent'}" for one, state in states.items() if state in NO_VALUE]
    lowest = max(await person.page.evaluate("() => e2e.bottoms('hui-tile-card')"))
    if screen is LAPTOP and lowest > screen.height:
        faults.append(f"the last tile ends at {lowest:.0f} of {screen.height} pixels")
    if await person.page.evaluate("() => e2e.overflows()"):
        faults.append("the page is wider than the screen")
    return faults
