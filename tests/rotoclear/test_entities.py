"""Entities: every variable of docs/protocol/rotoclear.md has one, which has its value and can set it."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.rotoclear import (
    binary_sensor,
    button,
    camera,
    image,
    light,
    number,
    select,
    sensor,
    switch,
    text,
    update,
)
from custom_components.rotoclear.api import VARIABLES
from custom_components.rotoclear.const import DOMAIN, PLATFORMS
from custom_components.rotoclear.coordinator import Part, PartKind
from tests.states import state_of
from tests.waiting import eventually

from .conftest import MAC

TABLES = (
    binary_sensor.BINARY_SENSORS,
    button.BUTTONS,
    button.SAVE_VIEW,
    button.VIEWS,
    camera.CAMERAS,
    light.LIGHTS,
    number.VIEWS,
    number.SETTINGS,
    select.SELECTS,
    select.OPTICAL_SENSORS,
    select.STORAGES,
    select.VIEWS,
    sensor.SENSORS,
    switch.SWITCHES,
    text.TEXTS,
    image.IMAGES,
    update.UPDATES,
)
# Variables that only the action set_state can set.
ONLY_BY_ACTION = {"userAuthentication"}


def variables_of_entities(*, writable: bool) -> set[str]:
    """Return the variables that entities read, or those that they set."""
    found: set[str] = set()
    for table in TABLES:
        if writable and table in (binary_sensor.BINARY_SENSORS, camera.CAMERAS, sensor.SENSORS, update.UPDATES):
            continue
        for description in table:
            for head in (0, 1):
                row = description.for_part(Part(PartKind.HEAD, head))
                found.update((row.variable, *row.reads))
    return found


def test_every_readable_variable_has_an_entity() -> None:
    shown = variables_of_entities(writable=False)
    assert {name for name, variable in VARIABLES.items() if variable.readable} - shown == set()


def test_every_writable_variable_has_an_entity_that_sets_it() -> None:
    settable = variables_of_entities(writable=True)
    assert {name for name, variable in VARIABLES.items() if variable.writable} - settable == ONLY_BY_ACTION


async def keep_servers(_server: str) -> None:
    """Move no server, also not by a task that runs since the start."""


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_entities(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    entry: MockConfigEntry,
    snapshot: SnapshotAssertion,
    platform: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The values that differ from run to run are set first."""
    monkeypatch.setattr("custom_components.rotoclear.PLATFORMS", [platform])
    monkeypatch.setattr("secrets.SystemRandom.getrandbits", lambda *_: 1)
    unit.command(
        "change",
        connectionUrls={"http": ["http://192.168.10.42"]},
        httpsCertificate={"subject": "rotoclear", "validTo": "2036-01-01T00:00:00Z"},
        httpStatus={"running": True},
        httpsStatus={"running": True},
        seconds=1_800_000_000,
        time=[2027, 1, 15, 8, 0, 0],
    )
    # The servers do not move, although the state has other ports.
    monkeypatch.setattr(unit, "_arrange", keep_servers)
    unit.unit.values |= {"httpPort": 80, "httpsPort": 443}
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await snapshot_platform(hass, er.async_get(hass), snapshot, entry.entry_id)


