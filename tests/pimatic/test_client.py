"""The client, with faults of servers, networks and messages."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
import json
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given, settings, strategies as st
import pytest
from yarl import URL

from custom_components.pimatic.api import (
    AttributeChanged,
    DeviceEdited,
    ParameterInvalid,
    PimaticClient,
    Refused,
    ServerState,
    cookie_jar,
)
from custom_components.pimatic.api.actions import ACTIONS, check
from custom_components.pimatic.api.model import Kind
from custom_components.pimatic.api.parse import coerce
from custom_components.pimatic.api.state import INITIAL
from custom_components.pimatic.common.client.errors import (
    AuthFailed,
    CannotConnect,
    InvalidAnswer,
    NoAnswer,
    PushRefused,
)
from custom_components.pimatic.common.client.wire import DropCounter
from simulators.pimatic import PimaticSimulator
from simulators.pimatic.house import recorded
from tests.waiting import eventually

from .protocol import Server, connected


@pytest.fixture
async def client(simulator: PimaticSimulator) -> AsyncGenerator[PimaticClient]:
    async with aiohttp.ClientSession(cookie_jar=cookie_jar()) as session:
        client = PimaticClient(session, URL(f"http://127.0.0.1:{simulator.port}"), "admin", "adminpw")
        yield client
        await client.disconnect()


def _server(simulator: PimaticSimulator) -> Server:
    return Server(URL(f"http://127.0.0.1:{simulator.port}"))


async def test_the_client_logs_in_by_rest_and_upgrades_from_polling(
    simulator: PimaticSimulator, client: PimaticClient
) -> None:
    await client.connect()
    rest = simulator.record.of("rest")
    handshakes = simulator.record.of("socket")
    assert [entry["action"] for entry in rest] == ["getGuiSettings"]
    assert [entry["transport"] for entry in handshakes] == ["polling", "websocket"]
    assert "sid" not in handshakes[0]["query"]
    assert "sid" in handshakes[1]["query"]
    assert not any({"username", "password"} & entry["query"].keys() for entry in handshakes)
    assert simulator.record.of("crash") == []


async def test_a_websocket_without_polling_crashes_the_simulator_like_a_real_server(
    simulator: PimaticSimulator,
) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"ws://127.0.0.1:{simulator.port}/socket.io/?EIO=3&transport=websocket"
        async with session.ws_connect(url) as websocket:
            async with asyncio.timeout(5):
                while (await websocket.receive()).type is aiohttp.WSMsgType.TEXT:
                    pass
    assert simulator.crashed


@pytest.mark.parametrize(
    "call", [None, {}, {"id": 1, "action": "getDevices"}, {"id": 1, "action": "getDeviceById", "params": {}}]
)
async def test_a_malformed_call_crashes_the_simulator_like_a_real_server(
    simulator: PimaticSimulator, call: Any
) -> None:
    async with connected(_server(simulator)) as connection:
        assert connection.client._socket is not None
        await connection.client._socket.emit("call", call)
        await simulator.record.wait_for("crash")
    assert simulator.crashed


async def test_a_server_without_authentication_allows_everything() -> None:
    simulator = PimaticSimulator(authentication=False)
    await simulator.start()
    async with connected(_server(simulator), "whoever", "whatever") as connection:
        user = connection.client.state.user
        assert user is not None
        assert user.may("controlDevices")
        assert user.may("rules", "write")
    await simulator.stop()


@pytest.mark.parametrize(
    ("fault", "value", "error"),
    [
        ("unauthorized", True, AuthFailed),
        ("no_such_server", True, InvalidAnswer),
        ("status", 500, InvalidAnswer),
        ("status", 503, CannotConnect),
        ("no_websocket", True, PushRefused),
    ],
)
async def test_connect_raises_the_error_of_the_cause(
    simulator: PimaticSimulator, client: PimaticClient, fault: str, value: Any, error: type[Exception]
) -> None:
    simulator.set_fault(fault, value)
    with pytest.raises(error) as caught:
        await client.connect()
    assert type(caught.value) is error
    for secret in ("adminpw", "127.0.0.1", "admin"):
        assert secret not in str(caught.value)
    simulator.set_fault(fault, False)
    await client.connect()
    assert client.connected


async def test_connect_fails_when_there_is_no_server(client: PimaticClient, simulator: PimaticSimulator) -> None:
    await simulator.stop()
    with pytest.raises(CannotConnect):
        await client.connect()


async def test_connect_fails_when_the_initial_state_is_incomplete(
    simulator: PimaticSimulator, client: PimaticClient
) -> None:
    client.initial_seconds = 0.2
    simulator.set_fault("half_state")
    with pytest.raises(CannotConnect):
        await client.connect()
    assert not client.connected


async def test_a_call_without_response_times_out(simulator: PimaticSimulator) -> None:
    async with connected(_server(simulator)) as connection:
        simulator.set_fault("mute_calls")
        with pytest.raises(NoAnswer):
            await connection.client.call("getVariables", seconds=0.1)
        simulator.set_fault("mute_calls", False)
        assert await connection.client.call("getVariables")
        assert connection.client._calls == {}


async def test_a_pending_call_fails_when_the_connection_is_lost(simulator: PimaticSimulator) -> None:
    async with connected(_server(simulator)) as connection:
        simulator.set_fault("mute_calls")
        waiting = asyncio.create_task(connection.client.call("getVariables"))
        await simulator.record.wait_for("call")
        await connection.client.disconnect()
        with pytest.raises(CannotConnect):
            await waiting


async def test_the_client_disconnects_when_the_server_stops(simulator: PimaticSimulator, client: PimaticClient) -> None:
    await client.connect()
    simulator.drop_connections()
    with pytest.raises(CannotConnect):
        await client.run(lambda _: None)


async def test_the_state_is_replaced_after_a_restart_of_the_server(
    simulator: PimaticSimulator, client: PimaticClient
) -> None:
    await client.connect()
    simulator.command("press", device="dummy-buttons", button="button-a")
    port = simulator.port
    await simulator.restart(0)
    assert simulator.port == port
    state = await client.connect()
    assert state.values["dummy-buttons", "button"] is None
    assert simulator.record.of("crash") == []


async def test_a_changed_password_is_refused_at_the_next_connection(
    simulator: PimaticSimulator, client: PimaticClient
) -> None:
    await client.connect()
    simulator.command("set_password", username="admin", password="another")
    with pytest.raises(AuthFailed):
        await client.connect()


async def test_the_client_reconnects_after_the_server_secret_changed(
    simulator: PimaticSimulator, client: PimaticClient
) -> None:
    await client.connect()
    simulator.command("change_secret", secret="another")
    assert (await client.connect()).devices


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "2nonsense",
        "2[]",
        "2[1]",
        "2{}",
        '2["deviceAttributeChanged"]',
        '2["deviceAttributeChanged",null]',
        '2["deviceAttributeChanged",{"deviceId":1,"attributeName":"state","value":true}]',
        '2["deviceAttributeChanged",{"deviceId":"nope","attributeName":"state","value":true}]',
        '2["deviceAdded",{"id":"x"}]',
        '2["devices",7]',
        '2["callResult",{"id":{"a":1}}]',
        '2["callResult",{"id":999999,"success":true,"result":{}}]',
        '2["neverHeardOf",{}]',
        '2["variableAdded",[]]',
        '2[["deviceAttributeChanged"],{}]',
        "9what",
        '2["deviceAttributeChanged",' + "[" * 5000 + "]" * 5000 + "]",
    ],
)
async def test_invalid_messages_are_dropped_and_counted(simulator: PimaticSimulator, text: str) -> None:
    async with connected(_server(simulator)) as connection:
        await simulator.command("send_raw", text=text)
        simulator.command("set", device="dummy-temperature", attribute="temperature", value=21.5)
        await connection.wait_for(AttributeChanged, attribute="temperature", value=21.5)
        assert sum(connection.client.dropped.as_dict().values()) == 1


async def test_a_recreated_device_keeps_its_values_until_new_ones_are_received(simulator: PimaticSimulator) -> None:
    async with connected(_server(simulator)) as connection:
        simulator.command("set", device="dummy-switch", attribute="state", value=True)
        await connection.wait_for(AttributeChanged, device_id="dummy-switch", value=True)
        simulator.command("change_device", device="dummy-switch", title="Renamed", like="dummy-switch")
        edited = await connection.wait_for(DeviceEdited, device_id="dummy-switch")
        assert edited.device.name == "Renamed"
        assert connection.client.state.values["dummy-switch", "state"] is True


async def test_the_client_receives_a_thousand_devices() -> None:
    simulator = PimaticSimulator(devices=1000)
    await simulator.start()
    async with connected(_server(simulator)) as connection:
        assert len(connection.client.state.devices) == 1000
        assert len(connection.client.state.values) == 5000
    await simulator.stop()


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.NUMBER, 1.5, 1.5),
        (Kind.NUMBER, "007", 7.0),
        (Kind.NUMBER, "warm", None),
        (Kind.NUMBER, True, None),
        (Kind.NUMBER, float("nan"), None),
        (Kind.NUMBER, 10**400, None),
        (Kind.NUMBER, "1e999", None),
        (Kind.NUMBER, None, None),
        (Kind.BOOLEAN, True, True),
        (Kind.BOOLEAN, "on", True),
        (Kind.BOOLEAN, "Off", False),
        (Kind.BOOLEAN, 1, True),
        (Kind.BOOLEAN, "0", False),
        (Kind.BOOLEAN, 2, None),
        (Kind.NUMBER, "21,5", 21.5),
        (Kind.NUMBER, "1_000", None),
        (Kind.NUMBER, "n/a", None),
        (Kind.STRING, "text", "text"),
        (Kind.STRING, 20, "20"),
        (Kind.STRING, 2.5, "2.5"),
        (Kind.STRING, False, "false"),
        (Kind.STRING, {"a": 1}, None),
        (Kind.DATE, "2023-11-14T22:13:20.000Z", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (Kind.DATE, 1700000000000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (Kind.DATE, "1700000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (Kind.DATE, "2023-11-14 22:13:20", datetime(2023, 11, 14, 22, 13, 20)),  # the time zone of the server
        (Kind.DATE, 0, None),
        (Kind.DATE, "yesterday", None),
        (Kind.OBJECT, 1, None),
        (Kind.ANY, "x", "x"),
    ],
)
def test_values_of_the_wrong_type_are_converted_or_unknown(kind: Kind, raw: Any, value: Any) -> None:
    assert coerce(kind, raw) == value
    assert type(coerce(kind, raw)) is type(value)


def test_the_label_of_a_boolean_is_its_value() -> None:
    assert coerce(Kind.BOOLEAN, "opened", ("closed", "opened")) is False
    assert coerce(Kind.BOOLEAN, "ajar", ("closed", "opened")) is None


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("updateVariable", {"name": "x", "type": "value"}),
        ("updateVariable", {"name": "x", "type": "value", "valueOrExpression": float("inf")}),
        ("updateVariable", {"name": "x", "type": "value", "valueOrExpression": "\ud800"}),
        ("updateVariable", {"name": 1, "type": "value", "valueOrExpression": 1}),
        ("updateVariable", {"name": "x", "type": "value", "valueOrExpression": object()}),
        ("updateRuleByString", {"ruleId": "x", "rule": "text"}),
        ("executeAction", {"actionString": "x", "logging": True}),
        ("executeAction", {"actionString": "x" * 100_000}),
        ("getDevices", {"more": 1}),
        ("queryMessages", {"criteria": {"limit": 10**30}}),
    ],
)
def test_parameters_that_could_crash_a_server_are_refused(name: str, params: dict[str, Any]) -> None:
    with pytest.raises(ParameterInvalid):
        check(ACTIONS[name], params)


_json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
_recorded = recorded()
_devices = [json.dumps(device) for device in _recorded["devices"]]


@st.composite
def _damaged_device(draw: st.DrawFn) -> Any:
    """Return a recorded device in which one item is replaced by a random value."""
    device = json.loads(draw(st.sampled_from(_devices)))
    target: Any = device
    for _ in range(draw(st.integers(0, 3))):
        children = [value for value in (target.values() if isinstance(target, dict) else target) if value]
        children = [child for child in children if isinstance(child, dict | list)]
        if not children:
            break
        target = draw(st.sampled_from(children))
    key = draw(st.sampled_from(list(target) if isinstance(target, dict) else list(range(len(target)))))
    target[key] = draw(_json)
    return device


@settings(max_examples=400, deadline=None)
@given(
    event=st.sampled_from(
        sorted(
            {
                *INITIAL,
                "deviceAttributeChanged",
                "variableValueChanged",
                "deviceAdded",
                "deviceChanged",
                "deviceRemoved",
                "variableAdded",
                "variableRemoved",
                "ruleAdded",
                "ruleRemoved",
                "groupAdded",
                "groupRemoved",
                "pageAdded",
                "pageRemoved",
                "messageLogged",
            }
        )
    ),
    payload=_json | _damaged_device(),
)
def test_the_client_survives_any_payload(event: str, payload: Any) -> None:
    state = ServerState(DropCounter())
    for name in INITIAL[1:]:
        state.load(name, json.loads(json.dumps(_recorded[name])))
    state.take(event, payload)
    state.load("devices", [payload])
    known = {(device.id, attribute.name) for device in state.devices.values() for attribute in device.attributes}
    assert state.values.keys() == known


async def test_connect_fails_when_the_login_times_out(simulator: PimaticSimulator) -> None:
    simulator.set_fault("silent")
    async with aiohttp.ClientSession(cookie_jar=cookie_jar()) as session:
        client = PimaticClient(session, _server(simulator).url, "admin", "adminpw")
        client.request_seconds = 0.1
        with pytest.raises(CannotConnect, match="in time"):
            await client.login()
        with pytest.raises(CannotConnect, match="not connected"):
            await client.run(lambda _: None)
        assert not client.connected


async def test_another_server_with_json_responses_is_recognized() -> None:
    async def other(_: web.Request) -> web.Response:
        return web.json_response({"hello": "world"})

    application = web.Application()
    application.router.add_get("/{path:.*}", other)
    async with TestServer(application) as server, aiohttp.ClientSession(cookie_jar=cookie_jar()) as session:
        client = PimaticClient(session, server.make_url("/"), "admin", "adminpw")
        with pytest.raises(InvalidAnswer):
            await client.login()


async def test_events_between_the_initial_lists_are_applied(
    simulator: PimaticSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    greeting = simulator.greeting

    def with_event(user: str | None) -> list[tuple[str, Any]]:
        events = greeting(user)
        changed = {"deviceId": "dummy-switch", "attributeName": "state", "time": 1, "value": True}
        return [*events[:3], ("deviceAttributeChanged", changed), *events[3:]]

    monkeypatch.setattr(simulator, "greeting", with_event)  # many events
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


async def test_slashes_in_ids_are_escaped_in_the_url(simulator: PimaticSimulator) -> None:
    async with aiohttp.ClientSession(cookie_jar=cookie_jar()) as session:
        client = PimaticClient(session, _server(simulator).url, "admin", "adminpw")
        with pytest.raises(Exception, match="refused"):
            await client.call("removeVariable", name="a/../b c?d=ä")
    assert simulator.record.of("rest", action="removeVariable")[-1]["params"]["name"] == "a/../b c?d=ä"


async def test_error_texts_contain_no_password(simulator: PimaticSimulator, client: PimaticClient) -> None:
    """The server repeats the text of an action, and the id of an unknown device, in its error."""
    await client.login()
    assert await client.execute_action('log "adminpw"', simulate=True) == "would have **REDACTED**"
    with pytest.raises(Refused) as refused:
        await client.call_unseen("adminpw", "turnOn", {})
    assert refused.value.detail == "device not found: **REDACTED**"
