"""The entities of a project, in both generations and with every shape of messages."""

from collections.abc import Callable
import json
from typing import Any

from homeassistant.const import CONF_TOKEN, Platform
from homeassistant.core import HomeAssistant, StateMachine
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.iottly.api import leaf_name
from custom_components.iottly.const import CONF_BASE_URL, CONF_PROJECT_ID, DOMAIN, PLATFORMS
from simulators.iottly.boards import DOORBELL, GREENHOUSE, METER
from simulators.iottly.cloud import AGENT, NEWER, PAGE, TOKEN, IottlyCloud
from simulators.iottly.project import FIELD_GROUP, PROJECT_ID
from tests.waiting import eventually

from .conftest import WEBHOOK_ID, both_generations, older_generation

# These platforms need command entities, and updates need deployment groups.
COMMANDS = (Platform.COVER, Platform.LIGHT, Platform.NUMBER, Platform.SWITCH)
EMPTY = {NEWER: (*COMMANDS, Platform.UPDATE), PAGE: COMMANDS}


@pytest.mark.parametrize(
    ("platform", "cloud"),
    [(one, generation) for one in PLATFORMS for generation in (PAGE, NEWER) if one not in EMPTY[generation]],
    indirect=["cloud"],
)
async def test_entities_of_a_project(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    everything_enabled: None,
    entry: MockConfigEntry,
    snapshot: SnapshotAssertion,
    platform: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.iottly.PLATFORMS", [platform])
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    for state in hass.states.async_all():
        if state.entity_id.endswith("_last_message"):
            hass.states.async_set(state.entity_id, "a moment ago", state.attributes)
    await snapshot_platform(hass, er.async_get(hass), snapshot, entry.entry_id)


async def states_of(hass: HomeAssistant, **options: Any) -> dict[str, str]:
    """Return the states for a cloud with these options, except timestamps."""
    cloud = IottlyCloud(**options)
    await cloud.start()
    data = {
        CONF_PROJECT_ID: PROJECT_ID,
        CONF_TOKEN: TOKEN,
        CONF_BASE_URL: f"http://127.0.0.1:{cloud.port}/v1.0",
        "webhook_id": "w",
    }
    entry = MockConfigEntry(domain=DOMAIN, title="Farm", unique_id=PROJECT_ID, data=data)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    registry = er.async_get(hass)
    states = {
        known.unique_id: state.state
        for known in er.async_entries_for_config_entry(registry, entry.entry_id)
        if not known.unique_id.endswith(("_last_message", "_message")) and (state := hass.states.get(known.entity_id))
    }
    await hass.config_entries.async_remove(entry.entry_id)
    await cloud.stop()
    return states


async def test_messages_of_all_shapes_give_the_same_entities(hass: HomeAssistant) -> None:
    shapes = [
        await states_of(hass, generation=NEWER, shape=shape, oldest_first=oldest_first)
        for shape in ("top_level", "typed", "plain")
        for oldest_first in (False, True)
    ]
    assert len(shapes[0]) == 18
    assert all(states == shapes[0] for states in shapes)
    boards = {key: state for key, state in shapes[0].items() if "_payload_" in key or key.endswith("_connected")}
    older = await states_of(hass, generation=PAGE)
    assert {key: older[key] for key in boards} == boards


@both_generations
async def test_actions_of_a_user_call_every_endpoint(
    hass: HomeAssistant, cloud: IottlyCloud, user_input: dict[str, Any], everything_enabled: None
) -> None:
    """The actions call the routes of docs/protocol/iottly.md#routes.

    The exceptions are the routes of the properties of a board and of a license.
    """
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    done = await hass.config_entries.flow.async_configure(flow["flow_id"], user_input)
    await hass.async_block_till_done()
    entry = done["result"]
    devices = {
        identifier: device.id
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        for _, identifier in device.identifiers
    }

    async def act(action: str, device: str, *, response: bool = False, **data: Any) -> None:
        data["device_id"] = devices[device]
        await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=response)

    await act("send_command", METER, cmd_type="echo")
    await act("get_messages", METER, response=True)
    await act("get_messages", METER, response=True, end="2026-11-21 00:00:00")
    if cloud.is_old:
        await act("flash_firmware", f"group_{FIELD_GROUP}")
    else:
        await act("rename_board", METER, name="Cellar")

    project = f"/v1.0/project/{PROJECT_ID}"
    wanted = {
        ("GET", f"{project}/inspect"),
        ("GET", f"{project}/messages/{METER}"),
        ("POST", f"{project}/device/{METER}/command"),
    }
    if cloud.is_old:
        wanted |= {("GET", "/v1.0/ping"), ("POST", f"{project}/deploymentgroups/{FIELD_GROUP}/flashfw")}
    else:
        wanted |= {
            ("GET", "/v1.0/project/ping"),
            ("GET", f"{project}/license"),
            ("GET", f"{project}/devices/props"),
            ("PUT", f"{project}/device/{METER}/props"),
            ("GET", f"{project}/device/{METER}/messages/paginated"),
        }
    called = {(one["method"], one["path"]) for one in cloud.record.of("request")}
    assert wanted <= called
    assert await hass.config_entries.async_unload(entry.entry_id)


