"""Floods of rows, log lines and event types: they are limited, and long answers are parsed outside the event loop."""

from collections.abc import Callable
import threading
import time
from typing import Any

from homeassistant.core import HomeAssistant
import orjson
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.instathings.api import cloud_socket
from custom_components.instathings.api.http import Answer
from custom_components.instathings.api.model import Logs, Reading
from custom_components.instathings.api.parse import MAX_LOG_LINES, parse_log_lines
from custom_components.instathings.api.readings import MAX_ROWS, parse_page
from custom_components.instathings.common.client.secrets import NO_SECRETS
from custom_components.instathings.common.client.wire import DropCounter
from custom_components.instathings.event import MAX_TYPES


@pytest.mark.parametrize(("rows", "is_long"), [(1, False), (MAX_ROWS + 50, True)])
async def test_a_long_page_is_parsed_outside_the_event_loop(rows: int, is_long: bool) -> None:
    """A page of 16 MB with new keys took half a minute."""
    threads: list[int] = []

    def parse(value: Any, dropped: DropCounter) -> Any:
        threads.append(threading.get_ident())
        return parse_page(value, dropped)

    page = {"data": [{"deviceId": "thing", "ts": number, "payload": {"temperature": number}} for number in range(rows)]}
    found = await Answer(200, {}, orjson.dumps(page)).parsed(parse, DropCounter(), NO_SECRETS)
    assert len(found.readings) == min(rows, MAX_ROWS)
    assert (threads[0] != threading.get_ident()) is is_long


def test_the_log_lines_of_one_message_are_limited() -> None:
    lines = [{"message": str(number), "timestamp": 1} for number in range(MAX_LOG_LINES + 5)]
    payload = {"deviceId": "gateway", "logs": lines}
    logs = cloud_socket.PARSERS["log"](payload, DropCounter())
    assert isinstance(logs, Logs)
    assert len(logs.lines) == cloud_socket.MAX_PUSHED_LINES
    assert len(parse_log_lines(lines, DropCounter())) == MAX_LOG_LINES


async def test_the_event_types_of_a_button_are_limited(
    hass: HomeAssistant, in_cloud: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    coordinator = in_cloud.runtime_data
    button = entity_of("event", "zbButton1/click")
    for number in range(MAX_TYPES + 20):
        coordinator.take_reading(Reading("zbButton1", time.time() + number, {"click": f"word{number}"}, False))
        await hass.async_block_till_done()
    coordinator.take_reading(Reading("zbButton1", time.time() + 1000, {"click": "word7"}, False))
    state = hass.states.get(button)
    assert state is not None
    assert len(state.attributes["event_types"]) == MAX_TYPES
    assert state.attributes["event_type"] == "word7"
    assert coordinator.dropped.as_dict()["event type beyond the limit of a button"] >= 20
