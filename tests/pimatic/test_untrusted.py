"""Servers that repeat secrets or send too much: secrets are redacted, and amounts are limited."""

from collections.abc import Callable
import threading
import tracemalloc
from typing import Any
from urllib.parse import quote

from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.pimatic.api.parse import LONGEST_NAME, MOST_IN_DEVICE, MOST_OF_A_KIND, MOST_PARAMETERS
from custom_components.pimatic.api.state import ServerState
from custom_components.pimatic.common.client.wire import DropCounter
from custom_components.pimatic.connection import client_from
from custom_components.pimatic.const import DOMAIN
from simulators.pimatic import PimaticSimulator
from tests.entries import set_up
from tests.waiting import eventually

# A short password, which ids may contain by chance.
PASSWORD = "attic"
WRITTEN = f"at http://admin:{PASSWORD}@192.0.2.1/?key={quote(PASSWORD)} {PASSWORD}"


async def test_a_password_in_texts_of_the_server_is_redacted(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    simulator.command("set_password", username="admin", password=PASSWORD)
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_PASSWORD: PASSWORD})
    house = simulator.house
    house.add_device(
        {
            "id": f"{PASSWORD}-lamp",
            "name": f"Lamp {PASSWORD}",
            "template": "device",
            "attributes": [
                {"name": f"{PASSWORD}Text", "type": "string", "label": f"Text {PASSWORD}", "value": WRITTEN},
                {"name": "later", "type": "string", "label": "Later", "value": ""},
                {"name": "strange", "type": "number", "unit": PASSWORD, "description": WRITTEN, "value": 5},
            ],
            "actions": [{"name": "knock"}, {"name": "tell", "returns": {"text": {"type": "string"}}}],
            "config": {"class": f"Lamp {PASSWORD}", "buttons": []},
        }
    )
    house.add_variable("written", "value", WRITTEN, None)
    house.add_variable("alarm-password", "value", "of somebody else", None)
    text = f'when dummy-switch is turned on then log "{PASSWORD}"'
    rule = {"ruleString": text, "name": f"Rule {PASSWORD}", "active": True}
    house.put_rule("written-rule", rule, add=True)
    events = async_capture_events(hass, "state_changed")
    await set_up(hass, entry)
    house.set_attribute(f"{PASSWORD}-lamp", "later", WRITTEN)
    house.set_variable("written", "value", f"again {PASSWORD}", None)
    house.log("error", WRITTEN)
    await eventually(lambda: hass.states.is_state("text.home_variables_written", "again **REDACTED**"))
    await eventually(lambda: any("192.0.2.1" in str(event.data) for event in events))

    lamp = er.async_get(hass).async_get_entity_id(
        "button", DOMAIN, f"{entry.entry_id}/device/{PASSWORD}-lamp/action/knock"
    )
    assert lamp is not None
    shown = {
        "states": [{**state.attributes, "state": state.state} for state in hass.states.async_all()],
        "events": [str(event.data["new_state"].attributes) for event in events if event.data["new_state"]],
        "names": [
            (device.name, device.model)
            for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        ],
    }
    assert [place for place, found in shown.items() if PASSWORD in str(found).replace(f"{PASSWORD}-lamp", "")] == []
    # Other secrets are found by their names.
    assert "of somebody else" not in str(shown)
    diagnostics = str(await get_diagnostics_for_config_entry(hass, hass_client, entry))
    assert f"Text {PASSWORD}" not in diagnostics
    # Ids are not redacted, so that the device can be called.
    await hass.services.async_call("button", "press", {"entity_id": lamp}, blocking=True)
    assert simulator.record.of("call")[-1]["params"]["deviceId"] == f"{PASSWORD}-lamp"


