"""Rules for what a user sees, checked on every device of the demo."""

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
# Home Assistant has separate lists for these on the page of a device.
SEPARATE = {"assist_satellite", "event", "notify"}
# Domains whose state is the time of the last event or action.
TIME_IS_STATE = {"button", "event", "notify", "scene", "stt", "tts"}
# Entities without a value in the demo, and the reason.
NOT_READABLE = "the robot does not report it: it is known after the first command"
WITHOUT_VALUE = {
    "light.misty_0123_chest_led": NOT_READABLE,
    "light.misty_0123_flashlight": NOT_READABLE,
    "select.misty_0123_face": NOT_READABLE,
    "switch.misty_0123_blinking": NOT_READABLE,
    "switch.misty_0123_listen_for_key_phrase": NOT_READABLE,
    "cover.greenhouse_roof": "no command has been sent yet, and its board reports no position",
    "light.greenhouse_lamp": "no command has been sent yet, and its board reports no state",
    "image.rotoclear_last_picture": "no picture has been taken yet",
}
# Sensors with a state class, but without unit and device class, and the reason.
MEASURED = {
    "sensor.roof_brightness": "a KNX group address has no unit",
    "sensor.demo_counter": "an example value of the cloud",
}


async def test_the_demo_follows_the_rules_for_entities(demo: HomeAssistant, exhibits: list[Exhibit]) -> None:
    rules = (
        large_devices,
        equal_names,
        values_missing,
        too_many_decimals,
        measurements_without_unit,
        equal_spoken_names,
        repairs,
    )
    faults = [f"{rule.__name__}: {fault}" for rule in rules for fault in sorted(rule(demo))]
    assert not faults, "\n".join(faults)


async def test_dashboards_contain_existing_entities_only(demo: HomeAssistant, exhibits: list[Exhibit]) -> None:
    shown = set(entities_in(views(exhibits)))

    def missing() -> list[str]:
        return sorted(entity_id for entity_id in shown if demo.states.get(entity_id) is None)

    await eventually(lambda: not missing(), otherwise=lambda: f"missing: {missing()}")


@pytest.mark.parametrize("exceptions", [WITHOUT_VALUE, MEASURED])
def test_every_exception_has_a_reason(exceptions: dict[str, str]) -> None:
    assert [name for name, reason in exceptions.items() if len(reason) < 10] == []


def test_each_blueprint_has_an_automation(exhibits: list[Exhibit]) -> None:
    used = {f"{one.domain}/{automation.blueprint}" for one in exhibits for automation in one.automations}
    existing = {f"{file.parent.name}/{file.stem}" for file in (ROOT / "blueprints" / "automation").glob("*/*.yaml")}
    assert used == existing


def test_the_docs_list_the_tasks_of_the_browser_test() -> None:
    done = re.findall(r'^    Task\("(.+)", (\d+), ', (ROOT / "e2e" / "tasks.py").read_text(), re.MULTILINE)
    assert done
    assert re.findall(r"^\| ([^|`]+) \| (\d+) \|$", (ROOT / "docs" / "demo.md").read_text(), re.MULTILINE) == done


def large_devices(hass: HomeAssistant) -> Iterator[str]:
    """Go through the devices with too many entities."""
    for device, entities in by_device(hass):
        main = [one for one in entities if one.entity_category is None and one.domain not in SEPARATE]
        if len(main) > MOST:
            yield f"{device}: {len(main)}: {', '.join(sorted(entity.entity_id for entity in main))}"


def equal_names(hass: HomeAssistant) -> Iterator[str]:
    """Go through equal names of entities of a device, and of devices."""
    for device, entities in by_device(hass):
        names = Counter(state.name for entity in entities if (state := hass.states.get(entity.entity_id)))
        yield from (f"{device}: {name}" for name, count in names.items() if count > 1)
    devices = Counter(device for device, _ in by_device(hass))
    yield from (f"device {name}" for name, count in devices.items() if count > 1)


def values_missing(hass: HomeAssistant) -> Iterator[str]:
    """Go through the entities without a value."""
    for entity in enabled(hass):
        state = hass.states.get(entity.entity_id)
        missing = (
            state is None
            or state.state == "unavailable"
            or (state.state == "unknown" and entity.domain not in TIME_IS_STATE)
        )
        if missing and entity.entity_id not in WITHOUT_VALUE:
            yield entity.entity_id


def too_many_decimals(hass: HomeAssistant) -> Iterator[str]:
    """Go through the sensors with too many decimals."""
    for entity in enabled(hass):
        if entity.domain == "sensor" and (state := hass.states.get(entity.entity_id)):
            text = async_rounded_state(hass, entity.entity_id, state)
            if is_number(text) and len(text.partition(".")[2]) > MOST_DECIMALS:
                yield f"{entity.entity_id}: {text}"


def measurements_without_unit(hass: HomeAssistant) -> Iterator[str]:
    """Go through the measurements without unit and device class."""
    for entity in enabled(hass):
        if (state := hass.states.get(entity.entity_id)) and state.attributes.get("state_class") == "measurement":
            meaning = state.attributes.keys() & {"unit_of_measurement", "device_class"}
            if not meaning and entity.entity_id not in MEASURED:
                yield entity.entity_id


def equal_spoken_names(hass: HomeAssistant) -> Iterator[str]:
    """Go through equal names of entities that are exposed to Assist."""
    names = Counter(
        state.name.casefold()
        for entity in enabled(hass)
        if async_should_expose(hass, "conversation", entity.entity_id) and (state := hass.states.get(entity.entity_id))
    )
    yield from (name for name, count in names.items() if count > 1)


def repairs(hass: HomeAssistant) -> Iterator[str]:
    """Go through the repairs, of which there must be none."""
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
