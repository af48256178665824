"""The repair that merges a gateway's entry into its project, after a dry run."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
import time
from typing import Any, NamedTuple
from unittest.mock import Mock

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.statistics import get_metadata, statistics_during_period
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from syrupy.assertion import SnapshotAssertion

from custom_components.instathings.common.history import statistics as history
from custom_components.instathings.common.issues import FixFlow
from custom_components.instathings.const import DOMAIN
from custom_components.instathings.repairs import async_create_fix_flow
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.gateway import GatewaySimulator
from simulators.instathings.house import GATEWAY as HUB
from tests.entries import set_up
from tests.waiting import eventually

TWIN = "binary_sensor.front_door_on_premise_contact"
DOOR = "binary_sensor.front_door_contact"
ENERGY = "sensor.house_meter_imported_energy"


def issue_of(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"second_devices_{entry.entry_id}")


async def fix(hass: HomeAssistant, entry: MockConfigEntry, typed: dict[str, str] | None) -> dict[str, Any]:
    """Return the response of the repair flow of an entry to the user input."""
    flow = await async_create_fix_flow(hass, "second_devices", {"entry_id": entry.entry_id})
    assert isinstance(flow, FixFlow)
    flow.hass, flow.handler, flow.flow_id = hass, REPAIRS, "flow"
    await flow.async_step_init()
    result = dict(await flow.async_step_confirm(typed))
    await hass.async_block_till_done()
    return result


@pytest.fixture
async def gateway_with_project_devices(
    hass: HomeAssistant, in_cloud: MockConfigEntry, gateway: GatewaySimulator, gateway_entry: MockConfigEntry
) -> MockConfigEntry:
    """Return the entry of a gateway with three devices of the project and another one, and with changes of the user."""
    options = {"devices": ["zbDoor001", "zbBulb001", "mbMeter01", "foreign01"]}
    hass.config_entries.async_update_entry(gateway_entry, options=options)
    await set_up(hass, gateway_entry)
    entities, devices = er.async_get(hass), dr.async_get(hass)
    entities.async_update_entity(TWIN, disabled_by=None)
    entities.async_update_entity(DOOR, name="The door")
    entities.async_update_entity("light.living_room_lamp", new_entity_id="light.mine")
    rooms = ar.async_get(hass)
    for entry, device_id, area in (
        (in_cloud, "zbBulb001", "Living room"),
        (gateway_entry, "zbBulb001", "Elsewhere"),
        (gateway_entry, "zbDoor001", "Entrance"),
    ):
        device = devices.async_get_device_by_identifier(entry.runtime_data.identifier(device_id), entry.entry_id)
        assert device is not None
        devices.async_update_device(device.id, area_id=rooms.async_get_or_create(area).id)
    automation = {
        "alias": "Door",
        "triggers": [{"trigger": "state", "entity_id": TWIN}],
        "actions": [{"action": "light.turn_on", "target": {"entity_id": "light.mine"}}],
    }
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    await hass.async_block_till_done()
    return gateway_entry


def kept(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, tuple[Any, ...]]:
    """Return the id, name, device and area of the project's entities."""
    devices = dr.async_get(hass)
    return {
        entity.unique_id: (
            entity.entity_id,
            entity.name,
            entity.disabled_by,
            entity.device_id,
            (device := devices.async_get(entity.device_id or "")) and device.area_id,
        )
        for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    }


async def test_names_from_the_cloud_are_no_links_in_the_repair_flow(
    hass: HomeAssistant, gateway_with_project_devices: MockConfigEntry
) -> None:
    [project] = [
        entry.runtime_data
        for entry in hass.config_entries.async_entries(DOMAIN)
        if entry.entry_id != gateway_with_project_devices.entry_id
    ]
    for device_id, device in project.inventory.items():
        project.inventory[device_id] = replace(device, name=f"[Log in](http://evil.example)\n# {device.name}")
    placeholders = (await fix(hass, gateway_with_project_devices, None))["description_placeholders"]
    assert "(Log in)(http evil.example) # " in placeholders["gateway"]
    assert "](" not in placeholders["devices"]
    assert all(line.startswith("- (Log in)") for line in placeholders["devices"].splitlines())