@pytest.mark.parametrize(
    ("event", "listed", "make"),
    [
        ("deviceAdded", "devices", lambda n: {"id": f"flood-{n}", "name": "Flood", "template": "device"}),
        ("variableAdded", "variables", lambda n: {"name": f"flood-{n}", "type": "value", "value": n}),
        ("ruleAdded", "rules", lambda n: {"id": f"flood-{n}", "name": "Flood", "active": True}),
        ("groupAdded", "groups", lambda n: {"id": f"flood-{n}", "name": "Flood", "devices": ["x"] * 5000}),
    ],
    ids=["devices", "variables", "rules", "groups"],
)
def test_the_number_of_items_of_a_server_is_limited(
    event: str, listed: str, make: Callable[[int], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client limits its items, not only the entities."""
    monkeypatch.setattr("custom_components.pimatic.api.room.MOST_OF_A_KIND", 100)
    monkeypatch.setattr("custom_components.pimatic.api.state.MOST_MEMBERS", 1_000_000)
    state = ServerState(DropCounter())
    changes = [state.take(event, make(n)) for n in range(300)]
    assert len(getattr(state, listed)) == 100
    # Known items are still updated, and a removed one makes room for another.
    assert None not in changes[:100]
    assert set(changes[100:]) == {None}
    assert state.take(event, make(5)) is not None
    assert state.dropped.as_dict() == {"more than any house has": 200}
    assert all(len(group.devices) <= MOST_OF_A_KIND for group in state.groups.values())


def test_the_bytes_of_all_definitions_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server could fill gigabytes with 2,500 devices, variables and rules that have everything that is allowed."""
    monkeypatch.setattr("custom_components.pimatic.api.room.MOST_BYTES", 2_000_000)
    state = ServerState(DropCounter())

    def flood(start: int, end: int) -> int:
        """Add items, and return the bytes in use."""
        for n in range(start, end):
            text = f"{n}" * 10_000
            options = [f"{n}-{one}".ljust(250, "o") for one in range(100)]
            attributes = [{"name": f"a{one}", "type": "string", "enum": options, "value": text} for one in range(5)]
            actions = [{"name": "a", "params": {f"{n}-{one}" * 1000: {} for one in range(500)}}]
            device = {"id": f"d{n}", "name": "x", "template": "x", "attributes": attributes, "actions": actions}
            state.take("deviceAdded", device)
            state.take("variableAdded", {"name": f"v{n}", "type": "value", "exprInputStr": text, "value": text})
            state.take("ruleAdded", {"id": f"r{n}", "name": "x", "active": True, "string": text, "error": text})
            members = [f"{n}-{one}".ljust(200, "m") for one in range(2_500)]
            state.take("groupAdded", {"id": f"g{n}", "name": "x", "devices": members, "rules": members})
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    monkeypatch.setattr("custom_components.pimatic.api.state.MOST_MEMBERS", 10_000)
    used = flood(0, 30)
    known = len(state.devices), len(state.variables), len(state.rules), len(state.groups)
    assert 0 < min(known) <= max(known) < 30
    # Nothing more is stored, until something is removed.
    assert flood(30, 60) < used + 100_000
    tracemalloc.stop()
    assert known == (len(state.devices), len(state.variables), len(state.rules), len(state.groups))
    for device_id in list(state.devices):
        state.take("deviceRemoved", {"id": device_id})
    flood(60, 90)
    assert len(state.devices) > 1


def test_a_user_with_very_many_permissions_is_cut_off() -> None:
    state = ServerState(DropCounter())
    permissions = {f"p{n}": "x" * 1000 for n in range(1000)} | {"y" * 1000: True}
    state.load("hello", {"username": "u" * 1000, "role": "r" * 1000, "permissions": permissions})
    assert state.user is not None
    assert (len(state.user.username), len(state.user.role)) == (LONGEST_NAME, LONGEST_NAME)
    assert len(state.user.permissions) == MOST_PARAMETERS
    assert max(len(str(one)) for one in state.user.permissions.values()) == LONGEST_NAME


async def test_a_list_in_the_middle_of_a_session_changes_nothing(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    """The coordinator would not notice the change, and a long list would hold up Home Assistant."""
    before = dict(loaded.runtime_data.client.state.devices)
    await simulator.command("send_raw", text='2["devices",[]]')
    await simulator.command("send_raw", text='2["hello",{"username":"x","role":"x","permissions":{}}]')
    dropped = loaded.runtime_data.client.dropped
    await eventually(lambda: dropped.as_dict().get("initial event of a state that is complete") == 2)
    assert loaded.runtime_data.client.state.devices == before
    assert loaded.runtime_data.may("devices", "read")


async def test_a_long_answer_is_parsed_outside_the_event_loop(
    simulator: PimaticSimulator, entry: MockConfigEntry, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def decode(*_: Any) -> Any:
        threads.append(threading.get_ident())
        return {"guiSettings": {}}

    async def request(*_: Any) -> tuple[int, bytes]:
        return 200, bodies.pop(0)

    bodies = [b"x" * 200_000, b"x"]
    monkeypatch.setattr("custom_components.pimatic.api.rest.decode_json", decode)
    monkeypatch.setattr("custom_components.pimatic.api.rest.Rest._request", request)
    client = client_from(hass, entry.data)
    for _ in range(2):
        await client.login()
    assert threads[0] != threads[1] == threading.get_ident()


def test_the_number_of_attributes_of_all_devices_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.pimatic.api.state.MOST_ATTRIBUTES", 1000)
    state = ServerState(DropCounter())

    def device(number: int, attributes: int) -> dict[str, Any]:
        many = [{"name": f"a{n}", "type": "number", "value": n} for n in range(attributes)]
        return {"id": f"flood-{number}", "name": "Flood", "template": "device", "attributes": many}

    for number in range(10):
        state.take("deviceAdded", device(number, 10_000))
    assert [len(one.attributes) for one in state.devices.values()] == [MOST_IN_DEVICE] * 2
    assert len(state.values) == 1000
    # A change to fewer attributes is applied, one beyond the limit is not.
    assert state.take("deviceChanged", device(0, 10)) is not None
    assert state.take("deviceChanged", device(1, 400)) is not None
    assert state.take("deviceAdded", device(2, 500)) is not None
    assert state.take("deviceChanged", device(1, 500)) is None
    assert len(state.devices["flood-1"].attributes) == 400


async def test_long_names_are_shortened(
    hass: HomeAssistant, simulator: PimaticSimulator, entry: MockConfigEntry
) -> None:
    """A name of a megabyte would be stored in the registries, and sent to browsers with each state."""
    long = "N" * 300_000
    attributes = [{"name": "told", "type": "string", "label": long, "unit": long, "value": "v"}]
    device = {"template": "device", "actions": [], "config": {"class": long}}
    simulator.house.add_device({**device, "id": "long", "name": long, "attributes": attributes})
    simulator.house.add_device({**device, "id": long, "name": "No id", "attributes": attributes})
    text = 'when dummy-switch is turned on then log "on"'
    simulator.house.put_rule("long-rule", {"ruleString": text, "name": long, "active": True}, add=True)
    await set_up(hass, entry)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert {len(device.name or "") for device in devices if (device.name or "").startswith("NN")} == {LONGEST_NAME}
    assert max(len(str(device.identifiers)) for device in devices) < 300
    assert max(len(str(state.attributes)) for state in hass.states.async_all()) < 5000
