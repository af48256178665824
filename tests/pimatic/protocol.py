"""Tests of the client with a pimatic server (docs/protocol/pimatic.md).

The same tests run against the simulator (test_protocol.py) and, if PIMATIC_URL is set, against a
real server (tests/live). They change dummy devices only.
"""

import asyncio
from collections.abc import AsyncGenerator
import contextlib
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from yarl import URL

from custom_components.pimatic.api import (
    AttributeChanged,
    Change,
    Device,
    DeviceEdited,
    ParameterInvalid,
    PermissionDenied,
    PimaticClient,
    Refused,
    RuleEdited,
    VariableChanged,
    VariableEdited,
    cookie_jar,
)
from custom_components.pimatic.common.client.errors import AuthFailed

SECONDS = 5.0


# Invalid calls, and the error texts of the server.
REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    (
        "addRuleByString",
        {"ruleId": "ha-test-refused", "rule": {"name": "R", "ruleString": 'when pigs fly then log "a"'}},
        'Could not find an provider that decides next predicate of "pigs fly".',
    ),
    ("removeRule", {"ruleId": "ha-test-none"}, 'Invalid ruleId: "ha-test-none"'),
    (
        "addVariable",
        {"name": "ha-test-refused", "type": "expression", "valueOrExpression": "1 +"},
        "Could not parse expression",
    ),
    (
        "addDeviceByConfig",
        {"deviceConfig": {"id": "ha-test-refused", "name": "X", "class": "NoSuch"}},
        'Unknown device class "NoSuch"',
    ),
    ("executeAction", {"actionString": "fly", "simulate": True}, "provides the next action of"),
]


@dataclass
class Server:
    """The server of the tests; `roles` are the passwords of further users, if it has the test configuration."""

    url: URL
    username: str = "admin"
    password: str = "adminpw"
    roles: dict[str, str] = field(default_factory=dict)


@dataclass
class Connected:
    """A connected client, and the changes that it has received since it connected."""

    client: PimaticClient
    server: Server
    changes: list[Change] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self) -> None:
        await self.client.run(self._take)

    def _take(self, change: Change) -> None:
        self.changes.append(change)
        self._arrived.set()

    async def wait_for(self, kind: type[Any], **wanted: Any) -> Any:
        """Return the first change of a kind with these fields, and discard the changes before it."""
        async with asyncio.timeout(SECONDS):
            while True:
                for number, change in enumerate(self.changes):
                    if isinstance(change, kind) and all(getattr(change, key) == value for key, value in wanted.items()):
                        del self.changes[: number + 1]
                        return change
                self._arrived.clear()
                await self._arrived.wait()

    def device(self, device_class: str) -> Device:
        """Return a device of a class; skip the test if the server has none."""
        for device in self.client.state.devices.values():
            if device.config.device_class == device_class:
                return device
        assert not self.server.roles, f"the test configuration has a {device_class}"
        pytest.skip(f"this server has no {device_class}")


@contextlib.asynccontextmanager
async def connected(server: Server, username: str = "", password: str = "") -> AsyncGenerator[Connected]:
    async with aiohttp.ClientSession(cookie_jar=cookie_jar()) as session:
        client = PimaticClient(session, server.url, username or server.username, password or server.password)
        await client.connect()
        connection = Connected(client, server)
        reading = asyncio.create_task(connection.read())
        try:
            yield connection
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await client.disconnect()


