"""The simulator responds like the recorded server (docs/protocol/pimatic.md)."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from harness.vendors.pimatic import PASSWORD, USERNAME
from simulators.pimatic import PimaticSimulator
from simulators.pimatic.language import is_expression

from .protocol import Server, connected

BASIC = {"Authorization": aiohttp.encode_basic_auth(USERNAME, PASSWORD)}


def _server(simulator: PimaticSimulator) -> Server:
    return Server(URL(f"http://127.0.0.1:{simulator.port}"))


async def _get(simulator: PimaticSimulator, path: str, **options: Any) -> tuple[int, str]:
    url = f"http://127.0.0.1:{simulator.port}{path}"
    async with (
        aiohttp.ClientSession(headers=BASIC) as session,
        session.request(options.pop("method", "GET"), url) as answer,
    ):
        return answer.status, await answer.text()


async def test_a_missing_item_is_no_error_by_websocket_and_404_by_rest(simulator: PimaticSimulator) -> None:
    def result(answer: dict[str, Any] | None) -> Any:
        assert answer is not None
        assert answer["success"]
        return answer["result"]

    async with connected(_server(simulator)):
        sid = next(iter(simulator._users))
        for name, params, wanted in (
            ("removeVariable", {"name": "none"}, {}),
            ("getVariableByName", {"name": "none"}, {"variable": None}),
            ("updateRuleByString", {"ruleId": "inactive-rule", "rule": {"active": False}}, {"result": True}),
        ):
            assert result(await simulator.socket_call(sid, {"id": 1, "action": name, "params": params})) == wanted
    assert (await _get(simulator, "/api/variables/none"))[0] == 404
    assert (await _get(simulator, "/api/variables/none", method="DELETE"))[0] == 404
    assert (await _get(simulator, "/api/device-class/NoSuch"))[0] == 404


async def test_the_variables_of_a_new_device_are_sent_before_the_device(simulator: PimaticSimulator) -> None:
    events: list[str] = []
    simulator.house.emit = lambda name, _: events.append(name)
    config = {"id": "new", "name": "New", "class": "DummySwitch"}
    await simulator.api.call("addDeviceByConfig", {"deviceConfig": config}, None)
    assert events[:3] == ["messageLogged", "variableAdded", "deviceAdded"]


async def test_rest_lists(simulator: PimaticSimulator) -> None:
    simulator.command("set", device="dummy-temperature", attribute="temperature", value=7)
    for path in ("/api/database/device-attributes", "/api/database/device-attributes/"):
        status, text = await _get(simulator, path)
        assert (status, '"attributeName": "temperature"' in text) == (200, True)
    assert '"DummyTemperatureSensor"' in (await _get(simulator, "/api/device-class"))[1]
    assert '"title": "Timer config"' in (await _get(simulator, "/api/device-class/Timer"))[1]
    assert "Starting pimatic version 0.9.54" in (await _get(simulator, "/api/database/messages"))[1]


async def test_unknown_engine_io_sessions_and_addresses_are_refused(simulator: PimaticSimulator) -> None:
    status, text = await _get(simulator, "/socket.io/?EIO=3&transport=polling&b64=1")
    assert (status, '"pingTimeout":60000' in text) == (200, True)
    assert await _get(simulator, "/socket.io/?EIO=3&transport=bad") == (
        400,
        '{"code": 0, "message": "Transport unknown"}',
    )
    assert (await _get(simulator, "/socket.io/socket.io.js"))[0] == 200
    status, text = await _get(simulator, "/nowhere")
    assert (status, "<pre>Cannot GET /nowhere</pre>" in text) == (404, True)


async def test_a_device_of_a_plugin_can_be_added() -> None:
    folder = Path(__file__).parent / "devices"
    simulator = PimaticSimulator(announce=folder)
    assert {"rb-rgbct", "rb-multi", "dummy-switch"} <= simulator.house.devices.keys()
    assert "rb-rgbct" in PimaticSimulator(announce=folder / "rec-rb-rgbct.json").house.devices


async def test_pages_need_the_mobile_frontend_plugin() -> None:
    plugins = await PimaticSimulator(mobile_frontend=True).api.call("getInstalledPluginsWithInfo", {}, None)
    assert [one["name"] for one in plugins["plugins"]] == ["mobile-frontend"]


@pytest.mark.parametrize("text", ["1", "$a.b", "$a * 2 + (3 - $b)", '"text {$a}"', "round($a, 1)", "-$a"])
def test_an_expression_has_a_result(text: str) -> None:
    assert is_expression(text)


@pytest.mark.parametrize("text", ["", "1 +", "(1", "1)", "hello world", "$a $b", "* 3"])
def test_an_invalid_expression_is_refused(text: str) -> None:
    assert not is_expression(text)
