"""Tests of the integration with a server that has the configuration of docs/protocol/pimatic.md#test-house.

The same tests run against the simulator (test_end_to_end.py) and, if PIMATIC_URL is the address of a server with this
configuration, against a real server (tests/live).
"""

from collections.abc import Callable
import functools
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
    STATE_UNAVAILABLE,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.const import DOMAIN
from custom_components.pimatic.coordinator import NO_PLUGIN, Key, PimaticCoordinator
from tests.waiting import eventually

from .conftest import ENTRY_ID, short_name
from .protocol import Server

# Platform, short name, action, its data, the state or attributes after it, and an action to call before.
type Case = tuple[str, str, str, dict[str, Any], Any, tuple[str, dict[str, Any]] | None]

COMMANDS: list[Case] = [
    ("switch", "dummy-switch_switch", "turn_on", {}, "on", ("turn_off", {})),
    ("switch", "dummy-switch_switch", "turn_off", {}, "off", ("turn_on", {})),
    ("switch", "dummy-timer_timer", "turn_on", {}, "on", ("turn_off", {})),
    ("switch", "dummy-timer_timer", "turn_off", {}, "off", ("turn_on", {})),
    ("switch", "$rule_inactive-rule", "turn_on", {}, "on", ("turn_off", {})),
    ("switch", "$rule_inactive-rule", "turn_off", {}, "off", ("turn_on", {})),
    ("light", "dummy-dimmer_dimmer", "turn_on", {"brightness": 128}, {"brightness": 128}, ("turn_off", {})),
    ("light", "dummy-dimmer_dimmer", "turn_on", {}, {"brightness": 128}, ("turn_off", {})),
    ("light", "dummy-dimmer_dimmer", "turn_off", {}, "off", ("turn_on", {})),
    ("cover", "dummy-shutter_cover", "open_cover", {}, "open", ("close_cover", {})),
    ("cover", "dummy-shutter_cover", "close_cover", {}, "closed", ("open_cover", {})),
    ("cover", "dummy-shutter_cover", "stop_cover", {}, "unknown", ("open_cover", {})),
    ("climate", "dummy-thermostat_thermostat", "set_temperature", {"temperature": 18.5}, {"temperature": 18.5}, None),
    ("climate", "dummy-thermostat_thermostat", "set_hvac_mode", {"hvac_mode": "heat"}, "heat", None),
    ("climate", "dummy-thermostat_thermostat", "set_hvac_mode", {"hvac_mode": "auto"}, "auto", None),
    (
        "climate",
        "dummy-thermostat_thermostat",
        "set_preset_mode",
        {"preset_mode": "comfort"},
        {"preset_mode": "comfort", "temperature": 22},
        None,
    ),
    ("climate", "dummy-thermostat_thermostat", "set_preset_mode", {"preset_mode": "eco"}, {"temperature": 16}, None),
    (
        "climate",
        "dummy-thermostat_thermostat",
        "set_preset_mode",
        {"preset_mode": "boost"},
        {"preset_mode": "boost"},
        None,
    ),
    ("climate", "dummy-thermostat_thermostat", "set_preset_mode", {"preset_mode": "none"}, "auto", None),
    ("number", "input-number_input_number", "set_value", {"value": 4.5}, "4.5", ("set_value", {"value": 1})),
    ("number", "variable-input_input_number", "set_value", {"value": 19}, "19", ("set_value", {"value": 20})),
    ("number", "$variable_the-answer", "set_value", {"value": 50}, "50", ("set_value", {"value": 2})),
    ("number", "$variable_the-answer", "set_value", {"value": 2.5}, "2.5", ("set_value", {"value": 2})),
    ("text", "input-string_input_text", "set_value", {"value": "äöü € 🏠"}, "äöü € 🏠", ("set_value", {"value": "x"})),
    ("text", "variable-input-text_input_text", "set_value", {"value": "Eve"}, "Eve", ("set_value", {"value": "x"})),
    ("text", "$variable_greet-name", "set_value", {"value": "Ann"}, "Ann", ("set_value", {"value": "Eve"})),
    (
        "time",
        "variable-time_input_time",
        "set_value",
        {"time": "08:15:00"},
        "08:15:00",
        ("set_value", {"time": "07:00:00"}),
    ),
]

