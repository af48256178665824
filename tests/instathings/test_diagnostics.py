"""Diagnostics, and the use of every endpoint of docs/protocol/instathings.md#cloud-rest-api."""

from collections.abc import Callable
import json
import re

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.instathings.const import DOMAIN
from custom_components.instathings.diagnostics import async_get_config_entry_diagnostics
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.gateway import GatewaySimulator
from simulators.instathings.house import GATEWAY
from tests.entries import set_up
from tests.waiting import eventually


async def test_diagnostics_of_a_project_contain_no_secrets(
    hass: HomeAssistant, cloud: CloudSimulator, in_cloud: MockConfigEntry
) -> None:
    cloud.command("raw", text="{")
    await eventually(lambda: bool(in_cloud.runtime_data.dropped.as_dict()))
    found = await async_get_config_entry_diagnostics(hass, in_cloud)
    text = json.dumps(found, default=str)
    for secret in ("demo-secret", "demo-client", "zbBulb001", "JtjYANUvs", "Living room", "127.0.0.1", "198.51.100.7"):
        assert secret not in text
    assert found["connection"]["dropped"] == {"broken JSON": 1}
    assert found["connection"]["connected"] is True
    lamp = next(device for device in found["devices"] if device["controls"] == ["light"])
    assert lamp["values"]["brightness"] == 254
    assert lamp["parent"] == 0
    assert async_redact_data(found, set()) == found


async def test_diagnostics_of_a_gateway_contain_no_ids_or_addresses(
    hass: HomeAssistant, gateway: GatewaySimulator, gateway_entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(gateway_entry, options={"devices": ["zbTemp001"]})
    await set_up(hass, gateway_entry)
    found = await async_get_config_entry_diagnostics(hass, gateway_entry)
    text = json.dumps(found, default=str)
    assert "zbTemp001" not in text
    assert "127.0.0.1" not in text
    assert found["connection"]["database_down"] is False
    assert found["devices"][1]["values"]["temperature"] == 21.37


@pytest.mark.usefixtures("everything_enabled")
async def test_home_assistant_uses_every_documented_endpoint_and_event(
    hass: HomeAssistant, cloud: CloudSimulator, cloud_entry: MockConfigEntry, device_id_of: Callable[..., str]
) -> None:
    """Each documented endpoint is called, and each event of the WebSocket changes a state."""
    await set_up(hass, cloud_entry)

    async def act(action: str, device: str, **data: object) -> None:
        wants_answer = action.startswith(("get", "create"))
        target = {"device_id": device_id_of(cloud_entry, device)}
        await hass.services.async_call(DOMAIN, action, {**target, **data}, blocking=True, return_response=wants_answer)

    await act("create_certificate", GATEWAY)
    await act("rename", "zbBulb001", name="Lamp")
    await act("set", "zbBulb001", payload={"state": "TOGGLE"})
    await act("get_status", "zbBulb001")
    await act("get_logs", GATEWAY)
    await act("delete_device", "zbPlug001")
    cloud.set_fault("no_sub_device_path")
    await act("delete_device", "zbLeak001")
    cloud.command("pair", device="zbNew0001", label="New", payload={"contact": True})
    await eventually(lambda: hass.states.get("binary_sensor.new_contact") is not None)
    ids = re.compile(r"/(?!v1)[^/]*\d[^/]*|/gwHouse01|/(vRy6GTde|IuYtREd0|R2Jh6IhT|bLe4TagX)|(?<=protocols)/knx")
    paths = {(entry["method"], ids.sub("/*", entry["path"])) for entry in cloud.record.of("request")}
    for wanted in (
        ("GET", "/device/v1/devices"),
        ("GET", "/device/v1/devices/*"),
        ("POST", "/devices/*/credentials/certificate"),
        ("GET", "/device/v1/devices/*/data"),
        ("PATCH", "/device/v1/devices/*"),
        ("DELETE", "/device/v1/devices/*"),
        ("DELETE", "/devices/*/subDevice/subDevices/*"),
        ("POST", "/device/v1/control/*/set"),
        ("POST", "/device/v1/control/*/status"),
        ("GET", "/device/v1/control/*/fetch"),
        ("GET", "/device/v1/devices/*/gate/logs"),
        ("GET", "/device/v1/protocols/*"),
        ("GET", "/device/v1/types"),
        ("GET", "/device/v1/types/*"),
    ):
        assert wanted in paths, f"{wanted} was not called: {sorted(paths)}"
    assert cloud.record.of("token")
    assert cloud.record.of("websocket")

    def event_type(entity_id: str) -> str | None:
        state = hass.states.get(entity_id)
        return state.attributes.get("event_type") if state else None

    cloud.command("install", protocol="knx")
    await eventually(lambda: event_type("event.gateway_protocol_installation") == "succeeded")
    cloud.command("install", protocol="knx", succeeds=False)
    await eventually(lambda: event_type("event.gateway_protocol_installation") == "failed")
    await eventually(lambda: event_type("event.gateway_pairing") == "paired")
    cloud.command("unpair", device="zbNew0001")
    await eventually(lambda: event_type("event.gateway_pairing") == "not_paired")
    cloud.command("pair", device="zbNew0002", label="Other", payload={}, succeeds=False)
    cloud.command("log", message="x")
    await eventually(lambda: event_type("event.gateway_log") == "log")

    def state_of(entity_id: str) -> str | None:
        state = hass.states.get(entity_id)
        return state.state if state else None

    cloud.command("connect", connected=False)
    await eventually(lambda: state_of("binary_sensor.gateway_connectivity") == "off")
    cloud.command("connect", connected=True)
    await eventually(lambda: state_of("binary_sensor.gateway_connectivity") == "on")
    cloud.command("upgrade", image="instathings/gate:3.0.0")
    await eventually(lambda: state_of("sensor.gateway_software_version") == "3.0.0")
    await hass.services.async_call(
        "number", "set_value", {ATTR_ENTITY_ID: "number.demo_counter_data_interval", "value": 45}, blocking=True
    )
    assert state_of("number.demo_counter_data_interval") == "45.0"
