"""The entities of a cloud project, and their commands."""

from collections.abc import Callable
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.instathings.commands import async_ask_status
from custom_components.instathings.const import CLOUD_PLATFORMS
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.house import GATEWAY
from tests.entries import set_up
from tests.waiting import eventually


@pytest.mark.parametrize("platform", CLOUD_PLATFORMS)
@pytest.mark.usefixtures("everything_enabled")
async def test_entities_of_a_project(
    hass: HomeAssistant,
    cloud_entry: MockConfigEntry,
    snapshot: SnapshotAssertion,
    platform: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.instathings.CLOUD_PLATFORMS", [platform])
    await set_up(hass, cloud_entry)
    await snapshot_platform(hass, er.async_get(hass), snapshot, cloud_entry.entry_id)


def _state(hass: HomeAssistant, entity_id: str) -> str:
    state = hass.states.get(entity_id)
    assert state is not None
    return str(state.state)


async def _call(hass: HomeAssistant, action: str, entity_id: str, **data: Any) -> None:
    domain, service = action.split(".")
    await hass.services.async_call(domain, service, {ATTR_ENTITY_ID: entity_id, **data}, blocking=True)


@pytest.mark.usefixtures("in_cloud")
async def test_a_light_is_controlled(
    hass: HomeAssistant, cloud: CloudSimulator, entity_of: Callable[[str, str], str]
) -> None:
    lamp = entity_of("light", "zbBulb001/state")
    await _call(hass, "light.turn_off", lamp, transition=2)
    assert _state(hass, lamp) == "off"
    assert cloud.record.of("set")[-1]["body"] == {"state": "OFF", "transition": 2}
    await _call(hass, "light.turn_on", lamp, brightness=128, color_temp_kelvin=4000)
    state = hass.states.get(lamp)
    assert state is not None
    assert state.state == "on"
    assert state.attributes["brightness"] == pytest.approx(128, abs=2)
    assert state.attributes["color_temp_kelvin"] == 4000
    assert state.attributes["color_mode"] == "color_temp"
    assert cloud.record.of("set")[-1]["body"] == {"state": "ON", "brightness": 127, "color_temp": 250}
    await _call(hass, "light.turn_on", lamp, xy_color=[0.3, 0.3])
    cloud.house.change("zbBulb001", {"color": {"x": 0.2, "y": 0.6}})
    await eventually(lambda: (found := hass.states.get(lamp)) and found.attributes["xy_color"] == (0.2, 0.6))
    state = hass.states.get(lamp)
    assert state is not None
    assert state.attributes["color_mode"] == "xy"


@pytest.mark.usefixtures("in_cloud")
async def test_switches_are_controlled(
    hass: HomeAssistant, cloud: CloudSimulator, entity_of: Callable[[str, str], str], reaches: Callable[..., Any]
) -> None:
    for unique_id, on, off in (
        ("zbPlug001/state", {"state": "ON"}, {"state": "OFF"}),
        ("zbDouble1/state_left", {"state_left": "ON"}, {"state_left": "OFF"}),
    ):
        plug = entity_of("switch", unique_id)
        await _call(hass, "switch.turn_on", plug)
        assert _state(hass, plug) == "on"
        assert cloud.record.of("set")[-1]["body"] == on
        await _call(hass, "switch.turn_off", plug)
        assert _state(hass, plug) == "off"
        assert cloud.record.of("set")[-1]["body"] == off
    # Somebody turns it on by hand.
    cloud.house.change("zbPlug001", {"state": "ON"})
    await reaches(entity_of("switch", "zbPlug001/state"), "on")


@pytest.mark.usefixtures("in_cloud")
async def test_relays_are_controlled(
    hass: HomeAssistant, cloud: CloudSimulator, entity_of: Callable[[str, str], str]
) -> None:
    plug = entity_of("switch", "httpPlug1/relays.0.ison")
    await _call(hass, "switch.turn_on", plug)
    assert _state(hass, plug) == "on"
    sent = cloud.record.of("set")[-1]
    assert (sent["path"], sent["method"], sent["query"]) == ("/relay/0", "GET", {"turn": "on"})
    # The response does not contain the number of the relay, so the status is requested.
    first, second = (entity_of("switch", f"httpDuo01/relays.{number}.ison") for number in (0, 1))
    await _call(hass, "switch.turn_on", second)
    assert (_state(hass, first), _state(hass, second)) == ("off", "on")
    assert cloud.record.of("set")[-1]["path"] == "/status"
    await _call(hass, "switch.turn_off", second)
    assert _state(hass, second) == "off"


@pytest.mark.usefixtures("in_cloud")
async def test_a_lock_a_cover_and_a_climate_entity_are_controlled(
    hass: HomeAssistant, cloud: CloudSimulator, entity_of: Callable[[str, str], str]
) -> None:
    lock = entity_of("lock", "zbLock001/state")
    await _call(hass, "lock.unlock", lock)
    assert _state(hass, lock) == "unlocked"
    await _call(hass, "lock.lock", lock)
    assert _state(hass, lock) == "locked"

    blind = entity_of("cover", "zbBlind01/state")
    await _call(hass, "cover.close_cover", blind)
    assert _state(hass, blind) == "closed"
    await _call(hass, "cover.set_cover_position", blind, position=30)
    state = hass.states.get(blind)
    assert state is not None
    assert (state.state, state.attributes["current_position"]) == ("open", 30)
    await _call(hass, "cover.stop_cover", blind)
    assert cloud.record.of("set")[-1]["body"] == {"state": "STOP"}
    await _call(hass, "cover.open_cover", blind)
    assert cloud.house.things["zbBlind01"].payload["position"] == 100
    cloud.house.change("zbBlind01", {"tilt": 10})
    await eventually(lambda: (found := hass.states.get(blind)) and "current_tilt_position" in found.attributes)
    await _call(hass, "cover.set_cover_tilt_position", blind, tilt_position=70)
    assert cloud.house.things["zbBlind01"].payload["tilt"] == 70

    valve = entity_of("climate", "zbValve01/climate")
    await _call(hass, "climate.set_temperature", valve, temperature=22.5, hvac_mode="auto")
    state = hass.states.get(valve)
    assert state is not None
    assert (state.state, state.attributes["temperature"]) == ("auto", 22.5)
    await _call(hass, "climate.turn_off", valve)
    state = hass.states.get(valve)
    assert state is not None
    assert (state.state, state.attributes["hvac_action"]) == ("off", "off")
    await _call(hass, "climate.turn_on", valve)
    await _call(hass, "climate.set_hvac_mode", valve, hvac_mode="heat")
    assert _state(hass, valve) == "heat"


@pytest.mark.usefixtures("in_cloud")
async def test_a_virtual_device_is_controlled(
    hass: HomeAssistant, cloud: CloudSimulator, entity_of: Callable[[str, str], str]
) -> None:
    frequency, active = entity_of("number", "virtual01//frequency"), entity_of("switch", "virtual01//demo_active")
    assert (_state(hass, frequency), _state(hass, active)) == ("60.0", "on")
    await _call(hass, "number.set_value", frequency, value=30)
    assert _state(hass, frequency) == "30.0"
    await _call(hass, "switch.turn_off", active)
    assert _state(hass, active) == "off"
    await _call(hass, "switch.turn_on", active)
    assert [sent["body"] for sent in cloud.record.of("patch")] == [
        {"frequency": 30},
        {"demoActive": False},
        {"demoActive": True},
    ]


@pytest.mark.usefixtures("in_cloud")
async def test_readings_update_sensors(
    hass: HomeAssistant, cloud: CloudSimulator, entity_of: Callable[[str, str], str], reaches: Callable[..., Any]
) -> None:
    for device, payload, unique_id, platform, state in (
        ("zbDoor001", {"contact": False}, "zbDoor001/contact", "binary_sensor", "on"),
        ("zbMotion1", {"occupancy": True}, "zbMotion1/occupancy", "binary_sensor", "on"),
        ("mbMeter01", {"active_power": 99.5}, "mbMeter01/active_power", "sensor", "99.5"),
        ("knxLux001", {"data": 12}, "knxLux001/data", "sensor", "12"),
        ("knxRain01", {"data": True}, "knxRain01/data", "binary_sensor", "on"),
        ("virtual01", {"value": 7}, "virtual01/value", "sensor", "7"),
        ("stCellar1", {"temp": 9.5}, "stCellar1/temp", "sensor", "9.5"),
    ):
        cloud.house.change(device, payload)
        await reaches(entity_of(platform, unique_id), state)
    # A value of another type is unknown until the next valid value.
    cloud.house.send("knxLux001", {"data": "many"})
    await reaches(entity_of("sensor", "knxLux001/data"), "unknown")
    cloud.house.change("knxLux001", {"data": 13})
    await reaches(entity_of("sensor", "knxLux001/data"), "13")


@pytest.mark.usefixtures("in_cloud")
async def test_a_press_of_a_button_is_an_event(
    hass: HomeAssistant, cloud: CloudSimulator, cloud_entry: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    button = entity_of("event", "zbButton1/click")
    fired: list[str] = []

    def note(event: Event[EventStateChangedData]) -> None:
        if (state := event.data["new_state"]) is not None:
            fired.append(state.attributes["event_type"])

    stop_tracking = async_track_state_change_event(hass, [button], callback(note))
    for click in ("single", "single", "double"):
        cloud.command("press", click=click)
    await eventually(lambda: fired == ["single", "single", "double"])
    # A status response is no event, and neither is the empty text after a press.
    await async_ask_status(cloud_entry.runtime_data, "zbButton1")
    cloud.house.send("zbButton1", {"click": ""})
    cloud.command("press", click="long")
    await eventually(lambda: fired == ["single", "single", "double", "long"])
    stop_tracking()
    # The event types are restored after a reload.
    await hass.config_entries.async_reload(cloud_entry.entry_id)
    await hass.async_block_till_done()
    state = hass.states.get(button)
    assert state is not None
    assert state.attributes["event_types"] == ["double", "long", "single"]


@pytest.mark.usefixtures("in_cloud")
async def test_the_first_press_of_a_new_button_is_an_event(
    hass: HomeAssistant, cloud: CloudSimulator, entity_of: Callable[[str, str], str]
) -> None:
    cloud.command("pair", device="zbNewBtn1", label="New button", payload={"battery": 50})
    cloud.house.send("zbNewBtn1", {"action": "on"})
    await eventually(lambda: hass.states.get("event.new_button_action") is not None)
    await hass.async_block_till_done()
    state = hass.states.get("event.new_button_action")
    assert state is not None
    assert state.attributes["event_type"] == "on"


@pytest.mark.usefixtures("everything_enabled", "in_cloud")
async def test_events_of_the_gateway(
    hass: HomeAssistant, cloud: CloudSimulator, entity_of: Callable[[str, str], str], reaches: Callable[..., Any]
) -> None:
    def last(key: str) -> Any:
        state = hass.states.get(entity_of("event", f"{GATEWAY}//{key}"))
        assert state is not None
        return state.attributes

    cloud.command("log", message="it failed", kind="ERR")
    await eventually(lambda: last("log").get("event_type") == "err")
    assert last("log")["message"] == "it failed"
    cloud.command("install", protocol="knx", succeeds=False)
    await eventually(lambda: last("installation").get("event_type") == "failed")
    assert last("installation")["protocol"] == "knx"
    cloud.command("install", protocol="knx")
    await eventually(lambda: last("installation").get("event_type") == "succeeded")
    # The list contains the version of the new container.
    await eventually(lambda: hass.states.get("sensor.gateway_version_of_instathings_knx2mqtt") is not None)
    cloud.command("unpair", device="zbDoor001")
    await eventually(lambda: last("pairing").get("event_type") == "not_paired")
    assert last("pairing")["device"] == "Front door"
    await reaches(entity_of("binary_sensor", "zbDoor001/contact"), "unavailable")
    cloud.command("upgrade", image="instathings/gate:2.0.0")
    await reaches(entity_of("sensor", f"{GATEWAY}//version"), "2.0.0")


@pytest.mark.usefixtures("in_cloud")
async def test_devices_are_unavailable_when_their_gateway_is_offline(
    hass: HomeAssistant, cloud: CloudSimulator, entity_of: Callable[[str, str], str], reaches: Callable[..., Any]
) -> None:
    connected, lamp = entity_of("binary_sensor", f"{GATEWAY}//connectivity"), entity_of("light", "zbBulb001/state")
    cloud.command("connect", connected=False)
    await reaches(lamp, "unavailable")
    await reaches(connected, "off")
    assert _state(hass, entity_of("sensor", "virtual01/value")) == "33"
    cloud.command("connect", connected=True)
    await reaches(lamp, "on")
    await reaches(connected, "on")


@pytest.mark.usefixtures("everything_enabled", "in_cloud")
async def test_the_refresh_button_requests_the_status(
    hass: HomeAssistant, cloud: CloudSimulator, entity_of: Callable[[str, str], str]
) -> None:
    await _call(hass, "button.press", entity_of("button", "httpPlug1//refresh_status"))
    sent = cloud.record.of("status")[-1]
    assert (sent["path"], sent["method"]) == ("/status", "GET")
    cloud.set_fault("never_answers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("custom_components.instathings.api.cloud.STATUS_SECONDS", 0.3)
        with pytest.raises(HomeAssistantError) as raised:
            await _call(hass, "button.press", entity_of("button", "zbBulb001//refresh_status"))
    assert raised.value.translation_key == "no_answer"


@pytest.mark.parametrize(
    ("fault", "value", "key"),
    [
        ("lose", True, "not_confirmed"),
        ("status", 500, "unreachable"),
        ("status", 403, "refused"),
        ("silent", True, "unreachable"),
        ("unauthorized", True, "auth_failed"),
    ],
)
@pytest.mark.usefixtures("in_cloud")
async def test_a_failed_command_raises_an_error(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    entity_of: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    value: Any,
    key: str,
) -> None:
    monkeypatch.setattr("custom_components.instathings.commands.ECHO_SECONDS", 0.3)
    monkeypatch.setattr("custom_components.instathings.api.cloud.REQUEST_SECONDS", 0.3)
    cloud.set_fault(fault, value)
    with pytest.raises(HomeAssistantError) as raised:
        await _call(hass, "light.turn_off", entity_of("light", "zbBulb001/state"))
    assert raised.value.translation_key == key
    assert (key == "auth_failed") == bool(hass.config_entries.flow.async_progress())


async def test_commands_are_confirmed_by_polling_after_a_status_request(
    hass: HomeAssistant, cloud: CloudSimulator, in_cloud: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    cloud.house.forgiving = False
    lamp = entity_of("light", "zbBulb001/state")
    await async_ask_status(in_cloud.runtime_data, "zbBulb001")
    assert cloud.house.silenced == {"zbBulb001"}
    # The device does not send changes, so a command is confirmed by a status request.
    await _call(hass, "light.turn_off", lamp)
    assert _state(hass, lamp) == "off"
    assert len(cloud.record.of("status")) >= 2
    # The gateway receives changes of the device again after a restart.
    cloud.command("upgrade", image="instathings/gate:2.0.0")
    await eventually(lambda: not in_cloud.runtime_data.asked)
    asked = len(cloud.record.of("status"))
    await _call(hass, "light.turn_on", lamp)
    assert len(cloud.record.of("status")) == asked