# The unit changes a variable, and an entity gets a state: (variable, value, platform, unique id, state).
STATES = [
    ("cam1Exists", False, "binary_sensor", "cam1Exists", "off"),
    ("hdmiConnected", True, "binary_sensor", "hdmiConnected", "on"),
    ("hasInternet", False, "binary_sensor", "hasInternet", "off"),
    ("light0", True, "light", "light0", "on"),
    ("light0", 1, "light", "light0", "on"),
    ("light0", "true", "light", "light0", "on"),
    ("zoom1", 15712, "number", "zoom1", "50.0"),
    ("pan0", {"x": 12.5, "y": 80}, "number", "pan0_x", "12.5"),
    ("pan0", {"x": 12.5, "y": 80}, "number", "pan0_y", "80.0"),
    ("RPM0", 3987, "sensor", "RPM0_sensor", "3987"),
    ("rpm0", 3500, "sensor", "rpm0_sensor", "3500"),
    ("oct0", "41.5°C", "sensor", "oct0_sensor", "41.5"),
    ("oct0", "hot", "sensor", "oct0_sensor", "unknown"),
    ("psi1", "987mbar", "sensor", "psi1_sensor", "987.0"),
    ("psi1", "1.2 bar", "sensor", "psi1_sensor", "1200.0"),
    ("psi1", "-", "sensor", "psi1_sensor", "unknown"),
    ("cfg30", "60", "sensor", "cfg30_sensor", "fps_60"),
    ("cfg40", 0, "sensor", "cfg40_sensor", "none"),
    ("lineRateB", "6 Gbit/s", "sensor", "lineRateB_sensor", "6 Gbit/s"),
    ("ver1", "H2 S3", "sensor", "ver1_sensor", "H2 S3"),
    ("record", "pause", "sensor", "record_sensor", "pause"),
    ("record", "pause", "switch", "record", "on"),
    ("recordTime", 12.0, "sensor", "recordTime_sensor", "12.0"),
    ("backupRemainingCapacitySeconds", "7200", "sensor", "backupRemainingCapacitySeconds_sensor", "2.0"),
    ("backupRemainingCapacityHours", "2.5", "sensor", "backupRemainingCapacityHours_sensor", "2.5"),
    ("storageBackupCapacity", "20:00h", "sensor", "storageBackupCapacity_sensor", "20:00h"),
    ("diskStorages", [], "sensor", "diskStorages_sensor", "0"),
    ("netStorages", {"a": {"name": "NAS"}, "b": {}}, "sensor", "netStorages_sensor", "2"),
    ("recordingStorage", {}, "select", "recordingStorage", "unknown"),
    ("cameraSwitch", True, "select", "cameraSwitch", "second_head"),
    ("pip", 3, "select", "pip", "bottom_left"),
    ("alignmentStream1", "1", "select", "alignmentStream1", "180"),
    ("cam0SelectedSensor", 1, "select", "cam0SelectedSensor", "second"),
    ("recordingFps", "60", "select", "recordingFps", "60"),
    ("expo", 0.5, "number", "expo", "0.5"),
    ("saturation", -3.5, "number", "saturation", "-3.5"),
    ("sharpness", 99, "number", "sharpness", "unknown"),
    ("changeVideoName", "part-7", "text", "changeVideoName", "part-7"),
    ("language", "de", "text", "language", "de"),
    ("downstat", "loading", "sensor", "downstat_sensor", "loading"),
    ("seconds", 1_800_000_000, "sensor", "seconds_sensor", "2027-01-15T08:00:00+00:00"),
    ("time", [2027, 1, 15, 8, 0, 0], "sensor", "time_sensor", "2027-01-15 08:00:00"),
    ("time", [2027, 13, 15, 8, 0, 0], "sensor", "time_sensor", "unknown"),
    ("licenseModules", ["a", "b", "c"], "sensor", "licenseModules_sensor", "3"),
    ("licenseConfig", [{"api": True}], "sensor", "licenseConfig_sensor", "1"),
    ("rtspStatus", {"running": True}, "sensor", "rtspStatus_sensor", "True"),
    ("rtspStatus", {"clients": 2}, "sensor", "rtspStatus_sensor", '{"clients":2}'),
    ("ntpStatus", {"status": "ok"}, "sensor", "ntpStatus_sensor", "ok"),
    ("httpsCertificate", {"notAfter": 1_800_000_000}, "sensor", "httpsCertificate_sensor", "2027-01-15T08:00:00+00:00"),
    ("httpsCertificate", {"validTo": "2027-01-15"}, "sensor", "httpsCertificate_sensor", "2027-01-15T00:00:00+00:00"),
    ("httpsCertificate", {"validTo": "soon"}, "sensor", "httpsCertificate_sensor", "unknown"),
    ("netInfo", [{"connections": [{"address": "10.0.0.7"}]}], "sensor", "netInfo_sensor", "10.0.0.7"),
    ("netInfo", [], "sensor", "netInfo_sensor", "unknown"),
    ("systemDescription", {"model": "C2 duo"}, "sensor", "systemDescription_sensor", '{"model":"C2 duo"}'),
    ("userAuthentication", {"status": "off"}, "sensor", "userAuthentication_sensor", "off"),
    ("mjpgStreamIsOpen", True, "switch", "mjpgStreamIsOpen", "on"),
]


@pytest.mark.parametrize(("variable", "value", "platform", "suffix", "state"), STATES)
async def test_a_changed_variable_changes_the_state(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
    variable: str,
    value: Any,
    platform: str,
    suffix: str,
    state: str,
) -> None:
    unit.command("change", **{variable: value})
    await reaches(entity_of(platform, suffix), state, 1)