async def test_the_repair_merges_two_devices(
    hass: HomeAssistant,
    in_cloud: MockConfigEntry,
    gateway_with_project_devices: MockConfigEntry,
    gateway: GatewaySimulator,
    snapshot: SnapshotAssertion,
    reaches: Callable[..., Any],
) -> None:
    assert issue_of(hass, gateway_with_project_devices) is not None
    before = kept(hass, in_cloud)
    dry_run = await fix(hass, gateway_with_project_devices, None)
    # The dry run writes the planned changes to this file, and changes nothing.
    assert dry_run["description_placeholders"] == snapshot
    assert kept(hass, in_cloud) == before
    assert hass.config_entries.async_get_entry(gateway_with_project_devices.entry_id) is not None
    result = await fix(hass, gateway_with_project_devices, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert hass.config_entries.async_get_entry(gateway_with_project_devices.entry_id) is None
    assert issue_of(hass, gateway_with_project_devices) is None
    (subentry,) = in_cloud.subentries.values()
    assert (subentry.unique_id, subentry.data["port"]) == (HUB, gateway.port)
    after = kept(hass, in_cloud)
    door = in_cloud.runtime_data.unique_id("zbDoor001", "contact")
    assert before[door][-1] is None
    assert after[door][-1] == "entrance", "the door keeps its area"
    assert {key: value[:-1] for key, value in after.items() if key in before} == {
        key: value[:-1] for key, value in before.items()
    }
    assert after.keys() - before.keys() == {
        in_cloud.runtime_data.unique_id(HUB, "", key) for key in ("cloud_connection", "local_connection", "database")
    }
    lamp = in_cloud.runtime_data.unique_id("zbBulb001", "state")
    assert after[lamp][0] == "light.mine"
    assert after[lamp][-1] == "living_room"
    assert TWIN not in er.async_get(hass).entities
    await reaches("binary_sensor.gateway_local_connection", "on")
    gateway.house.change("zbDoor001", {"contact": False})
    await reaches(DOOR, "on")


async def test_the_repair_keeps_the_statistics(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    cloud: CloudSimulator,
    in_cloud: MockConfigEntry,
    gateway_with_project_devices: MockConfigEntry,
    device_id_of: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The sensor of the project's device has the same hours as before, and the next import adds none."""
    # No hour ends between the two imports.
    monkeypatch.setattr(history, "time", Mock(time=Mock(return_value=time.time())))
    cloud.store.fill([cloud.house.things["mbMeter01"]], 30)
    statistics_of = statistics_reader(hass, device_id_of(in_cloud, "mbMeter01"))
    before = await statistics_of()
    assert len(before.hours) > 25
    assert (await fix(hass, gateway_with_project_devices, {}))["type"] is FlowResultType.CREATE_ENTRY
    assert await statistics_of() == before
    assert device_id_of(in_cloud, "mbMeter01") == er.async_get(hass).entities[ENERGY].device_id


class Statistics(NamedTuple):
    """The ids of the energy statistics, the id of the metadata row, and the hours."""

    statistic_ids: frozenset[str]
    metadata_id: int
    hours: Sequence[Any]


def statistics_reader(hass: HomeAssistant, device_id: str) -> Callable[[], Awaitable[Statistics]]:
    """Return a function that imports the history of a device and reads its statistics."""

    async def read() -> Statistics:
        data = {"device_id": device_id}
        await hass.services.async_call(DOMAIN, "import_history", data, blocking=True)
        await async_wait_recording_done(hass)
        run = get_instance(hass).async_add_executor_job
        metadata = await run(lambda: get_metadata(hass))
        rows = await run(
            lambda: statistics_during_period(
                hass, dt_util.utc_from_timestamp(0), None, {ENERGY}, "hour", None, {"sum", "state"}
            )
        )
        return Statistics(frozenset(metadata), metadata[ENERGY][0], rows[ENERGY])

    return read


async def test_the_issue_is_created_with_the_first_device_of_the_project(
    hass: HomeAssistant, in_cloud: MockConfigEntry, at_gateway: MockConfigEntry, gateway: GatewaySimulator
) -> None:
    assert issue_of(hass, at_gateway) is None
    result = await fix(hass, at_gateway, None)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_sure")
    result = await fix(hass, at_gateway, {})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "fix_failed")
    gateway.house.send("zbDoor001")
    await eventually(lambda: issue_of(hass, at_gateway) is not None)
    await hass.config_entries.async_unload(at_gateway.entry_id)
    assert issue_of(hass, at_gateway) is None
    result = await fix(hass, at_gateway, None)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_loaded")


async def test_the_issue_is_created_when_the_project_is_set_up_later(
    hass: HomeAssistant, cloud_entry: MockConfigEntry, gateway_entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(gateway_entry, options={"devices": ["zbDoor001"]})
    await hass.config_entries.async_set_disabled_by(cloud_entry.entry_id, ConfigEntryDisabler.USER)
    # This also sets up the other entries of the integration.
    await hass.async_block_till_done()
    assert gateway_entry.state is ConfigEntryState.LOADED
    assert issue_of(hass, gateway_entry) is None
    await hass.config_entries.async_set_disabled_by(cloud_entry.entry_id, None)
    await hass.async_block_till_done()
    assert issue_of(hass, gateway_entry) is not None