# A change on the server: device, action, parameters; then platform, short name and state of the entity.
CHANGES: list[tuple[str, str, dict[str, Any], str, str, str]] = [
    ("dummy-contact", "changeContactTo", {"contact": True}, "binary_sensor", "dummy-contact_contact", "off"),
    ("dummy-contact", "changeContactTo", {"contact": False}, "binary_sensor", "dummy-contact_contact", "on"),
    (
        "dummy-presence-hold",
        "changePresenceTo",
        {"presence": True},
        "binary_sensor",
        "dummy-presence-hold_presence",
        "on",
    ),
    (
        "dummy-presence-hold",
        "changePresenceTo",
        {"presence": False},
        "binary_sensor",
        "dummy-presence-hold_presence",
        "off",
    ),
    (
        "dummy-temperature",
        "changeTemperatureTo",
        {"temperature": 20.125},
        "sensor",
        "dummy-temperature_temperature",
        "20.125",
    ),
    ("dummy-temperature", "changeTemperatureTo", {"temperature": -3}, "sensor", "dummy-temperature_temperature", "-3"),
    ("dummy-thermostat", "changeValveTo", {"valve": 12}, "sensor", "dummy-thermostat_valve", "12"),
    ("dummy-thermostat", "changeModeTo", {"mode": "manu"}, "climate", "dummy-thermostat_thermostat", "heat"),
    ("dummy-thermostat", "changeModeTo", {"mode": "banana"}, "climate", "dummy-thermostat_thermostat", "unknown"),
    ("dummy-thermostat", "changeModeTo", {"mode": "auto"}, "climate", "dummy-thermostat_thermostat", "auto"),
]


def data_of(server: Server, username: str = "", password: str = "") -> dict[str, Any]:
    return {
        CONF_HOST: server.url.host,
        CONF_PORT: server.url.port,
        CONF_SSL: server.url.scheme == "https",
        CONF_VERIFY_SSL: True,
        CONF_USERNAME: username or server.username,
        CONF_PASSWORD: password or server.password,
    }


async def set_up(hass: HomeAssistant, data: dict[str, Any]) -> MockConfigEntry:
    entry = MockConfigEntry(domain=DOMAIN, title="Home", entry_id=ENTRY_ID, data=data)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def _is_newer(hass: HomeAssistant, entity_id: str, earlier: State | None) -> bool:
    return hass.states.get(entity_id) != earlier


