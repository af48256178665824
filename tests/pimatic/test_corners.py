"""The rare ways: what the other tests do not come past."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.pimatic.api import ParameterInvalid, PimaticClient, cookie_jar
from custom_components.pimatic.api.parse import parse_history, parse_message, parse_user
from custom_components.pimatic.common.client.errors import CannotConnect, InvalidAnswer
from custom_components.pimatic.common.client.wire import DropCounter
from custom_components.pimatic.const import DOMAIN
from simulators.pimatic import PimaticSimulator
from tests.waiting import eventually

from .conftest import ENTRY_ID
from .protocol import Server, connected

type EntityOf = Callable[[str, str], str]
type Reaches = Callable[..., Any]


def _server(simulator: PimaticSimulator) -> Server:
    return Server(URL(f"http://127.0.0.1:{simulator.port}"))


# The client ---------------------------------------------------------------------------------------


async def test_a_login_that_takes_too_long_is_no_connection(simulator: PimaticSimulator) -> None:
    simulator.set_fault("silent")
    async with aiohttp.ClientSession(cookie_jar=cookie_jar()) as session:
        client = PimaticClient(session, _server(simulator).url, "admin", "adminpw")
        client.request_seconds = 0.1
        with pytest.raises(CannotConnect, match="in time"):
            await client.login()
        with pytest.raises(CannotConnect, match="not connected"):
            await client.run(lambda _: None)
        assert not client.connected


async def test_a_json_answer_of_another_server_is_recognized(
    simulator: PimaticSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.api.house.devices.clear()
    async with aiohttp.ClientSession(cookie_jar=cookie_jar()) as session:
        client = PimaticClient(session, _server(simulator).url, "admin", "adminpw")

        async def other(*_: Any, **__: Any) -> dict[str, Any]:
            return {"hello": "world"}

        with monkeypatch.context() as another:
            another.setattr(client._rest, "call", other)
            with pytest.raises(InvalidAnswer):
                await client.login()
        await client.login()


async def test_events_between_the_initial_lists_are_not_lost(
    simulator: PimaticSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    greeting = simulator.greeting

    def with_event(user: str | None) -> list[tuple[str, Any]]:
        events = greeting(user)
        changed = {"deviceId": "dummy-switch", "attributeName": "state", "time": 1, "value": True}
        return [*events[:3], ("deviceAttributeChanged", changed), *events[3:]]

    monkeypatch.setattr(simulator, "greeting", with_event)  # as it happens in a busy house
    async with connected(_server(simulator)) as connection:
        await eventually(lambda: connection.client.state.values["dummy-switch", "state"] is True)


async def test_parameters_that_would_change_the_target_are_refused(simulator: PimaticSimulator) -> None:
    async with connected(_server(simulator)) as connection:
        for params in ({"deviceId": "other"}, {"text": "\ud800"}):
            with pytest.raises(ParameterInvalid):
                await connection.client.call_unseen("dummy-switch", "turnOn", params)
    async with aiohttp.ClientSession(cookie_jar=cookie_jar()) as session:
        client = PimaticClient(session, _server(simulator).url, "admin", "adminpw")
        for name in ("..", ".", ""):
            with pytest.raises(ParameterInvalid):
                await client.call("removeRule", ruleId=name)


async def test_slashes_in_ids_stay_in_their_part_of_the_path(simulator: PimaticSimulator) -> None:
    async with aiohttp.ClientSession(cookie_jar=cookie_jar()) as session:
        client = PimaticClient(session, _server(simulator).url, "admin", "adminpw")
        with pytest.raises(Exception, match="refused"):
            await client.call("removeVariable", name="a/../b c?d=ä")
    assert simulator.record.of("rest", action="removeVariable")[-1]["params"]["name"] == "a/../b c?d=ä"


def test_malformed_answers_are_dropped() -> None:
    dropped = DropCounter()
    assert parse_history([{"time": 5, "value": 1}, {"time": True}, {"time": -1}, 7, {}], dropped)[0].time == 5
    assert parse_history("text", dropped) == []
    assert parse_user({"username": 1}, dropped) is None
    assert parse_message({"level": "info"}, dropped) is None
    assert dropped.as_dict() == {"malformed history entry": 4, "malformed hello": 1, "malformed log message": 1}


# Home Assistant -----------------------------------------------------------------------------------


async def test_actions_need_a_device_of_ours_that_is_connected(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    async def act(device_id: str) -> None:
        await hass.services.async_call(
            DOMAIN, "set_variable", {"device_id": device_id, "name": "x", "value": 1}, blocking=True
        )

    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    foreign = dr.async_get(hass).async_get_or_create(config_entry_id=other.entry_id, identifiers={("other", "x")})
    for device_id in ("no such device", foreign.id):
        with pytest.raises(ServiceValidationError, match="no device of pimatic"):
            await act(device_id)
    server = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, ENTRY_ID), ENTRY_ID)
    assert server is not None
    assert await hass.config_entries.async_unload(loaded.entry_id)
    with pytest.raises(ServiceValidationError, match="not connected"):
        await act(server.id)


async def test_an_action_text_without_an_answer(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    server = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, ENTRY_ID), ENTRY_ID)
    assert server is not None
    waiting = asyncio.create_task(
        hass.services.async_call(
            DOMAIN, "execute_action", {"device_id": server.id, "text": "turn dummy-switch on"}, blocking=True
        )
    )
    simulator.set_fault("mute_calls")
    await simulator.record.wait_for("call")
    await loaded.runtime_data.client.disconnect()
    with pytest.raises(HomeAssistantError, match="could not be asked"):
        await waiting


async def test_import_without_waiting(
    recorder_mock: Any,
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    everything_enabled: None,
    loaded: MockConfigEntry,
) -> None:
    server = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, ENTRY_ID), ENTRY_ID)
    assert server is not None
    await hass.services.async_call(DOMAIN, "import_history", {"device_id": server.id}, blocking=True)
    running = loaded.runtime_data.history._task
    assert running is not None
    await running
    button = er.async_get(hass).async_get_entity_id("button", DOMAIN, f"{ENTRY_ID}_$server_import_history")
    await hass.services.async_call("button", "press", {"entity_id": button}, blocking=True)
    again = loaded.runtime_data.history._task
    assert again is not None
    assert again is not running
    await again
    await hass.services.async_call(DOMAIN, "import_history", {"device_id": server.id, "wait": True}, blocking=True)


async def test_a_fault_in_the_import_is_logged_and_told(
    recorder_mock: Any,
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(loaded.runtime_data.history, "_series", broken)
    with pytest.raises(HomeAssistantError, match="failed"):
        await loaded.runtime_data.history.start()
    assert "the history could not be imported" in caplog.text


async def test_odd_values_are_unknown(
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


async def test_an_expression_without_a_value_keeps_its_unit(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, reaches: Reaches
) -> None:
    simulator.house.add_variable("pending", "expression", "$nothing", "kW")
    await reaches("sensor.home_variables_pending", "unknown")
    state = hass.states.get("sensor.home_variables_pending")
    assert state is not None
    assert state.attributes["unit_of_measurement"] == "kW"


async def test_a_number_input_with_a_unit_and_no_limits(
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
