"""Changes on the server that change areas and repair issues."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.pimatic import repairs
from custom_components.pimatic.areas import GroupAreas
from custom_components.pimatic.common.issues import set_issue
from custom_components.pimatic.const import DOMAIN
from simulators.pimatic import PimaticSimulator
from tests.entries import set_up
from tests.waiting import eventually

from .conftest import ENTRY_ID


async def test_the_area_of_a_device_is_its_group_until_the_user_changes_it(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    devices, areas = dr.async_get(hass), ar.async_get(hass)
    dimmer = devices.async_get_device_by_identifier((DOMAIN, f"{ENTRY_ID}_dummy-dimmer"), ENTRY_ID)
    assert dimmer is not None

    def area() -> str | None:
        same = devices.async_get(dimmer.id)
        found = areas.async_get_area(same.area_id) if same and same.area_id else None
        return found.name if found else None

    group = next(one for one in simulator.house.groups.values() if "dummy-dimmer" in one["devices"])
    assert area() == group["name"]
    simulator.house.put_group(group["id"], {"name": "Lounge"})
    await eventually(lambda: area() == "Lounge")
    # The area also changes after a change during a lost connection.
    simulator.house.put_group(group["id"], {"devices": []})
    await eventually(lambda: area() is None)
    simulator.house.groups[group["id"]] |= {"devices": ["dummy-dimmer"]}
    simulator.drop_connections()
    await eventually(lambda: area() == "Lounge")
    devices.async_update_device(dimmer.id, area_id=areas.async_get_or_create("Attic").id)
    simulator.house.put_group(group["id"], {"name": "Salon"})
    simulator.house.set_attribute("dummy-switch", "state", True)
    await eventually(lambda: loaded.runtime_data.data["dummy-switch", "state"] is True)
    assert area() == "Attic"
    simulator.house.remove_group(group["id"])
    assert area() == "Attic"


async def test_repeated_errors_of_a_plugin_make_one_repair_issue(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    issues = ir.async_get(hass)

    def issue() -> ir.IssueEntry | None:
        return issues.async_get_issue(DOMAIN, f"plugin_errors_{ENTRY_ID}")

    for _ in range(9):
        simulator.house.log("error", "something of the server's own")
        simulator.house.log("warn", "a warning", "pimatic-ping")
    for number in range(4):
        simulator.house.log("error", f"no answer {number}", "pimatic-mqtt")
    simulator.house.set_attribute("dummy-switch", "state", True)
    await eventually(lambda: loaded.runtime_data.data["dummy-switch", "state"] is True)
    assert issue() is None
    for _ in range(100):
        simulator.house.log("error", "no answer `at all`", "pimatic-mqtt")
    await eventually(lambda: issue() is not None)
    assert "- pimatic-mqtt: `no answer 'at all'`" in str(issue())
    # The last of the hundred messages was handled; none may be handled in the following hour.
    simulator.house.set_attribute("dummy-switch", "state", False)
    await eventually(lambda: loaded.runtime_data.data["dummy-switch", "state"] is False)
    with patch.object(hass.loop, "time", return_value=hass.loop.time() + 7300):
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=3601))
        await hass.async_block_till_done()
    assert issue() is None


async def test_names_of_the_server_are_no_links_or_images_in_a_repair_issue(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    """Users of the server could otherwise add links and images to the texts of Home Assistant."""
    link = "![x](http://evil.example/p.png) [Log in](http://evil.example)\n# Now"
    simulator.house.add_device(
        {"id": "evil", "name": link, "template": "device", "attributes": [], "actions": [], "config": {"class": link}}
    )
    for _ in range(5):
        simulator.house.log("error", f"`{link}", f"pimatic-{link}")

    def told() -> str:
        issues = ir.async_get(hass).issues.values()
        return "\n".join(str((issue.translation_placeholders or {}).values()) for issue in issues)

    await eventually(lambda: told().count("Log in") == 4)
    assert not [mark for mark in ("](", "://", "\\n#") if mark in told()]


async def test_a_group_that_is_renamed_often_does_not_create_many_areas(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each name would leave an area behind."""
    group = next(one for one in simulator.house.groups.values() if "dummy-dimmer" in one["devices"])
    areas = ar.async_get(hass).areas
    before = len(areas)
    monkeypatch.setattr("custom_components.pimatic.areas.MOST_AREAS", before + 5)
    for number in range(30):
        simulator.house.put_group(group["id"], {"name": f"Flood {number}"})
    simulator.house.set_attribute("dummy-switch", "state", True)
    await eventually(lambda: loaded.runtime_data.data["dummy-switch", "state"] is True)
    assert before < len(areas) <= before + 5
    # A known name still changes the area.
    simulator.house.put_group(group["id"], {"name": "Flood 1"})
    dimmer = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{ENTRY_ID}_dummy-dimmer"), ENTRY_ID)
    assert dimmer is not None

    def area() -> str:
        device = dr.async_get(hass).async_get(dimmer.id)
        found = areas.get(device.area_id) if device and device.area_id else None
        return found.name if found else ""

    await eventually(lambda: area() == "Flood 1")


async def test_groups_that_change_one_after_the_other_are_compared_few_times(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each comparison goes through all devices and groups, which takes milliseconds in a large house."""
    areas: GroupAreas = loaded.runtime_data.areas
    compared, name_of = 0, areas._name_of

    def count(device_id: str) -> str | None:
        nonlocal compared
        compared += device_id == "dummy-dimmer"
        return name_of(device_id)

    monkeypatch.setattr(areas, "_name_of", count)
    for number in range(100):
        simulator.house.put_group(f"flood-{number}", {"name": f"Flood {number}"}, add=True)
    simulator.house.set_attribute("dummy-switch", "state", True)
    await eventually(lambda: loaded.runtime_data.data["dummy-switch", "state"] is True)
    assert 1 <= compared <= 5
    assert "flood-99" in loaded.runtime_data.client.state.groups


async def test_many_devices_without_plugin_are_listed_by_few_checks(
    hass: HomeAssistant, simulator: PimaticSimulator, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each check goes through all of them, which took as long as hundreds of changes."""
    checks = 0

    def count(*arguments: Any, **options: Any) -> None:
        nonlocal checks
        checks += arguments[2] == repairs.MISSING_PLUGIN
        set_issue(*arguments, **options)

    monkeypatch.setattr(repairs, "set_issue", count)
    monkeypatch.setattr(repairs, "CHECK_SECONDS", 0.1)
    await set_up(hass, entry)
    for number in range(100):
        device = {
            "id": f"gone-{number}",
            "name": f"Gone {number}",
            "template": "device",
            "attributes": [],
            "actions": [],
        }
        simulator.house.add_device(device | {"config": {"class": "Gone"}})
    await eventually(lambda: len(entry.runtime_data.without_plugin) >= 100)
    issues = ir.async_get(hass)

    def listed() -> str:
        issue = issues.async_get_issue(DOMAIN, f"missing_plugin_{ENTRY_ID}")
        return ((issue.translation_placeholders or {}).get("devices") or "") if issue else ""

    await eventually(lambda: listed().count("Gone") >= repairs.MOST_LISTED)
    assert 0 < checks < 20