@older_generation
async def test_devices_of_a_project(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    hub = next(device for device in devices if device.name == "My awesome project")
    assert {device.name for device in devices if device is not hub} == {
        "Board a2792ce8",
        "Board 3781de91",
        "Board e59a74d8",
        "Deployment group orphaned",
        "Deployment group field",
    }
    assert all(device.via_device_id == hub.id for device in devices if device is not hub)


async def test_a_message_writes_changed_states_only(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded_with_webhook: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[str] = []
    write = StateMachine.async_set_internal

    def note(machine: StateMachine, entity_id: str, *arguments: Any) -> None:
        written.append(entity_id)
        write(machine, entity_id, *arguments)

    monkeypatch.setattr(StateMachine, "async_set_internal", note)
    message = entity_of("event", f"{METER}_message")
    # A message with a new name is written twice, the second time with the name among the event types.
    cloud.do_message(METER, {"mode": "known", "fault": False})
    await eventually(lambda: written.count(message) == 2)
    written.clear()
    for number in range(20):
        cloud.do_message(METER, {"mode": f"boost {number}", "fault": False})
    await eventually(lambda: written.count(message) == 20)
    await hass.async_block_till_done()
    last = entity_of("sensor", f"{METER}_last_message")
    assert written.count(last) <= 3, "timestamps are written once a second"
    assert set(written) <= {message, last, entity_of("sensor", f"{METER}_payload_mode")}
    assert written.count(entity_of("sensor", f"{METER}_payload_mode")) <= 20


async def test_a_message_is_an_event(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    message = entity_of("event", f"{DOORBELL}_message")

    def attributes() -> dict[str, Any]:
        state = hass.states.get(message)
        assert state is not None
        return dict(state.attributes)

    cloud.do_press(DOORBELL)
    await eventually(lambda: attributes()["event_type"] == "button_pressed")
    assert attributes()["kind"] == "userdefined"
    assert attributes()["payload"] == {"button_pressed": {"GPIO": 17, "state": 1}}
    assert attributes()["devicetimestamp"]
    cloud.do_offline(DOORBELL)
    cloud.do_message(DOORBELL, {"process": {"name": "loop", "status": {"started": "now"}}}, kind=AGENT)
    await eventually(lambda: attributes()["event_type"] == "agent_message")
    assert attributes()["payload"]["process"]["name"] == "loop", "the attributes are those of the latest message"
    cloud.do_message(DOORBELL, {"log": "x" * 20_000})
    await eventually(lambda: attributes()["event_type"] == "log")
    assert attributes()["payload"] is None


async def test_the_types_of_messages_are_known_after_a_restart(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    message = entity_of("event", f"{DOORBELL}_message")

    def types() -> list[str]:
        state = hass.states.get(message)
        assert state is not None
        return list(state.attributes["event_types"])

    assert types() == ["agent_message", "other_message"]
    cloud.do_press(DOORBELL)
    await eventually(lambda: types() == ["button_pressed", "agent_message", "other_message"])
    cloud.project.messages.clear()
    assert await hass.config_entries.async_reload(loaded_with_webhook.entry_id)
    await hass.async_block_till_done()
    assert types() == ["button_pressed", "agent_message", "other_message"]


async def test_a_value_of_another_type_is_unknown(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded_with_webhook: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    temperature = entity_of("sensor", f"{GREENHOUSE}_payload_temperature")
    for value, state in ((None, "unknown"), (22, "22"), ("hot", "unknown"), ("23.5", "23.5"), (10**30, "unknown")):
        cloud.do_message(GREENHOUSE, {"temperature": value})
        await reaches(temperature, state)


async def test_the_number_of_leaves_of_a_board_is_limited(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry
) -> None:
    for page in range(4):
        cloud.do_message(DOORBELL, {f"key{page}_{number}": number for number in range(90)})
    await cloud.pusher.idle()
    await hass.async_block_till_done()
    assert len(loaded_with_webhook.runtime_data.messages.leaf_kinds(DOORBELL)) == 200
    assert loaded_with_webhook.runtime_data.client.dropped.as_dict()["more leaves than a board may have"] == 160


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("temperature", "Temperature"),
        ("soil.moistureLevel", "Soil moisture level"),
        ("ECHO.echo.content", "Echo echo content"),
        ("button_pressed.GPIO", "Button pressed GPIO"),
        ("power_w", "Power"),
        ("battery.voltage_mv", "Battery voltage"),
        ("vitamin_c", "Vitamin c"),
        ("wifi.rssi", "Wifi RSSI"),
        ("温度", "温度"),
        ("CO2", "CO2"),
    ],
)
def test_the_name_of_a_leaf(path: str, name: str) -> None:
    assert leaf_name(path) == name


@both_generations
async def test_diagnostics_contain_no_secrets(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    found = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert found["connection"]["connected"] is True
    assert len(found["boards"]) == 3
    assert len(found["groups"]) == (2 if cloud.is_old else 0)
    assert found["generation"]["properties"] is not cloud.is_old
    leaves = next(board for board in found["boards"] if board["id"] == GREENHOUSE)["leaves"]
    assert leaves["soil.moisture"] == {"kind": "number", "value": 35.5}
    messages = next(board for board in found["boards"] if board["id"] == GREENHOUSE)["messages"]
    assert messages["temperature"]["count"] == 1
    assert messages["temperature"]["keys"]["soil.moisture"] == {"count": 1, "value": 35.5}
    assert messages["agent_message"]["count"] == 1
    text = json.dumps(found)
    for secret in (loaded.data[CONF_TOKEN], WEBHOOK_ID, PROJECT_ID, "127.0.0.1", "b8:27", "LIC-", "My awesome"):
        assert secret not in text
