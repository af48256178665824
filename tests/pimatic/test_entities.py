"""Entities of devices, variables and rules: names, classes, values, commands."""

from collections.abc import Callable
from typing import Any

from homeassistant.const import CONF_PORT, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, mock_restore_cache
from syrupy.assertion import SnapshotAssertion

from custom_components.pimatic.api import Attribute, Kind
from custom_components.pimatic.const import DOMAIN
from custom_components.pimatic.meaning.measures import measure
from simulators.pimatic import PimaticSimulator
from tests.waiting import eventually

from .conftest import short_name

type EntityOf = Callable[[str, str], str]
type Reaches = Callable[..., Any]


async def test_entities_of_the_test_house(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    everything_enabled: None,
    loaded: MockConfigEntry,
    snapshot: SnapshotAssertion,
) -> None:
    """Compare names, classes, units, categories and states."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
    found = {}
    for entity in sorted(entities, key=lambda one: one.entity_id):
        state = hass.states.get(entity.entity_id)
        assert state is not None
        found[entity.entity_id] = {
            "unique_id": short_name(entity.unique_id),
            "name": state.name,
            "category": entity.entity_category,
            "class": entity.original_device_class,
            "unit": entity.unit_of_measurement,
            "state_class": (entity.capabilities or {}).get("state_class"),
            "features": entity.supported_features,
            "state": state.state,
        }
    assert found == snapshot


async def test_a_thousand_devices_get_entities(hass: HomeAssistant, user_input: dict[str, Any]) -> None:
    simulator = PimaticSimulator(devices=1000)
    port = await simulator.start()
    entry = MockConfigEntry(domain=DOMAIN, title="Large", data={**user_input, CONF_PORT: port})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert len(hass.states.async_all()) >= 5000
    assert await hass.config_entries.async_unload(entry.entry_id)
    await simulator.stop()


def _plugin_device(device_id: str, template: str, attributes: list[Any], actions: list[Any]) -> dict[str, Any]:
    return {
        "id": device_id,
        "name": device_id,
        "template": template,
        "attributes": [{"description": "", "label": one["name"], **one} for one in attributes],
        "actions": actions,
        "config": {"id": device_id, "name": device_id, "class": "SomePlugin"},
        "configDefaults": {},
        "capabilities": [],
    }


async def test_a_list_of_options_becomes_a_select(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, reaches: Reaches
) -> None:
    simulator.house.add_device(
        _plugin_device(
            "fan",
            "device",
            [{"name": "speed", "type": "string", "enum": ["slow", "fast"], "value": "slow"}],
            [{"name": "changeSpeedTo", "params": {"speed": {"type": "string"}}}],
        )
    )
    await reaches("select.fan_speed", "slow")
    await hass.services.async_call(
        "select", "select_option", {"entity_id": "select.fan_speed", "option": "fast"}, blocking=True
    )
    call = simulator.record.of("call", action="callDeviceAction")[-1]
    assert call["params"] == {"deviceId": "fan", "actionName": "changeSpeedTo", "speed": "fast"}
    simulator.command("set", device="fan", attribute="speed", value="fast")
    await reaches("select.fan_speed", "fast")
    simulator.command("set", device="fan", attribute="speed", value="hover")
    await reaches("select.fan_speed", STATE_UNKNOWN)


async def test_lights_with_a_colour(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, reaches: Reaches
) -> None:
    async def turn_on(entity_id: str, **data: Any) -> None:
        await hass.services.async_call("light", "turn_on", {"entity_id": entity_id, **data}, blocking=True)

    light = "light.led_light"
    await turn_on(light, rgb_color=[255, 128, 0], brightness=128)
    await reaches(light, "on")
    assert simulator.house.value("led", "color") == "#FF8000"
    assert simulator.house.value("led", "brightness") == 50
    state = hass.states.get(light)
    assert state is not None
    assert state.attributes["rgb_color"] == (255, 128, 0)
    assert state.attributes["color_mode"] == "rgb"
    await turn_on(light, white=255)
    assert simulator.house.value("led", "mode") is False
    assert simulator.house.value("led", "brightness") == 100
    state = hass.states.get(light)
    assert state is not None
    assert state.attributes["color_mode"] == "white"
    await hass.services.async_call("light", "turn_off", {"entity_id": light}, blocking=True)
    await reaches(light, "off")
    # Plugins have other types for the power, and fewer actions.
    kinds: tuple[tuple[dict[str, Any], list[str]], ...] = (
        ({"type": "string", "value": "on"}, ["turnOn", "turnOff"]),
        ({"type": "boolean", "value": True}, ["turnOn", "turnOff", "changeDimlevelTo"]),
        ({"type": "boolean", "value": True}, ["turnOn", "turnOff", "setColor"]),
    )
    for number, (power, actions) in enumerate(kinds):
        device = f"strip{number}"
        attributes = [{"name": "power", **power}, {"name": "brightness", "type": "number", "value": 400}]
        attributes.append({"name": "color", "type": "string", "value": "nonsense"})
        parameters = {"changeDimlevelTo": ("dimlevel", "number"), "setColor": ("colorCode", "string")}
        declared = [
            {"name": action, "params": {parameters[action][0]: {"type": parameters[action][1]}}}
            for action in actions[2:]
        ]
        simulator.house.add_device(
            _plugin_device(device, "led-light", attributes, [{"name": "turnOn"}, {"name": "turnOff"}, *declared])
        )
        # Without actions for brightness and colour it is a switch.
        await reaches(f"{'light' if actions[2:] else 'switch'}.{device}", "on")
    await turn_on("light.strip1", brightness=255)
    states = [hass.states.get(f"light.strip{number}") for number in (1, 2)]
    modes = [state.attributes["supported_color_modes"] for state in states if state]
    assert modes == [["brightness"], ["rgb"]]


async def test_a_dimmer_without_turn_off_restores_its_level_after_a_restart(
    hass: HomeAssistant, simulator: PimaticSimulator, entry: MockConfigEntry, reaches: Reaches
) -> None:
    attributes = [{"name": "dimlevel", "type": "number", "value": 0, "unit": "%"}]
    dim = {"name": "changeDimlevelTo", "params": {"dimlevel": {"type": "number"}}}
    simulator.house.add_device(_plugin_device("lamp", "dimmer", attributes, [dim]))
    mock_restore_cache(hass, [State("light.lamp", "off", {"last_level": 42.5})])
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.services.async_call("light", "turn_on", {"entity_id": "light.lamp"}, blocking=True)
    assert simulator.record.of("call")[-1]["params"]["dimlevel"] == 42.5
    simulator.command("set", device="lamp", attribute="dimlevel", value=0.1)
    await reaches("light.lamp", "on")
    state = hass.states.get("light.lamp")
    assert state is not None
    assert state.attributes["brightness"] == 1
    await hass.services.async_call("light", "turn_off", {"entity_id": "light.lamp"}, blocking=True)
    assert simulator.record.of("call")[-1]["params"]["dimlevel"] == 0


async def test_media_players(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, reaches: Reaches
) -> None:
    async def act(name: str, **data: Any) -> None:
        await hass.services.async_call(
            "media_player", name, {"entity_id": "media_player.player", **data}, blocking=True
        )

    await act("media_play")
    await reaches("media_player.player", "playing")
    await act("media_pause")
    await reaches("media_player.player", "paused")
    await act("media_next_track")
    await act("media_stop")
    await reaches("media_player.player", "idle")
    state = hass.states.get("media_player.player")
    assert state is not None
    assert (state.attributes["media_title"], state.attributes["volume_level"]) == ("Next song", 0.2)
    await act("media_previous_track")
    with pytest.raises(ServiceValidationError):
        await act("volume_set", volume_level=0.5)
    simulator.house.add_device(
        _plugin_device(
            "radio",
            "musicplayer",
            [
                {"name": "state", "type": "string", "value": "play"},
                {"name": "volume", "type": "string", "value": "loud"},
            ],
            [{"name": "play"}, {"name": "setVolume", "params": {"volume": {"type": "number"}}}],
        )
    )
    await reaches("media_player.radio", "playing")
    await hass.services.async_call(
        "media_player", "volume_set", {"entity_id": "media_player.radio", "volume_level": 0.5}, blocking=True
    )
    assert simulator.record.of("call")[-1]["params"]["volume"] == 50


async def test_a_thermostat_keeps_its_preset_until_another_temperature_is_set(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, reaches: Reaches
) -> None:
    simulator.command("set", device="dummy-thermostat", attribute="temperatureSetpoint", value=22)
    await eventually(lambda: loaded.runtime_data.data["dummy-thermostat", "temperatureSetpoint"] == 22)
    none = {"entity_id": "climate.dummy_thermostat", "preset_mode": "none"}
    with pytest.raises(ServiceValidationError, match="preset"):
        await hass.services.async_call("climate", "set_preset_mode", none, blocking=True)
    simulator.command("set", device="dummy-thermostat", attribute="temperatureSetpoint", value=19.5)
    await hass.async_block_till_done()


async def test_boolean_variables_become_binary_sensors(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, reaches: Reaches
) -> None:
    simulator.command("add_variable", variable="holiday", value=True)
    await reaches("switch.home_variables_holiday", "on")
    await hass.services.async_call("switch", "turn_off", {"entity_id": "switch.home_variables_holiday"}, blocking=True)
    await reaches("switch.home_variables_holiday", "off")
    await hass.services.async_call("switch", "turn_on", {"entity_id": "switch.home_variables_holiday"}, blocking=True)
    await reaches("switch.home_variables_holiday", "on")
    simulator.command("add_expression", variable="is-on", text="$holiday")
    await reaches("binary_sensor.home_variables_is_on", "on")


async def test_an_invalid_value_makes_the_state_unknown(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, entity_of: EntityOf, reaches: Reaches
) -> None:
    simulator.command("set_variable", variable="wake-up", value="25:99")
    await reaches(entity_of("time", "variable-time_input_time"), "unknown")
    simulator.command("set", device="dummy-shutter", attribute="position", value="sideways")
    simulator.command("set", device="probe", attribute="state", value="confused")
    await reaches(entity_of("sensor", "probe_state"), "unknown")
    simulator.command("set", device="probe", attribute="when", value="yesterday")
    await reaches(entity_of("sensor", "probe_when"), "unknown")
    simulator.command("set", device="probe", attribute="power", value="12.5")
    await reaches(entity_of("sensor", "probe_power"), "12.5")
    simulator.command("set", device="variables-device", attribute="greeting", value="x" * 1000)
    await reaches(entity_of("sensor", "variables-device_greeting"), "x" * 255)


async def test_a_computed_variable_without_a_value_keeps_its_unit(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, reaches: Reaches
) -> None:
    simulator.house.add_variable("pending", "expression", "$nothing", "kW")
    await reaches("sensor.home_variables_pending", "unknown")
    state = hass.states.get("sensor.home_variables_pending")
    assert state is not None
    assert state.attributes["unit_of_measurement"] == "kW"


async def test_a_computed_variable_whose_value_becomes_a_text(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    reaches: Reaches,
    caplog: pytest.LogCaptureFixture,
) -> None:
    simulator.house.add_variable("inverter", "value", 5, "")
    simulator.house.add_variable("pv", "expression", "$inverter", "W")
    await reaches("sensor.home_variables_pv", "5")
    simulator.house.set_variable("inverter", "value", "offline", "")
    await reaches("sensor.home_variables_pv", "offline")
    simulator.house.set_variable("inverter", "value", 7, "")
    await reaches("sensor.home_variables_pv", "7")
    assert "ERROR" not in caplog.text


async def test_a_changed_device_class_replaces_the_entities(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, reaches: Reaches
) -> None:
    dimmer = simulator.house.devices["dummy-dimmer"]
    simulator.house.add_device({**simulator.house.devices["dummy-switch"], "id": "lamp", "name": "Lamp"})
    await reaches("switch.lamp", "on" if simulator.house.value("lamp", "state") else "off")
    simulator.house.change_device({**dimmer, "id": "lamp", "name": "Lamp"})
    await eventually(lambda: hass.states.get("light.lamp") is not None and hass.states.get("switch.lamp") is None)
    removed = simulator.house.remove_device("lamp")
    simulator.house.emit("deviceRemoved", removed)
    await eventually(lambda: hass.states.get("light.lamp") is None)
    assert loaded.runtime_data.client.dropped.as_dict() == {}


async def test_a_light_with_colour_and_colour_temperature(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, reaches: Reaches
) -> None:
    numbers = ("dimlevel", "ct", "hue", "sat")
    declared = {"changeDimlevelTo": ("dimlevel",), "setCT": ("colorCode",), "changeHueSatTo": ("hue", "sat")}
    simulator.house.add_device(
        _plugin_device(
            "lamp",
            "raspbee-rgbct",
            [{"name": name, "type": "number", "value": None} for name in numbers],
            [{"name": name, "params": {one: {"type": "number"} for one in names}} for name, names in declared.items()],
        )
    )
    await reaches("light.lamp", STATE_UNKNOWN)

    async def shows(wanted: dict[str, Any], **values: float) -> None:
        for name, value in values.items():
            simulator.command("set", device="lamp", attribute=name, value=value)

        def is_so() -> bool:
            state = hass.states.get("light.lamp")
            return state is not None and all(state.attributes.get(name) == value for name, value in wanted.items())

        await eventually(is_so)

    # The initial value of a lamp that has not sent anything is out of its range.
    await shows({"color_temp_kelvin": None}, dimlevel=50, ct=153)
    await shows({"color_mode": "color_temp", "color_temp_kelvin": 2000}, ct=100)
    await shows({"color_mode": "hs", "hs_color": (180.0, 50.0)}, hue=50, sat=50)
    await shows({"color_mode": "color_temp", "color_temp_kelvin": 6535}, ct=0)


async def test_a_number_input_with_a_unit_and_without_limits(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, reaches: Reaches
) -> None:
    model = simulator.house.devices["input-number"]
    config = {"id": "level", "name": "Level", "class": "InputDevice", "type": "number"}
    attributes = [{**model["attributes"][0], "unit": "m", "value": 3}]
    device = {**model, "id": "level", "name": "Level", "config": config, "configDefaults": {}, "attributes": attributes}
    simulator.house.add_device(device)
    await reaches("number.level", "3")
    state = hass.states.get("number.level")
    assert state is not None
    assert state.attributes["unit_of_measurement"] == "m"
    assert state.attributes["mode"] == "box"


@pytest.mark.parametrize(
    ("name", "unit", "device_class", "state_class"),
    [
        ("temperature", "°C", "temperature", "measurement"),
        ("humidity", "%", "humidity", "measurement"),
        ("battery", "%", "battery", "measurement"),
        ("load", "%", None, "measurement"),
        ("power", "W", "power", "measurement"),
        ("totalEnergy", "kWh", "energy", "total_increasing"),
        ("today", "kWh", "energy", "total_increasing"),
        ("energyToday", "kWh", "energy", "total_increasing"),
        ("energyForecast", "kWh", "energy", None),
        ("rain", "mm", "precipitation", "measurement"),
        ("Gaszähler", "m3", "gas", "total_increasing"),
        ("wasserzaehler", "l", "water", "total_increasing"),
        ("waterTank", "l", "volume_storage", "measurement"),
        ("windSpeed", "km/h", "wind_speed", "measurement"),
        ("gap", "mm", None, "measurement"),
        ("co2", "ppm", "carbon_dioxide", "measurement"),
        ("widgets", "pcs", None, "measurement"),
        ("plain", "", None, "measurement"),
    ],
)
def test_the_unit_and_the_name_decide_the_device_class(
    name: str, unit: str, device_class: str | None, state_class: str | None
) -> None:
    found = measure(Attribute(name, Kind.NUMBER, name, unit))
    assert (found.device_class, found.state_class) == (device_class, state_class)