class EndToEndTests:
    """The tests. A subclass defines the fixture `server`."""

    @pytest.mark.parametrize(("platform", "key", "action", "data", "expected", "before"), COMMANDS)
    async def test_a_command_changes_the_state(
        self,
        hass: HomeAssistant,
        server: Server,
        entity_of: Callable[[str, str], str],
        platform: str,
        key: str,
        action: str,
        data: dict[str, Any],
        expected: Any,
        before: tuple[str, dict[str, Any]] | None,
    ) -> None:
        entry = await set_up(hass, data_of(server))
        entity_id = entity_of(platform, key)
        if key == "dummy-dimmer_dimmer":
            await self._call(hass, platform, "turn_on", entity_id, {"brightness": 128})
        if action == "set_preset_mode" and data["preset_mode"] == "none":
            await self._call(hass, platform, action, entity_id, {"preset_mode": "boost"})
            await self._wait_for_state(hass, entity_id, {"preset_mode": "boost"})
        if before:
            await self._call(hass, platform, before[0], entity_id, before[1])
        await self._call(hass, platform, action, entity_id, data)
        await self._wait_for_state(hass, entity_id, expected)
        assert await hass.config_entries.async_unload(entry.entry_id)

    async def _call(
        self, hass: HomeAssistant, platform: str, action: str, entity_id: str, data: dict[str, Any]
    ) -> None:
        await hass.services.async_call(platform, action, {"entity_id": entity_id, **data}, blocking=True)

    async def _wait_for_state(self, hass: HomeAssistant, entity_id: str, expected: Any) -> None:
        def has_state() -> bool:
            state = hass.states.get(entity_id)
            if state is None:
                return False
            if isinstance(expected, dict):
                return all(state.attributes.get(name) == value for name, value in expected.items())
            return bool(state.state == expected)

        await eventually(has_state, 1.0, lambda: f"{hass.states.get(entity_id)} is not {expected}")

    async def test_a_change_on_the_server_changes_the_state_within_a_second(
        self, hass: HomeAssistant, server: Server, entity_of: Callable[[str, str], str]
    ) -> None:
        entry = await set_up(hass, data_of(server))
        coordinator: PimaticCoordinator = entry.runtime_data
        for device, action, params, platform, key, expected in CHANGES:
            await coordinator.client.call_device(coordinator.profiles[device].device, action, params)
            await self._wait_for_state(hass, entity_of(platform, key), expected)
        assert await hass.config_entries.async_unload(entry.entry_id)

    async def test_every_attribute_updates_an_entity(
        self, hass: HomeAssistant, server: Server, everything_enabled: None
    ) -> None:
        entry = await set_up(hass, data_of(server))
        coordinator: PimaticCoordinator = entry.runtime_data

        def writes_a_state(key: Key) -> bool:
            """Return True if an entity writes its state after the key was removed."""
            before = {state.entity_id: state.last_reported for state in hass.states.async_all()}
            coordinator.forget([key])
            return any(state.last_reported != before.get(state.entity_id) for state in hass.states.async_all())

        assert {key for key in [*coordinator.data] if key[0] != NO_PLUGIN and not writes_a_state(key)} <= {
            # An event entity writes its state for events only.
            (device_id, "button")
            for device_id in ("dummy-buttons", "empty-buttons")
        }
        assert await hass.config_entries.async_unload(entry.entry_id)

    async def test_pressing_a_button_writes_an_event(
        self, hass: HomeAssistant, server: Server, entity_of: Callable[[str, str], str]
    ) -> None:
        entry = await set_up(hass, data_of(server))
        event = entity_of("event", "dummy-buttons_buttons")
        for button in ("button-a", "button-a", "button-b"):
            earlier = hass.states.get(event)
            await self._call(hass, "button", "press", entity_of("button", f"dummy-buttons_button_{button}"), {})
            await eventually(functools.partial(_is_newer, hass, event, earlier), 1.0)
            state = hass.states.get(event)
            assert state is not None
            assert state.attributes["event_type"] == button
        await self._call(hass, "button", "press", entity_of("button", "dummy-timer_action_resetTimer"), {})
        assert await hass.config_entries.async_unload(entry.entry_id)

    async def test_setting_a_variable_keeps_its_unit(
        self, hass: HomeAssistant, server: Server, entity_of: Callable[[str, str], str]
    ) -> None:
        entry = await set_up(hass, data_of(server))
        entity_id = entity_of("number", "$variable_set-point")
        await self._call(hass, "number", "set_value", entity_id, {"value": 20})
        await self._wait_for_state(hass, entity_id, "20")
        await self._call(hass, "number", "set_value", entity_id, {"value": 21.5})
        await self._wait_for_state(hass, entity_id, "21.5")
        await hass.config_entries.async_reload(entry.entry_id)
        state = hass.states.get(entity_id)
        assert state is not None
        assert state.attributes["unit_of_measurement"] == "°C"
        assert await hass.config_entries.async_unload(entry.entry_id)

    async def test_devices_variables_and_rules_are_added_and_removed_without_a_reload(
        self, hass: HomeAssistant, server: Server, entity_of: Callable[[str, str], str]
    ) -> None:
        entry = await set_up(hass, data_of(server))
        call = entry.runtime_data.client.call
        registry = er.async_get(hass)

        def known(platform: str, key: str) -> bool:
            return any(
                entity.domain == platform and short_name(entity.unique_id) == key and hass.states.get(entity.entity_id)
                for entity in er.async_entries_for_config_entry(registry, ENTRY_ID)
            )

        config = {"id": "ha-dimmer", "name": "New dimmer", "class": "DummyDimmer"}
        await call("addDeviceByConfig", deviceConfig=config)
        await eventually(lambda: known("light", "ha-dimmer_dimmer"))
        await call("updateDeviceByConfig", deviceConfig=config | {"name": "Renamed"})
        identifier = (DOMAIN, f"{ENTRY_ID}_ha-dimmer")
        devices = dr.async_get(hass)
        await eventually(
            lambda: (found := devices.async_get_device_by_identifier(identifier, ENTRY_ID)) and found.name == "Renamed"
        )
        await call("removeDevice", deviceId="ha-dimmer")
        await eventually(lambda: devices.async_get_device_by_identifier(identifier, ENTRY_ID) is None)
        assert not known("light", "ha-dimmer_dimmer")

        await call("addVariable", name="ha-var", type="value", valueOrExpression=1, unit="W")
        await eventually(lambda: known("number", "$variable_ha-var"))
        await call("updateVariable", name="ha-var", type="value", valueOrExpression="one", unit="W")
        await eventually(lambda: known("text", "$variable_ha-var") and not known("number", "$variable_ha-var"))
        await call("updateVariable", name="ha-var", type="expression", valueOrExpression="$the-answer * 2", unit="W")
        await eventually(lambda: known("sensor", "$variable_ha-var") and not known("text", "$variable_ha-var"))
        await call("removeVariable", name="ha-var")
        await eventually(lambda: not known("sensor", "$variable_ha-var"))

        rule = {"name": "New rule", "ruleString": 'when dummy-switch is turned on then log "on"', "active": False}
        await call("addRuleByString", ruleId="ha-rule", rule=rule)
        await eventually(lambda: known("switch", "$rule_ha-rule"))
        await call("removeRule", ruleId="ha-rule")
        await eventually(lambda: not known("switch", "$rule_ha-rule"))
        assert await hass.config_entries.async_unload(entry.entry_id)

    async def test_actions_call_the_server(self, hass: HomeAssistant, server: Server) -> None:
        entry = await set_up(hass, data_of(server))
        devices = dr.async_get(hass)

        def device_id(key: str = "") -> str:
            found = devices.async_get_device_by_identifier((DOMAIN, f"{ENTRY_ID}{key}"), ENTRY_ID)
            assert found is not None
            return found.id

        async def act(name: str, **data: Any) -> Any:
            return await hass.services.async_call(DOMAIN, name, data, blocking=True, return_response=True)

        switch, server_id = device_id("_dummy-switch"), device_id()
        await act("call_action", device_id=switch, action="turnOn")
        assert await act("call_action", device_id=switch, action="getState") == {"result": True}
        assert await act("call_action", device_id=server_id, pimatic_id="dummy-switch", action="getState") == {
            "result": True
        }
        with pytest.raises(HomeAssistantError):
            await act("call_action", device_id=server_id, pimatic_id="no-such-device", action="getState")
        with pytest.raises(ServiceValidationError):
            await act("call_action", device_id=switch, action="changeStateTo", parameters={"state": "on"})
        with pytest.raises(ServiceValidationError):
            await act("call_action", device_id=switch, action="explode")
        with pytest.raises(ServiceValidationError):
            await act("call_action", device_id=server_id, action="turnOn")
        done = await act("execute_action", device_id=server_id, text="turn dummy-switch off", simulate=True)
        assert "Dummy Switch" in done["message"]
        with pytest.raises(HomeAssistantError, match="does not understand"):
            await act("execute_action", device_id=server_id, text="make me a sandwich")
        for data in ({"value": 7}, {"expression": "$the-answer + 1"}, {"value": "seven", "unit": "W"}):
            await hass.services.async_call(
                DOMAIN, "set_variable", {"device_id": server_id, "name": "ha-set", **data}, blocking=True
            )
        await eventually(lambda: entry.runtime_data.client.state.variables["ha-set"].unit == "W")
        await entry.runtime_data.client.call("removeVariable", name="ha-set")
        assert await hass.config_entries.async_unload(entry.entry_id)

    @pytest.mark.parametrize(("username", "sees", "controls"), [("resident", 1, 1), ("ctrl", 0, 1), ("reader", 1, 0)])
    async def test_a_user_of_each_role_can_set_up_the_integration(
        self,
        hass: HomeAssistant,
        server: Server,
        entity_of: Callable[[str, str], str],
        username: str,
        sees: bool,
        controls: bool,
    ) -> None:
        entry = await set_up(hass, data_of(server, username, server.roles[username]))
        assert entry.state is ConfigEntryState.LOADED
        assert bool(entry.runtime_data.profiles) == bool(sees)
        if sees:
            switch = entity_of("switch", "dummy-switch_switch")
            state = hass.states.get(switch)
            assert state is not None
            assert state.state != STATE_UNAVAILABLE
            if controls:
                await self._call(hass, "switch", "turn_on", switch, {})
                await self._wait_for_state(hass, switch, "on")
            else:
                with pytest.raises(HomeAssistantError, match="may not control devices"):
                    await self._call(hass, "switch", "turn_on", switch, {})
            with pytest.raises(HomeAssistantError, match="may not do this"):
                await self._call(hass, "number", "set_value", entity_of("number", "$variable_the-answer"), {"value": 1})
        assert await hass.config_entries.async_unload(entry.entry_id)
