"""Diagnostics, secrets, scale, plugin devices of every sort."""

from collections.abc import Callable
import logging
from typing import Any

from homeassistant.const import CONF_PASSWORD, CONF_PORT, CONF_SSL, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import orjson
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, mock_restore_cache
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.pimatic.api import Attribute, Kind
from custom_components.pimatic.const import DOMAIN
from custom_components.pimatic.measures import measure
from simulators.pimatic import PimaticSimulator
from tests.waiting import eventually

from .conftest import ENTRY_ID

PASSWORD = "s3cret-pässw+rd&=%/?"

type EntityOf = Callable[[str, str], str]
type Reaches = Callable[..., Any]


def test_snapshots_know_home_assistants_types(snapshot: SnapshotAssertion) -> None:
    assert isinstance(snapshot.extension, HomeAssistantSnapshotExtension)


async def test_every_entity(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    everything_enabled: None,
    loaded: MockConfigEntry,
    snapshot: SnapshotAssertion,
) -> None:
    """Compare what the recorded house becomes: names, classes, units, categories, states."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
    found = {}
    for entity in sorted(entities, key=lambda one: one.entity_id):
        state = hass.states.get(entity.entity_id)
        assert state is not None
        found[entity.entity_id] = {
            "unique_id": entity.unique_id.removeprefix(ENTRY_ID),
            "name": state.name,
            "category": entity.entity_category,
            "class": entity.original_device_class,
            "unit": entity.unit_of_measurement,
            "state_class": (entity.capabilities or {}).get("state_class"),
            "features": entity.supported_features,
            "state": state.state,
        }
    assert found == snapshot


async def test_diagnostics(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    await async_setup_component(hass, "diagnostics", {})
    diagnostics: Any = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert diagnostics["connection"] == {
        "connected": True,
        "pushed": True,
        "attempts": 1,
        "sessions": 1,
        "last_error": None,
        "dropped": {},
    }
    assert diagnostics["user"]["role"] == "admin"
    assert diagnostics["counts"]["devices"] == 22
    assert diagnostics["counts"]["without_plugin"] == 1
    text = orjson.dumps(diagnostics).decode()
    for private in ("adminpw", "127.0.0.1", "Hello World", str(simulator.port)):
        assert private not in text or private == str(simulator.port)


async def test_the_password_leaves_through_no_door(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in ("", "custom_components.pimatic", "aiohttp", "homeassistant"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    simulator.command("set_password", username="admin", password=PASSWORD)
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_PASSWORD: PASSWORD})
    assert await hass.config_entries.async_setup(entry.entry_id)
    said: list[str] = []
    coordinator = entry.runtime_data
    for fault, value in (("status", 500), ("no_websocket", True), ("no_such_server", True), ("unauthorized", True)):
        simulator.set_fault(fault, value)
        simulator.drop_connections()
        for call in (
            coordinator.async_act("dummy-switch", "turnOn"),
            coordinator.async_call(coordinator.client.login()),
        ):
            try:
                await call
            except HomeAssistantError as error:
                said.append(repr(error) + repr(error.__cause__) + repr(error.__context__) + str(error))
        simulator.set_fault(fault, False)
    for change in ({CONF_PORT: 1}, {CONF_PORT: simulator.port, CONF_SSL: True}, {CONF_SSL: False}):
        hass.config_entries.async_update_entry(entry, data={**entry.data, **change})
        await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert said
    doors = {
        "log": caplog.text,
        "errors": "".join(said),
        "states": str([state.as_dict() for state in hass.states.async_all()]),
        "reason": str(entry.reason),
        "client": repr(entry.runtime_data.client),
    }
    queries = str([one["query"] for one in simulator.record.of("socket")])
    assert [door for door, text in {**doors, "urls": queries}.items() if "s3cret" in text] == []


async def test_a_thousand_devices(hass: HomeAssistant, user_input: dict[str, Any]) -> None:
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


async def test_a_select_of_a_plugin(
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


async def test_led_lights(
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
    # Plugins declare the power as they like, and know fewer tricks.
    kinds: tuple[tuple[dict[str, Any], list[str]], ...] = (
        ({"type": "string", "value": "on"}, ["turnOn", "turnOff"]),
        ({"type": "boolean", "value": True}, ["turnOn", "turnOff", "changeDimlevelTo"]),
        ({"type": "boolean", "value": True}, ["turnOn", "turnOff", "setColor"]),
    )
    for number, (power, actions) in enumerate(kinds):
        device = f"strip{number}"
        attributes = [{"name": "power", **power}, {"name": "brightness", "type": "number", "value": 400}]
        attributes.append({"name": "color", "type": "string", "value": "nonsense"})
        declared = [{"name": action, "params": {"dimlevel": {"type": "number"}}} for action in actions[2:]]
        simulator.house.add_device(
            _plugin_device(device, "led-light", attributes, [{"name": "turnOn"}, {"name": "turnOff"}, *declared])
        )
        await reaches(f"light.{device}", "on")
    await turn_on("light.strip1", brightness=255)
    states = [hass.states.get(f"light.strip{number}") for number in range(3)]
    modes = [state.attributes["supported_color_modes"] for state in states if state]
    assert modes == [["onoff"], ["brightness"], ["rgb"]]


async def test_a_dimmer_without_turn_off_and_its_level_over_a_restart(
    hass: HomeAssistant, simulator: PimaticSimulator, entry: MockConfigEntry, reaches: Reaches
) -> None:
    from homeassistant.core import State

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


async def test_players(
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
            [{"name": "setVolume", "params": {"volume": {"type": "number"}}}],
        )
    )
    await reaches("media_player.radio", "playing")
    await hass.services.async_call(
        "media_player", "volume_set", {"entity_id": "media_player.radio", "volume_level": 0.5}, blocking=True
    )
    assert simulator.record.of("call")[-1]["params"]["volume"] == 50


async def test_a_thermostat_leaves_a_temperature_preset_only_for_another(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, reaches: Reaches
) -> None:
    simulator.command("set", device="dummy-thermostat", attribute="temperatureSetpoint", value=22)
    await eventually(lambda: loaded.runtime_data.data["dummy-thermostat", "temperatureSetpoint"] == 22)
    none = {"entity_id": "climate.dummy_thermostat", "preset_mode": "none"}
    with pytest.raises(ServiceValidationError, match="preset"):
        await hass.services.async_call("climate", "set_preset_mode", none, blocking=True)
    simulator.command("set", device="dummy-thermostat", attribute="temperatureSetpoint", value=19.5)
    await hass.async_block_till_done()


async def test_booleans_that_are_variables(
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


@pytest.mark.parametrize(
    ("name", "unit", "device_class", "state_class"),
    [
        ("temperature", "°C", "temperature", "measurement"),
        ("humidity", "%", "humidity", "measurement"),
        ("battery", "%", "battery", "measurement"),
        ("load", "%", None, "measurement"),
        ("power", "W", "power", "measurement"),
        ("totalEnergy", "kWh", "energy", "total_increasing"),
        ("today", "kWh", "energy", None),
        ("energyToday", "kWh", "energy", None),
        ("rain", "mm", "precipitation", "measurement"),
        ("gap", "mm", "distance", "measurement"),
        ("co2", "ppm", "carbon_dioxide", "measurement"),
        ("widgets", "pcs", None, "measurement"),
        ("plain", "", None, "measurement"),
    ],
)
def test_units_and_names_tell_what_is_measured(
    name: str, unit: str, device_class: str | None, state_class: str | None
) -> None:
    shown = measure(Attribute(name, Kind.NUMBER, name, unit))
    assert (shown.device_class, shown.state_class) == (device_class, state_class)
