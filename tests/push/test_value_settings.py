"""Values written directly, after a person changed how Home Assistant shows them."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from homeassistant.core import HomeAssistant
from homeassistant.core_config import DATA_CUSTOMIZE
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity_values import EntityValues
import pytest

from tests.push.meter import Meter
from tests.states import state_of

type Act = Callable[[HomeAssistant, str], Awaitable[None]]


async def rename(hass: HomeAssistant, entity_id: str) -> None:
    er.async_get(hass).async_update_entity(entity_id, name="Mine")


async def rename_the_device(hass: HomeAssistant, entity_id: str) -> None:
    entry = er.async_get(hass).async_get(entity_id)
    assert entry is not None
    assert entry.device_id is not None
    dr.async_get(hass).async_update_device(entry.device_id, name_by_user="Cellar")


async def change_the_entity_id(hass: HomeAssistant, entity_id: str) -> None:
    er.async_get(hass).async_update_entity(entity_id, new_entity_id=f"{entity_id}_new")


async def set_an_icon(hass: HomeAssistant, entity_id: str) -> None:
    er.async_get(hass).async_update_entity(entity_id, icon="mdi:star")


async def set_a_device_class(hass: HomeAssistant, entity_id: str) -> None:
    er.async_get(hass).async_update_entity(entity_id, device_class="window")


async def set_the_unit(hass: HomeAssistant, entity_id: str) -> None:
    er.async_get(hass).async_update_entity_options(entity_id, "sensor", {"unit_of_measurement": "kW"})


async def set_the_precision(hass: HomeAssistant, entity_id: str) -> None:
    er.async_get(hass).async_update_entity_options(entity_id, "sensor", {"display_precision": 1})


async def move_to_america(hass: HomeAssistant, _entity_id: str) -> None:
    await hass.config.async_update(unit_system="us_customary")


async def customize(hass: HomeAssistant, entity_id: str) -> None:
    hass.data[DATA_CUSTOMIZE] = EntityValues({entity_id: {"icon": "mdi:star", "mine": "1"}})


class Change(NamedTuple):
    """What a person does with the entity of a key, and what is to be seen of the values that come then."""

    act: Act
    key: str
    shown: dict[Any, str]
    # How they end: Home Assistant 2026.11 puts the device's name before a name of the user's, too.
    attributes: dict[str, Any]
    # Whether values are written directly again.
    directly: bool = True


NUMBERS = {7: "7", 0: "0", 1500.25: "1500.25"}
DOOR = {True: "on", False: "off"}
CHANGES = [
    Change(rename, "power", NUMBERS, {"friendly_name": "Mine"}),
    Change(rename, "door", DOOR, {"friendly_name": "Mine"}),
    Change(rename_the_device, "power", NUMBERS, {"friendly_name": "Cellar power"}),
    Change(rename_the_device, "door", DOOR, {"friendly_name": "Cellar door"}),
    Change(change_the_entity_id, "power", NUMBERS, {"friendly_name": "Meter power"}),
    Change(change_the_entity_id, "door", DOOR, {"friendly_name": "Meter door"}),
    Change(set_an_icon, "power", NUMBERS, {"icon": "mdi:star"}),
    Change(set_an_icon, "door", DOOR, {"icon": "mdi:star"}),
    Change(set_a_device_class, "door", DOOR, {"device_class": "window"}),
    Change(set_the_unit, "power", {0: "0.0", 7: "0.007", 1500.0: "1.5"}, {"unit_of_measurement": "kW"}, False),
    Change(set_the_precision, "power", NUMBERS, {"unit_of_measurement": "W"}),
    Change(move_to_america, "power", NUMBERS, {"unit_of_measurement": "W"}),
    Change(move_to_america, "temperature", {0: "32.0", 25: "77.0"}, {"unit_of_measurement": "°F"}, False),
    Change(move_to_america, "door", DOOR, {}),
    Change(customize, "power", NUMBERS, {"icon": "mdi:star", "mine": "1"}),
    Change(customize, "door", DOOR, {"icon": "mdi:star", "mine": "1"}),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.act.__name__} {change.key}")
async def test_settings_show_from_the_next_value_on(hass: HomeAssistant, meter: Meter, change: Change) -> None:
    await change.act(hass, meter.entity_id(change.key))
    await hass.async_block_till_done()
    for count, (value, shown) in enumerate(change.shown.items()):
        directly = meter.says(change.key, value)
        state = meter.state(change.key)
        assert state.state == shown
        for name, end in change.attributes.items():
            assert str(state.attributes[name]).endswith(end)
        assert meter.wrong(change.key) is None
        assert count == 0 or directly is change.directly


async def test_only_one_state_has_the_changed_entity_id(hass: HomeAssistant, meter: Meter) -> None:
    await change_the_entity_id(hass, "sensor.meter_power")
    await hass.async_block_till_done()
    meter.says("power", 7)
    assert hass.states.get("sensor.meter_power") is None
    assert state_of(hass, "sensor.meter_power_new").state == "7"


async def test_the_native_unit_can_be_had_again(hass: HomeAssistant, meter: Meter) -> None:
    """Also while the value is 0, which is "0.0" in a unit that it was converted to."""
    meter.says("power", 0)
    for options, shown in (({"unit_of_measurement": "kW"}, "0.0"), (None, "0"), ({"unit_of_measurement": "mW"}, "0.0")):
        er.async_get(hass).async_update_entity_options("sensor.meter_power", "sensor", options)
        meter.tick()
        assert meter.state("power").state == shown
        assert meter.wrong("power") is None


@pytest.mark.parametrize("value", [0, 0.0])
async def test_nought_in_another_unit_does_not_stand_for_all_numbers(
    hass: HomeAssistant, meter: Meter, value: float
) -> None:
    await set_the_unit(hass, "sensor.meter_power")
    assert not meter.says("power", value)
    assert not meter.says("power", 500.0)
    assert meter.state("power").state == "0.5"


async def test_customizations_are_taken_back(hass: HomeAssistant, meter: Meter) -> None:
    await customize(hass, "sensor.meter_power")
    meter.says("power", 7)
    meter.says("power", 8)
    hass.data[DATA_CUSTOMIZE] = EntityValues({})
    meter.says("power", 9)
    assert "mine" not in meter.state("power").attributes
    assert meter.wrong("power") is None


async def test_a_disabled_entity_has_no_state_until_it_is_enabled_again(hass: HomeAssistant, meter: Meter) -> None:
    registry = er.async_get(hass)
    registry.async_update_entity("sensor.meter_power", disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    meter.fake.coordinator.apply({"power": 7})
    assert hass.states.get("sensor.meter_power") is None

    registry.async_update_entity("sensor.meter_power", disabled_by=None, name="Mine")
    await hass.config_entries.async_reload(meter.fake.entry.entry_id)
    await hass.async_block_till_done()
    for value, shown in NUMBERS.items():
        meter.says("power", value)
        assert meter.state("power").state == shown
        assert meter.state("power").name.endswith("Mine")
        assert meter.wrong("power") is None
    assert meter.says("power", 1)
