"""Entities that are added and removed with their parts, without a reload."""

import asyncio
from collections.abc import Callable, Iterable
import gc
import weakref

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from common.push.parts import ADDED_AT_ONCE, PartDevices, PartEntities, Parts
from tests.push.fake import DOMAIN, FakeIntegration, FakeSensor
from tests.states import state_of

type SetUp = Callable[[], Iterable[str]]


@pytest.fixture(params=[None, 0.0, 0.002], ids=["at once", "next turn", "slow"])
async def definitions(
    fake: FakeIntegration, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Set up the integration with a sensor for each part. Return the definitions from which they are built."""
    monkeypatch.setattr(FakeSensor, "slow", request.param)
    built_from: dict[str, str] = {}

    def sensors(part: str) -> Iterable[FakeSensor]:
        yield FakeSensor(fake.coordinator, part, definition=built_from.get(part, ""))

    fake.sensors = sensors
    await fake.set_up()
    return built_from


def states(hass: HomeAssistant) -> dict[str, str]:
    """Return the names of the sensors by their object ids."""
    return {state.entity_id.removeprefix("sensor."): state.name for state in hass.states.async_all("sensor")}


@pytest.mark.usefixtures("definitions")
async def test_entities_are_added_and_removed_with_their_part(
    hass: HomeAssistant, fake: FakeIntegration, entity_registry: er.EntityRegistry
) -> None:
    assert list(states(hass)) == ["device"]

    fake.coordinator.parts.add("head")
    await hass.async_block_till_done()
    assert sorted(states(hass)) == ["device", "head"]

    fake.coordinator.parts.remove("head")
    await hass.async_block_till_done()
    assert list(states(hass)) == ["device"]
    assert entity_registry.async_get("sensor.head") is None


@pytest.mark.usefixtures("definitions")
async def test_replacing_the_parts_keeps_entities_of_equal_parts(hass: HomeAssistant, fake: FakeIntegration) -> None:
    fake.coordinator.parts.replace(["device", "a", "b"])
    await hass.async_block_till_done()
    device = fake.coordinator.added["device"]

    fake.coordinator.parts.replace(["b", "device", "c"])
    await hass.async_block_till_done()

    assert sorted(states(hass)) == ["b", "c", "device"]
    assert fake.coordinator.added["device"] is device, "an entity of a part that stays was built again"


@pytest.mark.usefixtures("definitions")
async def test_a_part_added_and_removed_many_times_has_its_entity_at_the_end(
    hass: HomeAssistant, fake: FakeIntegration, caplog: pytest.LogCaptureFixture
) -> None:
    """All changes are made in the same turn of the event loop."""
    for _ in range(20):
        fake.coordinator.parts.add("head")
        fake.coordinator.parts.remove("head")
    fake.coordinator.parts.add("head")
    await hass.async_block_till_done()

    assert sorted(states(hass)) == ["device", "head"]
    fake.coordinator.apply({"head": "left"})
    assert state_of(hass, "sensor.head").state == "left"
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_changed_definition_replaces_the_entity(
    hass: HomeAssistant, fake: FakeIntegration, definitions: dict[str, str], entity_registry: er.EntityRegistry
) -> None:
    before = entity_registry.async_get("sensor.device")
    definitions["device"] = "renamed"

    fake.coordinator.parts.add("device")
    await hass.async_block_till_done()

    assert states(hass) == {"device": "device renamed"}
    after = entity_registry.async_get("sensor.device")
    assert before is not None
    assert after is not None
    assert after.id == before.id
    fake.coordinator.apply({"device": "new"})
    assert state_of(hass, "sensor.device").state == "new"


async def test_the_last_of_many_definitions_is_used(
    hass: HomeAssistant,
    fake: FakeIntegration,
    definitions: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    fake.coordinator.parts.add("head")
    for number in range(20):
        definitions["head"] = f"version {number}"
        fake.coordinator.parts.add("head")
    await hass.async_block_till_done()

    assert states(hass) == {"device": "device", "head": "head version 19"}
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_part_removed_while_its_entity_is_replaced_has_no_entity(
    hass: HomeAssistant,
    fake: FakeIntegration,
    definitions: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    fake.coordinator.parts.add("head")
    await hass.async_block_till_done()
    definitions["head"] = "new"
    fake.coordinator.parts.add("head")
    fake.coordinator.parts.remove("head")
    await hass.async_block_till_done()

    assert list(states(hass)) == ["device"]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_definition_that_changes_while_the_entity_is_added_is_used(
    hass: HomeAssistant, fake: FakeIntegration
) -> None:
    """An old entity that is added slowly must not overwrite the state of the new one."""
    versions: list[str] = []

    def sensors(part: str) -> Iterable[FakeSensor]:
        versions.append(f"version {len(versions)}")
        sensor = FakeSensor(fake.coordinator, part, definition=versions[-1])
        if len(versions) == 1:
            sensor.slow = 0.02
            hass.loop.call_soon(fake.coordinator.parts.add, part)
            hass.loop.call_later(0.01, fake.coordinator.apply, {part: "new value"})
        yield sensor

    fake.sensors = sensors
    await fake.set_up()
    assert states(hass) == {"device_version_0": "device version 1"}
    assert state_of(hass, "sensor.device_version_0").state == "new value"


@pytest.mark.parametrize("is_first", [False, True])
async def test_entities_of_other_parts_are_added_when_one_part_fails(
    hass: HomeAssistant, fake: FakeIntegration, caplog: pytest.LogCaptureFixture, is_first: bool
) -> None:
    """Also if it fails at the setup of its platform."""
    broken = "device" if is_first else "broken"

    def sensors(part: str) -> Iterable[FakeSensor]:
        if part == broken:
            raise KeyError(part)
        yield FakeSensor(fake.coordinator, part)

    fake.sensors = sensors
    await fake.set_up()
    fake.coordinator.parts.replace(["device", "broken", "head"])
    await hass.async_block_till_done()
    assert sorted(states(hass)) == sorted({"device", "broken", "head"} - {broken})
    assert f"the entities of a part could not be {'made' if is_first else 'changed'}" in caplog.text


async def test_an_entity_with_another_entity_id_is_updated_replaced_and_removed(
    hass: HomeAssistant, fake: FakeIntegration, definitions: dict[str, str], entity_registry: er.EntityRegistry
) -> None:
    entity_registry.async_update_entity("sensor.device", new_entity_id="sensor.mine")
    await hass.async_block_till_done()
    fake.coordinator.apply({"device": "new value"})
    assert state_of(hass, "sensor.mine").state == "new value"

    definitions["device"] = "renamed"
    fake.coordinator.parts.add("device")
    await hass.async_block_till_done()
    assert list(states(hass)) == ["mine"]

    fake.coordinator.parts.remove("device")
    await hass.async_block_till_done()
    assert states(hass) == {}
    assert entity_registry.entities.get_entries_for_config_entry_id(fake.entry.entry_id) == []


async def test_a_disabled_entity_is_renamed_and_removed_in_the_registry(
    hass: HomeAssistant, fake: FakeIntegration, entity_registry: er.EntityRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    definition = "old"

    def sensors(part: str) -> Iterable[FakeSensor]:
        yield FakeSensor(fake.coordinator, part, definition=definition, enabled=False)

    fake.sensors = sensors
    await fake.set_up()
    assert states(hass) == {}
    old = entity_registry.async_get("sensor.device_old")
    assert old is not None
    assert old.disabled

    definition = "new"
    fake.coordinator.parts.add("device")
    await hass.async_block_till_done()
    renamed = entity_registry.async_get("sensor.device_old")
    assert renamed is not None
    assert renamed.original_name == "device new"

    fake.coordinator.parts.remove("device")
    await hass.async_block_till_done()
    assert entity_registry.async_get("sensor.device_old") is None
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_disabled_entity_is_not_kept_in_memory_and_can_be_enabled(
    hass: HomeAssistant, fake: FakeIntegration, entity_registry: er.EntityRegistry
) -> None:
    made: list[weakref.ref[FakeSensor]] = []

    def sensors(part: str) -> Iterable[FakeSensor]:
        sensor = FakeSensor(fake.coordinator, part, enabled=False)
        made.append(weakref.ref(sensor))
        yield sensor

    fake.sensors = sensors
    await fake.set_up()
    assert await hass.config_entries.async_reload(fake.entry.entry_id)
    await hass.async_block_till_done()
    gc.collect()
    assert [sensor() for sensor in made] == [None, None]

    entity_registry.async_update_entity("sensor.device", disabled_by=None)
    assert await hass.config_entries.async_reload(fake.entry.entry_id)
    await hass.async_block_till_done()
    assert list(states(hass)) == ["device"]

    entity_registry.async_update_entity("sensor.device", disabled_by=er.RegistryEntryDisabler.USER)
    assert await hass.config_entries.async_reload(fake.entry.entry_id)
    await hass.async_block_till_done()
    assert states(hass) == {}
    fake.coordinator.parts.remove("device")
    await hass.async_block_till_done()
    assert entity_registry.async_get("sensor.device") is None


@pytest.mark.usefixtures("definitions")
async def test_an_entity_removed_by_the_user_is_added_again_with_its_part(
    hass: HomeAssistant, fake: FakeIntegration, entity_registry: er.EntityRegistry
) -> None:
    entity_registry.async_remove("sensor.device")
    await hass.async_block_till_done()
    fake.coordinator.parts.remove("device")
    fake.coordinator.parts.add("device")
    await hass.async_block_till_done()
    assert list(states(hass)) == ["device"]


@pytest.mark.usefixtures("definitions")
async def test_no_entity_is_added_after_the_unload(hass: HomeAssistant, fake: FakeIntegration) -> None:
    await hass.config_entries.async_unload(fake.entry.entry_id)
    fake.coordinator.parts.add("head")
    await hass.async_block_till_done()
    assert "head" not in states(hass)


def test_subscribers_of_parts_are_notified_of_each_change() -> None:
    parts: Parts[str] = Parts()
    notified: list[tuple[str, bool]] = []
    stop = parts.subscribe(lambda part: notified.append((part, part in parts)))

    parts.add("a")
    parts.add("a")
    parts.replace(["b", "c"])
    parts.remove("b")
    parts.remove("unknown")
    assert (list(parts), len(parts)) == (["c"], 1)
    stop()
    parts.add("d")

    assert notified == [("a", True), ("a", True), ("a", False), ("b", True), ("c", True), ("b", False)]


async def test_devices_are_removed_with_their_parts(
    hass: HomeAssistant, fake: FakeIntegration, device_registry: dr.DeviceRegistry
) -> None:
    names = {"one": "One", "two": "Two", "three": "Three"}
    devices: PartDevices[str] = PartDevices(
        hass, fake.entry, lambda part: dr.DeviceInfo(identifiers={(DOMAIN, part)}, name=names.get(part))
    )
    found = {part: devices.register(part) for part in names}
    assert devices.get("one") == found["one"]
    assert devices.part_of(found["two"].id) == "two"
    assert devices.part_of("another") is None

    devices.remove("one")
    devices.remove("unknown")
    devices.remove_stale(["three", "new"])

    left = dr.async_entries_for_config_entry(device_registry, fake.entry.entry_id)
    assert [device.identifiers for device in left] == [{(DOMAIN, "three")}]


async def test_a_device_deleted_by_the_user_is_registered_again(
    hass: HomeAssistant, fake: FakeIntegration, device_registry: dr.DeviceRegistry
) -> None:
    devices: PartDevices[str] = PartDevices(
        hass, fake.entry, lambda part: dr.DeviceInfo(identifiers={(DOMAIN, part)}, name=part)
    )
    device_registry.async_remove_device(devices.register("one").id)
    assert devices.get("one").identifiers == {(DOMAIN, "one")}


async def test_an_entity_with_a_legacy_unique_id_keeps_its_name_and_entity_id(
    hass: HomeAssistant, fake: FakeIntegration, entity_registry: er.EntityRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = entity_registry.async_get_or_create("sensor", DOMAIN, "old lamp", config_entry=fake.entry)
    entity_registry.async_update_entity(old.entity_id, name="Reading lamp", new_entity_id="sensor.reading")
    # It is not set up: the fake integration has one coordinator.
    other = MockConfigEntry(domain=DOMAIN, disabled_by=ConfigEntryDisabler.USER)
    other.add_to_hass(hass)
    entity_registry.async_get_or_create("sensor", DOMAIN, "old pressure", config_entry=other)

    def sensors(_part: str) -> Iterable[FakeSensor]:
        for key in ("lamp", "pressure"):
            sensor = FakeSensor(fake.coordinator, key)
            sensor.legacy_unique_id = f"old {key}"
            yield sensor

    fake.sensors = sensors
    await fake.set_up()

    kept = entity_registry.async_get("sensor.reading")
    assert kept is not None
    assert (kept.unique_id, kept.name) == ("lamp", "Reading lamp")
    assert state_of(hass, "sensor.reading").state == "on"
    assert entity_registry.async_get_entity_id("sensor", DOMAIN, "old pressure"), "it belongs to another entry"
    assert entity_registry.async_get_entity_id("sensor", DOMAIN, "pressure")


async def test_parts_beyond_the_limit_are_left_out(
    hass: HomeAssistant, fake: FakeIntegration, issue_registry: ir.IssueRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.push.parts.MAX_PARTS", 3)
    fake.sensors = lambda part: [FakeSensor(fake.coordinator, part)]
    await fake.set_up()
    for number in range(5):
        fake.coordinator.parts.add(f"part {number}")
    fake.coordinator.parts.add("part 0")
    await hass.async_block_till_done()
    assert len(hass.states.async_all("sensor")) == 3

    fake.coordinator.parts.replace([f"other {number}" for number in range(5)])
    await hass.async_block_till_done()
    assert sorted(states(hass)) == ["other_0", "other_1", "other_2"]


async def test_entities_beyond_the_limit_are_left_out_with_one_repair(
    hass: HomeAssistant, fake: FakeIntegration, issue_registry: ir.IssueRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.push.parts.MAX_ENTITIES", 4)
    fake.sensors = lambda part: [FakeSensor(fake.coordinator, f"{part} {number}") for number in range(3)]
    await fake.set_up()
    fake.coordinator.parts.add("second")
    await hass.async_block_till_done()
    assert len(hass.states.async_all("sensor")) == 4
    assert [issue.translation_key for issue in issue_registry.issues.values()] == ["too_many"]
    assert [str(one.learn_more_url).partition("#")[2] for one in issue_registry.issues.values()] == ["troubleshooting"]

    await hass.config_entries.async_unload(fake.entry.entry_id)
    assert not issue_registry.issues


async def test_adding_many_entities_does_not_block_the_event_loop(hass: HomeAssistant, fake: FakeIntegration) -> None:
    entities, turns = 200, 0
    fake.sensors = lambda part: (FakeSensor(fake.coordinator, f"{part} {n}") for n in range(entities))
    await fake.set_up()

    async def count_turns() -> None:
        nonlocal turns
        while f"sensor.head_{entities - 1}" not in hass.states.async_entity_ids():
            await asyncio.sleep(0)
            turns += 1

    fake.coordinator.parts.add("head")
    await asyncio.wait_for(count_turns(), 10)
    assert turns > entities / ADDED_AT_ONCE / 2


async def test_ever_new_parts_do_not_fill_the_registries(
    hass: HomeAssistant, fake: FakeIntegration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only one exists at a time, but the registries remember removed entities as long as the entry exists."""
    monkeypatch.setattr("common.push.parts.MAX_EVER", 10)
    fake.sensors = lambda part: [FakeSensor(fake.coordinator, part)]
    await fake.set_up()
    parts, registry = fake.coordinator.parts, er.async_get(hass)
    for number in range(30):
        parts.add(f"new {number}")
        await hass.async_block_till_done()
        parts.remove(f"new {number}")
        await hass.async_block_till_done()
    assert len(registry.deleted_entities) == 9
    assert parts.has_overflowed
    # A part that existed before can be added again, also by `replace`.
    parts.add("new 3")
    assert "new 3" in parts
    parts.replace(["device", "new 5", "new 29"])
    assert list(parts) == ["device", "new 5"]


async def test_parts_that_are_removed_at_once_are_not_queued(fake: FakeIntegration) -> None:
    """In one turn of the event loop, a server can announce more parts than many turns can process."""
    fake.sensors = lambda part: [FakeSensor(fake.coordinator, part)]
    await fake.set_up()
    parts = fake.coordinator.parts
    owners = [getattr(listener, "__self__", None) for listener in parts._listeners]
    queues = [owner for owner in owners if isinstance(owner, PartEntities)]
    assert queues
    for number in range(1000):
        parts.add(f"gone {number}")
        parts.remove(f"gone {number}")
    # The first one may be in progress.
    assert [queue for queue in queues if len(queue._due) > 1] == []
