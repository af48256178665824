"""The names of the entities of leaves in three languages, and hidden entities."""

from collections.abc import Callable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.api import LeafKind, leaf_name, same_names
from custom_components.iottly.const import SUBENTRY_SWITCH
from custom_components.iottly.names import flag_name, sensor_name
from simulators.iottly.boards import GREENHOUSE, METER
from simulators.iottly.cloud import IottlyCloud
from tests.entries import set_up

from .subentries import SWITCH, with_command

NAMES = {
    "en": ["Battery level", "Battery voltage", "Humidity", "Soil moisture", "Temperature", "Window"],
    "de": ["Batteriestand", "Batteriespannung", "Luftfeuchtigkeit", "Bodenfeuchtigkeit", "Temperatur", "Fenster"],
    "it": [
        "Livello della batteria",
        "Tensione della batteria",
        "Umidità",
        "Umidità del suolo",
        "Temperatura",
        "Finestra",
    ],
}
PATHS = ["battery.level", "battery.voltage", "humidity", "soil.moisture", "temperature", "window.open"]


@pytest.mark.parametrize("language", NAMES)
async def test_usual_names_are_translated(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, language: str
) -> None:
    hass.config.language = language
    await set_up(hass, entry)
    registry = er.async_get(hass)
    names = {known.unique_id: known.original_name for known in registry.entities.values()}
    assert [names[f"{GREENHOUSE}_payload_{path}"] for path in PATHS] == NAMES[language]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("L1_V", "L1 voltage"),
        ("L1_A", "L1 current"),
        ("Tot_kWh", "Tot energy"),
        ("batt_mv", "Batt voltage"),
        ("batt_pct", "Batt"),
        ("oven_energy_kWh", "Oven energy"),
        ("power_a", "Power a"),
        ("current_a", "Current a"),
        ("motor_a", "Motor current"),
        ("motor_current_a", "Motor current"),
        ("grid_kw", "Grid power"),
        ("import_kwh", "Import"),
        ("disk_free_gb", "Disk free"),
        ("pump_hours", "Pump hours"),
        ("temperature.c", "Temperature"),
    ],
)
def test_a_unit_in_a_name_becomes_a_quantity_or_is_left_out(path: str, name: str) -> None:
    assert leaf_name(path) == name


def test_two_values_that_differ_in_their_unit_have_it_in_their_names() -> None:
    paths = ["power_w", "power_kw", "motor_a", "motor_w", "power_factor"]
    assert same_names(paths) == {"power_w", "power_kw"}
    assert leaf_name("power_kw", with_unit=True) == "Power kw"


def test_other_names_are_the_words_of_the_path() -> None:
    assert sensor_name("pump.hours", LeafKind.NUMBER, has_class=False, is_measured=True) == ("leaf", "Pump hours")
    assert sensor_name("pump.code", LeafKind.NUMBER, has_class=False, is_measured=False) == ("number", "Pump code")
    assert sensor_name("tank_temp", LeafKind.NUMBER, has_class=True, is_measured=True) == (None, "Tank temp")
    assert sensor_name("temperature", LeafKind.TEXT, has_class=False, is_measured=False) == ("leaf", "Temperature")
    assert flag_name("hatch.open", "opening") == (None, "Hatch")
    assert flag_name("valve_open", None) == ("leaf", "Valve open")


async def test_a_setting_is_still_a_number_after_a_reload(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: ConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    setpoint = entity_of("sensor", f"{METER}_payload_setpoint.value")
    state = hass.states.get(setpoint)
    assert state is not None
    assert "state_class" not in state.attributes
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert loaded.runtime_data.messages.leaf_kinds(METER)["setpoint.value"] is LeafKind.NUMBER


async def test_the_sensor_of_a_leaf_is_hidden_when_a_switch_reads_it(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    registry = er.async_get(hass)
    leaf = entity_of("sensor", f"{GREENHOUSE}_payload_relay.status")

    def hidden_by() -> er.RegistryEntryHider | None:
        known = registry.async_get(leaf)
        assert known is not None
        return known.hidden_by

    assert hidden_by() is None
    await with_command(hass, loaded, SUBENTRY_SWITCH, SWITCH)
    assert hidden_by() is er.RegistryEntryHider.INTEGRATION
    registry.async_remove(leaf)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert hidden_by() is er.RegistryEntryHider.INTEGRATION, "the sensor is also hidden if it is added later"
    (subentry,) = loaded.subentries.values()
    hass.config_entries.async_remove_subentry(loaded, subentry.subentry_id)
    await hass.async_block_till_done()
    assert hidden_by() is None
