"""The entry of a cloud project: setup, devices that are added and removed, and invalid messages."""

import asyncio
from collections.abc import Callable
import json
import logging
import time
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.instathings.api.errors import Refused
from custom_components.instathings.api.model import Device, Reading
from custom_components.instathings.const import DOMAIN
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.house import GATEWAY
from tests.entries import set_up
from tests.waiting import eventually


def _state(hass: HomeAssistant, entity_id: str) -> str | None:
    state = hass.states.get(entity_id)
    return state.state if state else None


async def test_setup_makes_one_list_request_and_one_request_per_device(
    hass: HomeAssistant, cloud: CloudSimulator, cloud_entry: MockConfigEntry
) -> None:
    await set_up(hass, cloud_entry)
    assert cloud_entry.state is ConfigEntryState.LOADED
    paths = [entry["path"] for entry in cloud.record.of("request")]
    things = len(cloud.house.things)
    assert paths.count("/device/v1/devices") == 1
    assert paths.count("/device/v1/types") == 1
    assert len(cloud.record.of("data")) == things - 1
    assert len(cloud.record.of("token")) == 1
    assert len(paths) == 2 + (things - 1) + 5
    registry = dr.async_get(hass)
    gateway = registry.async_get_device_by_identifier((DOMAIN, GATEWAY), cloud_entry.entry_id)
    lamp = registry.async_get_device_by_identifier((DOMAIN, "zbBulb001"), cloud_entry.entry_id)
    assert gateway is not None
    assert lamp is not None
    assert lamp.via_device_id == gateway.id
    assert (lamp.manufacturer, lamp.model_id) == ("Philips", "9290012573A")
    assert gateway.sw_version == "1.9.1"


@pytest.mark.parametrize(
    ("fault", "value", "state", "reauth"),
    [
        ("unauthorized", True, ConfigEntryState.SETUP_RETRY, True),
        ("token_status", 500, ConfigEntryState.SETUP_RETRY, False),
        ("token_status", 429, ConfigEntryState.SETUP_RETRY, False),
        ("token_status", 403, ConfigEntryState.SETUP_RETRY, True),
        ("tokens_refused", True, ConfigEntryState.SETUP_RETRY, False),
        ("status", 503, ConfigEntryState.SETUP_RETRY, False),
    ],
)
async def test_a_failed_setup_is_retried_or_starts_the_reauthentication(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    cloud_entry: MockConfigEntry,
    fault: str,
    value: Any,
    state: ConfigEntryState,
    reauth: bool,
) -> None:
    cloud.set_fault(fault, value)
    await hass.config_entries.async_setup(cloud_entry.entry_id)
    await hass.async_block_till_done()
    assert cloud_entry.state is state
    flows = hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in flows] == (["reauth"] if reauth else [])


async def test_devices_are_added_removed_and_renamed(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    in_cloud: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    # A device is paired in the console.
    cloud.command("pair", device="zbNew0001", label="Shed door", payload={"contact": False, "battery": 4})
    await eventually(lambda: hass.states.get("binary_sensor.shed_door_contact") is not None)
    # A reading of a device that is not in the list.
    cloud.command("add_many", count=1)
    cloud.house.send("many00000")
    await eventually(lambda: _state(hass, "sensor.sensor_0_temperature") == "20.0")
    # New keys.
    cloud.house.change("zbNew0001", {"tamper": True, "power": 4.5})
    await eventually(lambda: _state(hass, "sensor.shed_door_power") == "4.5")
    assert _state(hass, "binary_sensor.shed_door_tamper") == "on"
    # A switch is replaced by a light after its first brightness.
    cloud.house.change("zbPlug001", {"brightness": 100})
    await eventually(lambda: hass.states.get("light.coffee_maker") is not None)
    await eventually(lambda: hass.states.get("switch.coffee_maker") is None)
    # Devices that were deleted and renamed in the console change with the next list, because there is no event.
    cloud.command("remove", device="zbNew0001")
    cloud.command("rename", device="zbDoor001", label="Garden door")
    in_cloud.runtime_data.request_list()
    await eventually(lambda: hass.states.get("binary_sensor.shed_door_contact") is None)
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, "zbDoor001"), in_cloud.entry_id)
    assert device is not None
    assert device.name == "Garden door"
    # An unknown device is requested once.
    cloud.command("raw", text='{"action":"data","payload":{"deviceId":"ghost0001","ts":1,"data":{"a":1}}}')
    cloud.command("raw", text='{"action":"data","payload":{"deviceId":"ghost0001","ts":2,"data":{"a":1}}}')
    asked = "/device/v1/devices/ghost0001"
    await eventually(lambda: asked in [entry["path"] for entry in cloud.record.of("request")])
    cloud.command("raw", text='{"action":"data","payload":{"deviceId":"ghost0001","ts":3,"data":{"a":1}}}')
    cloud.house.change("knxLux001", {"data": 3})
    await reaches(entity_of("sensor", "knxLux001/data"), "3")
    assert [entry["path"] for entry in cloud.record.of("request")].count(asked) == 1


