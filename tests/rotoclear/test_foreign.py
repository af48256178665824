"""Tests with another simulator: every readable variable changes a state, and every writable one can be set."""

from collections.abc import AsyncGenerator
import json
from typing import Any

from homeassistant.const import (
    CONF_DEVICE_ID,
    CONF_HOST,
    CONF_PORT,
    CONF_SSL,
    CONF_TOKEN,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.rotoclear.const import DOMAIN
from tests.waiting import eventually

from .foreign_unit import MAC, READABLE, TOKEN, WRITABLE, ForeignUnit, foreign_unit

# Other values for the variables, where `changed` cannot make one.
CHANGED: dict[str, Any] = {
    "cfg30": "60",
    "cfg40": "30",
    "cfg31": "30",
    "cfg41": "0",
    "recordingResolution": "4K",
    "backupResolution": "FullHD",
    "alignmentStream0": "1",
    "alignmentStream1": "0",
    "cam1SelectedSensor": "0",
    "pip": "3",
    "record": "pause",
    "recordingFps": "30",
    "backupFps": 15,
    "recordingStorage": {"uuid": "disk-b", "name": "Stick B"},
    "backupStorage": {"uuid": "share-c", "name": "Share C"},
    "diskStorages": [],
    "netStorages": {},
    "zoom0": 1500,
    "zoom1": "700",
    "pan0": {"x": 60, "y": 40},
    "pan1": {"x": "70", "y": 20.5},
    "contrast": 1.5,
    "time": [2026, 1, 2, 3, 4, 6],
    "netInfo": [{"connections": [{"address": "10.9.9.9"}]}],
    "licenseConfig": ["api", "other"],
    "licenseModules": [],
    "systemDescription": {"model": "C3"},
    "connectionUrls": {},
    "userAuthentication": {"web": False},
    "httpsCertificate": {"notAfter": "Jan  2 03:04:05 2031 GMT"},
}


def changed(key: str, value: Any) -> Any:
    """Return another value of the same format."""
    if key in CHANGED:
        return CHANGED[key]
    if isinstance(value, bool):
        return not value
    if key in ("light0", "dictRotation0", "hdmiConnected", "mjpgStreamIsOpen", "recordingWithDateStamp"):
        return 1 - int(value)
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, dict):
        return {**value, "state": "changed"}
    if value in ("true", "false"):
        return "true" if value == "false" else "false"
    for unit in (" °C", " bar", "bar"):
        if value.endswith(unit):
            return f"{float(value.removesuffix(unit)) + 0.5}{unit}"
    try:
        return str(float(value) + 1).removesuffix(".0")
    except ValueError:
        return f"{value}changed"


@pytest.fixture
async def unit(socket_enabled: None) -> AsyncGenerator[ForeignUnit]:
    # The automatics are off, so that all settings can be set.
    async with foreign_unit(exposure=False, whiteBalance=False, backupUseCompleteSpace=False) as unit:
        yield unit


@pytest.fixture
async def device_id(hass: HomeAssistant, unit: ForeignUnit, everything_enabled: None) -> str:
    data = {
        CONF_HOST: "127.0.0.1",
        CONF_PORT: unit.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: True,
        CONF_USERNAME: "API-User",
        CONF_TOKEN: TOKEN,
    }
    entry = MockConfigEntry(domain=DOMAIN, title="Lathe", unique_id=MAC, data=data)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, MAC), entry.entry_id)
    assert device is not None
    return device.id


def states(hass: HomeAssistant) -> dict[str, Any]:
    return {state.entity_id: (state.state, dict(state.attributes)) for state in hass.states.async_all()}


@pytest.mark.parametrize("key", READABLE)
async def test_a_readable_variable_changes_a_state_within_a_second(
    hass: HomeAssistant, unit: ForeignUnit, device_id: str, key: str
) -> None:
    before = states(hass)
    await unit.change(key, changed(key, unit.values[key]))
    await eventually(lambda: states(hass) != before, 1, lambda: f"{key} changes no state")
    new = {entity_id: state for entity_id, state in states(hass).items() if state != before.get(entity_id)}
    if key not in ("diskStorages", "netStorages"):  # without storages, none is selected
        assert "unknown" not in [state for state, _ in new.values()]


async def test_only_entities_without_value_are_unknown(hass: HomeAssistant, unit: ForeignUnit, device_id: str) -> None:
    unknown = {
        state.entity_id
        for state in hass.states.async_all()
        if state.state == "unknown" and not state.entity_id.startswith("button.")
    }
    assert unknown == {
        "select.lathe_recording_storage",
        "select.lathe_visual_backup_storage",
        # The heads show no saved view.
        "select.lathe_head_1_view",
        "select.lathe_head_2_view",
        # No picture was taken.
        "image.lathe_last_picture",
    }


VALUES: dict[str, Any] = {
    "createTag": {"title": "here"},
    "takePicture": True,
    "pan0": {"x": 5, "y": -5},
    "pan1": {"x": -5, "y": 5},
    "zoom0": 100,
    "zoom1": 200,
    "recordingStorage": "disk-b",
    "backupStorage": "share-c",
    "userAuthentication": {"web": False},
    "record": "start",
    "httpOn": True,
}


TEXTS = ("alignmentStream0", "alignmentStream1", "recordingResolution")


@pytest.mark.parametrize("key", WRITABLE)
async def test_a_writable_variable_is_written(hass: HomeAssistant, unit: ForeignUnit, device_id: str, key: str) -> None:
    if key == "record":
        await unit.change("recordingStorage", unit.values["diskStorages"][0])
    value = VALUES[key] if key in VALUES else changed(key, unit.values[key])
    if key == "httpPort":
        value = unit.port  # the server of this connection cannot be moved
    data = {CONF_DEVICE_ID: device_id, "values": {key: value}}
    await hass.services.async_call(DOMAIN, "set_state", data, blocking=True)
    # A text with a number is sent as a number.
    wanted = json.loads(value) if isinstance(value, str) and value[0].isdigit() and key not in TEXTS else value
    assert unit.written_to(key) == [wanted]


async def test_a_refused_command_raises_an_error(hass: HomeAssistant, unit: ForeignUnit, device_id: str) -> None:
    with pytest.raises(HomeAssistantError, match="needs a recording storage"):
        await hass.services.async_call(
            DOMAIN, "set_state", {CONF_DEVICE_ID: device_id, "values": {"record": "start"}}, blocking=True
        )


async def test_zoom_ends_at_its_target(hass: HomeAssistant, unit: ForeignUnit, device_id: str) -> None:
    for target, steps in ((15.9, 4996), (100, 31424), (0, 0)):
        await hass.services.async_call(
            "number", "set_value", {"entity_id": "number.lathe_head_1_zoom", "value": target}, blocking=True
        )
        assert float(unit.values["zoom0"]) == steps