class ProtocolTests:
    """The tests. A subclass defines the fixture `server`."""

    async def test_the_client_connects_and_receives_the_full_state(self, server: Server) -> None:
        async with connected(server) as connection:
            state = connection.client.state
            assert state.user is not None
            assert state.user.username == server.username
            assert state.devices
            assert {key[0] for key in state.values} <= state.devices.keys()
            assert connection.client.dropped.as_dict() == {}

    async def test_a_wrong_password_is_refused_at_connect(self, server: Server) -> None:
        with pytest.raises(AuthFailed):
            async with connected(server, password="certainly wrong"):
                pass

    async def test_turning_on_a_switch_sends_its_new_state(self, server: Server) -> None:
        async with connected(server) as connection:
            device = connection.device("DummySwitch")
            for state in (True, False, True):
                await connection.client.call_device(device, "changeStateTo", {"state": not state})
                await connection.client.call_device(device, "turnOn" if state else "turnOff")
                await connection.wait_for(AttributeChanged, device_id=device.id, attribute="state", value=state)
            assert await connection.client.call_device(device, "getState") is True

    @pytest.mark.parametrize(
        ("device_class", "action", "params", "attribute", "value"),
        [
            ("DummyDimmer", "changeDimlevelTo", {"dimlevel": 33.5}, "dimlevel", 33.5),
            ("DummyShutter", "moveUp", {}, "position", "up"),
            ("DummyShutter", "moveToPosition", {"state": "down"}, "position", "down"),
            ("DummyShutter", "stop", {}, "position", "stopped"),
            ("DummyContactSensor", "changeContactTo", {"contact": True}, "contact", True),
            ("DummyContactSensor", "changeContactTo", {"contact": False}, "contact", False),
            ("DummyPresenceSensor", "changePresenceTo", {"presence": True}, "presence", True),
            ("DummyTemperatureSensor", "changeTemperatureTo", {"temperature": 20.125}, "temperature", 20.125),
            ("DummyTemperatureSensor", "changeHumidityTo", {"humidity": 60}, "humidity", 60),
            (
                "DummyHeatingThermostat",
                "changeTemperatureTo",
                {"temperatureSetpoint": 18.5},
                "temperatureSetpoint",
                18.5,
            ),
            ("DummyHeatingThermostat", "changeModeTo", {"mode": "boost"}, "mode", "boost"),
            ("DummyHeatingThermostat", "changeValveTo", {"valve": 12}, "valve", 12),
            ("ButtonsDevice", "buttonPressed", {"buttonId": "button-b"}, "button", "button-b"),
            ("InputDevice", "changeInputTo", {"value": "text äöü € 🏠"}, "input", "text äöü € 🏠"),
            ("VariableTimeInputDevice", "changeInputTo", {"value": "08:15"}, "input", "08:15"),
            ("Timer", "startTimer", {}, "running", True),
            ("Timer", "stopTimer", {}, "running", False),
        ],
    )
    async def test_calling_an_action_sends_the_new_value(
        self, server: Server, device_class: str, action: str, params: dict[str, Any], attribute: str, value: Any
    ) -> None:
        async with connected(server) as connection:
            device = connection.device(device_class)
            if connection.client.state.values[device.id, attribute] == value:
                other = {"dimlevel": 0, "position": "up" if value != "up" else "down"}
                await self._set_another_state(connection, device, attribute, other.get(attribute))
            await connection.client.call_device(device, action, params)
            await connection.wait_for(AttributeChanged, device_id=device.id, attribute=attribute, value=value)
            assert connection.client.state.values[device.id, attribute] == value

    async def _set_another_state(self, connection: Connected, device: Device, attribute: str, other: Any) -> None:
        """Set a state other than the expected one, because most actions send nothing if the state stays the same."""
        moves: dict[str, tuple[str, dict[str, Any]]] = {
            "dimlevel": ("changeDimlevelTo", {"dimlevel": other}),
            "position": ("moveToPosition", {"state": other}),
            "presence": ("changePresenceTo", {"presence": False}),
            "temperatureSetpoint": ("changeTemperatureTo", {"temperatureSetpoint": 21}),
            "mode": ("changeModeTo", {"mode": "auto"}),
            "valve": ("changeValveTo", {"valve": 1}),
            "input": ("changeInputTo", {"value": "07:00"}),
            "running": ("startTimer", {}),
        }
        if attribute == "contact":
            now = connection.client.state.values[device.id, "contact"]
            moves["contact"] = ("changeContactTo", {"contact": not now})
        if attribute == "running" and connection.client.state.values[device.id, "running"]:
            moves["running"] = ("stopTimer", {})
        if attribute in moves:
            await connection.client.call_device(device, *moves[attribute])

    async def test_a_refused_action_raises_an_error_and_keeps_the_connection(self, server: Server) -> None:
        async with connected(server) as connection:
            device = connection.device("DummyDimmer")
            with pytest.raises(Refused):
                await connection.client.call_device(device, "changeDimlevelTo", {"dimlevel": 101})
            assert await connection.client.call("getGuiSettings")

    @pytest.mark.parametrize(
        "params", [{}, {"dimlevel": "7"}, {"dimlevel": True}, {"dimlevel": float("nan")}, {"dimlevel": 1, "more": 1}]
    )
    async def test_invalid_parameters_are_not_sent(self, server: Server, params: dict[str, Any]) -> None:
        async with connected(server) as connection:
            device = connection.device("DummyDimmer")
            with pytest.raises(ParameterInvalid):
                await connection.client.call_device(device, "changeDimlevelTo", params)

    async def test_setting_a_variable_keeps_its_unit(self, server: Server) -> None:
        name = "ha-test-variable"
        async with connected(server) as connection:
            client = connection.client
            with contextlib.suppress(Refused):
                await client.call("removeVariable", name=name)
            await client.call("addVariable", name=name, type="value", valueOrExpression=1, unit="W")
            assert (await connection.wait_for(VariableEdited, name=name)).variable.unit == "W"
            await client.call("updateVariable", name=name, type="value", valueOrExpression=2, unit="W")
            await connection.wait_for(VariableChanged, name=name, value=2)
            assert client.state.variables[name].unit == "W"
            await client.call("removeVariable", name=name)
            await connection.wait_for(VariableEdited, name=name, variable=None)

    @pytest.mark.parametrize(("name", "params", "text"), REFUSALS)
    async def test_an_invalid_call_is_refused_with_a_text(
        self, server: Server, name: str, params: dict[str, Any], text: str
    ) -> None:
        async with connected(server) as connection:
            with pytest.raises(Refused) as refused:
                await connection.client.call(name, **params)
            assert text in refused.value.detail

    async def test_the_value_of_an_expression_is_sent_later(self, server: Server) -> None:
        async with connected(server) as connection:
            call, name = connection.client.call, "ha-test-expression"
            await call("removeVariable", name=name)
            added = await call("addVariable", name=name, type="expression", valueOrExpression="40 + 2", unit="")
            assert added["value"] is None
            await connection.wait_for(VariableEdited, name=name)
            await connection.wait_for(VariableChanged, name=name, value=42)
            connection.changes.clear()
            await call("updateVariable", name=name, type="value", valueOrExpression=5, unit="")
            assert (await connection.wait_for(VariableEdited, name=name)).variable.type == "value"
            assert connection.client.state.variable_values[name] == 5
            await call("removeVariable", name=name)

    async def test_adding_changing_and_removing_a_rule_sends_events(self, server: Server) -> None:
        async with connected(server) as connection:
            client, rule = connection.client, "ha-test-rule"
            device = connection.device("DummySwitch")
            with contextlib.suppress(Refused):
                await client.call("removeRule", ruleId=rule)
            text = f'when {device.id} is turned on then log "switch went on"'
            await client.call(
                "addRuleByString", ruleId=rule, rule={"name": "Test", "ruleString": text, "active": False}
            )
            assert not (await connection.wait_for(RuleEdited, rule_id=rule)).rule.active
            await client.call("updateRuleByString", ruleId=rule, rule={"active": True})
            assert (await connection.wait_for(RuleEdited, rule_id=rule)).rule.active
            await client.call("removeRule", ruleId=rule)
            await connection.wait_for(RuleEdited, rule_id=rule, rule=None)

    async def test_adding_changing_and_removing_a_device_sends_events(self, server: Server) -> None:
        async with connected(server) as connection:
            client, device_id = connection.client, "ha-test-device"
            await client.call("removeDevice", deviceId=device_id)
            config = {"id": device_id, "name": "Test device", "class": "DummySwitch"}
            await client.call("addDeviceByConfig", deviceConfig=config)
            assert (await connection.wait_for(DeviceEdited, device_id=device_id)).device.name == "Test device"
            await client.call("updateDeviceByConfig", deviceConfig=config | {"name": "Other name"})
            assert (await connection.wait_for(DeviceEdited, device_id=device_id)).device.name == "Other name"
            await client.call("removeDevice", deviceId=device_id)
            await connection.wait_for(DeviceEdited, device_id=device_id, device=None)
            assert device_id not in client.state.devices
            assert not [key for key in client.state.values if key[0] == device_id]

    async def test_an_action_text_is_executed(self, server: Server) -> None:
        async with connected(server) as connection:
            device = connection.device("DummySwitch")
            text = f"turn {device.id} on"
            assert await connection.client.call("executeAction", actionString=text, simulate=False, logging=False)
            with pytest.raises(Refused):
                await connection.client.call(
                    "executeAction", actionString="no such thing", simulate=True, logging=False
                )

    async def test_history_is_paged_in_the_order_of_time(self, server: Server) -> None:
        async with connected(server) as connection:
            client, device = connection.client, connection.device("DummyTemperatureSensor")
            start = 0
            for degrees in (18, 19, 20):
                await client.call_device(device, "changeTemperatureTo", {"temperature": degrees})
                start = start or (await connection.wait_for(AttributeChanged, attribute="temperature")).time
            points = await client.history(device.id, "temperature", after=0, before=2**50, limit=1000)
            assert [point.time for point in points] == sorted(point.time for point in points)
            first = await client.history(device.id, "temperature", after=0, before=2**50, limit=1)
            assert first == points[:1]
            with pytest.raises(Refused):
                await client.history("no-such-device", "temperature", after=0, before=2**50, limit=1)

    async def test_calls_use_rest_without_a_websocket(self, server: Server) -> None:
        async with connected(server) as connection:
            device = connection.device("DummySwitch")
        async with aiohttp.ClientSession(cookie_jar=cookie_jar()) as session:
            client = PimaticClient(session, server.url, server.username, server.password)
            await client.call_device(device, "changeStateTo", {"state": False})
            assert await client.call_device(device, "getState") is False
            await client.call_device(device, "turnOn")
            assert await client.call_device(device, "getState") is True
            state = await client.fetch()
            assert state.values[device.id, "state"] is True
            assert state.variables

    @pytest.mark.parametrize(
        ("username", "sees", "controls"),
        [("resident", True, True), ("ctrl", False, True), ("reader", True, False)],
    )
    async def test_a_role_allows_and_refuses_calls(
        self, server: Server, username: str, sees: bool, controls: bool
    ) -> None:
        if not server.roles:
            pytest.skip("this server has not the users of the test configuration")
        async with connected(server) as connection:
            switch = connection.device("DummySwitch")
        async with connected(server, username, server.roles[username]) as connection:
            client = connection.client
            assert client.state.user is not None
            assert bool(client.state.devices) is sees
            assert client.state.user.may("controlDevices") is controls
            if controls:
                await client.call_device(switch, "turnOn")
            else:
                with pytest.raises(PermissionDenied):
                    await client.call_device(switch, "turnOn")
            with pytest.raises(PermissionDenied):
                await client.call("updateVariable", name="the-answer", type="value", valueOrExpression=1, unit="W")

    async def test_each_of_many_concurrent_calls_gets_its_own_response(self, server: Server) -> None:
        async with connected(server) as connection:
            client = connection.client
            names = [name for name, variable in client.state.variables.items()][:5]
            answers = await asyncio.gather(
                *(client.call("getDeviceById", deviceId=one) for one in client.state.devices)
            )
            assert [answer["id"] for answer in answers] == list(client.state.devices)
            assert names is not None
