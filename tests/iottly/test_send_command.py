"""The action send_command: the command to the board, and its response."""

import asyncio
from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.api import InvalidCommand, command_values
from simulators.iottly.boards import GREENHOUSE, METER
from simulators.iottly.cloud import IottlyCloud
from tests.waiting import eventually

from .conftest import both_generations, older_generation, sent


@both_generations
async def test_a_missing_prefix_is_added(cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]) -> None:
    await act("send_command", GREENHOUSE, response=False, cmd_type="relay", values={"status": "on"})
    assert sent(cloud) == [{"relay": {"status": "on"}}]
    assert await act("send_command", GREENHOUSE, cmd_type="echo") == {"answer": None}


@both_generations
@pytest.mark.usefixtures("short_pauses")
async def test_send_command_waits_for_the_response(
    cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    """The response is polled without a webhook."""
    got = await act("send_command", METER, cmd_type="echo", values={"content": "hi"}, wait=5)
    assert got["answer"]["payload"] == {"ECHO": {"echo": {"content": "hi"}}}
    got = await act("send_command", METER, cmd_type="list_processes", wait=5, answer="processes")
    assert got["answer"]["payload"]["processes"] == ["init", "iottlyagent", "loop"]


async def test_send_command_returns_a_pushed_response(
    cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry, act: Callable[..., Any]
) -> None:
    cloud.record.clear()
    got = await act("send_command", METER, cmd_type="echo", values={"content": "hi"}, wait=5)
    assert got["answer"]["type"] == "userdefined"
    assert len([one for one in cloud.record.of("request") if "/messages/" in one["path"]]) == 1, (
        "the messages are requested once, before the command"
    )


async def test_a_lost_command_raises_an_error(
    cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    cloud.set_fault("lose_commands")
    with pytest.raises(HomeAssistantError) as lost:
        await act("send_command", METER, cmd_type="echo", wait=0.3)
    assert lost.value.translation_key == "no_answer"
    cloud.set_fault("lose_commands", False)
    cloud.do_message(METER, {"ECHO": {"echo": {"content": "an old answer"}}})
    cloud.set_fault("lose_commands")
    with pytest.raises(HomeAssistantError):
        await act("send_command", METER, cmd_type="echo", wait=0.3)


@pytest.mark.usefixtures("short_pauses")
async def test_failed_polls_do_not_end_the_wait_for_a_response(
    cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    cloud.set_fault("lose_commands")
    waiting = asyncio.create_task(act("send_command", METER, cmd_type="echo", wait=10))
    await cloud.record.wait_for("command")
    cloud.set_fault("fail_messages")
    cloud.record.clear()
    await eventually(lambda: len(cloud.record.of("request")) >= 2)
    assert not waiting.done()
    cloud.set_fault("fail_messages", False)
    cloud.do_message(METER, {"ECHO": {"echo": {}}})
    assert (await waiting)["answer"]["payload"] == {"ECHO": {"echo": {}}}


@pytest.mark.usefixtures("short_pauses")
async def test_a_refused_token_ends_the_wait_for_a_response(
    cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    cloud.set_fault("lose_commands")
    waiting = asyncio.create_task(act("send_command", METER, cmd_type="echo", wait=10))
    await cloud.record.wait_for("command")
    cloud.set_fault("unauthorized")
    with pytest.raises(HomeAssistantError) as refused:
        await waiting
    assert refused.value.translation_key == "auth_failed"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"cmd_type": "relay", "values": {"foo.bar": 1}}, "foreign_prefix"),
        ({"cmd_type": "relay", "values": {"status": ""}}, "empty_value"),
        ({"cmd_type": "relay", "values": {"status": {}}}, "not_a_scalar"),
        ({"cmd_type": " ", "values": {}}, "no_cmd_type"),
    ],
)
async def test_forbidden_commands_are_refused(
    cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any], data: dict[str, Any], key: str
) -> None:
    for wait in (0, 5):
        with pytest.raises(ServiceValidationError) as refused:
            await act("send_command", METER, wait=wait, **data)
        assert refused.value.translation_key == key
    assert sent(cloud) == []


@both_generations
async def test_errors_are_translated(cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]) -> None:
    with pytest.raises(HomeAssistantError) as unknown:
        await act("send_command", METER, cmd_type="nope")
    assert unknown.value.translation_key == "unknown_command"
    cloud.set_fault("html_errors")
    with pytest.raises(HomeAssistantError) as silent:
        await act("send_command", METER, cmd_type="nope")
    assert silent.value.translation_key == "server_failed"
    cloud.set_fault("html_errors", False)
    cloud.set_fault("broken_json")
    with pytest.raises(HomeAssistantError) as invalid:
        await act("get_messages", METER)
    assert invalid.value.translation_key == "not_understood"


async def test_error_texts_of_the_server_are_not_changed(
    cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    cloud.set_fault("no_project", "json")
    with pytest.raises(HomeAssistantError, match="no such project") as raised:
        await act("get_messages", METER)
    assert raised.value.translation_key == "command_failed"


@older_generation
async def test_actions_that_the_older_generation_lacks_are_refused(
    cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    with pytest.raises(HomeAssistantError) as missing:
        await act("rename_board", METER, name="Meter", response=False)
    assert missing.value.translation_key == "no_route"


async def test_an_unreachable_or_refusing_server_raises_an_error(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    cloud.set_fault("unauthorized")
    with pytest.raises(HomeAssistantError) as refused:
        await act("send_command", METER, cmd_type="echo")
    assert refused.value.translation_key == "auth_failed"
    await hass.async_block_till_done()
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]
    await cloud.stop()
    with pytest.raises(HomeAssistantError) as away:
        await act("send_command", METER, cmd_type="echo")
    assert away.value.translation_key == "unreachable"


def test_values_of_a_command_are_parsed() -> None:
    assert command_values("relay", {"status": "on", "relay.pin": 3, "relay.hold": False}) == {
        "relay.status": "on",
        "relay.pin": 3,
        "relay.hold": False,
    }
    assert command_values("relay", {}) == {}


@pytest.mark.parametrize(
    ("cmd_type", "values", "reason"),
    [
        ("relay", {"other.status": "on"}, InvalidCommand.FOREIGN_PREFIX),
        ("relay", {"status": ""}, InvalidCommand.EMPTY_VALUE),
        ("relay", {"status": None}, InvalidCommand.EMPTY_VALUE),
        ("relay", {"relay.": "on"}, InvalidCommand.EMPTY_VALUE),
        ("relay", {"status": ["on"]}, InvalidCommand.NOT_A_SCALAR),
        (" ", {}, InvalidCommand.NO_CMD_TYPE),
    ],
)
def test_invalid_commands_are_refused(cmd_type: str, values: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidCommand) as invalid:
        command_values(cmd_type, values)
    assert invalid.value.reason == reason


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**70], ids=str)
async def test_values_that_are_not_json_are_refused_with_a_text(
    cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any], value: float
) -> None:
    """NaN became null, which the server leaves out: the board got the placeholder of the option."""
    with pytest.raises(HomeAssistantError) as refused:
        await act("send_command", METER, cmd_type="relay", values={"status": value})
    assert refused.value.translation_key == "command_failed"
    assert sent(cloud) == []