async def test_pending_readings_are_applied_before_later_ones(hass: HomeAssistant, in_cloud: MockConfigEntry) -> None:
    """The list may contain a device while the request for this device is pending."""
    coordinator = in_cloud.runtime_data
    first, second = (Reading("ghost0002", hour * 3600.0, {"data": hour}) for hour in (1, 2))
    coordinator.take_reading(first)
    assert ("ghost0002", "data") not in coordinator.data
    coordinator.put_device(Device(id="ghost0002", name="Ghost"))
    assert coordinator.data["ghost0002", "data"] == 1
    coordinator.take_reading(second)
    await hass.async_block_till_done()
    await asyncio.sleep(0.2)
    assert coordinator.data["ghost0002", "data"] == 2


async def test_values_of_wrong_types_for_every_key_are_dropped(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    in_cloud: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def shown() -> dict[str, tuple[str, dict[str, Any]]]:
        return {
            state.entity_id: (state.state, {k: v for k, v in state.attributes.items() if k != "color_mode"})
            for state in hass.states.async_all()
        }

    for thing in cloud.house.things.values():
        cloud.house.send(thing.id)
    await asyncio.sleep(0.3)
    before = shown()
    wrong: tuple[Any, ...] = (None, True, -1, 1e300, "x" * 300, "", [], [1, {"a": 2}], {}, {"x": "y"}, {"a": [[[]]]})
    for thing in list(cloud.house.things.values()):
        for value in wrong:
            payload = dict.fromkeys(thing.payload, value)
            cloud.house.send(thing.id, payload)
            cloud.house.send(thing.id, {"type": "data", "message": {"data": payload}})
            cloud.house.send(thing.id, value)
    cloud.command("raw", text='{"action":"data","payload":{"deviceId":"zbBulb001","ts":1,"data":{"brightness":NaN}}}')
    await eventually(lambda: sum(in_cloud.runtime_data.dropped.as_dict().values()) > 500, 10)
    await asyncio.sleep(0.5)
    for thing in cloud.house.things.values():
        cloud.house.send(thing.id)
    await eventually(lambda: before.items() <= shown().items(), 10)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert in_cloud.runtime_data.connection.sessions == 1


async def test_only_changed_states_are_written(
    hass: HomeAssistant, cloud: CloudSimulator, in_cloud: MockConfigEntry
) -> None:
    written: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        written.append(event.data["entity_id"])

    stop = hass.bus.async_listen("state_changed", note)
    reported = hass.bus.async_listen("state_reported", lambda _: None, callback(lambda _: False))
    cloud.house.change("zbTemp001", {"temperature": 19.0})
    await eventually(lambda: bool(written))
    await asyncio.sleep(0.2)
    assert written == ["sensor.bedroom_climate_temperature"]
    written.clear()
    for number in range(100):
        cloud.house.change("zbTemp001", {"temperature": number / 10})
        await asyncio.sleep(0.002)
    await eventually(lambda: _state(hass, "sensor.bedroom_climate_temperature") == "9.9")
    assert len(written) < 20
    # Each change of an on/off value is written, also if its key could be a number.
    written.clear()
    for number in range(50):
        cloud.house.change("knxRain01", {"data": number % 2 == 0})
    await eventually(lambda: len(written) == 50)
    stop()
    reported()


@pytest.mark.timing(reason="setting up has a limit in seconds")
@pytest.mark.parametrize("count", [2000])
async def test_two_thousand_devices_are_set_up(
    hass: HomeAssistant, cloud: CloudSimulator, cloud_entry: MockConfigEntry, count: int
) -> None:
    cloud.command("add_many", count=count)
    cloud.set_fault("delay", 0.01)
    started = time.monotonic()
    await hass.config_entries.async_setup(cloud_entry.entry_id)
    assert time.monotonic() - started < 20
    paths = [entry["path"] for entry in cloud.record.of("request")]
    assert paths.count("/device/v1/devices") == 1
    # The other devices are requested after the setup, a few at a time.
    await eventually(lambda: len(cloud_entry.runtime_data.latest) == 0, 180)
    await hass.async_block_till_done()
    assert _state(hass, f"sensor.sensor_{count - 1}_temperature") is not None
    # Each device is requested once; the four pending requests of the setup are repeated.
    assert len(cloud.house.things) - 1 <= len(cloud.record.of("data")) <= len(cloud.house.things) + 3


async def test_http_devices_are_polled(
    hass: HomeAssistant, cloud: CloudSimulator, cloud_entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    hass.config_entries.async_update_entry(cloud_entry, options={"http_seconds": 0.1})
    await set_up(hass, cloud_entry)
    cloud.house.things["httpPlug1"].payload["meters"][0]["power"] = 12.5
    await eventually(lambda: _state(hass, "sensor.shelly_plug_power") == "12.5")
    assert cloud.record.of("status") == []
    cloud.set_fault("status", 500)
    await asyncio.sleep(0.3)
    cloud.set_fault("status", None)
    cloud.house.things["httpPlug1"].payload["meters"][0]["power"] = 13.5
    await eventually(lambda: _state(hass, "sensor.shelly_plug_power") == "13.5")


@pytest.mark.usefixtures("everything_enabled")
async def test_logs_errors_and_states_contain_no_secrets(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    cloud_entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("custom_components.instathings.common.client.backoff.BACKOFF_FIRST", 0.02)
    await set_up(hass, cloud_entry)
    connection = cloud_entry.runtime_data.connection
    token = await cloud_entry.runtime_data.client.tokens.get()
    cloud.set_fault("websocket_status", 500)
    await cloud.command("close_websockets")
    # The WebSocket is refused, and the state is polled.
    await eventually(lambda: connection.attempts >= 2 and _state(hass, "light.living_room_lamp") == "on")
    cloud.set_fault("status", 500)
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call("light", "turn_on", {ATTR_ENTITY_ID: "light.living_room_lamp"}, blocking=True)
    ours = [record.getMessage() for record in caplog.records if "instathings" in record.name]
    everything = json.dumps(
        [ours, str(raised.value), [state.as_dict() for state in hass.states.async_all()]], default=str
    )
    for secret in (token, "demo-secret"):
        assert secret not in everything


async def test_a_failed_list_request_is_retried(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    in_cloud: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.instathings.cloud.LIST_SECONDS", 0.2)
    coordinator = in_cloud.runtime_data
    sessions = coordinator.connection.sessions
    # The list and a new device cannot be fetched, and the connection stays open.
    cloud.set_fault("status", 503)
    coordinator.request_list()
    cloud.command("add_many", count=2)
    cloud.house.send("many00000")
    cloud.house.change("knxLux001", {"data": 5})
    await reaches(entity_of("sensor", "knxLux001/data"), "5")
    assert "many00000" not in coordinator.inventory
    # Messages of an unknown gateway and an unknown device.
    cloud.command("raw", text='{"action":"connected","payload":{"id":"gwOther01","isGateway":true}}')
    cloud.command("raw", text='{"action":"status","payload":{"deviceId":"ghost0001","response":{"a":1}}}')
    cloud.set_fault("status", None)
    # The next list contains them.
    await eventually(lambda: {"many00000", "many00001"} <= set(coordinator.inventory), 5)
    await eventually(lambda: _state(hass, "sensor.sensor_1_temperature") == "21.0", 5)
    assert coordinator.connection.sessions == sessions


async def test_devices_are_set_up_without_device_types(
    hass: HomeAssistant, cloud: CloudSimulator, cloud_entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: Any) -> Any:
        raise Refused("no")

    monkeypatch.setattr("custom_components.instathings.api.cloud.CloudClient.types", refused)
    await set_up(hass, cloud_entry)
    assert _state(hass, "light.living_room_lamp") == "on"
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, "zbBulb001"), cloud_entry.entry_id)
    assert device is not None
    assert device.manufacturer == "Instathings"
