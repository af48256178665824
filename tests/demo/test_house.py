"""What people see of all five vendors in one home: a rule of thumb, checked on every device."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
import re

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.components.sensor import async_rounded_state
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
import pytest

from demo.dashboard import entities_in, views
from demo.exhibit import Exhibit
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
MOST = 12
MOST_DECIMALS = 2
# What Home Assistant lists apart from the controls and sensors on a device's page.
APART = {"assist_satellite", "event", "notify"}
# Domains whose state is the time when something last happened, or was last done.
SINCE = {"button", "event", "notify", "scene", "stt", "tts"}
# Entities without a value in the demo, and why.
NEVER_TOLD = "the robot cannot be asked for it: known from the first command on"
WITHOUT_VALUE = {
    "light.misty_0123_chest_led": NEVER_TOLD,
    "light.misty_0123_flashlight": NEVER_TOLD,
    "select.misty_0123_face": NEVER_TOLD,
    "switch.misty_0123_blinking": NEVER_TOLD,
    "switch.misty_0123_listen_for_key_phrase": NEVER_TOLD,
    "cover.greenhouse_roof": "nobody has sent it anything yet, and its board reports no position",
    "light.greenhouse_lamp": "nobody has sent it anything yet, and its board reports no state",
    "image.rotoclear_last_picture": "no picture has been taken yet",
}
# Sensors that are measured without having a unit or a class, and why.
MEASURED = {
    "sensor.roof_brightness": "a KNX group address has numbers without unit and meaning",
    "sensor.demo_counter": "a number that the cloud makes up, to be drawn as a curve",
}


async def test_house_as_people_see_it(house: HomeAssistant, exhibits: list[Exhibit]) -> None:
    rules = (large_devices, equal_names, values_missing, imprecise, not_measured, spoken_twice, repairs)
    faults = [f"{rule.__name__}: {fault}" for rule in rules for fault in sorted(rule(house))]
    assert not faults, "\n".join(faults)


async def test_dashboards_show_what_there_is(house: HomeAssistant, exhibits: list[Exhibit]) -> None:
    named = set(entities_in(views(exhibits)))

    def absent() -> list[str]:
        return sorted(entity_id for entity_id in named if house.states.get(entity_id) is None)

    await eventually(lambda: not absent(), otherwise=lambda: f"absent: {absent()}")


@pytest.mark.parametrize("kept", [WITHOUT_VALUE, MEASURED])
def test_every_exception_says_why(kept: dict[str, str]) -> None:
    assert [name for name, reason in kept.items() if len(reason) < 10] == []


def test_each_blueprint_has_an_automation(exhibits: list[Exhibit]) -> None:
    shown = {f"{one.domain}/{automation.blueprint}" for one in exhibits for automation in one.automations}
    there = {f"{file.parent.name}/{file.stem}" for file in (ROOT / "blueprints" / "automation").glob("*/*.yaml")}
    assert shown == there


def test_the_docs_list_the_tasks_of_the_browser_test() -> None:
    done = re.findall(r'^    Task\("(.+)", (\d+), ', (ROOT / "e2e" / "tasks.py").read_text(), re.MULTILINE)
    assert done
    assert re.findall(r"^\| ([^|`]+) \| (\d+) \|$", (ROOT / "docs" / "demo.md").read_text(), re.MULTILINE) == done


def large_devices(hass: HomeAssistant) -> Iterator[str]:
    """Name devices that show too much at once."""
    for device, entities in by_device(hass):
        main = [one for one in entities if one.entity_category is None and one.domain not in APART]
        if len(main) > MOST:
            yield f"{device}: {len(main)}: {', '.join(sorted(entity.entity_id for entity in main))}"


def equal_names(hass: HomeAssistant) -> Iterator[str]:
    """Name what has the name of something else on its device."""
    for device, entities in by_device(hass):
        names = Counter(state.name for entity in entities if (state := hass.states.get(entity.entity_id)))
        yield from (f"{device}: {name}" for name, count in names.items() if count > 1)
    devices = Counter(device for device, _ in by_device(hass))
    yield from (f"device {name}" for name, count in devices.items() if count > 1)


def values_missing(hass: HomeAssistant) -> Iterator[str]:
    """Name entities without a value."""
    for entity in enabled(hass):
        state = hass.states.get(entity.entity_id)
        missing = (
            state is None or state.state == "unavailable" or (state.state == "unknown" and entity.domain not in SINCE)
        )
        if missing and entity.entity_id not in WITHOUT_VALUE:
            yield entity.entity_id


def imprecise(hass: HomeAssistant) -> Iterator[str]:
    """Name sensors that show more decimals than anybody reads."""
    for entity in enabled(hass):
        if entity.domain == "sensor" and (state := hass.states.get(entity.entity_id)):
            shown = async_rounded_state(hass, entity.entity_id, state)
            if is_number(shown) and len(shown.partition(".")[2]) > MOST_DECIMALS:
                yield f"{entity.entity_id}: {shown}"


def not_measured(hass: HomeAssistant) -> Iterator[str]:
    """Name sensors that claim to be measured, but have neither a unit nor a class."""
    for entity in enabled(hass):
        if (state := hass.states.get(entity.entity_id)) and state.attributes.get("state_class") == "measurement":
            meaning = state.attributes.keys() & {"unit_of_measurement", "device_class"}
            if not meaning and entity.entity_id not in MEASURED:
                yield entity.entity_id


def spoken_twice(hass: HomeAssistant) -> Iterator[str]:
    """Name what Assist could take for something else."""
    names = Counter(
        state.name.casefold()
        for entity in enabled(hass)
        if async_should_expose(hass, "conversation", entity.entity_id) and (state := hass.states.get(entity.entity_id))
    )
    yield from (name for name, count in names.items() if count > 1)


def repairs(hass: HomeAssistant) -> Iterator[str]:
    """Name what asks for a repair from the start."""
    yield from (f"{issue.domain} {issue.translation_key}" for issue in ir.async_get(hass).issues.values())


def enabled(hass: HomeAssistant) -> list[er.RegistryEntry]:
    """Return the enabled entities."""
    return [entity for entity in er.async_get(hass).entities.values() if entity.disabled_by is None]


def by_device(hass: HomeAssistant) -> list[tuple[str, list[er.RegistryEntry]]]:
    """Return the name and the enabled entities of each device."""
    found: dict[str, list[er.RegistryEntry]] = defaultdict(list)
    for entity in enabled(hass):
        if entity.device_id:
            found[entity.device_id].append(entity)
    devices = dr.async_get(hass)
    return [(str(device.name), found[one]) for one in found if (device := devices.async_get(one))]


def is_number(text: str) -> bool:
    """Return True if a state is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True