async def test_passwords_in_attributes_are_redacted(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    entity_id = entity_of("sensor", "userAuthentication_sensor")
    unit.command("change", userAuthentication={"admin": {"password": "hunter2", "enabled": True}, "status": "on"})
    await reaches(entity_id, "on")
    state = hass.states.get(entity_id)
    assert state is not None
    assert "hunter2" not in str(state.as_dict())
    assert state.attributes["users"]["admin"]["enabled"] is True


async def test_attributes_that_are_too_large_are_replaced(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    entity_id = entity_of("sensor", "licenseModules_sensor")
    unit.command("change", licenseModules=["x" * 100] * 1000)
    await reaches(entity_id, "1000")
    state = hass.states.get(entity_id)
    assert state is not None
    assert state.attributes["modules"] == "too large to be shown"


# An action of an entity sets a variable of the unit: (platform, unique id, service, data, variable, value).
ACTIONS = [
    ("light", "light0", "turn_on", {}, "light0", True),
    ("light", "light1", "turn_off", {}, "light1", False),
    ("switch", "dictRotation0", "turn_off", {}, "dictRotation0", False),
    ("switch", "autoRotate1", "turn_on", {}, "autoRotate1", True),
    ("switch", "record", "turn_on", {}, "record", "start"),
    ("switch", "backupActive", "turn_on", {}, "backupActive", True),
    ("switch", "mjpgStreamIsOpen", "turn_on", {}, "mjpgStreamIsOpen", True),
    ("switch", "rtspOn", "turn_on", {}, "rtspOn", True),
    ("number", "zoom0", "set_value", {"value": 15.9}, "zoom0", 4996),
    ("number", "sharpness", "set_value", {"value": 12}, "sharpness", 12),
    ("number", "contrast", "set_value", {"value": 1.75}, "contrast", 1.75),
    ("number", "recordingPictureQuality", "set_value", {"value": 90}, "recordingPictureQuality", 90),
    ("select", "cameraSwitch", "select_option", {"option": "second_head"}, "cameraSwitch", True),
    ("select", "pip", "select_option", {"option": "top_right"}, "pip", 2),
    ("select", "alignmentStream0", "select_option", {"option": "180"}, "alignmentStream0", "1"),
    ("select", "recordingResolution", "select_option", {"option": "4k"}, "recordingResolution", "4K"),
    ("select", "backupFps", "select_option", {"option": "15"}, "backupFps", 15),
    ("select", "cam0SelectedSensor", "select_option", {"option": "second"}, "cam0SelectedSensor", 1),
    ("text", "changeImageName", "set_value", {"value": "shot"}, "changeImageName", "shot"),
    ("text", "timezone", "set_value", {"value": "Europe/Rome"}, "timezone", "Europe/Rome"),
]


@pytest.mark.parametrize(("platform", "suffix", "service", "data", "variable", "value"), ACTIONS)
async def test_an_action_sets_the_variable(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    platform: str,
    suffix: str,
    service: str,
    data: dict[str, Any],
    variable: str,
    value: Any,
) -> None:
    target = {"entity_id": entity_of(platform, suffix)}
    await hass.services.async_call(platform, service, {**data, **target}, blocking=True)
    assert unit.state()[variable] == value


@pytest.mark.parametrize(
    ("suffix", "key", "before", "written"),
    [
        ("take_picture", "takePicture", "stop", True),
        ("create_tag", "createTag", "stop", {}),
        ("pause_recording", "record", "start", "pause"),
        ("resume_recording", "record", "pause", "release"),
    ],
)
async def test_buttons(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    suffix: str,
    key: str,
    before: str,
    written: Any,
) -> None:
    if before != "stop":
        await loaded.runtime_data.async_set({"record": "start"})
    if before == "pause":
        await loaded.runtime_data.async_set({"record": "pause"})
    await hass.services.async_call("button", "press", {"entity_id": entity_of("button", suffix)}, blocking=True)
    assert unit.record.of("write", key=key)[-1]["value"] == written


async def test_a_storage_is_selected_by_name_and_written_by_uuid(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    entity_id = entity_of("select", "recordingStorage")
    unit.command("plug_storage", uuid="aaaa-1", label="Stick")
    unit.command("plug_storage", uuid="bbbb-2", label="Stick")
    await eventually(lambda: "Stick (bbbb-2)" in state_of(hass, entity_id).attributes["options"])
    await hass.services.async_call(
        "select", "select_option", {"entity_id": entity_id, "option": "Stick (bbbb-2)"}, blocking=True
    )
    assert unit.record.of("write", key="recordingStorage")[-1]["value"] == "bbbb-2"
    await reaches(entity_id, "Stick (bbbb-2)")

    unit.command("unplug_storage", uuid="aaaa-1")
    await reaches(entity_id, "Stick")
    with pytest.raises(ServiceValidationError, match="no storage Stick"):
        await hass.data["select"].get_entity(entity_id).async_select_option("Stick (aaaa-1)")


@pytest.mark.parametrize(
    ("automatic", "text", "settings"),
    [
        ("exposure", "automatic exposure off first", {"brightness": 3, "expo": 4.5, "gain": 7}),
        ("whiteBalance", "automatic white balance off first", {"redGain": -5, "blueGain": 6}),
        ("backupUseCompleteSpace", "uses the whole storage", {"backupMaximumRecordingTimeCapacity": 30}),
    ],
)
async def test_a_setting_cannot_be_set_while_its_automatic_is_on(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    automatic: str,
    text: str,
    settings: dict[str, float],
) -> None:
    unit.command("change", **{automatic: True})
    await eventually(lambda: loaded.runtime_data.data[automatic] is True)
    for variable, value in settings.items():
        entity_id = entity_of("number", variable)
        call = {"entity_id": entity_id, "value": value}
        assert state_of(hass, entity_id).state == str(unit.state()[variable])
        with pytest.raises(ServiceValidationError, match=text):
            await hass.services.async_call("number", "set_value", call, blocking=True)
    assert not unit.record.of("write")

    unit.command("change", **{automatic: False})
    await eventually(lambda: loaded.runtime_data.data[automatic] is False)
    for variable, value in settings.items():
        call = {"entity_id": entity_of("number", variable), "value": value}
        await hass.services.async_call("number", "set_value", call, blocking=True)
        assert unit.state()[variable] == value


async def test_recording_without_a_storage_raises_an_error(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    unit.command("unplug_storage")
    with pytest.raises(HomeAssistantError, match="needs a recording storage"):
        await hass.services.async_call("switch", "turn_on", {"entity_id": entity_of("switch", "record")}, blocking=True)


async def test_a_missing_right_raises_an_error(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    unit.command("set_rights", locked=["light0"])
    with pytest.raises(HomeAssistantError, match="did not accept light0"):
        await hass.services.async_call("light", "turn_on", {"entity_id": entity_of("light", "light0")}, blocking=True)


@pytest.mark.parametrize(
    ("platform", "suffix", "service", "data"),
    [("switch", "httpOn", "turn_off", {}), ("number", "httpPort", "set_value", {"value": 8080})],
)
async def test_the_server_of_the_connection_cannot_be_switched_off_or_moved(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    platform: str,
    suffix: str,
    service: str,
    data: dict[str, Any],
) -> None:
    target = {"entity_id": entity_of(platform, suffix)}
    with pytest.raises(ServiceValidationError, match="connected through the unit's HTTP server"):
        await hass.services.async_call(platform, service, {**data, **target}, blocking=True)
    assert not unit.record.of("write")


async def test_the_other_server_can_be_switched_off(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
) -> None:
    await hass.services.async_call("switch", "turn_off", {"entity_id": entity_of("switch", "httpsOn")}, blocking=True)
    assert unit.state()["httpsOn"] is False


async def test_variables_that_the_user_may_not_read_have_no_entity(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    entry: MockConfigEntry,
    entity_of: Callable[[str, str], str],
) -> None:
    unit.command("set_rights", hidden=["psi0", "backupActive"])
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    registry = er.async_get(hass)
    unique_ids = {entity.unique_id for entity in er.async_entries_for_config_entry(registry, entry.entry_id)}
    assert not [unique_id for unique_id in unique_ids if unique_id.endswith(("psi0_sensor", "backupActive"))]
    assert hass.states.get(entity_of("sensor", "psi1_sensor"))


async def test_a_variable_gets_its_entity_when_the_user_may_read_it(
    hass: HomeAssistant,
    unit: Any,
    everything_enabled: None,
    entry: MockConfigEntry,
    entity_of: Callable[[str, str], str],
) -> None:
    unit.command("set_rights", hidden=["psi0"])
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    unit.command("set_rights")
    unit.command("change", psi0=1021)
    registry = er.async_get(hass)
    await eventually(
        lambda: (
            (entity_id := registry.async_get_entity_id("sensor", DOMAIN, f"{MAC}_psi0_sensor"))
            and hass.states.get(entity_id)
        )
    )
    assert state_of(hass, entity_of("sensor", "psi0_sensor")).state == "1021.0"
