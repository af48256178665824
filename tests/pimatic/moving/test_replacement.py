"""The replacement of an entity of pimatic by one of another integration."""

import asyncio
from datetime import timedelta
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_import_statistics, statistics_during_period
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import area_registry as ar, entity_registry as er, label_registry as lr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.pimatic.const import DOMAIN

OLD, NEW, MOVED = "sensor.dummy_temperature", "sensor.other_temperature", "sensor.dummy_temperature_pimatic"


@pytest.fixture
def replace(hass: HomeAssistant) -> Any:
    """Return a function that calls the action."""

    async def call(old: str = OLD, new: str = NEW, context: Context | None = None, **data: Any) -> Any:
        return await hass.services.async_call(
            DOMAIN,
            "replace_entity",
            {"entity_id": old, "new_entity_id": new, **data},
            blocking=True,
            return_response=True,
            context=context,
        )

    return call


@pytest.fixture
def other(hass: HomeAssistant) -> er.RegistryEntry:
    """Return a temperature sensor of another integration."""
    entry = MockConfigEntry(domain="other")
    entry.add_to_hass(hass)
    return er.async_get(hass).async_get_or_create(
        "sensor",
        "other",
        "t",
        config_entry=entry,
        object_id_base="Other temperature",
        original_name="Temperature",
        unit_of_measurement="°C",
        original_device_class="temperature",
        capabilities={"state_class": "measurement"},
        has_entity_name=False,
    )


async def test_a_dry_run_changes_no_entity(
    hass: HomeAssistant, loaded: MockConfigEntry, other: er.RegistryEntry, replace: Any
) -> None:
    assert other.entity_id == NEW
    registry = er.async_get(hass)
    before = {one.entity_id: one for one in registry.entities.values()}
    response = await replace()
    assert response == {
        "is_done": False,
        "entity_id": {NEW: OLD, OLD: MOVED},
        "name": "Dummy Temperature",
        "area_id": None,
        "labels": [],
        "refused": [],
    }
    assert {one.entity_id: one for one in registry.entities.values()} == before


async def test_the_new_entity_gets_id_name_area_labels_and_aliases(
    hass: HomeAssistant, loaded: MockConfigEntry, other: er.RegistryEntry, replace: Any
) -> None:
    registry = er.async_get(hass)
    area = ar.async_get(hass).async_create("Garden")
    label = lr.async_get(hass).async_create("Weather")
    old = registry.async_update_entity(
        OLD, name="Outdoors", area_id=area.id, labels={label.label_id}, icon="mdi:tree", aliases=["the garden"]
    )
    registry.async_update_entity(NEW, labels={"own"})
    response = await replace(dry_run=False)
    assert response["is_done"]
    new = registry.async_get(OLD)
    assert new is not None
    assert (new.id, new.name, new.area_id, new.labels, new.icon) == (
        other.id,
        "Outdoors",
        area.id,
        {label.label_id, "own"},
        "mdi:tree",
    )
    assert "the garden" in new.aliases
    moved = registry.async_get(MOVED)
    assert moved is not None
    assert moved.id == old.id
    await hass.async_block_till_done()
    state = hass.states.get(MOVED)
    assert state is not None, "the entity of pimatic still exists"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"unit_of_measurement": "°F"}, "unit of measurement"),
        ({"capabilities": {"state_class": "total"}}, "state class"),
        ({"capabilities": None}, "state class"),
        ({"original_device_class": "humidity"}, "device class"),
    ],
)
async def test_sensors_with_other_units_or_classes_are_refused(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    other: er.RegistryEntry,
    replace: Any,
    change: dict[str, Any],
    what: str,
) -> None:
    registry = er.async_get(hass)
    registry.async_update_entity(NEW, **change)
    assert [one["what"] for one in (await replace())["refused"]] == [what]
    with pytest.raises(ServiceValidationError, match="cannot be joined"):
        await replace(dry_run=False)
    unchanged = registry.async_get(NEW)
    assert unchanged is not None
    assert unchanged.id == other.id


async def test_entities_of_different_domains_are_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, replace: Any
) -> None:
    er.async_get(hass).async_get_or_create("light", "other", "l", object_id_base="New")
    response = await replace("switch.labelled_switch", "light.new")
    assert [one["what"] for one in response["refused"]] == ["domain"]


async def test_other_entities_and_users_are_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, other: er.RegistryEntry, replace: Any, hass_read_only_user: User
) -> None:
    with pytest.raises(ServiceValidationError, match="not an entity of pimatic"):
        await replace(NEW, NEW)
    for entity_id in ("sensor.nowhere", "sensor.dummy_temperature_humidity"):
        with pytest.raises(ServiceValidationError, match="not an entity of another integration"):
            await replace(OLD, entity_id)
    with pytest.raises(Unauthorized):
        await replace(context=Context(user_id=hass_read_only_user.id))


async def test_statistics_continue_under_the_same_id(
    recorder_mock: Any, hass: HomeAssistant, loaded: MockConfigEntry, other: er.RegistryEntry, replace: Any
) -> None:
    now = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
    hours = [now - timedelta(hours=hours) for hours in range(6, 0, -1)]
    import_statistics(hass, OLD, {hours[0]: 1, hours[1]: 2, hours[2]: 3})
    # Both sensors recorded one of the hours.
    import_statistics(hass, NEW, {hours[2]: 30, hours[3]: 40, hours[4]: 50})
    await async_wait_recording_done(hass)
    await replace(dry_run=False)
    await async_wait_recording_done(hass)
    found = await recorder_mock.async_add_executor_job(
        statistics_during_period, hass, hours[0], None, {OLD, NEW, MOVED}, "hour", None, {"mean"}
    )
    assert {key: [row["mean"] for row in rows] for key, rows in found.items()} == {OLD: [1, 2, 3, 40, 50]}


async def test_the_second_of_two_concurrent_replacements_is_refused(
    recorder_mock: Any, hass: HomeAssistant, loaded: MockConfigEntry, other: er.RegistryEntry, replace: Any
) -> None:
    """A double click submits the dialog of an action twice."""
    responses = await asyncio.gather(*(replace(dry_run=False) for _ in range(2)), return_exceptions=True)
    [refused] = [one for one in responses if isinstance(one, BaseException)]
    assert isinstance(refused, ServiceValidationError)
    # The second call may also begin after the first has replaced the entity.
    assert refused.translation_key in ("changed_meanwhile", "not_of_pimatic")
    new = er.async_get(hass).async_get(OLD)
    assert new is not None
    assert new.id == other.id


def import_statistics(hass: HomeAssistant, entity_id: str, values: dict[Any, float]) -> None:
    """Import statistics of an entity."""
    metadata: Any = {
        "source": "recorder",
        "statistic_id": entity_id,
        "name": None,
        "mean_type": StatisticMeanType.ARITHMETIC,
        "has_sum": False,
        "unit_class": "temperature",
        "unit_of_measurement": "°C",
    }
    async_import_statistics(hass, metadata, [{"start": start, "mean": value} for start, value in values.items()])
